"""A Mistral of random weights and any size, made in memory, as Reelign and as sentence-transformers hold a model."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer import modules
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import AutoModel, MistralConfig, PreTrainedTokenizerFast
from transformers.utils import logging

from core.models.backbone import Backbone
from core.models.device import Compute
from core.models.embedder import Embedder
from core.models.pooling import Pooling
from core.models.recipe import Recipe
from core.training.export import framed_tokenizer

HEAD = 128  # dimensions of an attention head
SPECIAL = {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"}
VOCABULARY = 32_000
WORDS = VOCABULARY - len(SPECIAL)


def make_backbone(layers: int, hidden: int, compute: Compute) -> Backbone:
    """Return a model with Mistral-7B's proportions, on the CPU as every backbone is until it is used.

    Its tokenizer gives one token a word (``w0`` to ``w31996``), with a BOS before the text and an EOS behind it.
    """
    logging.disable_progress_bar()
    words = [*SPECIAL.values(), *(f"w{number}" for number in range(WORDS))]
    splitter = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="<unk>"))
    splitter.pre_tokenizer = WhitespaceSplit()
    heads = hidden // HEAD
    config = MistralConfig(
        vocab_size=VOCABULARY,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=max(1, heads // 4),
        intermediate_size=hidden * 7 // 2,
    )
    torch.manual_seed(0)
    number_format = torch.bfloat16 if compute.bf16 else torch.float32
    with compute.torch_device():  # a GPU draws billions of weights in seconds
        model = AutoModel.from_config(config, dtype=number_format, attn_implementation="sdpa")
    recipe = Recipe(Pooling.LAST, append_eos=True)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=splitter, **SPECIAL)
    return Backbone("random", model.eval().requires_grad_(False).to("cpu"), tokenizer, recipe, "random")


def random_texts(count: int, words: int, seed: int) -> list[str]:
    """Return texts of so many words; cut to as many tokens, they hold two words less."""
    chance = random.Random(seed)
    return [" ".join(f"w{chance.randrange(WORDS)}" for _ in range(words)) for _ in range(count)]


def sentence_model(model: Any, backbone: Backbone, compute: Compute, length: int) -> SentenceTransformer:
    """Return the sentence-transformers model around weights in memory.

    Its Transformer module reads a folder only, so it reads a tiny model of the family, and is then given this one.
    """
    with tempfile.TemporaryDirectory() as folder:
        sizes: dict[str, Any] = {
            "hidden_size": 8,
            "num_attention_heads": 1,
            "num_key_value_heads": 1,
            "intermediate_size": 8,
        }
        AutoModel.from_config(MistralConfig(vocab_size=8, num_hidden_layers=1, **sizes)).save_pretrained(folder)
        framed_tokenizer(Embedder(backbone, Compute("cpu", False, ""))).save_pretrained(folder)
        transformer = Transformer(folder, max_seq_length=length)
    model.config.use_cache = False  # as it sets it in what it loads
    transformer.model = model
    stages = [transformer, modules.Pooling(backbone.dimension, "lasttoken"), modules.Normalize()]
    return SentenceTransformer(modules=stages, device=compute.device)
