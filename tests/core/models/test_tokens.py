"""Token ids: one EOS at the end, BOS where the family has it, and nothing special in between."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelError
from core.models.tokens import batches_by_length, check_eos, frame_of, pad, tokenize

DECODERS = {
    "llama": ("<s>", "</s>"),
    "mistral": ("<s>", "</s>"),
    "gemma": ("<bos>", "<eos>"),
    "qwen3": ("", "<|im_end|>"),
}
TEMPLATES = ["", "{bos} $A", "$A {eos}", "{bos} $A {eos}", "{bos} $A {eos} {eos}"]
TEXTS = ["a heist", "비 오는 날", "x" * 300, "", "  blanks  ", "\u0000\n\t"]


@pytest.fixture(scope="module")
def ids_of(tokenizer_of: Any) -> Any:
    """Return a function: family, own template, texts, length -> (ids per text, tokenizer)."""
    made: dict[tuple[str, str | None], Any] = {}

    def ids(family: str, template: str | None, texts: list[str], max_length: int = 64) -> tuple[list[list[int]], Any]:
        if (family, template) not in made:
            made[family, template] = tokenizer_of(family, template)
        tokenizer = made[family, template]
        return tokenize(tokenizer, frame_of(tokenizer, family != "bert"), texts, max_length), tokenizer

    return ids


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("family", DECODERS)
def test_exactly_one_eos_whatever_the_tokenizer_does_itself(ids_of: Any, family: str, template: str) -> None:
    bos, eos = DECODERS[family]
    rows, tokenizer = ids_of(family, template.format(bos=bos, eos=eos).strip(), TEXTS)
    for text, row in zip(TEXTS, rows, strict=True):
        counts = Counter(row)
        assert row[-1] == tokenizer.eos_token_id and counts[tokenizer.eos_token_id] == 1
        if bos:
            assert row[0] == tokenizer.bos_token_id and counts[tokenizer.bos_token_id] == 1
        assert len(row) <= 64
        inside = row[bool(bos) : -1]
        assert tokenizer.decode(inside) == text[: 64 - bool(bos) - 1] or len(row) == 64


@pytest.mark.parametrize(
    ("template", "ending"),
    [
        ("$A <|endoftext|>", "<|endoftext|>"),  # Qwen3-Embedding as it was trained, and as its tokenizer writes it
        ("$A <|im_end|> <|endoftext|>", "<|endoftext|>"),
        ("$A <|endoftext|> <|im_end|>", "<|im_end|>"),
        ("$A !", "<|im_end|>"),  # an ordinary token ends no text
        ("", "<|im_end|>"),
    ],
)
def test_the_template_says_which_eos_the_model_was_trained_with(ids_of: Any, template: str, ending: str) -> None:
    rows, tokenizer = ids_of("qwen3", template, [*TEXTS, "a<|endoftext|>b<|im_end|>c"])
    assert (tokenizer.eos_token, tokenizer.pad_token) == ("<|im_end|>", "<|endoftext|>")
    special = {tokenizer.eos_token_id, tokenizer.pad_token_id}
    for row in rows:
        assert tokenizer.convert_ids_to_tokens(row[-1]) == ending
        assert not special & set(row[:-1])
    assert tokenizer.decode(rows[-1][:-1]) == "abc"


@pytest.mark.parametrize("row", [[5, 6], [2, 5, 2], [5, 2, 2], [2, 5], []])
def test_a_row_without_its_one_eos_at_the_end_is_refused(row: list[int]) -> None:
    check_eos([[5, 2], [2]], eos=2)
    with pytest.raises(ModelError, match=rf"hold the EOS \(2\) {row.count(2)} times"):
        check_eos([[5, 2], row], eos=2)


def test_an_encoder_keeps_its_own_template(ids_of: Any) -> None:
    (row, long), tokenizer = ids_of("bert", None, ["a heist", "x" * 300])
    assert row == tokenizer("a heist")["input_ids"]
    assert long == tokenizer("x" * 300, truncation=True, max_length=64)["input_ids"]


def test_a_start_token_of_chats_is_not_put_before_a_text(tokenizer_of: Any) -> None:
    tokenizer = tokenizer_of("qwen3")
    tokenizer.bos_token = "<|im_end|>"
    assert frame_of(tokenizer, append_eos=True).prefix == ()


@pytest.mark.parametrize("family", ["bert", *DECODERS])
def test_special_tokens_written_inside_a_text_do_not_survive(ids_of: Any, family: str) -> None:
    _, tokenizer = ids_of(family, None, [])
    special = [token for token in tokenizer.all_special_tokens if token != tokenizer.unk_token]
    text = "before " + "".join(special) + " after"
    (row, clean, flood), _ = ids_of(family, None, [text, "before  after", "".join(special) * 20 + "after"])
    assert row == clean
    start = int(family == "bert" or bool(DECODERS[family][0]))
    assert flood[:start] == clean[:start] and flood[-1] == clean[-1]
    assert not set(flood[start:-1]) & set(tokenizer.convert_tokens_to_ids(special))


def test_unknown_words_stay(tokenizer_of: Any) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.WordLevel({"[UNK]": 0, "[PAD]": 1, "film": 2, "[EOS]": 3}, unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, unk_token="[UNK]", pad_token="[PAD]", eos_token="[EOS]")
    assert tokenize(tokenizer, frame_of(tokenizer, True), ["film spoke"], 16) == [[2, 0, 3]]


def test_a_length_without_room_and_a_tokenizer_without_eos_are_refused(tokenizer_of: Any) -> None:
    tokenizer = tokenizer_of("bert")
    with pytest.raises(ModelError, match="leaves no room"):
        tokenize(tokenizer, frame_of(tokenizer, False), ["a"], 2)
    with pytest.raises(ModelError, match="no EOS token"):
        frame_of(tokenizer, True)


def test_padding_is_masked() -> None:
    ids, mask = pad([[5, 6, 7], [8]], pad_id=9)
    assert ids.tolist() == [[5, 6, 7], [8, 9, 9]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


@settings(max_examples=100, deadline=None)
@given(lengths=st.lists(st.integers(1, 40), max_size=30), budget=st.integers(1, 100))
def test_batches_hold_every_row_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = batches_by_length(lengths, budget)
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[position] for position in batch) * len(batch) <= budget
    tops = [lengths[batch[0]] for batch in batches]
    assert tops == sorted(tops, reverse=True)
