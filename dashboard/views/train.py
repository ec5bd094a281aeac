"""The Train page: are the labels ready, start a training, watch it, and see what it came to."""

from __future__ import annotations

import streamlit as st

from core.config import make_config
from core.runs import open_run
from core.training.pairs import suggested_epochs
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.readiness import readiness_now, show_readiness
from dashboard.widgets.run_facts import RunFacts, all_runs, read_facts
from dashboard.widgets.run_live import show_live
from dashboard.widgets.run_outcome import show_outcome
from dashboard.widgets.run_table import show_runs
from dashboard.widgets.train_form import base_is_here, choose_settings
from dashboard.widgets.train_plan import folds_refused, show_plan
from dashboard.widgets.train_start import RUN, begin, start_button


def draw() -> None:
    """Draw the page."""
    st.title(t("nav.train"), anchor=False)
    st.caption(t("train.intro"))
    runs = all_runs()
    active = next((facts for facts in runs if facts.state.active), None)
    if active is not None:
        show_live(active)
    with shown_as_problems():
        asked = asked_for(active)
        if asked is not None:
            show_outcome(asked, place="asked", busy=active is not None, closable=True)
    with shown_as_problems():
        prepare(runs, busy=active is not None)
    history(runs, busy=active is not None)


def asked_for(active: RunFacts | None) -> RunFacts | None:
    """Return the ended run that the address names; raises ``RunError`` when there is none of that name."""
    name = st.query_params.get(RUN)
    if not name or (active is not None and active.name == name):
        return None
    return read_facts(open_run(resources.workspace(), name))


def prepare(runs: list[RunFacts], *, busy: bool) -> None:
    """Draw the readiness of the labels and, unless a training is under way, the form that starts the next."""
    ready = readiness_now()
    show_readiness(ready)
    if busy:
        st.caption(f":material/hourglass: {t('train.live_other')}")
        return
    st.subheader(t("train.settings"), anchor=False)
    config = None
    with shown_as_problems():
        defaults = make_config({})
        pairs = max(1, ready.pairs_an_epoch(defaults.positives))
        config = choose_settings(suggested_epochs(pairs, defaults.batch_size))
        if not base_is_here(config.base):
            config = None
    why = t("train.retrain_conflicts") if ready.conflicts else "" if ready.enough else t("train.retrain_labels")
    if config is not None and ready.ready:
        why = folds_refused(config, ready)
        if why:
            st.warning(why, icon=":material/warning:")
        else:
            show_plan(config, ready, runs)
    start_button(
        t("train.retrain"),
        lambda: begin(config),  # type: ignore[arg-type]
        key="start",
        disabled=config is None or not ready.ready or bool(why),
        why=why,
    )


def history(runs: list[RunFacts], *, busy: bool) -> None:
    """Draw the earlier trainings and, below them, the one that is chosen."""
    ended = [facts for facts in runs if not facts.state.active]
    st.subheader(t("train.history"), anchor=False)
    if not ended:
        st.caption(t("train.history_none"))
        return
    st.caption(t("train.history_pick"))
    asked = st.query_params.get(RUN)
    chosen = show_runs(ended, preselect=not busy and not asked)
    if chosen is not None and chosen.name != asked:
        show_outcome(chosen, place="chosen", busy=busy)


draw()
