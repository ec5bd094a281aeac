"""Vectors on disk: what was put is got, by anyone who opens the folder, and damage costs only an encoding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from core.models.cache import ABOUT, VectorCache, read_shard, text_key, whose

KEYS = [text_key(text) for text in ("a", "b", "영화")]
VECTORS = np.arange(12, dtype=np.float32).reshape(3, 4)


def same(found: list[np.ndarray | None], wanted: list[np.ndarray | None]) -> bool:
    return all(
        one is other if one is None or other is None else np.array_equal(one, other)
        for one, other in zip(found, wanted, strict=True)
    )


def shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.npz"))


def test_keys_are_of_the_whole_text() -> None:
    assert len({text_key(text) for text in ("query: a", "passage: a", "a", "a ", "")}) == 5


def test_what_was_put_is_found_here_and_by_another_process_that_was_already_open(tmp_path: Path) -> None:
    mine, other = VectorCache(tmp_path / "v", 4), VectorCache(tmp_path / "v", 4)
    assert mine.get(KEYS) == other.get(KEYS) == [None] * 3
    mine.put(KEYS[:2], VECTORS[:2])
    assert same(other.get(KEYS), [VECTORS[0], VECTORS[1], None])
    other.put(KEYS[2:], VECTORS[2:])
    assert same(mine.get(KEYS[::-1]), list(VECTORS[::-1]))
    assert same(VectorCache(tmp_path / "v", 4).get(KEYS), list(VECTORS))


def test_nothing_is_written_for_nothing(tmp_path: Path) -> None:
    VectorCache(tmp_path / "v", 4).put([], np.zeros((0, 4), np.float32))
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize("damage", ["torn", "garbage", "empty", "other dimension", "not finite", "pickled", "no keys"])
def test_a_damaged_shard_is_set_aside_and_the_rest_stands(tmp_path: Path, damage: str) -> None:
    cache = VectorCache(tmp_path, 4)
    cache.put(KEYS[:1], VECTORS[:1])
    (whole,) = shards(tmp_path)
    cache.put(KEYS[1:], VECTORS[1:])
    (bad,) = set(shards(tmp_path)) - {whole}
    data = bad.read_bytes()
    keys = np.zeros((2, 16), np.uint8)
    if damage == "torn":
        bad.write_bytes(data[: len(data) // 2])
    elif damage == "garbage":
        bad.write_bytes(b"not an archive")
    elif damage == "empty":
        bad.write_bytes(b"")
    elif damage == "other dimension":
        np.savez(bad, keys=keys, vectors=np.zeros((2, 5), np.float32))
    elif damage == "not finite":
        np.savez(bad, keys=keys, vectors=np.full((2, 4), np.nan, np.float32))
    elif damage == "pickled":
        np.savez(bad, keys=keys, vectors=np.array([object(), object()], dtype=object))
    else:
        np.savez(bad, vectors=VECTORS[1:])
    fresh = VectorCache(tmp_path, 4)
    assert same(fresh.get(KEYS), [VECTORS[0], None, None])
    assert shards(tmp_path) == [whole]
    assert len(list(tmp_path.glob("*.damaged"))) == 1
    fresh.put(KEYS[1:], VECTORS[1:])
    assert same(VectorCache(tmp_path, 4).get(KEYS), list(VECTORS))


def test_a_shard_that_another_process_set_aside_first_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    VectorCache(tmp_path, 4).put(KEYS, VECTORS)
    (shard,) = shards(tmp_path)

    def gone(*args: object, **kwargs: object) -> None:
        shard.unlink()
        raise ValueError("damaged")

    monkeypatch.setattr(np, "load", gone)
    assert VectorCache(tmp_path, 4).get(KEYS) == [None] * 3


def test_a_half_written_shard_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".0123.npz").write_bytes(b"half")
    assert VectorCache(tmp_path, 4).get(KEYS) == [None] * 3
    assert (tmp_path / ".0123.npz").exists()


def test_a_folder_says_whose_vectors_it_keeps_once_it_keeps_any(tmp_path: Path) -> None:
    folder = tmp_path / "v"
    cache = VectorCache(folder, 4, "minilm")
    cache.get(KEYS)
    assert not folder.exists() and whose(folder) == []
    cache.put(KEYS, VECTORS)
    assert whose(folder) == ["minilm"]
    VectorCache(folder, 4, "./minilm").get(KEYS)
    VectorCache(folder, 4, "minilm").get(KEYS)
    VectorCache(folder, 4).put(KEYS, VECTORS)
    assert whose(folder) == ["minilm", "./minilm"]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"models": 3}'])
def test_a_folder_whose_note_is_damaged_says_nothing_and_is_read_all_the_same(tmp_path: Path, content: str) -> None:
    VectorCache(tmp_path, 4, "minilm").put(KEYS, VECTORS)
    (tmp_path / ABOUT).write_text(content)
    assert whose(tmp_path) == []
    assert same(VectorCache(tmp_path, 4, "minilm").get(KEYS), list(VECTORS)) and whose(tmp_path) == ["minilm"]


def test_shards_are_read_whole_or_their_damage_is_named(tmp_path: Path) -> None:
    VectorCache(tmp_path, 4).put(KEYS, VECTORS)
    (path,) = shards(tmp_path)
    keys, vectors = read_shard(path)
    assert len(keys) == 3 and np.array_equal(vectors, VECTORS)
    with pytest.raises(ModelError, match=r"npz is damaged \(unexpected shape \(3, 4\)\)"):
        read_shard(path, 5)


def test_a_shard_that_was_damaged_or_deleted_after_it_was_read_costs_only_an_encoding(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, 4)
    cache.put(KEYS[:1], VECTORS[:1])
    (first,) = shards(tmp_path)
    cache.put(KEYS[1:], VECTORS[1:])
    (second,) = set(shards(tmp_path)) - {first}
    assert same(cache.get(KEYS), list(VECTORS))
    second.write_bytes(second.read_bytes()[:100])
    assert same(cache.get(KEYS), [VECTORS[0], None, None])
    first.unlink()
    assert cache.get(KEYS) == [None] * 3
    cache.put(KEYS, VECTORS)
    assert same(cache.get(KEYS), list(VECTORS))


@pytest.mark.parametrize("layout", ["compressed", "by columns", "float64"])
def test_shards_that_others_wrote_in_another_layout_are_read(tmp_path: Path, layout: str) -> None:
    keys = np.frombuffer(b"".join(KEYS), np.uint8).reshape(-1, 16)
    if layout == "compressed":
        np.savez_compressed(tmp_path / "a.npz", keys=keys, vectors=VECTORS)
    else:
        vectors = np.asfortranarray(VECTORS) if layout == "by columns" else VECTORS.astype(np.float64)
        np.savez(tmp_path / "a.npz", keys=keys, vectors=vectors)
    assert same(VectorCache(tmp_path, 4).get(KEYS[::-1]), list(VECTORS[::-1]))


def test_vectors_of_many_shards_come_back_in_the_order_asked(tmp_path: Path) -> None:
    keys = [text_key(str(number)) for number in range(40)]
    vectors = np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32)
    for start in range(0, 40, 7):
        VectorCache(tmp_path, 4).put(keys[start : start + 7], vectors[start : start + 7])
    order = np.random.default_rng(1).permutation(40)
    found = VectorCache(tmp_path, 4).get([keys[row] for row in order])
    assert same(found, list(vectors[order]))
