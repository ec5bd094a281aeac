"""What a finished training measured: its scores, what it costs elsewhere, and why it is used as it is."""

from __future__ import annotations

import streamlit as st

from core.errors import ReelignError
from core.training.dev import PROBE_MAY_FALL
from dashboard.strings import t
from dashboard.widgets.run_charts import Row, read_metrics
from dashboard.widgets.run_facts import UNKNOWN, RunFacts, score


def show_figures(facts: RunFacts) -> None:
    """Draw the scores of base and tuned, the strength of the adapter and the epoch kept, then the title probe."""
    delta = None
    if facts.dev_base is not None and facts.dev_tuned is not None and facts.alpha:
        delta = f"{facts.dev_tuned - facts.dev_base:+.3f}"
    alpha = UNKNOWN if facts.alpha is None else f"{facts.alpha:g}"
    kind = "folds" if facts.folds else "dev"
    with st.grid(4 if facts.epoch else 3, min_column_width=165):
        st.metric(t(f"train.{kind}_base"), score(facts.dev_base), border=True, height="stretch")
        st.metric(t(f"train.{kind}_tuned"), score(facts.dev_tuned), delta, border=True, height="stretch")
        st.metric(t("train.strength"), alpha, border=True, height="stretch")
        if facts.epoch:
            st.metric(t("train.kept_epoch"), kept_in_words(facts), border=True, height="stretch")
    if facts.titles is not None and facts.alpha:
        base, tuned = facts.titles
        values = {"base": score(base), "tuned": score(tuned)}
        st.caption(f":material/title: {t('train.titles', **values)}", help=t("train.titles_why", fall=PROBE_MAY_FALL))


def kept_in_words(facts: RunFacts) -> str:
    """Return the epoch that was kept, of how many."""
    if facts.config is None:
        return str(facts.epoch)
    return t("train.kept_of", epoch=facts.epoch, epochs=facts.config.epochs)


def strength_in_words(facts: RunFacts) -> str:
    """Return what the chosen strength of the adapter means."""
    if facts.alpha is None or (facts.dev_tuned is None and facts.alpha):
        return t("train.strength_unmeasured")
    if facts.alpha == 1:
        return t("train.strength_full")
    kind, percent = "zero" if facts.alpha == 0 else "part", round(facts.alpha * 100)
    found = held_back_by_titles(facts)
    if found is None:
        return t(f"train.strength_{kind}", percent=percent)
    base, better = found
    values = {"score": score(better["nDCG@10"]), "base": score(base["titles"]), "tuned": score(better["titles"])}
    return t(f"train.strength_{kind}_titles", percent=percent, fall=PROBE_MAY_FALL, **values)


def held_back_by_titles(facts: RunFacts) -> tuple[Row, Row] | None:
    """Return what the base measured, and the best strength of those that scored higher than the chosen one but found
    too few films by their title; ``None`` where there is no such strength.
    """
    try:
        rows = strength_rows(read_metrics(facts.run))
    except ReelignError:
        return None
    base, chosen = rows.get(0.0), rows.get(facts.alpha or 0.0)
    if base is None or chosen is None:
        return None
    refused = [
        row
        for row in rows.values()
        if row["nDCG@10"] > chosen["nDCG@10"] and row["titles"] < base["titles"] - PROBE_MAY_FALL
    ]
    return (base, max(refused, key=lambda row: float(row["nDCG@10"]))) if refused else None


def strength_rows(rows: list[Row]) -> dict[float, Row]:
    """Return what each strength scored; runs made before the title probe have nothing to say here."""
    return {float(row["alpha"]): row for row in rows if row.get("kind") == "strength" and "titles" in row}


def measured_in_words(facts: RunFacts) -> str:
    """Return on what the scores were taken."""
    report = facts.report
    counts = {"queries": report.get("dev_queries", UNKNOWN), "films": report.get("dev_films", UNKNOWN)}
    if facts.folds:
        return t("train.folds_are_small", **counts)
    small = t("train.dev_is_small", **counts)
    return f"{small} {t('train.dev_from_train')}" if report.get("dev_from_train") else small


def show_proof(facts: RunFacts) -> None:
    """Draw that the training is known to have changed the model and to have been saved, where the run checked it."""
    if facts.report.get("proof"):
        st.caption(f":material/verified: {t('train.proof' if facts.alpha else 'train.proof_base')}")
