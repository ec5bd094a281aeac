"""What is pointed out for a second look, and what is not."""

from __future__ import annotations

from histories import answered, sitting, undone

from core.judgments import Query, Split
from core.judgments.replay import as_judgments
from core.judgments.review import contradictory, disagreements, rushed

NO, YES = "negative", "positive"


def query(query_id: str, group: str) -> Query:
    return Query(query_id, f"text of {query_id}", "en", "", Split.TRAIN, group)


# Disagreements


def test_pairs_answered_both_ways_come_first_with_every_answer_and_the_settled_last() -> None:
    history = [
        answered(1, "q1", "m1", "kim", YES),
        answered(2, "q1", "m1", "lee", NO),
        answered(3, "q1", "m1", "lee", NO, adjudicates=True),
        answered(4, "q1", "m2", "kim", YES, grade=1),
        answered(5, "q1", "m2", "lee", YES, grade=2),
        answered(6, "q2", "m1", "kim", NO),
        answered(7, "q2", "m1", "ann", "unsure"),
        answered(8, "q2", "m1", "lee", YES),
    ]
    both, graded, settled = disagreements(as_judgments(history))
    assert (both.query_id, both.movie_id, both.opposite, both.settled) == ("q2", "m1", True, None)
    assert [judgment.annotator for judgment in both.answers] == ["ann", "kim", "lee"]
    assert (graded.movie_id, graded.opposite) == ("m2", False)
    assert settled.settled is not None and settled.settled.event_id == "e3"
    assert [judgment.event_id for judgment in settled.answers] == ["e1", "e2"]


def test_a_doubt_or_one_persons_answer_is_no_disagreement() -> None:
    history = [
        answered(1, "q1", "m1", "kim", YES),
        answered(2, "q1", "m1", "lee", "unsure"),
        answered(3, "q1", "m2", "kim", NO),
        answered(4, "q1", "m2", "lee", NO),
    ]
    assert disagreements(as_judgments(history)) == []


def test_what_was_settled_stays_in_sight_when_people_have_come_to_agree() -> None:
    history = [
        answered(1, "q1", "m1", "kim", YES),
        answered(2, "q1", "m1", "ann", NO, at=9, adjudicates=True),
        answered(3, "q1", "m1", "lee", "unsure", at=5, adjudicates=True),
    ]
    (one,) = disagreements(as_judgments(history))
    assert one.settled is not None and one.settled.annotator == "ann"  # the latest counts
    assert not one.opposite


# Answers given in haste


def test_an_answer_far_below_ones_own_pace_is_pointed_out() -> None:
    events = sitting("kim", [3.0] * 20 + [0.7], [YES, NO] * 10 + [YES])
    (found,) = rushed(events)
    assert (found.answer.movie_id, round(found.seconds, 1), found.usual, found.streak) == ("m21", 0.7, 3.0, 0)


def test_who_is_always_quick_or_slow_is_left_in_peace() -> None:
    assert rushed(sitting("kim", [0.7] * 30, [YES, NO] * 15)) == []
    assert rushed(sitting("kim", [9.0] * 20 + [2.0], [YES, NO] * 10 + [YES])) == []


def test_a_pace_is_not_known_from_a_few_answers() -> None:
    assert rushed(sitting("kim", [3.0] * 18 + [0.3], [YES, NO] * 9 + [YES])) == []


def test_ten_equal_answers_in_a_row_at_top_speed_are_pointed_out() -> None:
    events = sitting("kim", [0.5] * 10 + [2.0], [NO] * 10 + [YES])
    assert [(one.answer.movie_id, one.streak) for one in rushed(events)] == [(f"m{n}", 10) for n in range(10, 0, -1)]
    assert rushed(sitting("kim", [0.5] * 9 + [2.0], [NO] * 10)) == []


def test_an_answer_that_was_looked_at_again_or_taken_back_is_pointed_out_no_more() -> None:
    events = sitting("kim", [3.0] * 20 + [0.7, 0.7], [YES, NO] * 11)
    assert [one.answer.movie_id for one in rushed(events)] == ["m22", "m21"]
    again = answered(23, "q1", "m21", "kim", YES, at=900, took=4)
    assert rushed([*events, again, undone(24, events[-1])]) == []


def test_answers_without_a_time_on_screen_and_adjudications_are_not_timed() -> None:
    events = sitting("kim", [3.0] * 20, [YES, NO] * 10)
    events.append(answered(21, "q1", "m21", "kim", YES, at=900, source="import"))
    events.append(answered(22, "q1", "m1", "kim", YES, at=901, took=0.3, adjudicates=True))
    assert rushed(events) == []


# Answers that contradict each other


def test_opposite_answers_to_near_identical_queries_are_pointed_out() -> None:
    history = [
        answered(1, "q1", "m1", "kim", YES),
        answered(2, "q2", "m1", "kim", NO),
        answered(3, "q2", "m1", "lee", NO),
        answered(4, "q3", "m1", "kim", NO),
    ]
    queries = [query("q1", "g"), query("q2", "g"), query("q3", "other")]
    (found,) = contradictory(history, queries)
    assert [event.event_id for event in found.answers] == ["e1", "e2"]
    assert not found.one_query
    assert contradictory([*history, answered(5, "q2", "m1", "kim", YES)], queries) == []


def test_an_answer_that_changed_three_times_is_pointed_out_until_it_is_confirmed() -> None:
    history = [answered(n, "q1", "m1", "kim", answer) for n, answer in enumerate((YES, NO, YES, NO), start=1)]
    assert contradictory(history[:3], [query("q1", "g")]) == []
    (found,) = contradictory(history, [query("q1", "g")])
    assert found.one_query
    assert [event.answer.value for event in found.answers if event.answer] == [YES, NO, YES, NO]
    assert contradictory([*history, answered(5, "q1", "m1", "kim", NO)], [query("q1", "g")]) == []


def test_a_slip_of_the_key_that_was_taken_back_is_no_contradiction() -> None:
    slip = answered(1, "q1", "m1", "kim", YES)
    assert contradictory([slip, undone(2, slip), answered(3, "q1", "m1", "kim", NO)], [query("q1", "g")]) == []
