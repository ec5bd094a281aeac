"""Results of blind judging: counted as a plain loop counts them, tested as SciPy tests, one query once."""

from __future__ import annotations

import json
import random

import pytest
from scipy import stats

from core.evaluation.blind_results import BlindVerdict, Tally, blind_result, sign_test
from core.judgments.preferences import Choice, Form, Preference, Systems

BASE, TUNED = "e5-small", "run"


def answer(query_id: str, annotator: str, choice: Choice, *, turned: bool = False) -> Preference:
    systems = Systems(TUNED, BASE) if turned else Systems(BASE, TUNED)
    return Preference(query_id, annotator, Form.SIDE_BY_SIDE, systems, choice)


def many(base: int, ties: int, tuned: int) -> list[Preference]:
    """One curator's answers to as many queries; the sides change from query to query."""
    wanted = [BASE] * base + [None] * ties + [TUNED] * tuned
    return [
        answer(f"q{number}", "kim", _choice(preferred, number % 2 == 1), turned=number % 2 == 1)
        for number, preferred in enumerate(wanted)
    ]


def _choice(preferred: str | None, turned: bool) -> Choice:
    if preferred is None:
        return Choice.SAME
    return Choice.A if (preferred == BASE) is not turned else Choice.B


@pytest.mark.parametrize("seed", range(6))
def test_counts_equal_those_of_a_plain_loop(seed: int) -> None:
    dice = random.Random(seed)
    given = [
        answer(f"q{query}", f"c{curator}", dice.choice(list(Choice)), turned=dice.random() < 0.5)
        for query in range(30)
        for curator in range(dice.randint(0, 4))
    ]
    won = {BASE: 0, TUNED: 0, None: 0}
    for query_id in {one.query_id for one in given}:
        votes = [one.preferred for one in given if one.query_id == query_id and one.choice is not Choice.SKIP]
        if votes:
            won[next((name for name in (BASE, TUNED) if 2 * votes.count(name) > len(votes)), None)] += 1
    result = blind_result(given, BASE, TUNED)
    assert result.wins == Tally(won[BASE], won[None], won[TUNED])
    assert sum(result.queries[query_id].winner for query_id in result.queries) == won[TUNED] - won[BASE]
    for one in result.curators:
        own = [given_ for given_ in given if given_.annotator == one.annotator]
        assert one.tally.base == sum(given_.preferred == BASE for given_ in own)
        assert one.tally.tuned == sum(given_.preferred == TUNED for given_ in own)
        assert one.skipped == sum(given_.choice is Choice.SKIP for given_ in own)
        assert one.tally.ties == sum(given_.choice is Choice.SAME for given_ in own)


@pytest.mark.parametrize(("wins", "losses"), [(6, 0), (9, 3), (20, 19), (0, 8), (40, 25)])
def test_share_interval_and_p_are_scipys(wins: int, losses: int) -> None:
    share, interval, p = sign_test(wins, losses)
    decided = wins + losses
    assert share == wins / decided and interval is not None
    beta = stats.beta
    low = beta.ppf(0.025, wins, losses + 1) if wins else 0.0
    high = beta.ppf(0.975, wins + 1, losses) if losses else 1.0
    assert interval == pytest.approx((low, high), abs=1e-9)
    tail = sum(stats.binom.pmf(range(max(wins, losses), decided + 1), decided, 0.5))
    assert p == pytest.approx(min(1.0, 2 * tail), abs=1e-12)


def test_interval_and_test_never_contradict_each_other() -> None:
    for decided in range(6, 60):
        for wins in range(decided + 1):
            _, interval, p = sign_test(wins, decided - wins)
            assert interval is not None and p is not None
            assert (p < 0.05) is not (interval[0] <= 0.5 <= interval[1])


@pytest.mark.parametrize(
    ("base", "ties", "tuned", "verdict"),
    [
        (0, 0, 0, BlindVerdict.TOO_FEW),
        (0, 50, 5, BlindVerdict.TOO_FEW),
        (0, 3, 6, BlindVerdict.PREFERRED),
        (6, 0, 0, BlindVerdict.NOT_PREFERRED),
        (1, 0, 5, BlindVerdict.CANNOT_TELL),
        (15, 4, 25, BlindVerdict.CANNOT_TELL),
        (15, 4, 35, BlindVerdict.PREFERRED),
    ],
)
def test_the_verdict_follows_from_the_decided_queries(base: int, ties: int, tuned: int, verdict: BlindVerdict) -> None:
    result = blind_result(many(base, ties, tuned), BASE, TUNED)
    assert (result.wins, result.verdict) == (Tally(base, ties, tuned), verdict)
    assert (result.p is None) is (base + tuned < 6)
    turned = blind_result(many(base, ties, tuned), TUNED, BASE)
    assert turned.wins == Tally(tuned, ties, base) and turned.p == pytest.approx(result.p)


def test_a_query_counts_once_and_its_winner_needs_more_than_half_of_its_curators() -> None:
    two_to_one = [answer("q1", who, choice) for who, choice in (("a", Choice.B), ("b", Choice.B), ("c", Choice.A))]
    one_and_same = [answer("q2", who, choice) for who, choice in (("a", Choice.B), ("b", Choice.SAME))]
    one_and_skip = [answer("q3", who, choice) for who, choice in (("a", Choice.A), ("b", Choice.SKIP))]
    result = blind_result([*two_to_one, *one_and_same, *one_and_skip, answer("q4", "b", Choice.SKIP)], BASE, TUNED)
    assert result.wins == Tally(base=1, ties=1, tuned=1)
    assert result.queries == {"q1": Tally(1, 0, 2), "q2": Tally(0, 1, 1), "q3": Tally(1, 0, 0)}


def test_a_result_is_plain_json() -> None:
    told = json.loads(json.dumps(blind_result(many(1, 2, 6), BASE, TUNED).as_dict(), allow_nan=False))
    assert told["wins"] == {"base": 1, "ties": 2, "tuned": 6}
    assert told["curators"] == [{"annotator": "kim", "tally": told["wins"], "skipped": 0}]
    assert told["verdict"] == "cannot_tell" and len(told["queries"]) == 9
