"""The queue: what is asked about a query, which query comes next, and what modes and colleagues change in that."""

from __future__ import annotations

import pytest

from core.judgments import Answer, Judgment, Query, Split
from core.judgments.by_query import StandingJudgments
from core.judgments.modes import Mode
from core.judgments.pool import LEXICAL, MINED, RANDOM, RandomFilms
from core.judgments.project import make_project
from dashboard.widgets.label_queue import Choice, LabelQueue, Task

BASE = ("m0", "m1", "m2")
TUNED = ("m2", "m3")
POOL = {"m0", "m1", "m2", "m3"}
FILMS = {f"m{number}" for number in range(300)}
EVERYTHING = Choice()


def query(query_id: str, split: Split = Split.TRAIN) -> Query:
    return Query(query_id, f"text of {query_id}", "en", "", split, query_id)


def answered(query_id: str, movie_id: str, annotator: str = "mina", answer: Answer = Answer.POSITIVE) -> Judgment:
    return Judgment(query_id, movie_id, annotator, answer, 1, "", f"{query_id}{movie_id}{annotator}", "2026-01-01T00")


def queue_of(
    queries: list[Query],
    judgments: list[Judgment] = [],  # noqa: B006
    *,
    mode: Mode = Mode.FILL,
    rankings: dict[str, dict[str, tuple[str, ...]]] | None = None,
    share: float = 0.0,
    overlap: float = 0.0,
    depth: int = 10,
    **team: object,
) -> LabelQueue:
    if rankings is None:
        rankings = {one.query_id: {"base": BASE, "tuned": TUNED} for one in queries}
    project = make_project({"depth": depth, "random_share": share, "overlap": overlap})
    task = Task(mode, project, ("base", "tuned"), RandomFilms(sorted(FILMS)))
    judged = StandingJudgments(judgments)
    return LabelQueue("mina", queries, rankings, judged, FILMS, task=task, **team)  # type: ignore[arg-type]


def order(queue: LabelQueue) -> list[str]:
    return [one.query_id for one in queue.ordered(EVERYTHING)]


def offers(queue: LabelQueue) -> list[str]:
    return [one.query_id for one in queue.waiting(EVERYTHING)]


def on_desk(queue: LabelQueue, query_id: str) -> set[str]:
    return {film.movie_id for film in queue.open(query_id).films}


def test_the_pool_is_what_any_model_found_and_hides_the_order_of_each() -> None:
    desks = [queue_of([query(name)]).open(name) for name in map(str, range(12))]
    orders = [tuple(film.movie_id for film in desk.films) for desk in desks]
    assert {frozenset(order) for order in orders} == {frozenset(POOL)}
    assert len(set(orders)) > 4
    both = next(film for film in desks[0].films if film.movie_id == "m2")
    assert both.sources == ("base", "tuned")


def test_films_that_the_curator_has_answered_come_last_and_others_answers_stay_hidden() -> None:
    queue = queue_of([query("q")], [answered("q", "m0"), answered("q", "m1", "someone else")], overlap=1.0)
    desk = queue.open("q")
    assert {film.movie_id for film in desk.films} == POOL and desk.films[-1].movie_id == "m0"
    assert desk.answers.keys() == {"m0"}


def test_queries_with_the_fewest_judgments_come_first_and_finished_ones_last() -> None:
    judgments = [answered("two", "m0"), answered("two", "m1", "someone else"), answered("one", "m0", "someone else")]
    judgments += [answered("done", movie_id) for movie_id in POOL]
    queue = queue_of([query(name) for name in ("done", "two", "one", "none")], judgments)
    assert [one.query_id for one in queue.ordered(Choice())] == ["none", "one", "two", "done"]
    assert [one.query_id for one in queue.ordered(Choice(unfinished=True))] == ["none", "one", "two"]
    assert queue.finished(Choice()) == (1, 4)


def test_a_query_that_was_put_off_waits_behind_the_others_but_before_the_finished() -> None:
    judgments = [answered("done", movie_id) for movie_id in POOL] + [answered("b", "m0", "someone else")]
    queue = queue_of([query("a"), query("b"), query("done")], judgments, put_off={"a"})
    assert [one.query_id for one in queue.ordered(Choice())] == ["b", "a", "done"]
    assert next(queue.waiting(Choice(), "b"), None) == query("a")


def test_only_queries_of_the_chosen_split_are_offered() -> None:
    queue = queue_of([query("a"), query("b", Split.TEST)])
    assert next(queue.waiting(Choice(Split.TEST)), None) == query("b", Split.TEST)
    assert next(queue.waiting(Choice(Split.DEV)), None) is None


def test_a_model_that_finds_other_films_opens_a_finished_query_again() -> None:
    judgments = [answered("q", movie_id) for movie_id in BASE]
    alone = LabelQueue("mina", [query("q")], {"q": {"base": BASE}}, StandingJudgments(judgments), POOL)
    assert alone.left("q") == 0
    assert queue_of([query("q")], judgments).left("q") == 1


# Depth and the films by lot


def test_every_system_proposes_to_the_same_depth_and_the_depth_is_the_teams() -> None:
    systems = {
        name: tuple(f"m{start + place}" for place in range(30))
        for name, start in {"base": 0, "tuned": 50, LEXICAL: 100, MINED: 150}.items()
    }
    queue = queue_of([query("q")], rankings={"q": systems}, depth=6)
    desk = queue.open("q")
    assert queue.left("q") == 24
    for name in systems:
        assert sum(film.sources == (name,) for film in desk.films) == 6


