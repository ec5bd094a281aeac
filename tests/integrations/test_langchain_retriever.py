"""The LangChain retriever of docs/serving.md, against a live service: the films in order, as a model reads them.

Skipped unless LangChain is there. The version tested is in requirements-integrations.txt.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from served import FILMS, retriever_of_document, service

from core.context import build_context

pytest.importorskip(
    "langchain_core",
    reason="needs LangChain: pip install -r requirements-dev.txt -r requirements-integrations.txt",
)


@pytest.mark.parametrize("question", ["winter harbour", "겨울 항구"])
def test_the_retriever_of_the_document_gives_the_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with service(tmp_path) as (live, address):
        found = retriever_of_document("langchain_core")(url=address, k=2).invoke(question)
        (hits,) = live.served.retriever.search([question], 2)
    made = build_context(question, [FILMS[hit.movie_id] for hit in hits])
    assert len(found) == 2
    assert [document.id for document in found] == [film.movie_id for film in made.films]
    assert [document.page_content for document in found] == [film.text for film in made.films]
    assert [document.metadata["score"] for document in found] == [hit.score for hit in hits]
