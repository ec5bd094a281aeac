"""A reader sees the old content or the new, and a file that cannot be read is named."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from core.errors import CatalogError
from core.files import (
    folder_written_aside,
    last_written,
    read_json,
    read_jsonl,
    remove,
    size_of,
    write_json,
    write_jsonl,
    write_text,
)
from core.fingerprint import canonical_json, fingerprint, fingerprint_file, fingerprint_rows


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_text_replaces_text_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "film.txt"
    for text in ("옛날", "새\nline\n"):
        write_text(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert names(path.parent) == ["film.txt"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_failed_write_keeps_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    path = tmp_path / "film.txt"
    write_text(path, "old")

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, moment, full)
    with pytest.raises(OSError, match="No space"):
        write_text(path, "new")
    assert path.read_text() == "old" and names(tmp_path) == ["film.txt"]


def test_json_survives_the_round_trip_with_its_characters(tmp_path: Path) -> None:
    value = {"title": "괴물", "year": 2006, "score": 0.1, "none": None}
    write_json(tmp_path / "a.json", value)
    assert read_json(tmp_path / "a.json", CatalogError) == value
    assert "괴물" in (tmp_path / "a.json").read_text(encoding="utf-8")
    rows = [value, {"a": 1}]
    write_jsonl(tmp_path / "a.jsonl", rows)
    assert list(read_jsonl(tmp_path / "a.jsonl", CatalogError)) == [(1, value), (2, {"a": 1})]


def test_lines_that_are_blank_or_marked_by_windows_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2}')
    assert list(read_jsonl(tmp_path / "a.jsonl", CatalogError)) == [(1, {"a": 1}), (3, {"a": 2})]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": 1}\n{"a": \n', "line 2: not JSON"),
        (b'{"a": 1}\n[1]\n', "line 2: expected one JSON object, found list"),
        ("{'영화': 1}".encode(), "line 1: not JSON"),
        ('{"a": "영화"}'.encode("cp949"), "not UTF-8"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "films.jsonl"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=rf"films\.jsonl.*{said}"):
        list(read_jsonl(path, CatalogError))


def test_files_that_are_absent_or_damaged_raise_the_callers_error(tmp_path: Path) -> None:
    (tmp_path / "torn.json").write_text('{"a": ')
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    for name, said in {
        "absent.json": "no such file",
        "torn.json": "not readable",
        "bytes.json": "not readable",
    }.items():
        with pytest.raises(CatalogError, match=said) as caught:
            read_json(tmp_path / name, CatalogError)
        assert name in str(caught.value)
    for name in ("absent.jsonl", "."):
        with pytest.raises(CatalogError, match="cannot be read"):
            list(read_jsonl(tmp_path / name, CatalogError))


def test_a_folder_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "index"
    for content in ("old", "new"):
        with folder_written_aside(target) as aside:
            write_text(aside / "inner" / content, content)
            assert aside.parent == target.parent, "renaming works within one file system only"
    assert names(target / "inner") == ["new"] and names(target.parent) == ["index"]


def test_a_folder_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "index"
    with folder_written_aside(target) as aside:
        write_text(aside / "old", "")
    with pytest.raises(ZeroDivisionError), folder_written_aside(target) as aside:
        write_text(aside / "new", str(1 / 0))
    assert names(target) == ["old"] and names(tmp_path) == ["index"]


def test_equal_content_has_an_equal_name() -> None:
    assert canonical_json({"b": 1, "a": ["영화", 0.5]}) == '{"a":["영화",0.5],"b":1}'
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1, "b": 3})
    assert fingerprint_rows([{"a": 1}, {"a": 2}]) == fingerprint_rows([{"a": 2}, {"a": 1}])
    assert fingerprint_rows([{"a": 1}]) != fingerprint_rows([{"a": 1}, {"a": 1}])
    with pytest.raises(ValueError, match="JSON"):
        fingerprint(float("nan"))


def test_the_fingerprint_of_a_file_is_its_sha256(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert fingerprint_file(tmp_path / "abc") == known


def test_what_is_deleted_is_gone_whatever_an_earlier_deletion_has_left(tmp_path: Path) -> None:
    for name in ("run", ".run.deleted"):
        (tmp_path / name / "adapter").mkdir(parents=True)
        (tmp_path / name / "adapter" / "weights").write_text("1")
    (tmp_path / "file").write_text("1")
    for name in ("run", "file", "never there"):
        remove(tmp_path / name)
    assert names(tmp_path) == []


def test_a_deletion_that_breaks_off_leaves_nothing_under_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(OSError, match="busy"):
        remove(tmp_path / "run")
    assert names(tmp_path) == [".run.deleted"]


def refuse(path: Path) -> None:
    raise OSError(16, "busy")


def test_a_link_is_deleted_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("1")
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    remove(tmp_path / "link")
    assert names(tmp_path) == ["kept"] and names(tmp_path / "kept") == ["file"]


def test_size_and_age_are_of_all_files(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    (folder / "b").mkdir(parents=True)
    os.utime(folder, (50, 50))
    assert (size_of(folder), last_written(folder)) == (0, 50)
    for name, text, time in (("x", "12", 100), ("b/y", "345", 300)):
        (folder / name).write_text(text)
        os.utime(folder / name, (time, time))
    assert (size_of(folder), last_written(folder)) == (5, 300)
    assert (size_of(folder / "x"), last_written(folder / "x")) == (2, 100)
