"""Who has which role, and for admins the way to change it."""

from __future__ import annotations

import streamlit as st

from core.activity_log import Kind, logged
from core.grants import configured_admins, grants, roles
from core.roles import Action, Role
from dashboard import deeds, resources, session, sign_in
from dashboard.permission import allowed
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.run_facts import local_time

PAGE = "roles"
NONE = ""


def show_roles() -> None:
    """Draw what the roles are, who has one, and the form that gives one."""
    st.caption(t("activity.roles_intro"))
    if not sign_in.required():
        st.info(t("activity.roles_off"), icon=":material/lock_open:")
    known = roles(resources.workspace())
    waiting = sorted({one.by for one in logged(resources.workspace()) if one.kind is Kind.SIGN_IN} - known.keys())
    _table(known, waiting)
    if not session.curator():
        st.caption(f":material/person: {t('activity.roles_name_first')}")
        st.page_link("views/label.py", label=t("compare.to_label"), icon=":material/thumbs_up_down:")
    elif allowed(Action.SET_ROLES):
        _form(known, waiting)


def _table(known: dict[str, Role], waiting: list[str]) -> None:
    given = {one.name: one for one in reversed(grants(resources.workspace()))}
    rows = []
    for name, role in known.items():
        row = {"name": name, "role": t(f"signin.role_{role}"), "by": t("activity.by_environment"), "at": ""}
        if name not in configured_admins():
            row |= {"by": given[name].by, "at": local_time(given[name].at)}
        rows.append(row)
    rows += [{"name": name, "role": t("activity.waiting"), "by": "", "at": ""} for name in waiting]
    if not rows:
        st.caption(t("activity.roles_none"))
        return
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "name": st.column_config.TextColumn(t("activity.who"), width=260),
            "role": st.column_config.TextColumn(t("activity.role"), width=180),
            "by": st.column_config.TextColumn(t("activity.given_by"), width=200),
            "at": st.column_config.TextColumn(t("activity.given_at"), width=130),
        },
        alt=t("activity.roles_table"),
    )


def _form(known: dict[str, Role], waiting: list[str]) -> None:
    words = {role.value: t(f"signin.role_{role}") for role in Role} | {NONE: t("activity.set_none")}
    with st.form("activity_role", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            t("activity.set_name"),
            [*waiting, *known],
            index=0 if waiting else None,
            placeholder=t("activity.set_name_hint"),
            help=t("activity.set_name_help"),
            accept_new_options=True,
            key="activity_role_name",
            width=300,
        )
        role = st.selectbox(
            t("activity.set_role"),
            list(words),
            index=1,
            format_func=words.__getitem__,
            key="activity_role_role",
            width=180,
        )
        pressed = st.form_submit_button(t("activity.set_do"), type="primary", icon=":material/badge:")
    if pressed:
        session.remember(PAGE, "given", "")
        with shown_as_problems():
            grant = deeds.set_role(name or "", Role(role) if role else None)
            session.remember(PAGE, "given", t("activity.set_done", name=grant.name, role=words[role or NONE]))
            st.rerun()
    if given := session.recall(PAGE, "given", ""):
        st.success(plain(given), icon=":material/check_circle:")
