"""Where a tuned model lies, the command that exports it in the form that is chosen, and the lines that serve it."""

from __future__ import annotations

import streamlit as st

from core.errors import ReelignError
from core.handover.base_family import recipe_and_family
from core.handover.launch import launches
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.run_facts import RunFacts

EXPORT_FORMS = ("merged", "adapter", "onnx", "openvino")
GRAPHS = ("onnx", "openvino")
PRECISIONS = ("float32", "int8")
FOLDER = "DIR"


def show_place(facts: RunFacts) -> None:
    """Draw where the adapter lies and how the model is taken elsewhere."""
    st.markdown(f"**{t('models.place')}**")
    st.caption(t("models.place_adapter"))
    st.code(str(facts.run.adapter), language=None, wrap_lines=True)
    form = st.radio(
        t("models.place_export"),
        EXPORT_FORMS,
        format_func=lambda form: t(f"models.form_{form}"),
        key=f"models_form_{facts.name}",
    )
    option = "" if form == "merged" else f" --form {form}"
    if form in GRAPHS:
        precision = st.radio(
            t("models.precision"),
            PRECISIONS,
            format_func=lambda precision: t(f"models.precision_{precision}"),
            key=f"models_precision_{facts.name}",
        )
        option += "" if precision == "float32" else f" --precision {precision}"
    st.code(f"python -m core runs export {facts.name} {FOLDER}{option}", language="bash", wrap_lines=True)
    if form in GRAPHS:
        st.caption(t("models.graph_needs"))
    if form == "merged":
        show_launches(facts)


def show_launches(facts: RunFacts) -> None:
    """Draw, behind a fold, how servers of others are started with the export."""
    try:
        recipe, family = recipe_and_family(facts.run.config().base, resources.workspace())
    except ReelignError:  # the base's files cannot be read, which the run itself says
        return
    with st.expander(t("models.serve"), icon=":material/dns:"):
        for launch in launches(recipe, FOLDER, family=family):
            st.caption(launch.server)
            if launch.command:
                st.code(launch.command, language="bash", wrap_lines=True)
                st.code(launch.request, language="json", wrap_lines=True)
            else:
                st.text(t("models.serve_not", family=family))
        st.caption(t("models.serve_prompts" if recipe.query_prompt or recipe.document_prompt else "models.serve_plain"))
