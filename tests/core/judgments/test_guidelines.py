"""The team's guideline: each version stays, the last one holds, and no colleague's version is lost unseen."""

from __future__ import annotations

import pytest

from core.errors import LabelError
from core.judgments import LabelStore, NewQuery, Shown
from core.workspace import Workspace


@pytest.fixture(autouse=True)
def queries(store: LabelStore) -> None:
    store.add_queries([NewQuery("A quiet film", "q1"), NewQuery("A loud film", "q2")])


def test_before_anybody_writes_one_there_is_none(store: LabelStore) -> None:
    assert store.guidelines.current() is None and store.guidelines.versions() == []


def test_each_version_stays_with_its_writer_and_the_last_one_holds(store: LabelStore, workspace: Workspace) -> None:
    store.guidelines.write("Sequels count.", "kim")
    store.guidelines.write("Sequels do not count.", "lee")
    with LabelStore.open(workspace) as again:
        versions = again.guidelines.versions()
        assert [(one.version, one.text, one.annotator) for one in versions] == [
            (2, "Sequels do not count.", "lee"),
            (1, "Sequels count.", "kim"),
        ]
        assert again.guidelines.current() == versions[0]
        assert versions[1].written_at <= versions[0].written_at


def test_the_same_text_is_no_new_version(store: LabelStore) -> None:
    first = store.guidelines.write("One rule.\n\nAnother.", "kim")
    assert store.guidelines.write("  One rule.  \n\nAnother.\n", "lee") == first
    assert store.guidelines.versions() == [first]


def test_a_text_written_from_an_older_version_does_not_replace_a_colleagues(store: LabelStore) -> None:
    store.guidelines.write("By kim.", "kim", changes=0)
    with pytest.raises(LabelError, match=r"version 1 now.*from version 0"):
        store.guidelines.write("By lee.", "lee", changes=0)
    assert store.guidelines.write("By both.", "lee", changes=1).version == 2


@pytest.mark.parametrize(("text", "annotator", "field"), [(" \n ", "kim", "text"), ("Rule.", " ", "annotator")])
def test_an_empty_text_or_name_is_refused(store: LabelStore, text: str, annotator: str, field: str) -> None:
    with pytest.raises(LabelError, match=field):
        store.guidelines.write(text, annotator)
    assert store.guidelines.current() is None


def test_an_answer_remembers_the_version_that_held(store: LabelStore) -> None:
    version = store.guidelines.write("One rule.", "kim").version
    store.judge("q1", "m1", "kim", "positive", event_id="e1", shown=Shown(guideline=version))
    assert store.history(1)[0].shown.guideline == version
