"""A tiny world to train in: a random two-layer encoder, twelve films, and queries that share words with them."""

from __future__ import annotations

import pytest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import LabelStore, NewQuery, Split, take_snapshot
from core.workspace import Workspace

WORDS = [
    "ghost",
    "heist",
    "train",
    "island",
    "chess",
    "opera",
    "desert",
    "robot",
    "garden",
    "storm",
    "circus",
    "harbour",
]
FILLER = ["a", "film", "about", "the", "with", "and", "old", "new", "directed", "by", "genres"]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory):
    """A BERT of random weights with one token a word, as a transformers folder."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny-encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *FILLER, *WORDS, *"0123456789.,:"]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(words), max_position_embeddings=512, **sizes)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture
def workspace(tmp_path):
    """A workspace with a catalogue and labels in all three splits."""
    workspace = Workspace.locate(tmp_path / "workspace")
    films = [
        Movie(f"m{number:02d}", f"Film {number}", year=2000 + number, overview=f"A film about the {word}.")
        for number, word in enumerate(WORDS)
    ]
    save_catalog(Catalog(films), workspace)
    splits = [Split.TRAIN] * 8 + [Split.DEV] * 2 + [Split.TEST] * 2
    with LabelStore.open(workspace) as store:
        queries = store.add_queries(
            NewQuery(f"old {word} with the new {word}", query_id=f"q{number:02d}", split=split)
            for number, (word, split) in enumerate(zip(WORDS, splits, strict=True))
        )
        for number, query in enumerate(queries):
            store.judge(query.query_id, f"m{number:02d}", "kim", "positive", event_id=f"p{number}")
            store.judge(query.query_id, f"m{(number + 5) % 12:02d}", "kim", "negative", event_id=f"n{number}")
        take_snapshot(store, workspace)
    return workspace
