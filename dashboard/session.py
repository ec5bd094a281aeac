"""The only place that touches session state: language, curator, and each page's own small memory."""

from __future__ import annotations

from typing import Any, TypeVar

import streamlit as st

Value = TypeVar("Value")

LANGUAGE = "language"
CURATOR = "curator"


def start() -> None:
    """Set what every page relies on, once a session: the browser's language first."""
    if LANGUAGE not in st.session_state:
        asked = st.query_params.get("lang")
        browser = (st.context.locale or "ko").lower()
        st.session_state[LANGUAGE] = asked if asked in ("ko", "en") else ("ko" if browser.startswith("ko") else "en")
    st.session_state[LANGUAGE] = st.session_state[LANGUAGE]  # keeps the value when its widget is not on the page
    st.session_state.setdefault(CURATOR, "")


def language() -> str:
    """Return ``ko`` or ``en``."""
    return str(st.session_state.get(LANGUAGE) or "en")


def language_switch() -> None:
    """Draw the language switch."""
    from dashboard.strings import LANGUAGES, t

    st.segmented_control(
        t("nav.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=LANGUAGE,
        required=True,
        label_visibility="collapsed",
    )


def curator() -> str:
    """Return who is working, empty when not said yet."""
    return str(st.session_state.get(CURATOR) or "")


def set_curator(name: str) -> None:
    st.session_state[CURATOR] = name.strip()


def curator_chip() -> None:
    """Draw who is working, with a way to change it."""
    from dashboard.strings import t

    if not curator():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/person: {t('nav.curator')}")
        st.text(curator())
        st.button(t("nav.curator_change"), key="curator_change", type="tertiary", on_click=set_curator, args=("",))


def recall(page: str, name: str, default: Value) -> Value:
    """Return what a page remembered under ``name``."""
    value: Any = st.session_state.get(f"{page}/{name}", default)
    return value  # type: ignore[no-any-return]


def remember(page: str, name: str, value: Any) -> None:
    """Keep a value of a page for the rest of the session."""
    st.session_state[f"{page}/{name}"] = value