@pytest.mark.parametrize("mode", Mode)
def test_a_share_of_the_films_is_drawn_by_lot_in_every_mode_the_same_for_everybody(mode: Mode) -> None:
    systems = {"base": BASE, "tuned": TUNED, LEXICAL: ("m4",), MINED: ("m5", "m6")}
    desk = queue_of([query("q")], mode=mode, rankings={"q": systems}, share=0.4).open("q")
    drawn = {film.movie_id for film in desk.films if RANDOM in film.sources}
    proposed = {film.movie_id for film in desk.films if film.sources != (RANDOM,)}
    assert len(drawn) >= 0.4 * len(desk.films) - 1 and proposed - drawn
    assert drawn == set(RandomFilms(sorted(FILMS)).first("q", len(drawn)))


# The modes


def test_where_base_and_tuned_disagree_most_comes_first_and_what_they_agree_on_is_not_asked() -> None:
    rankings = {
        "same": {"base": BASE, "tuned": BASE},
        "apart": {"base": ("m0", "m1", "m2"), "tuned": ("m7", "m8", "m9")},
        "near": {"base": ("m0", "m1", "m2"), "tuned": ("m0", "m2", "m1")},
    }
    queue = queue_of([query(name) for name in rankings], mode=Mode.DISAGREE, rankings=rankings)
    assert order(queue) == ["apart", "near", "same"]
    assert offers(queue) == ["apart", "near"]
    assert on_desk(queue, "near") == {"m1", "m2"}
    assert queue.finished(EVERYTHING) == (1, 3)


def test_hard_negatives_are_asked_alone_most_of_them_first() -> None:
    rankings = {
        "one": {"base": BASE, MINED: ("m8",)},
        "two": {"base": BASE, MINED: ("m8", "m9")},
        "none": {"base": BASE, MINED: ()},
    }
    queue = queue_of([query(name) for name in rankings], mode=Mode.HARD, rankings=rankings)
    assert offers(queue) == ["two", "one"]
    assert on_desk(queue, "two") == {"m8", "m9"}


def test_a_query_opened_by_name_shows_its_films_though_the_mode_has_nothing_for_it() -> None:
    queue = queue_of([query("q")], mode=Mode.HARD)
    assert on_desk(queue, "q") == POOL and offers(queue) == []


def test_gaps_are_what_nobody_has_judged_and_test_queries_that_compare_scores_come_first() -> None:
    queries = [query("train"), query("bare", Split.TEST), query("scored", Split.TEST), query("done", Split.TEST)]
    judgments = [answered("scored", "m0", "jun"), answered("train", "m1", "jun", Answer.UNSURE)]
    judgments += [answered("done", movie_id, "jun", Answer.UNSURE) for movie_id in POOL]
    queue = queue_of(queries, judgments, mode=Mode.GAPS)
    assert offers(queue) == ["scored", "bare", "train"]
    assert on_desk(queue, "scored") == POOL - {"m0"} and on_desk(queue, "train") == POOL - {"m1"}


# The team


def test_films_that_another_has_decided_are_not_asked_again_and_count_as_judged() -> None:
    judgments = [answered("q", "m0", "jun"), answered("q", "m1", "jun", Answer.UNSURE)]
    queue = queue_of([query("q")], judgments)
    assert queue.left("q") == 3 and on_desk(queue, "q") == POOL - {"m0"}
    done = queue_of([query("q")], [answered("q", movie_id, "jun") for movie_id in POOL])
    assert done.finished(EVERYTHING) == (1, 1) and offers(done) == []
    assert on_desk(done, "q") == POOL  # for whoever opens it by name


def test_where_two_are_wanted_the_second_is_asked_everything() -> None:
    judgments = [answered("q", movie_id, "jun") for movie_id in POOL]
    queue = queue_of([query("q")], judgments, overlap=1.0)
    assert queue.left("q") == 4 and offers(queue) == ["q"]
    judgments += [answered("q", movie_id, "ara") for movie_id in POOL]
    assert offers(queue_of([query("q")], judgments, overlap=1.0)) == []


@pytest.mark.parametrize(("overlap", "offered"), [(0.0, ["free"]), (1.0, ["free", "held"])])
def test_a_query_that_another_is_at_is_offered_only_where_two_are_wanted(overlap: float, offered: list[str]) -> None:
    queue = queue_of([query("held"), query("free")], overlap=overlap, holders={"held": ["jun"], "free": ["mina"]})
    assert sorted(offers(queue)) == offered
    assert queue.others_at("held") == ["jun"] and queue.others_at("free") == []
    assert order(queue)[-1] == "held" or overlap


def test_skipped_queries_come_last_of_those_that_wait() -> None:
    judgments = [answered("done", movie_id) for movie_id in POOL] + [answered("b", "m0", "jun")]
    queue = queue_of([query(name) for name in ("done", "a", "b")], judgments, skipped={"a": "unclear"})
    assert order(queue) == ["b", "a", "done"]


def test_taking_an_answer_back_opens_the_film_again_at_once() -> None:
    queue = queue_of([query("q")], [answered("q", movie_id) for movie_id in POOL])
    assert queue.left("q") == 0 and queue.answered() == 4
    queue.replace_answers("q", [answered("q", "m0")])
    assert queue.left("q") == 3 and queue.answered() == 1
    desk = queue.open("q")
    desk.take_in(answered("q", "m1"))
    assert queue.left("q") == 2


def test_what_was_answered_today_is_counted_over_all_queries() -> None:
    new = Judgment("b", "m1", "mina", Answer.NEGATIVE, 0, "", "new", "2999-01-01T00")
    queue = queue_of([query("a"), query("b")], [answered("a", "m0"), answered("b", "m0"), new])
    assert queue.answered_today() == 1
