"""How to judge: a panel beside the cards that stays open while keys work, its editor, and the versions it has had.

In the sidebar, because a column would push the card aside, and a popover closes at the first click and holds the keys.
"""

from __future__ import annotations

import difflib
import re

import streamlit as st

from core.errors import ReelignError
from core.judgments import Guideline
from core.roles import Action
from dashboard import resources, session
from dashboard.permission import why_not
from dashboard.strings import t
from dashboard.widgets import label_presses as presses
from dashboard.widgets import label_work as work
from dashboard.widgets.films import plain
from dashboard.widgets.problems import show_problem
from dashboard.widgets.run_facts import local_time

EDIT, VERSIONS = "guideline_edit", "guideline_versions"  # the dialogs
OPEN = "guideline_open"
LONGEST = 20_000  # characters
IMAGE = re.compile(r"!+\[")  # all exclamation marks before a bracket, so that none is left to begin an image


def show_guideline() -> None:
    """Draw the panel; a version that this curator has not opened yet is marked."""
    current = resources.store().guidelines.current()
    new = current is not None and session.lasting(session.GUIDELINE_SEEN) != _seen(current)
    label = t("guidelines.title") + (f" :orange-badge[{t('guidelines.new')}]" if new else "")
    opened = session.recall(work.PAGE, OPEN, False)
    panel = st.sidebar.expander(
        label, opened, key="label_guideline", icon=":material/menu_book:", on_change="rerun", type="compact"
    )
    session.remember(work.PAGE, OPEN, bool(panel.open))
    if not panel.open:
        return
    if current is not None:
        session.set_lasting(session.GUIDELINE_SEEN, _seen(current))
    with panel:
        guideline_text()
        with st.container(horizontal=True, gap="small"):
            for name, label in ((EDIT, "edit"), (VERSIONS, "versions")):
                no = why_not(Action.EDIT_GUIDELINE) if name == EDIT else ""
                st.button(
                    t(f"guidelines.{label}"),
                    key=f"label_open_{name}",
                    type="tertiary",
                    disabled=bool(no),
                    help=no or None,
                    on_click=_open,
                    args=(name, current.version if current else 0),
                )


def guideline_text() -> None:
    """Draw the guideline that holds and where it comes from."""
    current = resources.store().guidelines.current()
    st.markdown(without_images(current.text if current else t("guidelines.default")))
    st.caption(_origin(current) if current else t("guidelines.shipped"))


def show_guideline_dialogs() -> None:
    """Open the editor or the versions, if they were asked for."""
    name = session.recall(work.PAGE, "dialog", "")
    if name == EDIT:
        st.dialog(t("guidelines.edit_title"), width="medium", on_dismiss=presses.close_dialog)(_editor)()
    elif name == VERSIONS:
        st.dialog(t("guidelines.versions_title"), width="medium", on_dismiss=presses.close_dialog)(_versions)()


def without_images(text: str) -> str:
    """Return Markdown in which an image is a link: a picture from elsewhere tells its server who reads the page.

    >>> without_images("![a still](https://a.example/still.png)")
    '[a still](https://a.example/still.png)'
    """
    return IMAGE.sub("[", text)


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that went (``-``) and came (``+``) between two texts, in order, empty ones left out."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] in "+-" and line[2:].strip()]


def _seen(current: Guideline) -> str:
    return f"{current.version} {session.curator()}"


def _origin(version: Guideline) -> str:
    when = local_time(version.written_at)
    return t("guidelines.version", version=version.version, annotator=plain(version.annotator), when=plain(when))


def _open(name: str, version: int) -> None:
    session.remember(work.PAGE, "guideline_base", version)
    presses.open_dialog(name)


def _editor() -> None:
    current = resources.store().guidelines.current()
    standing = current.text if current else t("guidelines.default")
    st.caption(t("guidelines.edit_about"))
    text = st.text_area(t("guidelines.text"), standing, key="label_guideline_text", height=320, max_chars=LONGEST) or ""
    if st.button(t("guidelines.save"), key="label_guideline_save", type="primary"):
        if text.strip() == standing.strip():
            st.caption(t("guidelines.unchanged"))
        elif _saved(text, current):
            st.rerun()
    with st.expander(t("guidelines.preview"), key="label_guideline_preview"):
        st.markdown(without_images(text))


def _saved(text: str, current: Guideline | None) -> bool:
    base = session.recall(work.PAGE, "guideline_base", 0)
    try:
        written = resources.store().guidelines.write(text, session.curator(), changes=base)
    except ReelignError as reason:
        show_problem(reason)
        if current is not None and current.version != base:
            st.caption(t("guidelines.meanwhile"))
            _show_changes(_text_of(base), current.text)
            session.remember(work.PAGE, "guideline_base", current.version)
        return False
    session.set_lasting(session.GUIDELINE_SEEN, _seen(written))
    presses.close_dialog()
    work.say(t("guidelines.saved", version=written.version))
    return True


def _versions() -> None:
    versions = {version.version: version for version in resources.store().guidelines.versions()}
    if not versions:
        st.caption(t("guidelines.no_versions"))
        return
    number = st.selectbox(
        t("guidelines.choose"),
        list(versions),
        format_func=lambda number: _line(versions[number]),
        key="label_guideline_version",
    )
    before = number - 1 if number - 1 in versions else 0
    st.markdown(f"**{t('guidelines.changed', version=before) if before else t('guidelines.changed_first')}**")
    _show_changes(_text_of(before), versions[number].text)
    with st.expander(t("guidelines.whole"), key=f"label_guideline_whole_{number}"):
        st.markdown(without_images(versions[number].text))


def _line(version: Guideline) -> str:
    when = local_time(version.written_at)
    return t("guidelines.version", version=version.version, annotator=version.annotator, when=when)


def _text_of(version: int) -> str:
    texts = {one.version: one.text for one in resources.store().guidelines.versions()}
    return texts.get(version, t("guidelines.default"))


def _show_changes(before: str, after: str) -> None:
    shown = (
        f":green[+ {plain(line)}]" if mark == "+" else f":red[− ~~{plain(line)}~~]"
        for mark, line in changed_lines(before, after)
    )
    st.markdown("  \n".join(shown))
