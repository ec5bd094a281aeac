"""Two replicas at one store: what one makes the other has, whole, and nothing that anybody made is lost."""

from __future__ import annotations

import pytest
from made import WEIGHTS, add_run, films

from core.catalog import load_catalog, save_catalog
from core.errors import StoreError
from core.grants import roles, set_role
from core.judgments import LabelStore, NewQuery, list_snapshots, name_snapshot, snapshot_names, take_snapshot
from core.object_store import Kind, catch_up, offer, trouble, withdraw
from core.object_store.hooks import replica_of
from core.object_store.kinds import ENDED, names_here
from core.object_store.syncing import pending
from core.roles import Role
from core.runs import RunState, active_history, active_model, delete_run, list_runs, open_run, promote
from core.workspace import Workspace

RUN = "20261124-120000-e5-small-0a1b"
OTHER = "20261124-130000-e5-small-0c2d"


def out_of_reach(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("REELIGN_STORE", "file:///there/is/no/such/share")


def test_a_run_that_one_trained_the_other_sees_and_promotes(address: str, mine: Workspace, theirs: Workspace) -> None:
    add_run(mine, RUN)
    offer(mine, Kind.RUNS, RUN)
    assert catch_up(theirs).pulled == [f"runs/{RUN}"]
    run = open_run(theirs, RUN)
    assert run.progress() == open_run(mine, RUN).progress()
    assert (run.adapter / "adapter_model.safetensors").read_bytes() == WEIGHTS
    assert not run.lock.exists() and not run.checkpoint.exists(), "what belongs to the machine that trained stays there"
    promote(theirs, RUN, by="mina")
    catch_up(mine)
    assert active_model(mine) == RUN and active_history(mine) == active_history(theirs)


def test_a_training_under_way_is_nobody_elses_until_it_ends(address: str, mine: Workspace, theirs: Workspace) -> None:
    assert {state.value for state in RunState if not state.active} - {"crashed"} == set(ENDED)
    run = add_run(mine, RUN, RunState.RUNNING)
    offer(mine, Kind.RUNS, RUN)
    catch_up(mine)
    assert catch_up(theirs).pulled == []
    run.write_progress(run.progress().__class__(RunState.FAILED))
    catch_up(mine)
    assert catch_up(theirs).pulled == [f"runs/{RUN}"]
    run.write_progress(run.progress().__class__(RunState.SUCCEEDED))  # started again, and well this time
    catch_up(mine)
    catch_up(theirs)
    assert open_run(theirs, RUN).progress().state is RunState.SUCCEEDED


def test_snapshots_come_with_their_names_and_times(address: str, mine: Workspace, theirs: Workspace) -> None:
    save_catalog(films("f1"), mine)
    with LabelStore.open(mine) as store:
        (query,) = store.add_queries([NewQuery("a family with a secret")])
        store.judge(query.query_id, "f1", "kim", "positive", event_id="e1")
        taken = take_snapshot(store, mine)
    name_snapshot(mine, taken.fingerprint, "first")
    catch_up(theirs)
    (there,) = list_snapshots(theirs)
    assert (there.rows, there.created_at) == (taken.rows, taken.created_at)
    assert snapshot_names(theirs) == {taken.fingerprint: "first"}
    assert load_catalog(theirs).fingerprint == load_catalog(mine).fingerprint


def test_a_second_look_moves_nothing(address: str, mine: Workspace, theirs: Workspace) -> None:
    add_run(mine, RUN)
    save_catalog(films("f1"), mine)
    promote(mine, RUN)
    for workspace in (mine, theirs, mine, theirs):
        catch_up(workspace)
    for workspace in (mine, theirs):
        done = catch_up(workspace, thorough=True)
        assert done.as_dict() == {name: [] for name in done.as_dict()}


def test_choices_made_while_the_store_was_away_are_all_in_the_history(
    address: str, mine: Workspace, theirs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for workspace in (mine, theirs):
        add_run(workspace, RUN)
        add_run(workspace, OTHER)
    with monkeypatch.context() as away:
        out_of_reach(away, address)
        promote(mine, RUN, by="kim")
        promote(mine, OTHER, by="kim")
        promote(theirs, RUN, by="lee")
        assert active_model(mine) == OTHER and "no such folder" in trouble(mine)
    for workspace in (mine, theirs, mine):
        catch_up(workspace)
    assert active_history(mine) == active_history(theirs)
    assert sorted((entry["by"], entry["run"]) for entry in active_history(mine)) == [
        ("kim", RUN),
        ("kim", OTHER),
        ("lee", RUN),
    ]
    assert active_model(mine) == active_model(theirs)


def test_what_did_not_reach_the_store_stays_is_named_and_reaches_it_later(
    address: str, mine: Workspace, theirs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        out_of_reach(away, address)
        add_run(mine, RUN)
        offer(mine, Kind.RUNS, RUN)
        assert "store sync" in trouble(mine)
    replica = replica_of(mine)
    assert replica is not None and pending(replica) == [f"runs/{RUN}"]
    assert catch_up(mine).pushed == [f"runs/{RUN}"]
    assert pending(replica) == [] and trouble(mine) == ""
    assert catch_up(theirs).pulled == [f"runs/{RUN}"]


def test_a_deletion_is_for_all_and_refused_while_the_others_cannot_be_told(
    address: str, mine: Workspace, theirs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_run(mine, RUN)
    catch_up(mine)
    catch_up(theirs)
    with monkeypatch.context() as away:
        out_of_reach(away, address)
        with pytest.raises(StoreError, match="no such folder"):
            delete_run(theirs, open_run(theirs, RUN))
    assert open_run(theirs, RUN).progress().state is RunState.SUCCEEDED
    delete_run(theirs, open_run(theirs, RUN))
    assert catch_up(mine).deleted == [f"runs/{RUN}"]
    assert list_runs(mine) == list_runs(theirs) == []
    assert [catch_up(workspace).pulled for workspace in (theirs, mine)] == [[], []]


def test_nobody_brings_back_what_is_being_deleted(address: str, mine: Workspace) -> None:
    add_run(mine, RUN)
    catch_up(mine)
    withdraw(mine, Kind.RUNS, RUN)
    assert names_here(mine, Kind.RUNS) == [RUN], "told to all, and not deleted here yet"
    assert catch_up(mine).pushed == []


def test_of_two_catalogues_the_first_in_the_store_holds_and_the_other_is_kept(
    address: str, mine: Workspace, theirs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_catalog(films("f1"), mine)
    catch_up(theirs)
    with monkeypatch.context() as away:
        out_of_reach(away, address)
        save_catalog(films("f1", "mine"), mine)
        save_catalog(films("f1", "theirs"), theirs)
    catch_up(mine)
    (aside,) = catch_up(theirs).kept_aside
    assert load_catalog(theirs).ids == ("f1", "mine")
    with open(aside, encoding="utf-8") as file:
        assert "Film theirs" in file.read()
    catch_up(mine)
    assert load_catalog(mine).ids == ("f1", "mine")


def test_a_role_taken_away_elsewhere_is_gone_here(address: str, mine: Workspace, theirs: Workspace) -> None:
    set_role(mine, "mina@example.org", Role.TRAINER, by="admin")
    catch_up(theirs)
    set_role(theirs, "mina@example.org", None, by="admin")
    set_role(theirs, "kim@example.org", Role.CURATOR, by="admin")
    catch_up(mine)
    assert roles(mine) == roles(theirs) == {"kim@example.org": Role.CURATOR}


def test_without_a_store_nothing_is_asked_and_nothing_is_written(
    mine: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REELIGN_STORE", raising=False)
    add_run(mine, RUN)
    promote(mine, RUN)
    assert catch_up(mine).pushed == [] and trouble(mine) == ""
    assert not (mine.artifacts / "store").exists()
