"""The team's settings: defaults, changes that stay, and values that are refused by name."""

from __future__ import annotations

import pytest

from core.errors import LabelError
from core.judgments import LabelStore, Project
from core.workspace import Workspace


def test_before_anybody_changes_them_the_defaults_count(store: LabelStore) -> None:
    assert store.project.current() == Project()


def test_a_change_leaves_the_other_settings_and_outlives_the_store(store: LabelStore, workspace: Workspace) -> None:
    store.project.change("kim", depth=20)
    store.project.change("lee", overlap=0.5)
    with LabelStore.open(workspace) as again:
        assert again.project.current() == Project(depth=20, overlap=0.5)


@pytest.mark.parametrize(("name", "value"), [("depth", 0), ("overlap", 2), ("random_share", "much"), ("colour", 1)])
def test_a_wrong_setting_is_refused_by_name_and_changes_nothing(store: LabelStore, name: str, value: object) -> None:
    with pytest.raises(LabelError, match=name):
        store.project.change("kim", **{name: value})
    assert store.project.current() == Project()
