"""An exported model behind LangChain gives Reelign's vectors, when it is made as the model card says.

Skipped unless LangChain is there. The versions tested are in requirements-integrations.txt; install them beside
requirements-dev.txt, in an environment of their own.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from card_code import TEXTS, Export, embedder_of_card, lowest_cosine

langchain = pytest.importorskip(
    "langchain_huggingface",
    reason="needs LangChain: pip install -r requirements-dev.txt -r requirements-integrations.txt",
)
pytestmark = pytest.mark.model


@pytest.mark.parametrize("base", ["e5-small", "smollm2-135m"])
def test_langchain_gives_the_vectors_of_reelign(exported: Callable[[str], Export], base: str) -> None:
    embedder, folder = exported(base)
    theirs = embedder_of_card(folder, "langchain_huggingface")
    assert lowest_cosine(embedder.encode(TEXTS, "query"), [theirs.embed_query(text) for text in TEXTS]) >= 0.9999
    assert lowest_cosine(embedder.encode(TEXTS, "document"), theirs.embed_documents(TEXTS)) >= 0.9999


def test_without_what_the_card_says_langchain_leaves_the_prompts_out(exported: Callable[[str], Export]) -> None:
    embedder, folder = exported("e5-small")
    theirs = langchain.HuggingFaceEmbeddings(model_name=str(folder))
    assert lowest_cosine(embedder.encode(TEXTS, "query"), [theirs.embed_query(text) for text in TEXTS]) < 0.999
    assert lowest_cosine(embedder.encode(TEXTS, "document"), theirs.embed_documents(TEXTS)) < 0.999
