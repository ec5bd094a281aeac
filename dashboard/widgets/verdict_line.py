"""What a comparison allows us to say, in one sentence with its numbers, and what to do next."""

from __future__ import annotations

import streamlit as st

from core.evaluation import Comparison, Verdict, VerdictKind
from dashboard.strings import t

ICONS = {
    VerdictKind.BETTER: ":material/trending_up:",
    VerdictKind.WORSE: ":material/trending_down:",
    VerdictKind.NO_DIFFERENCE: ":material/equal:",
    VerdictKind.CANNOT_TELL: ":material/help:",
    VerdictKind.LABEL_MORE: ":material/edit_note:",
}
BOXES = {VerdictKind.BETTER: st.success, VerdictKind.WORSE: st.error, VerdictKind.LABEL_MORE: st.warning}


def show_verdict(comparison: Comparison) -> None:
    """Draw the verdict, with the way to the Label page where labels are missing."""
    verdict = comparison.verdict
    box = BOXES.get(verdict.kind, st.info)
    box(verdict_text(verdict, split_name(comparison)), icon=ICONS[verdict.kind])
    if verdict.kind is VerdictKind.LABEL_MORE:
        st.page_link(
            "views/label.py",
            label=t("compare_numbers.to_label_pairs"),
            icon=":material/thumbs_up_down:",
            query_params={"query": verdict.missing[0][0]},
        )


def split_name(comparison: Comparison) -> str:
    """Return what the queries of a comparison are called: a split, or a set of somebody's own."""
    split = str(comparison.lineage.get("split", ""))
    return t(f"common.{split}") if split in ("dev", "test") else split


def verdict_text(verdict: Verdict, split: str) -> str:
    """Return the verdict as one sentence; ``split`` is what its queries are called."""
    low, high = verdict.ci or (0.0, 0.0)
    values = {
        "queries": verdict.queries,
        "split": split,
        "delta": f"{verdict.delta:+.3f}",
        "low": f"{low:+.3f}",
        "high": f"{high:+.3f}",
        "p": p_text(verdict.p),
        "differing": verdict.differing,
        "pairs": f"{len(verdict.missing):,}",
        "judged_base": f"{verdict.judged_base:.0%}",
        "judged_tuned": f"{verdict.judged_tuned:.0%}",
        "detectable": "" if verdict.smallest_detectable is None else f"{verdict.smallest_detectable:.3f}",
    }
    return t(f"compare_numbers.verdict_{_key(verdict)}", **values)


def _key(verdict: Verdict) -> str:
    if verdict.kind is VerdictKind.NO_DIFFERENCE and not verdict.differing:
        return "same"
    if verdict.kind is VerdictKind.CANNOT_TELL and (verdict.p is None or verdict.smallest_detectable is None):
        return "too_few"
    return verdict.kind.value


def p_text(p: float | None) -> str:
    """Return a p value as people read it: three places, or that it is below them."""
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
