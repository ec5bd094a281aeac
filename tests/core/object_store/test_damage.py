"""What is cut off, damaged or hostile in a store: seen whole or not at all, and nothing outside the workspace."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from conftest import SECRET
from made import WEIGHTS, add_run

from core.errors import StoreError
from core.object_store import Kind, catch_up
from core.object_store.address import ObjectStore, Taken, open_store
from core.object_store.hooks import replica_of
from core.object_store.manifests import FORMAT, read_manifest
from core.runs import list_runs, open_run
from core.workspace import Workspace

RUN = "20261124-120000-e5-small-0a1b"
FIRST = f"manifests/runs/{RUN}/00000001.json"
SUM = "a" * 64


def weights_key(store: ObjectStore) -> str:
    sizes = store.list("content")
    return f"content/{next(key for key, size in sizes.items() if size == len(WEIGHTS))}"


def overwrite(store: ObjectStore, key: str, content: bytes) -> None:
    store._files.pipe_file(f"{store._root}/{key}", content)


def test_a_writer_killed_between_content_and_manifest_leaves_nothing_to_read(
    tmp_path: Path, mine: Workspace, theirs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("REELIGN_STORE", f"file://{tmp_path / 'share'}")
    add_run(mine, RUN)

    def die(self: ObjectStore, key: str, content: bytes) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def push_and_die() -> None:
        ObjectStore.create = die  # type: ignore[method-assign]
        catch_up(mine)

    process = multiprocessing.get_context("fork").Process(target=push_and_die)
    process.start()
    process.join(timeout=60)
    assert process.exitcode == -signal.SIGKILL
    assert any((tmp_path / "share" / "content").rglob("*")), "the content had been written"
    assert catch_up(theirs).pulled == [] and list_runs(theirs) == []
    assert catch_up(mine).pushed == [f"runs/{RUN}"]
    assert catch_up(theirs).pulled == [f"runs/{RUN}"]


def test_half_a_manifest_says_nothing_and_is_in_nobodys_way(address: str, mine: Workspace, theirs: Workspace) -> None:
    open_store(address).create(FIRST, b'{"format": 1, "kind": "ru')
    assert catch_up(theirs).as_dict() == {name: [] for name in catch_up(theirs).as_dict()}
    add_run(mine, RUN)
    assert catch_up(mine).pushed == [f"runs/{RUN}"]
    assert catch_up(theirs).pulled == [f"runs/{RUN}"]


def test_half_of_a_content_that_was_cut_off_is_written_anew(address: str, mine: Workspace, theirs: Workspace) -> None:
    add_run(mine, RUN)
    catch_up(mine)
    store = open_store(address)
    key = weights_key(store)
    overwrite(store, key, WEIGHTS[:100])
    assert "damaged" in catch_up(theirs).problems[0]
    assert catch_up(mine, thorough=True).pushed == [f"runs/{RUN}/adapter/adapter_model.safetensors"]
    assert catch_up(theirs).problems == []


def test_a_flipped_byte_is_refused_said_and_mended(address: str, mine: Workspace, theirs: Workspace) -> None:
    add_run(mine, RUN)
    catch_up(mine)
    store = open_store(address)
    key = weights_key(store)
    overwrite(store, key, b"\xff" + WEIGHTS[1:])
    (problem,) = catch_up(theirs).problems
    assert key in problem and "damaged" in problem and "store sync" in problem
    assert not (theirs.runs / RUN).exists()
    store.remove(key)
    assert "is not there" in catch_up(theirs).problems[0]
    catch_up(mine, thorough=True)
    catch_up(theirs)
    assert (open_run(theirs, RUN).adapter / "adapter_model.safetensors").read_bytes() == WEIGHTS


def test_what_was_damaged_on_the_way_is_fetched_again(
    address: str, mine: Workspace, theirs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_run(mine, RUN)
    catch_up(mine)
    copy, times = ObjectStore._copy, []

    def flip_once(self: ObjectStore, key: str, target: Path, size: int) -> str:
        times.append(key)
        return "0" * 64 if len(times) == 1 else copy(self, key, target, size)

    monkeypatch.setattr(ObjectStore, "_copy", flip_once)
    assert catch_up(theirs).problems == [] and times[0] == times[1]


def test_of_two_that_write_one_name_one_is_first(address: str) -> None:
    store = open_store(address)
    store.create(FIRST, b"{}")
    with pytest.raises(Taken):
        store.create(FIRST, b"[]")
    assert store.read(FIRST, 10) == b"{}"
    with pytest.raises(StoreError, match="over 1 bytes"):
        store.read(FIRST, 1)


def manifest(**changes: Any) -> dict[str, Any]:
    file = {"path": "a/b.json", "sha256": SUM, "size": 1, "written_ns": 1}
    row = {"format": FORMAT, "kind": "runs", "name": RUN, "generation": 1, "gone": False, "files": [file]}
    return {**row, **changes}


def file(**changes: Any) -> dict[str, Any]:
    return {"path": "a", "sha256": SUM, "size": 1, "written_ns": 1, **changes}


@pytest.mark.parametrize(
    "row",
    [
        *(
            manifest(files=[file(path=path)])
            for path in (
                "../x",
                "/etc/x",
                "a/../../x",
                "a//b",
                "",
                ".",
                ".hidden",
                "a\\b",
                "C:x",
                "a\x00b",
                "a/" * 9 + "b",
                7,
            )
        ),
        manifest(files=[file(sha256="../x")]),
        manifest(files=[file(size=-1)]),
        manifest(files=[file(size=True)]),
        manifest(files=[file(size=1 << 50)]),
        manifest(files=[file(written_ns="now")]),
        manifest(files=[file(), file()]),
        manifest(files=[file(), file(path="a/b")]),
        manifest(name="another"),
        manifest(generation=2),
        manifest(files=None),
        [],
    ],
    ids=lambda row: str(row)[-60:],
)
def test_a_manifest_that_none_of_ours_would_write_is_refused(row: Any) -> None:
    with pytest.raises(StoreError, match="not a manifest of ours"):
        read_manifest(json.dumps(row).encode(), "runs", RUN, 1, "s3://team/manifest")


def test_names_that_are_none_of_ours_are_passed_over(address: str, theirs: Workspace) -> None:
    store = open_store(address)
    for key in ("runs/..%2f/00000001.json", "runs/.hidden/00000001.json", "else/x/00000001.json", "runs/x/1.json"):
        store.create(f"manifests/{key}", json.dumps(manifest()).encode())
    assert catch_up(theirs).problems == [] and list_runs(theirs) == []


def test_a_link_is_not_followed_into_the_store(address: str, mine: Workspace, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of this machine")
    (add_run(mine, RUN).adapter / "link").symlink_to(tmp_path / "secret")
    assert "a link" in catch_up(mine).problems[0]
    replica = replica_of(mine)
    assert replica is not None and replica.listing().names(Kind.RUNS) == []


def test_what_cannot_be_reached_is_named_without_a_secret(
    s3: str, mine: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELIGN_STORE", "s3://no-such-bucket/prefix")
    (problem,) = catch_up(mine).problems
    assert "s3://no-such-bucket/prefix/manifests" in problem and "may read and write" in problem
    monkeypatch.setenv("REELIGN_STORE", f"s3://key:{SECRET}@team/prefix")
    (problem,) = catch_up(mine).problems
    assert (
        SECRET not in problem and SECRET not in (mine.artifacts / "store").rglob("trouble.json").__next__().read_text()
    )
