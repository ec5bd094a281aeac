"""The only place that touches session state: language, curator, and each page's own small memory."""

from __future__ import annotations

from typing import Any, TypeVar

import streamlit as st

from dashboard import browser_memory, sign_in
from dashboard.curator_names import tidy_name

Value = TypeVar("Value")

LANGUAGE = "language"
CURATOR = "curator"
GUIDELINE_SEEN = "guideline_seen"
LASTING = (GUIDELINE_SEEN,)


def start() -> None:
    """Set what every page relies on, once a session: what the browser remembers, else the browser's language."""
    if LANGUAGE not in st.session_state:
        wishes = (st.query_params.get("lang"), browser_memory.remembered(LANGUAGE))
        locale = "ko" if (st.context.locale or "ko").lower().startswith("ko") else "en"
        st.session_state[LANGUAGE] = next((wish for wish in wishes if wish in ("ko", "en")), locale)
    st.session_state[LANGUAGE] = st.session_state[LANGUAGE]  # keeps the value when its widget is not on the page
    if CURATOR not in st.session_state:
        set_curator(browser_memory.remembered(CURATOR))


def write_browser_memory() -> None:
    """Have the browser remember what outlives a session. Called once in every run of the frame."""
    values = {LANGUAGE: language(), CURATOR: "" if sign_in.required() else curator()}
    browser_memory.write(values | {name: lasting(name) for name in LASTING})


def lasting(name: str) -> str:
    """Return what the browser remembers under one of the ``LASTING`` names, empty when nothing."""
    key = f"lasting/{name}"
    if key not in st.session_state:
        st.session_state[key] = browser_memory.remembered(name)
    return str(st.session_state[key])


def set_lasting(name: str, value: str) -> None:
    """Remember a value in this browser, over reloads and new tabs."""
    st.session_state[f"lasting/{name}"] = value


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
    """Return who is working, empty when not said yet; where a sign-in is asked for, it alone says so."""
    return sign_in.name() if sign_in.required() else str(st.session_state.get(CURATOR) or "")


def set_curator(name: str) -> None:
    """Set who is working, empty for nobody."""
    st.session_state[CURATOR] = tidy_name(name)


def curator_chip() -> None:
    """Draw who is working, with a way to change it; where a sign-in is asked for, the role and the way out."""
    from dashboard import permission
    from dashboard.strings import t

    if not curator():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        role = permission.role() if sign_in.required() else None
        st.caption(f":material/person: {t(f'signin.role_{role}') if role else t('nav.curator')}")
        st.text(curator())
        if sign_in.required():
            st.button(t("signin.out"), key="sign_out", type="tertiary", icon=":material/logout:", on_click=st.logout)
        else:
            st.button(t("nav.curator_change"), key="curator_change", type="tertiary", on_click=set_curator, args=("",))


def recall(page: str, name: str, default: Value) -> Value:
    """Return what a page remembered under ``name``."""
    value: Any = st.session_state.get(f"{page}/{name}", default)
    return value  # type: ignore[no-any-return]


def remember(page: str, name: str, value: Any) -> None:
    """Keep a value of a page for the rest of the session."""
    st.session_state[f"{page}/{name}"] = value


def sent(key: str, name: str) -> Any:
    """Return what the browser has sent under ``name`` from the component with this key, None before it did."""
    state: Any = st.session_state.get(key)
    return state.get(name) if state else None


def on_page(key: str) -> bool:
    """Return whether the widget with this key was drawn by the last run of the page."""
    return key in st.session_state


def entered(key: str) -> str:
    """Return the text in the widget with this key, empty before there is one."""
    return str(st.session_state.get(key) or "")
