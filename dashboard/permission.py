"""What whoever works here may do. The rights are core's; a page asks to hide what the write itself would refuse.

Without a sign-in everybody has every right: names are attribution then, and the server stays on this machine.
"""

from __future__ import annotations

import streamlit as st

from core import roles
from core.errors import NotAllowedError
from core.grants import roles as granted
from core.roles import LEAST, Action, Role
from core.workspace import Workspace
from dashboard import sign_in
from dashboard.strings import t


def role() -> Role | None:
    """Return the role of whoever works here, ``None`` for none; it is read anew, so that a change counts at once.

    Raises:
        RoleError: the file of the roles is damaged.
    """
    if not sign_in.required():
        return Role.ADMIN
    name = sign_in.name()
    return granted(workspace()).get(name) if name else None


@st.cache_resource(show_spinner=False)
def workspace() -> Workspace:
    """Return the workspace this server works in, whose roles count."""
    return Workspace.locate()


def may(action: Action) -> bool:
    """Return whether whoever works here may do this."""
    return roles.may(role(), action)


def require(action: Action, annotator: str | None = None) -> None:
    """Do nothing where whoever works here may do this, and in the name of ``annotator`` where one is given.

    Raises:
        NotAllowedError: saying which role it takes, or that the name is another's.
    """
    roles.require(role(), action)
    if annotator is not None and sign_in.required() and annotator != sign_in.name():
        raise NotAllowedError(f"You have signed in as {sign_in.name()} and cannot act as {annotator}.")


def why_not(action: Action) -> str:
    """Return which role it takes, in the session's language; empty where whoever works here may do this."""
    if may(action):
        return ""
    has = role()
    key = "signin.needs" if has else "signin.needs_any"
    return t(key, role=t(f"signin.role_{LEAST[action]}"), has=t(f"signin.role_{has}") if has else "")


def allowed(action: Action) -> bool:
    """Return whether whoever works here may do this; where not, say so in a line."""
    if reason := why_not(action):
        st.info(reason, icon=":material/lock:")
    return not reason
