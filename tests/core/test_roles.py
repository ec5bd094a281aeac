"""What each role may do, and that the list of rights and the list of deeds leave nothing out."""

from __future__ import annotations

import pytest

from core.errors import NotAllowedError
from core.roles import DEEDS, LEAST, Action, Role, may, require

MADE_BY_CURATORS = {
    Action.JUDGE,
    Action.ADJUDICATE,
    Action.ADD_QUERIES,
    Action.IMPORT_LABELS,
    Action.EXPORT_LABELS,
    Action.EDIT_GUIDELINE,
    Action.CHANGE_SETTINGS,
    Action.KEEP_SNAPSHOT,
    Action.KEEP_COMPARISON,
}
MADE_BY_TRAINERS = {Action.IMPORT_CATALOG, Action.TRAIN, Action.CANCEL_RUN, Action.DELETE_RUN, Action.PROMOTE}
MAY: dict[Role | None, set[Action]] = {
    None: set(),
    Role.VIEWER: set(),
    Role.CURATOR: MADE_BY_CURATORS,
    Role.TRAINER: MADE_BY_CURATORS | MADE_BY_TRAINERS,
    Role.ADMIN: set(Action),
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", MAY)
def test_each_role_may_do_its_own_and_what_those_before_it_may(role: Role | None, action: Action) -> None:
    assert may(role, action) is (action in MAY[role])


def test_every_action_has_a_least_role_and_words() -> None:
    assert set(LEAST) == set(DEEDS) == set(Action)


def test_a_refusal_says_which_role_one_has_and_which_it_takes() -> None:
    require(Role.TRAINER, Action.TRAIN)
    with pytest.raises(NotAllowedError, match=r"the role of curator; the role of trainer is needed to start a train"):
        require(Role.CURATOR, Action.TRAIN)
    with pytest.raises(NotAllowedError, match=r"no role; the role of curator.*Ask an admin"):
        require(None, Action.JUDGE)
