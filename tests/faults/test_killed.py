"""A process killed in the middle of writing: what it had said is there once, and nothing half-written is read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from dying import die_at, lines_of
from written import CHECKPOINT, CHOICE, FILMS, KINDS, LABELS, Kind, add_labels, labels

from core.judgments import LabelStore
from core.workspace import Workspace

MOMENTS = 16  # for each kind of file; two of them are its first and last line


def moments(lines: int) -> list[int]:
    return sorted({1 + round(place * (lines - 1) / (MOMENTS - 1)) for place in range(MOMENTS)})


def copy(workspace: Workspace, to: Path) -> Workspace:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(workspace.root, to)
    return Workspace(to)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_whatever_is_being_written_is_there_as_before_or_as_after(tmp_path: Path, kind: Kind) -> None:
    before = Workspace(tmp_path / "before")
    kind.write(before, 0)
    after = copy(before, tmp_path / "after")
    kind.write(after, 1)
    whole = [kind.read(before), kind.read(after)]
    assert whole[0] != whole[1]
    if kind is CHECKPOINT:
        whole.append(None)  # moved out of the way for a moment: the run then begins anew
    scratch = copy(before, tmp_path / "scratch")
    for moment in moments(lines_of(lambda: kind.write(scratch, 1))):
        killed = copy(before, tmp_path / "killed")
        die_at(moment, lambda killed=killed: kind.write(killed, 1))
        assert kind.read(killed) in whole, f"killed at line {moment}"
        kind.write(killed, 1)
        assert kind.read(killed) == whole[1] or kind is CHOICE, "written again, it is there"  # a choice is made twice


def test_every_answer_that_was_acknowledged_is_there_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "before")
    LABELS.write(workspace, 0)

    def answer_all(answering: Workspace, told: int) -> None:
        with LabelStore.open(answering) as store:
            for number, film in enumerate(FILMS[1:4], start=1):
                found = store.judge("q0", film, "kim", "positive", event_id=f"e{number}")
                os.write(told, f"{found.event_id}\n".encode())

    scratch, nowhere = copy(workspace, tmp_path / "scratch"), os.open(os.devnull, os.O_WRONLY)
    for moment in moments(lines_of(lambda: answer_all(scratch, nowhere))):
        killed = copy(workspace, tmp_path / "killed")
        reader, writer = os.pipe()
        die_at(moment, lambda killed=killed, writer=writer: answer_all(killed, writer))
        os.close(writer)
        with os.fdopen(reader) as told:
            acknowledged = ["e0", *told.read().split()]
        found = [event_id for event_id, _ in labels(killed)]
        assert found[: len(acknowledged)] == acknowledged
        assert len(found) - len(acknowledged) <= 1, "one may be on disk and not yet said"
        assert len(set(found)) == len(found)
        for number in range(1, 4):  # the browser sends again what it was not told of
            add_labels(killed, number)
        assert sorted(event_id for event_id, _ in labels(killed)) == ["e0", "e1", "e2", "e3"]
    os.close(nowhere)
