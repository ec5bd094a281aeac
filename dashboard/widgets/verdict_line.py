"""What a comparison allows us to say, in one sentence with its numbers."""

from __future__ import annotations

import streamlit as st

from core.evaluation import PRIMARY, Comparison, Verdict, VerdictKind
from dashboard.strings import t
from dashboard.widgets.films import plain

ICONS = {
    VerdictKind.BETTER: ":material/trending_up:",
    VerdictKind.WORSE: ":material/trending_down:",
    VerdictKind.NO_DIFFERENCE: ":material/equal:",
    VerdictKind.CANNOT_TELL: ":material/help:",
    VerdictKind.LABEL_MORE: ":material/edit_note:",
}
BOXES = {VerdictKind.BETTER: st.success, VerdictKind.WORSE: st.error, VerdictKind.LABEL_MORE: st.warning}


def show_verdict(comparison: Comparison) -> None:
    """Draw the verdict."""
    kind = comparison.verdict.kind
    box = BOXES.get(kind, st.info)
    box(verdict_text(comparison), icon=ICONS[kind])


def verdict_text(comparison: Comparison) -> str:
    """Return the verdict as one sentence, or two where something is to be done."""
    verdict, primary = comparison.verdict, comparison.measures[PRIMARY]
    low, high = verdict.ci or (0.0, 0.0)
    values = {
        "queries": verdict.queries,
        "which": which_queries(comparison),
        "delta": f"{verdict.delta:+.3f}",
        "low": f"{low:+.3f}",
        "high": f"{high:+.3f}",
        "p": p_text(verdict.p),
        "wins": primary.wins,
        "losses": primary.losses,
        "differing": verdict.differing,
        "pairs": f"{len(verdict.missing):,}",
        "judged_base": f"{verdict.judged_base:.0%}",
        "judged_tuned": f"{verdict.judged_tuned:.0%}",
        "detectable": "" if verdict.smallest_detectable is None else f"{verdict.smallest_detectable:.3f}",
    }
    return t(f"compare_numbers.verdict_{_key(verdict)}", **values)


def which_queries(comparison: Comparison) -> str:
    """Return what stands before "queries": of a split, picked, uploaded, or the name that a script gave them."""
    split = str(comparison.lineage.get("split", ""))
    origin = str((comparison.lineage.get("set") or {}).get("origin", ""))
    if origin in ("picked", "uploaded"):
        return t(f"compare_numbers.which_{origin}")
    return t(f"common.{split}") if split in ("dev", "test") else plain(split)


def _key(verdict: Verdict) -> str:
    if verdict.kind is VerdictKind.NO_DIFFERENCE and not verdict.differing:
        return "same"
    if verdict.kind is VerdictKind.CANNOT_TELL and (verdict.p is None or verdict.smallest_detectable is None):
        return "too_few"
    if verdict.kind is VerdictKind.LABEL_MORE and len(verdict.missing) == 1:
        return "label_one"
    return verdict.kind.value


def p_text(p: float | None) -> str:
    """Return a p value as people read it: three places, or that it is below them."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def interval_text(interval: tuple[float, float] | None, sign: str = "+") -> str:
    """Return both ends of an interval, of differences with their signs."""
    return f"{interval[0]:{sign}.3f} … {interval[1]:{sign}.3f}" if interval else "–"
