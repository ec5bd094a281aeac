"""A tuned model: where it comes from, where it lies, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from core.roles import Action
from dashboard import deeds, resources
from dashboard.permission import why_not
from dashboard.strings import t
from dashboard.widgets.model_export import show_place
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.run_facts import UNKNOWN, RunFacts, local_time, memory
from dashboard.widgets.run_figures import show_figures, strength_in_words
from dashboard.widgets.run_outcome import promote_control

DIGITS = 12


def show_tuned(facts: RunFacts) -> None:
    """Draw one tuned model in full."""
    with st.container(border=True):
        show_figures(facts)
        st.text(strength_in_words(facts))
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(t("train.compare"), icon=":material/compare_arrows:", key="models_compare"):
                st.switch_page("views/compare.py", query_params={"tuned": facts.name})
            promote_control(facts, place="models")
            st.page_link(
                "views/train.py",
                label=t("models.see_run"),
                icon=":material/show_chart:",
                query_params={"run": facts.name},
            )
        show_lineage(facts)
        show_place(facts)
        delete_control(facts)


def show_lineage(facts: RunFacts) -> None:
    """Draw base, labels, catalogue and data of a run."""
    st.markdown(f"**{t('models.lineage')}**")
    report = facts.report
    trained = t(
        "models.trained_on", **{name: report.get(name, UNKNOWN) for name in ("pairs", "queries", "negatives", "steps")}
    )
    if report.get("mined"):
        trained = f"{trained}, {t('models.trained_mined', count=report['mined'])}"
    started = [local_time(str(facts.about.get("created_at") or "")), str(facts.about.get("by") or "")]
    needed = (report.get("plan") or {}).get("memory_bytes")
    device = [str(report.get("device") or ""), str(report.get("precision") or ""), memory(needed) if needed else ""]
    lines = {
        "base": facts.base,
        "side": t(f"settings.side_{facts.config.side}") if facts.config else UNKNOWN,
        "snapshot": str(report.get("snapshot") or facts.about.get("snapshot") or UNKNOWN)[:DIGITS],
        "catalog": catalog_in_words(str(report.get("catalog") or "")),
        "trained": trained,
        "started": "  ·  ".join(filter(None, started)),
        "device": "  ·  ".join(filter(None, device)) or UNKNOWN,
    }
    for name, value in lines.items():
        label, text = st.columns([1, 3])
        label.caption(t(f"models.lineage_{name}"))
        text.text(value)


def catalog_in_words(fingerprint: str) -> str:
    """Return which catalogue a run saw, and whether it is the one of now."""
    if not fingerprint:
        return UNKNOWN
    films = resources.catalog_or_none()
    same = films is not None and films.fingerprint == fingerprint
    return t("models.catalog_same" if same else "models.catalog_other", short=fingerprint[:DIGITS])


def delete_control(facts: RunFacts) -> None:
    """Draw the deletion of a run, behind a confirmation; the model in use is not deleted."""
    in_use = resources.active_run() == facts.name
    no = why_not(Action.DELETE_RUN)
    key = f"models_delete_{facts.name}"
    with st.popover(
        t("models.delete"), icon=":material/delete:", disabled=in_use or bool(no), help=no or None, key=key
    ):
        st.text(t("models.delete_sure"))
        if st.button(t("models.delete_yes"), key=f"models_delete_yes_{facts.name}"):
            with shown_as_problems():
                deeds.delete_run(facts.run)
                st.toast(t("models.deleted", run=facts.name))
                st.rerun()
    if in_use:
        st.caption(t("models.delete_in_use"))
