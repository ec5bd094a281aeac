"""The Models page: what is in use, what was tuned and from what, and which base models there are."""

from __future__ import annotations

import streamlit as st

from core.models.named import NAMED, NamedModel
from core.models.packaged import PACKAGED, PackagedModel, packaged_file
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.active_model import show_active
from dashboard.widgets.lineage import show_tuned
from dashboard.widgets.run_facts import RunFacts, all_runs, score

RUN = "run"


def draw() -> None:
    """Draw the page."""
    st.title(t("nav.models"), anchor=False)
    st.caption(t("models.intro"))
    show_active()
    st.subheader(t("models.tuned"), anchor=False)
    chosen = choose_run([facts for facts in all_runs() if facts.succeeded])
    if chosen is not None:
        show_tuned(chosen)
    show_bases()


def choose_run(runs: list[RunFacts]) -> RunFacts | None:
    """Draw the choice among the tuned models; the address may name one, else it is the one in use or the newest."""
    if not runs:
        st.info(t("models.tuned_none"), icon=":material/model_training:")
        st.page_link("views/train.py", label=t("models.to_train"), icon=":material/model_training:")
        return None
    by_name = {facts.name: facts for facts in runs}
    active = resources.active_run()

    def title(name: str) -> str:
        facts = by_name[name]
        key = "models.option_active" if name == active else "models.option"
        return t(key, run=name, base=score(facts.dev_base), tuned=score(facts.dev_tuned))

    first = next((name for name in (st.query_params.get(RUN), active) if name in by_name), runs[0].name)
    name = st.selectbox(
        t("models.choose"),
        list(by_name),
        index=list(by_name).index(first),
        format_func=title,
        key="models_run",
        label_visibility="collapsed",
    )
    return by_name[name]


def show_bases() -> None:
    """Draw the models that have a name here, packaged or on the Hub, and how to use any other."""
    st.subheader(t("models.bases"), anchor=False)
    st.caption(t("models.bases_intro"))
    packaged = [
        _base(model, t("models.bases_yes" if packaged_file(model) else "models.bases_no"))
        for model in PACKAGED.values()
    ]
    named = [_base(model, t("models.bases_download")) for model in NAMED.values()]
    st.dataframe([*packaged, *named], hide_index=True, alt=t("models.bases"))
    st.markdown(t("models.bases_other"))


def _base(model: PackagedModel | NamedModel, here: str) -> dict[str, str]:
    return {
        t("models.bases_name"): model.name,
        t("models.bases_parameters"): model.parameters,
        t("models.bases_languages"): model.languages,
        t("models.bases_installed"): here,
        t("models.bases_hub"): model.hub_id,
    }


draw()
