"""Where the labels lie, and what is said where they cannot be reached: one line, and never a password."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from postgres.cluster import GUARDED, PASSWORD, Cluster, database_of
from sqlalchemy.engine import make_url

from core.errors import LabelError
from core.judgments import LabelStore, NewQuery
from core.judgments.addresses import ENVIRONMENT_VARIABLE, label_address, read_url, shown_name
from core.workspace import Workspace

SECRET = "hunter2hunter2"


def refusal(address: str) -> str:
    with pytest.raises(LabelError) as caught:
        LabelStore(address)
    said = str(caught.value)
    assert SECRET not in said and PASSWORD not in said and len(said.splitlines()) == 1
    return said


def test_without_a_url_the_labels_are_a_file_of_the_workspace(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert label_address(workspace) == workspace.database
    with LabelStore.open(workspace) as store:
        assert store.name == str(workspace.database)
    assert workspace.database.is_file()


def test_a_url_takes_the_place_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f" {postgres_url} ")
    workspace = Workspace(tmp_path)
    with LabelStore.open(workspace) as store:
        assert store.name == shown_name(make_url(postgres_url))
    assert not workspace.database.exists()


def test_a_variable_without_a_url_is_not_taken_for_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, f"kim:{SECRET}@db.example.org/labels")
    with pytest.raises(LabelError, match=r"REELIGN_DATABASE_URL holds no URL.*postgresql\+psycopg://") as caught:
        LabelStore.open(Workspace(tmp_path))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            f"postgresql+psycopg://kim:{SECRET}@host:port/labels",
            r"cannot be read.*postgresql\+psycopg://USER@HOST/NAME",
        ),
        (f"://kim:{SECRET}@host/labels", "cannot be read"),
        (f"postgresql+psycopg://kim:{SECRET}@{SECRET}@host/labels", "more than one '@'.*%40"),
        (f"postgres://kim:{SECRET}@host/labels", "'postgres'"),
        (f"postgresql+asyncpg://kim:{SECRET}@host/labels", r"'postgresql\+asyncpg'"),
        (f"mysql://kim:{SECRET}@host/labels", "'mysql'"),
        ("sqlite://", "memory only"),
        ("sqlite:///:memory:", "memory only"),
        (f"postgresql+psycopg://kim:{SECRET}@localhost:1/labels", r"cannot be reached: .*Connection refused.*runs"),
        (f"postgresql+psycopg://kim:{SECRET}@nowhere.invalid/labels", "cannot be reached: .*'nowhere.invalid'"),
        (f"postgresql+psycopg://kim@localhost:1/labels?password={SECRET}", "cannot be reached"),
    ],
)
def test_a_url_that_leads_nowhere_is_explained(url: str, said: str) -> None:
    pytest.importorskip("psycopg", reason="The package psycopg is not installed ('make setup-dev').")
    assert re.search(said, refusal(url))


def test_a_missing_driver_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "requirements-postgres.txt" in refusal(f"postgresql+psycopg://kim:{SECRET}@localhost/labels")


@pytest.mark.parametrize(
    ("user", "said"),
    [
        (f"{GUARDED}:{SECRET}", "password authentication failed.*Check user and password"),
        (GUARDED, "no password.*Check user and password"),
        (f"nobody:{SECRET}", "does not exist.*createuser"),
    ],
)
def test_whom_the_server_refuses_learns_why(postgres: Cluster, postgres_url: str, user: str, said: str) -> None:
    url = postgres.url(database_of(postgres_url), user)
    assert re.search(said, refusal(url))


def test_a_database_that_is_not_there_is_named(postgres: Cluster) -> None:
    assert "createdb" in refusal(postgres.url("nowhere"))


def test_who_may_not_make_tables_learns_what_to_do(postgres: Cluster) -> None:
    url = postgres.empty_database()
    postgres.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database_of(url))
    assert "owner of the database" in refusal(postgres.url(database_of(url), f"{GUARDED}:{PASSWORD}"))


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_text_is_refused(postgres: Cluster, encoding: str) -> None:
    name = f"in_{encoding.lower()}"
    kind = "LOCALE_PROVIDER libc" if postgres.orders_as_dictionaries else ""
    postgres.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' {kind} TEMPLATE template0")
    assert re.search(f"'{name}' keeps text as {encoding}.*createdb --encoding=UTF8", refusal(postgres.url(name)))


def test_tables_of_another_program_are_left_alone(postgres: Cluster) -> None:
    url = postgres.empty_database()
    postgres.execute("CREATE TABLE project (id INTEGER)", database_of(url))
    assert "another program" in refusal(url)


def test_a_password_with_signs_of_a_url_can_be_written() -> None:
    assert read_url("postgresql+psycopg://kim:p%40ss%2Fword@host/labels").password == "p@ss/word"
    assert shown_name(read_url("postgresql+psycopg://kim:p%40ss@host/labels")) == (
        "postgresql+psycopg://kim:***@host/labels"
    )


def test_text_that_postgresql_cannot_hold_is_refused_and_nothing_is_written(postgres_url: str) -> None:
    with LabelStore(postgres_url) as store:
        store.add_queries([NewQuery("a film", "q")])
        with pytest.raises(LabelError, match="NUL"):
            store.judge("q", "m", "kim", "positive", event_id="e", note="a\0b")
        assert store.last_event_number() == 0


def test_the_home_of_nobody_is_refused() -> None:
    with pytest.raises(LabelError, match=r"'~no-such-user/labels'.*Give the whole path"):
        read_url("~no-such-user/labels")
