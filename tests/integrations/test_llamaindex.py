"""An exported model behind LlamaIndex gives Reelign's vectors, when it is made as the model card says.

Skipped unless LlamaIndex is there. The versions tested are in requirements-integrations.txt; install them beside
requirements-dev.txt, in an environment of their own.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from card_code import TEXTS, Export, embedder_of_card, lowest_cosine

llamaindex = pytest.importorskip(
    "llama_index.embeddings.huggingface",
    reason="needs LlamaIndex: pip install -r requirements-dev.txt -r requirements-integrations.txt",
)
pytestmark = pytest.mark.model


@pytest.mark.parametrize("base", ["e5-small", "smollm2-135m"])
def test_llamaindex_gives_the_vectors_of_reelign(exported: Callable[[str], Export], base: str) -> None:
    embedder, folder = exported(base)
    theirs = embedder_of_card(folder, "llama_index")
    queries = [theirs.get_query_embedding(text) for text in TEXTS]
    assert lowest_cosine(embedder.encode(TEXTS, "query"), queries) >= 0.9999
    assert lowest_cosine(embedder.encode(TEXTS, "document"), theirs.get_text_embedding_batch(TEXTS)) >= 0.9999


def test_without_what_the_card_says_llamaindex_leaves_the_prompts_out(exported: Callable[[str], Export]) -> None:
    embedder, folder = exported("e5-small")
    theirs = llamaindex.HuggingFaceEmbedding(model_name=str(folder))
    queries = [theirs.get_query_embedding(text) for text in TEXTS]
    assert lowest_cosine(embedder.encode(TEXTS, "query"), queries) < 0.999
    assert lowest_cosine(embedder.encode(TEXTS, "document"), theirs.get_text_embedding_batch(TEXTS)) < 0.999
