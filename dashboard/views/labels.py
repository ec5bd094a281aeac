"""The Labels page: judgments in from files, labels out to other tools, and snapshots of them."""

from __future__ import annotations

import streamlit as st

from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.labels_export import export_panel
from dashboard.widgets.labels_import import import_panel
from dashboard.widgets.labels_snapshots import snapshots_panel

PAGE = "labels"
IMPORT, EXPORT, SNAPSHOTS = "import", "export", "snapshots"


def draw() -> None:
    """Draw the page."""
    st.title(t("nav.labels"), anchor=False)
    st.caption(t("labels.intro"))
    films = resources.catalog_or_none()
    if films is None:
        st.info(t("labels.no_films"), icon=":material/movie:")
        st.page_link("views/catalog.py", label=t("labels.to_catalog"), icon=":material/movie:")
        return
    parts = {name: t(f"labels.{name}") for name in (IMPORT, EXPORT, SNAPSHOTS)}
    part = st.segmented_control(
        t("labels.part"),
        list(parts),
        default=session.recall(PAGE, "part", IMPORT),
        format_func=parts.__getitem__,
        required=True,
        key="labels_part",
        label_visibility="collapsed",
    )
    session.remember(PAGE, "part", part)
    if part == EXPORT:
        export_panel(films)
    elif part == SNAPSHOTS:
        snapshots_panel(films)
    else:
        import_panel(films)


draw()
