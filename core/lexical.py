"""Search by words (BM25): a third voice beside the models, which finds films by the very names and words of a query.

What only embedders propose shares their blind spots; a ranker that knows nothing but words proposes what all of them
may miss. A Hangul word counts by its stem and by its pairs of syllables, so that 여행 finds 가족여행.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.catalog import Catalog, document_text
from core.words import IS_HANGUL, STOP_STEMS, words

K1, B = 1.2, 0.75  # the usual values (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework")


def terms(text: str) -> list[str]:
    """Return what a text is found by: the stems of its words, stop words aside, and pairs of Hangul syllables.

    >>> terms("The 가족여행을 of 2021")
    ['가족여행', '가족', '족여', '여행', '2021']
    """
    found: list[str] = []
    for word in words(text):
        if word.stem in STOP_STEMS:
            continue
        found.append(word.stem)
        if len(word.stem) > 2 and IS_HANGUL.match(word.stem):
            found += [word.stem[place : place + 2] for place in range(len(word.stem) - 1)]
    return found


class LexicalIndex:
    """The words of a catalogue's films. Safe to share between threads."""

    def __init__(self, catalog: Catalog) -> None:
        """Count the words of every film, each by the text that stands for it in the models too."""
        import bm25s

        self._ids = catalog.ids
        documents = [terms(document_text(movie)) for movie in catalog]
        self._index = bm25s.BM25(k1=K1, b=B)
        self._index.index(documents if any(documents) else [[""]], show_progress=False)  # it takes no empty set

    def search(self, texts: Sequence[str], k: int) -> list[list[tuple[str, float]]]:
        """Return for each text the ids and scores of up to ``k`` films, by score descending, then id ascending.

        A film that shares no word with the text is never found, so there may be fewer than ``k``, or none.
        """
        return [self._best(text, k) for text in texts]

    def _best(self, text: str, k: int) -> list[tuple[str, float]]:
        known = self._index.get_tokens_ids(terms(text))
        if not known:
            return []
        scores = self._index.get_scores_from_ids(known)
        found = np.flatnonzero(scores)
        if len(found) > k:  # all that reach the k-th score, so that films tied at the border are ordered by id
            found = found[scores[found] >= np.partition(scores[found], -k)[-k]]
        best = found[np.argsort(-scores[found], kind="stable")][:k]
        return [(self._ids[row], float(scores[row])) for row in best]
