"""Token ids: special tokens put there by us and checked, and batches of like length.

Tokenizers differ, and change between library versions, in whether they add BOS and EOS (transformers 5 drops the
EOS that E5-Mistral was trained with), and in which token ends a text (Qwen3-Embedding was trained with
``<|endoftext|>``, although it names ``<|im_end|>`` as its EOS). So the text alone is tokenised, and the special ids
are added here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

# Families whose texts start with a BOS; the others (Qwen, SmolLM2) use their bos_token for chat turns only.
BOS_TOKENS = frozenset({"<s>", "<bos>", "<|begin_of_text|>"})


@dataclass(frozen=True, slots=True)
class Frame:
    """The special ids around a text, the padding id, and the ids that no text may contain.

    ``eos`` is the id that last-token pooling reads, once and at the end of every text; ``None`` where no EOS was
    asked for.
    """

    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    pad: int
    reserved: frozenset[int]
    eos: int | None = None


def frame_of(tokenizer: Any, append_eos: bool) -> Frame:
    """Return the special ids that belong around a text for this tokenizer.

    Encoders keep their own template (``[CLS] text [SEP]``). With ``append_eos`` the frame is BOS, where the family
    has one, and exactly one EOS: the special token that ends the tokenizer's own template, because the model was
    trained to end there, else the token that the tokenizer names as its EOS.

    Raises:
        ModelError: an EOS is wanted and the tokenizer has none.
    """
    reserved = {*tokenizer.all_special_ids} - {tokenizer.unk_token_id}  # an unknown word is still a word
    reserved |= {tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.cls_token_id, tokenizer.sep_token_id}
    prefix, suffix = own_template(tokenizer)
    eos = None
    if append_eos:
        if tokenizer.eos_token_id is None:
            raise ModelError("The tokenizer has no EOS token, which last-token pooling needs. Choose mean pooling.")
        eos = suffix[-1] if suffix and suffix[-1] in reserved else tokenizer.eos_token_id
        prefix = (tokenizer.bos_token_id,) if tokenizer.bos_token in BOS_TOKENS else ()
        suffix = (eos,)
    pad = tokenizer.pad_token_id
    if pad is None:
        pad = tokenizer.eos_token_id if tokenizer.eos_token_id is not None else 0
    else:
        reserved.add(pad)
    return Frame(prefix, suffix, pad, frozenset(token for token in reserved if token is not None), eos)


def own_template(tokenizer: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the ids that the tokenizer itself puts before and after a text."""
    bare = tokenizer("film", add_special_tokens=False)["input_ids"]
    full = tokenizer("film", add_special_tokens=True)["input_ids"]
    for start in range(len(full) - len(bare) + 1):
        if full[start : start + len(bare)] == bare:
            return tuple(full[:start]), tuple(full[start + len(bare) :])
    raise ModelError("The tokenizer rewrites a text when it adds special tokens; Reelign cannot frame it.")


def tokenize(tokenizer: Any, frame: Frame, texts: Sequence[str], max_length: int) -> list[list[int]]:
    """Return one list of ids a text: framed, cut to ``max_length``, free of special tokens inside.

    A text that is cut keeps its closing ids, because last-token pooling reads them.

    Raises:
        ModelError: ``max_length`` leaves no room for text.
    """
    room = max_length - len(frame.prefix) - len(frame.suffix)
    if room < 1:
        raise ModelError(f"A maximum length of {max_length} tokens leaves no room for text; use at least 8.")
    if not texts:
        return []
    encoded = tokenizer(list(texts), add_special_tokens=False, truncation=True, max_length=room + 16, verbose=False)
    framed = []
    for ids in encoded["input_ids"]:
        inside = [token for token in ids if token not in frame.reserved][:room]
        framed.append([*frame.prefix, *inside, *frame.suffix])
    if frame.eos is not None:
        check_eos(framed, frame.eos)
    return framed


def check_eos(rows: Sequence[Sequence[int]], eos: int) -> None:
    """Check that every row ends in the EOS and holds it nowhere else.

    Raises:
        ModelError: one does not; its vector would be read from another token than the model was trained with.
    """
    for row in rows:
        if not row or row[-1] != eos or row.count(eos) != 1:
            last = row[-1] if row else "nothing"
            raise ModelError(
                f"A text's token ids end in {last} and hold the EOS ({eos}) {row.count(eos)} times; last-token pooling "
                "needs it once, at the end. This tokenizer cannot be used with last-token pooling."
            )


def pad(rows: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """Return ``(ids, mask)``, both (rows, longest) int64, padded on the right."""
    import torch

    longest = max(len(row) for row in rows)
    ids = torch.full((len(rows), longest), pad_id, dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[number, : len(row)] = 1
    return ids, mask


def batches_by_length(lengths: Sequence[int], token_budget: int) -> list[list[int]]:
    """Split positions into batches of like length, each at most ``token_budget`` tokens with its padding.

    Longest first, so that what needs most memory fails at once or never. A text longer than the budget is a batch
    of its own.
    """
    order = sorted(range(len(lengths)), key=lambda position: (-lengths[position], position))
    batches: list[list[int]] = []
    for position in order:
        if batches and lengths[batches[-1][0]] * (len(batches[-1]) + 1) <= token_budget:
            batches[-1].append(position)
        else:
            batches.append([position])
    return batches
