"""The door: where the server asks for a sign-in, no page is drawn before somebody has one, and a role with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAuthError, StreamlitMissingAuthlibError

from core.activity_log import Kind, logged, note
from core.errors import ConfigError
from core.grants import ADMINS_VARIABLE, roles
from core.roles import Role
from dashboard import permission, session, sign_in
from dashboard.strings import t

PAGE = "signing_in"


def admitted() -> bool:
    """Return whether pages may be drawn; where not, draw what is missing: a sign-in, or a role.

    Raises:
        ConfigError, RoleError: the configuration of the sign-in, or the file of the roles, cannot be used.
    """
    if not sign_in.required():
        return True
    said = sign_in.claims()
    if not said:
        _ask()
        return False
    name = sign_in.name_of(said)
    if not name:
        _turn_away("signin.no_name", t("signin.nameless"))
        return False
    _note_sign_in(name, said)
    if permission.role() is None:
        nobody = Role.ADMIN not in roles(permission.workspace()).values()
        why = t("signin.no_admin", variable=ADMINS_VARIABLE) if nobody else t("signin.no_role")
        _turn_away("signin.no_entry", why, name)
        return False
    return True


def _ask() -> None:
    with st.container(border=True, width=560):
        st.subheader(t("signin.title"), anchor=False)
        st.caption(t("signin.why"))
        for provider in sign_in.providers():
            label = t("signin.in_with", provider=provider.capitalize()) if provider else t("signin.in")
            if st.button(label, key=f"sign_in_{provider}", type="primary", icon=":material/login:"):
                _begin(provider)


def _begin(provider: str | None) -> None:
    try:
        st.login(provider)
    except StreamlitMissingAuthlibError as reason:
        raise ConfigError(
            "The sign-in needs Authlib, which is not installed: "
            "'.venv/bin/python -m pip install -r requirements-signin.txt', then start the dashboard again."
        ) from reason
    except StreamlitAuthError as reason:
        raise ConfigError(f"The [auth] section of secrets.toml cannot be used: {reason}") from reason


def _turn_away(title: str, why: str, name: str = "") -> None:
    with st.container(border=True, width=560):
        st.subheader(t(title), anchor=False)
        if name:
            st.text(name)
        st.markdown(why)
        with st.container(horizontal=True):
            st.button(t("signin.look_again"), key="sign_in_again", icon=":material/refresh:")
            st.button(
                t("signin.out"), key="sign_out_here", type="tertiary", icon=":material/logout:", on_click=st.logout
            )


def _note_sign_in(name: str, said: dict[str, Any]) -> None:
    """Leave a trace of the sign-in, once for each token: a reload begins a new session with the same one."""
    if session.recall(PAGE, "noted", False):
        return
    issued = datetime.fromtimestamp(int(said.get("iat") or 0), UTC).isoformat()
    workspace = permission.workspace()
    if not any((one.kind, one.by, one.about) == (Kind.SIGN_IN, name, issued) for one in logged(workspace)):
        note(workspace, Kind.SIGN_IN, name, issued)
    session.remember(PAGE, "noted", True)
