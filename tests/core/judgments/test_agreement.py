"""Agreement beyond chance, held against a plain loop (kappa) and the ``krippendorff`` package (alpha)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import krippendorff
import numpy as np
import pytest

from core.judgments import Answer, Judgment, agreement, team_agreement

NAMES = ("ann", "kim", "lee", "민서")


def judged(movie_id: str, annotator: str, answer: Answer) -> Judgment:
    return Judgment("q", movie_id, annotator, answer, None, "", f"{annotator}-{movie_id}", "")


def random_judgments(seed: int, films: int, alike: float) -> list[Judgment]:
    """Return answers of four people who judge two films in three and follow one truth with probability ``alike``."""
    random_ = random.Random(seed)
    judgments = []
    for number in range(films):
        true = random_.choice((Answer.POSITIVE, Answer.NEGATIVE, Answer.NEGATIVE))
        for name in NAMES:
            if random_.random() < 2 / 3:
                given = true if random_.random() < alike else random_.choice(tuple(Answer))
                judgments.append(judged(f"m{number:04}", name, given))
    return judgments


def decided_pairs(judgments: list[Judgment], first: str, second: str) -> Iterator[tuple[Answer, Answer]]:
    answers = {(judgment.movie_id, judgment.annotator): judgment.answer for judgment in judgments}
    for movie_id in sorted({judgment.movie_id for judgment in judgments}):
        both = answers.get((movie_id, first)), answers.get((movie_id, second))
        if both[0] not in (None, Answer.UNSURE) and both[1] not in (None, Answer.UNSURE):
            yield both  # type: ignore[misc]


def plain_kappa(pairs: list[tuple[Answer, Answer]]) -> float:
    alike = sum(one == other for one, other in pairs) / len(pairs)
    chance = 0.0
    for answer in (Answer.POSITIVE, Answer.NEGATIVE):
        of_first = sum(one == answer for one, _ in pairs) / len(pairs)
        of_second = sum(other == answer for _, other in pairs) / len(pairs)
        chance += of_first * of_second
    return (alike - chance) / (1 - chance)


def as_matrix(judgments: list[Judgment]) -> np.ndarray:
    films = sorted({judgment.movie_id for judgment in judgments})
    matrix = np.full((len(NAMES), len(films)), np.nan)
    for judgment in judgments:
        if judgment.answer is not Answer.UNSURE:
            value = float(judgment.answer is Answer.POSITIVE)
            matrix[NAMES.index(judgment.annotator), films.index(judgment.movie_id)] = value
    return matrix


def plain_alpha(matrix: np.ndarray) -> float:
    return float(krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal"))


@pytest.mark.parametrize("alike", [0.0, 0.5, 0.9])
def test_kappa_and_alpha_are_those_of_the_oracles(alike: float) -> None:
    judgments = random_judgments(1, 120, alike)
    found = agreement(judgments)
    assert [(one.first, one.second) for one in found] == [
        (first, second) for place, first in enumerate(NAMES) for second in NAMES[place + 1 :]
    ]
    for one in found:
        pairs = list(decided_pairs(judgments, one.first, one.second))
        assert one.pairs == len(pairs)
        assert one.alike == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))
        assert one.kappa == pytest.approx(plain_kappa(pairs))
    team = team_agreement(judgments)
    assert team.alpha == pytest.approx(plain_alpha(as_matrix(judgments)))
    assert team.annotators == len(NAMES)
    assert team.pairs == int((np.sum(~np.isnan(as_matrix(judgments)), axis=0) > 1).sum())


def test_intervals_are_those_of_resampling_pair_by_pair() -> None:
    judgments = random_judgments(2, 300, 0.7)
    one = agreement(judgments)[0]
    pairs = list(decided_pairs(judgments, one.first, one.second))
    random_ = random.Random(3)
    kappas = [plain_kappa(random_.choices(pairs, k=len(pairs))) for _ in range(2_000)]
    assert one.interval == pytest.approx(np.quantile(kappas, (0.025, 0.975)), abs=0.02)
    matrix = as_matrix(judgments)
    matrix = matrix[:, np.sum(~np.isnan(matrix), axis=0) > 1]
    draws = np.random.default_rng(4).integers(0, matrix.shape[1], (600, matrix.shape[1]))
    alphas = [plain_alpha(matrix[:, draw]) for draw in draws]
    assert team_agreement(judgments).interval == pytest.approx(np.quantile(alphas, (0.025, 0.975)), abs=0.02)


def test_the_interval_covers_what_people_truly_agree() -> None:
    # Two who follow one coin with probability .8 and else toss their own: kappa is .8 * .8 = .64.
    covered = 0
    for seed in range(60):
        random_ = random.Random(seed)
        judgments = []
        for number in range(150):
            true = random_.choice((Answer.POSITIVE, Answer.NEGATIVE))
            for name in NAMES[:2]:
                own = random_.choice((Answer.POSITIVE, Answer.NEGATIVE))
                judgments.append(judged(f"m{number}", name, true if random_.random() < 0.8 else own))
        (found,) = agreement(judgments)
        assert found.interval is not None
        covered += found.interval[0] <= 0.64 <= found.interval[1]
    assert 0.88 * 60 <= covered <= 60


def test_the_same_judgments_give_the_same_interval() -> None:
    judgments = random_judgments(5, 40, 0.6)
    assert agreement(judgments) == agreement(reversed(judgments))
    assert team_agreement(judgments) == team_agreement(reversed(judgments))


def test_adjudicated_answers_and_doubts_are_left_out() -> None:
    judgments = random_judgments(6, 40, 0.6)
    settled = [replace(judgment, adjudicates=True, answer=Answer.POSITIVE) for judgment in judgments]
    doubts = [judged("m9999", name, Answer.UNSURE) for name in NAMES]
    assert agreement([*judgments, *settled, *doubts]) == agreement(judgments)
    assert team_agreement([*judgments, *settled, *doubts]) == team_agreement(judgments)


def test_where_the_pairs_do_not_vary_there_is_no_interval() -> None:
    alike = [judged(f"m{n}", name, Answer.POSITIVE if n else Answer.NEGATIVE) for n in range(9) for name in NAMES[:2]]
    (found,) = agreement(alike)
    assert (found.kappa, found.interval) == (1.0, None)
    (found,) = agreement(alike[2:])  # only positives: chance explains all
    assert (found.alike, found.kappa, found.interval) == (1.0, None, None)
    assert team_agreement(alike[2:]).alpha is None


def test_one_person_alone_agrees_with_nobody() -> None:
    alone = [judged("m1", "kim", Answer.POSITIVE)]
    assert agreement(alone) == []
    team = team_agreement(alone)
    assert (team.annotators, team.pairs, team.alpha, team.interval) == (0, 0, None, None)
