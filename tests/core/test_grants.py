"""Roles as a workspace keeps them: the last change counts, all of them stay, and nobody is locked out."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import RoleError
from core.grants import ADMINS_VARIABLE, grants, roles, set_role
from core.roles import Role
from core.workspace import Workspace


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv(ADMINS_VARIABLE, raising=False)
    return Workspace(tmp_path)


def test_before_anybody_is_given_a_role_nobody_has_one(workspace: Workspace) -> None:
    assert roles(workspace) == {} and grants(workspace) == []


def test_the_last_change_counts_and_each_says_by_whom(workspace: Workspace) -> None:
    set_role(workspace, "kim@example.org", Role.CURATOR, by="lee@example.org")
    set_role(workspace, "kim@example.org", Role.TRAINER, by="boss@example.org")
    assert roles(workspace) == {"kim@example.org": Role.TRAINER}
    assert [(one.role, one.by) for one in grants(workspace)] == [
        (Role.TRAINER, "boss@example.org"),
        (Role.CURATOR, "lee@example.org"),
    ]
    assert grants(workspace)[1].at <= grants(workspace)[0].at


def test_a_role_that_was_taken_away_is_gone_and_on_record(workspace: Workspace) -> None:
    set_role(workspace, "kim@example.org", Role.CURATOR, by="lee@example.org")
    set_role(workspace, "kim@example.org", None, by="lee@example.org")
    assert roles(workspace) == {} and [one.role for one in grants(workspace)] == [None, Role.CURATOR]


def test_an_address_is_the_same_in_capitals(workspace: Workspace) -> None:
    set_role(workspace, " Kim@Example.ORG ", Role.CURATOR, by="lee@example.org")
    assert roles(workspace) == {"kim@example.org": Role.CURATOR}


def test_the_environment_names_admins_whatever_the_file_says(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_role(workspace, "boss@example.org", Role.VIEWER, by="kim@example.org")
    monkeypatch.setenv(ADMINS_VARIABLE, " Boss@example.org,, ops@example.org ")
    assert roles(workspace) == {"boss@example.org": Role.ADMIN, "ops@example.org": Role.ADMIN}
    with pytest.raises(RoleError, match=ADMINS_VARIABLE):
        set_role(workspace, "boss@example.org", None, by="kim@example.org")


@pytest.mark.parametrize(("name", "by", "field"), [(" ", "kim", "name"), ("kim", "", "by"), ("a\x00b", "kim", "name")])
def test_a_name_that_is_none_is_refused(workspace: Workspace, name: str, by: str, field: str) -> None:
    with pytest.raises(RoleError, match=f"^{field} is"):
        set_role(workspace, name, Role.VIEWER, by=by)
    assert grants(workspace) == []


@pytest.mark.parametrize("line", ["{", "[]", '{"name": "kim"}', '{"at": "", "by": "", "name": "kim", "role": "king"}'])
def test_a_damaged_file_gives_nobody_a_role(workspace: Workspace, line: str) -> None:
    set_role(workspace, "kim@example.org", Role.CURATOR, by="lee@example.org")
    path = workspace.root / "labels" / "roles.jsonl"
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(RoleError, match=r"roles\.jsonl, line 2"):
        roles(workspace)
