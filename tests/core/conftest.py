"""Models small enough to be made in a test: random weights, two layers, one token a byte, in real families."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.workspace import Workspace

SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
DECODER_SIZES = {**SIZES, "num_key_value_heads": 1, "max_position_embeddings": 1024}
SPECIAL = {
    "bert": {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"},
    "llama": {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"},
    "mistral": {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"},
    "qwen3": {"pad_token": "<|endoftext|>", "eos_token": "<|im_end|>"},
    "gemma": {"pad_token": "<pad>", "unk_token": "<unk>", "bos_token": "<bos>", "eos_token": "<eos>"},
}
# What each family's tokenizer writes around a text when it is left to itself.
OWN_TEMPLATE = {"bert": "[CLS] $A [SEP]", "llama": "<s> $A", "mistral": "<s> $A", "gemma": "<bos> $A"}


def make_tokenizer(family: str, template: str | None = None) -> Any:
    """Return a tokenizer with one token a byte and the special tokens of a family.

    ``template`` is its own post-processor, like ``<s> $A </s>``; ``""`` for none, by default the family's usual one.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = SPECIAL[family]
    words = [*dict.fromkeys([*special.values(), "<|more|>"]), *sorted(pre_tokenizers.ByteLevel.alphabet())]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.BPE(vocab=numbers, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|more|>"])
    template = OWN_TEMPLATE.get(family, "") if template is None else template
    if template:
        around = [(word, numbers[word]) for word in template.split() if word != "$A"]
        tokenizer.post_processor = processors.TemplateProcessing(single=template, special_tokens=around)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, additional_special_tokens=["<|more|>"], **special)


def make_model(family: str, vocabulary: int, seed: int = 0, **sizes: int) -> Any:
    """Return a headless transformer of random weights, spread enough that texts lie apart."""
    import torch
    import transformers as t

    torch.manual_seed(seed)
    if family == "bert":
        wanted = {**SIZES, "max_position_embeddings": 512, "initializer_range": 0.2, **sizes}
        return t.BertModel(t.BertConfig(vocab_size=vocabulary, **wanted), add_pooling_layer=False)
    config, model = {
        "llama": (t.LlamaConfig, t.LlamaModel),
        "mistral": (t.MistralConfig, t.MistralModel),
        "qwen3": (t.Qwen3Config, t.Qwen3Model),
        "gemma": (t.GemmaConfig, t.GemmaModel),
    }[family]
    more = {} if family in ("llama", "mistral") else {"head_dim": 16}
    ids = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0 if family in ("qwen3", "gemma") else None}
    wanted = {**DECODER_SIZES, "initializer_range": 0.2, **more, **ids, **sizes}
    return model(config(vocab_size=vocabulary, **wanted))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function from a family to the folder of its tiny model, made once. Copy it before you change it."""
    made: dict[str, Path] = {}

    def folder_of(family: str) -> Path:
        if family not in made:
            made[family] = tmp_path_factory.mktemp(f"tiny-{family}")
            tokenizer = make_tokenizer(family)
            make_model(family, len(tokenizer)).save_pretrained(made[family])
            tokenizer.save_pretrained(made[family])
        return made[family]

    return folder_of


@pytest.fixture(scope="session")
def tokenizer_of() -> Callable[..., Any]:
    return make_tokenizer


@pytest.fixture(scope="session")
def model_of() -> Callable[..., Any]:
    return make_model


@pytest.fixture(scope="session")
def write_adapter() -> Callable[..., Path]:
    """Return a function that saves a random LoRA adapter for a model, as if trained, with what Reelign says of it."""
    import torch
    from peft import LoraConfig, get_peft_model

    from core.models.adapter import copy_sharing_embeddings, lora_layers
    from core.models.loading import Tuning

    def write(folder: Path, model: Any, base: str, *, alpha: float = 1.0, side: str = "both", seed: int = 1) -> Path:
        torch.manual_seed(seed)
        settings = LoraConfig(
            r=4, lora_alpha=8, target_modules="all-linear", bias="none", task_type="FEATURE_EXTRACTION"
        )
        wrapped = get_peft_model(copy_sharing_embeddings(model), settings)
        for layer in lora_layers(wrapped):
            for matrix in layer.lora_B.values():
                torch.nn.init.normal_(matrix.weight, std=0.1)
        wrapped.save_pretrained(folder)
        Tuning(base, alpha, side).write(folder)
        return folder

    return write
