"""Files that only grow: what was acknowledged stays whole, from several processes and over a power cut."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import AuditError
from core.journal import append, read


def test_what_is_appended_is_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "new" / "log.jsonl"
    rows = [{"text": "한 줄\n두 줄"}, {"count": 3, "none": None}]
    for row in rows:
        append(path, row)
    assert read(path, AuditError) == rows
    assert read(tmp_path / "none.jsonl", AuditError) == []


def test_a_torn_line_is_passed_over_and_taken_away_by_the_next_writer(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    append(path, {"number": 1})
    with path.open("ab") as file:
        file.write(b'{"number": 2, "te')
    assert read(path, AuditError) == [{"number": 1}]
    append(path, {"number": 3})
    assert read(path, AuditError) == [{"number": 1}, {"number": 3}]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text('{"number": 1}\nnot json\n')
    with pytest.raises(AuditError, match=r"log\.jsonl, line 2"):
        read(path, AuditError)


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    code = (
        "import sys; from pathlib import Path; from core.journal import append\n"
        "for number in range(40): append(Path(sys.argv[1]), {'who': sys.argv[2], 'number': number})"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), who]) for who in ("a", "b", "c")]
    assert [process.wait() for process in running] == [0, 0, 0]
    rows = read(path, AuditError)
    for who in ("a", "b", "c"):
        assert [row["number"] for row in rows if row["who"] == who] == list(range(40))
