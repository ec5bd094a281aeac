"""Who may do what: four roles, each with the rights of those before it, and one list of what there is to do.

Reading needs the role of a viewer and no action of its own. Curators make labels and what belongs to them, trainers
make models and decide which one is in use, admins give roles.
"""

from __future__ import annotations

from enum import StrEnum

from core.errors import NotAllowedError


class Role(StrEnum):
    """The roles, the least first."""

    VIEWER = "viewer"
    CURATOR = "curator"
    TRAINER = "trainer"
    ADMIN = "admin"


class Action(StrEnum):
    """What a role is needed for."""

    JUDGE = "judge"
    ADJUDICATE = "adjudicate"
    ADD_QUERIES = "add_queries"
    IMPORT_LABELS = "import_labels"
    EXPORT_LABELS = "export_labels"
    EDIT_GUIDELINE = "edit_guideline"
    CHANGE_SETTINGS = "change_settings"
    KEEP_SNAPSHOT = "keep_snapshot"
    KEEP_COMPARISON = "keep_comparison"
    IMPORT_CATALOG = "import_catalog"
    TRAIN = "train"
    CANCEL_RUN = "cancel_run"
    DELETE_RUN = "delete_run"
    PROMOTE = "promote"
    SET_ROLES = "set_roles"


LEAST: dict[Action, Role] = {
    Action.JUDGE: Role.CURATOR,
    Action.ADJUDICATE: Role.CURATOR,
    Action.ADD_QUERIES: Role.CURATOR,
    Action.IMPORT_LABELS: Role.CURATOR,
    Action.EXPORT_LABELS: Role.CURATOR,
    Action.EDIT_GUIDELINE: Role.CURATOR,
    Action.CHANGE_SETTINGS: Role.CURATOR,
    Action.KEEP_SNAPSHOT: Role.CURATOR,
    Action.KEEP_COMPARISON: Role.CURATOR,
    Action.IMPORT_CATALOG: Role.TRAINER,
    Action.TRAIN: Role.TRAINER,
    Action.CANCEL_RUN: Role.TRAINER,
    Action.DELETE_RUN: Role.TRAINER,
    Action.PROMOTE: Role.TRAINER,
    Action.SET_ROLES: Role.ADMIN,
}

DEEDS: dict[Action, str] = {
    Action.JUDGE: "answer, or take an answer back",
    Action.ADJUDICATE: "settle what curators answered differently",
    Action.ADD_QUERIES: "add queries",
    Action.IMPORT_LABELS: "import labels",
    Action.EXPORT_LABELS: "export labels",
    Action.EDIT_GUIDELINE: "change the guideline",
    Action.CHANGE_SETTINGS: "change the settings of the labelling",
    Action.KEEP_SNAPSHOT: "take or name a snapshot",
    Action.KEEP_COMPARISON: "make and keep a comparison",
    Action.IMPORT_CATALOG: "change the catalogue",
    Action.TRAIN: "start a training",
    Action.CANCEL_RUN: "cancel a training",
    Action.DELETE_RUN: "delete a run",
    Action.PROMOTE: "change the model in use",
    Action.SET_ROLES: "give or take roles",
}


def may(role: Role | None, action: Action) -> bool:
    """Return whether somebody with this role, ``None`` for none at all, may do this.

    >>> may(Role.ADMIN, Action.TRAIN), may(Role.VIEWER, Action.JUDGE), may(None, Action.JUDGE)
    (True, False, False)
    """
    order = list(Role)
    return role is not None and order.index(role) >= order.index(LEAST[action])


def require(role: Role | None, action: Action) -> None:
    """Do nothing where the role suffices.

    Raises:
        NotAllowedError: saying which role it takes.
    """
    if not may(role, action):
        has = f"the role of {role}" if role else "no role"
        raise NotAllowedError(
            f"You have {has}; the role of {LEAST[action]} is needed to {DEEDS[action]}. Ask an admin for it."
        )
