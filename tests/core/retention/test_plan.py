"""What may go follows from rules alone: what is in use, was in use, trains, is new or young always stays."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.retention import Decision, Holding, Kind, Rules, Stock, plan
from core.retention.plan import DAY
from core.runs import RunState

NOW = 1_000 * DAY
RULES = Rules(keep_runs=1, older_than=30)


def run_name(day: int) -> str:
    return f"202601{day:02d}-000000-e5-small-ab12"


def run(day: int, state: RunState = RunState.SUCCEEDED, base: str = "e5-small", days: float = 40) -> Holding:
    return Holding(Kind.RUN, run_name(day), Path(), 1, NOW - days * DAY, (base,), state)


def thing(kind: Kind, name: str, *models: str, days: float = 40, catalog: str = "now", rankings: str = "") -> Holding:
    return Holding(kind, name, Path(), 1, NOW - days * DAY, models, None, catalog, rankings)


def stock(*holdings: Holding, active: str | None = None, before: str | None = None, catalog: str = "now") -> Stock:
    newest_first = sorted(holdings, key=lambda one: one.name, reverse=True)
    return Stock(tuple(newest_first), active, before, catalog, "e5-small")


def going(found: list[Decision]) -> set[str]:
    return {decision.holding.name for decision in found if decision.goes}


def why(found: list[Decision], name: str) -> str:
    (reason,) = (decision.reason for decision in found if decision.holding.name == name)
    return reason


def test_runs_in_use_before_it_training_and_the_newest_stay() -> None:
    training = run(9, RunState.RUNNING)
    found = plan(stock(*map(run, range(1, 8)), training, active=run_name(2), before=run_name(3)), RULES, NOW)
    assert going(found) == {run_name(day) for day in (1, 4, 5, 6)}
    assert why(found, run_name(2)) == "in use" and "rolling back" in why(found, run_name(3))
    assert why(found, run_name(7)) == "one of the 1 newest that succeeded" and why(found, training.name) == "training"


def test_runs_that_did_not_succeed_go_by_age_and_push_no_good_one_out() -> None:
    ended = (RunState.FAILED, RunState.CANCELLED, RunState.CRASHED)
    failed = [run(day, state) for day, state in zip((5, 6, 7), ended, strict=True)]
    assert going(plan(stock(run(1), *failed), RULES, NOW)) == {one.name for one in failed}
    young = [run(day, state, days=29) for day, state in zip((5, 6, 7), ended, strict=True)]
    assert going(plan(stock(run(1), *young), RULES, NOW)) == set()


def test_indexes_and_vectors_follow_the_runs_that_stay_and_their_bases() -> None:
    found = plan(
        stock(
            run(1, base="old-base"),
            run(2, base="minilm"),
            thing(Kind.INDEX, "i-base", "minilm"),
            thing(Kind.INDEX, "i-run", run_name(2)),
            thing(Kind.INDEX, "i-default", "e5-small"),
            thing(Kind.INDEX, "i-gone", run_name(1)),
            thing(Kind.INDEX, "i-old-base", "old-base"),
            thing(Kind.INDEX, "i-other-films", "minilm", catalog="then"),
            thing(Kind.INDEX, "i-young", "old-base", days=3),
            thing(Kind.INDEX, "i-damaged"),
            thing(Kind.VECTORS, "v-two-names", "elsewhere", "minilm"),
            thing(Kind.VECTORS, "v-gone", run_name(1)),
            thing(Kind.VECTORS, "v-old-base", "old-base"),
            thing(Kind.VECTORS, "v-unknown"),
        ),
        RULES,
        NOW,
    )
    assert going(found) == {run_name(1), "i-gone", "i-old-base", "i-other-films", "v-gone", "v-old-base"}
    assert "catalogue" in why(found, "i-other-films") and "doctor" in why(found, "i-damaged")


def test_without_a_catalogue_that_can_be_read_no_index_goes_for_being_of_another() -> None:
    index = thing(Kind.INDEX, "i", "e5-small", catalog="then")
    assert going(plan(stock(index, catalog=""), RULES, NOW)) == set()
    assert going(plan(stock(index), RULES, NOW)) == {"i"}


def test_comparisons_go_with_their_runs_and_rankings_with_their_comparisons() -> None:
    gone_before = "20250101-000000-e5-small-ffff"
    holdings = [
        run(1),
        run(2),
        thing(Kind.COMPARISON, "c-stays", "e5-small", run_name(2), rankings="r-stays"),
        thing(Kind.COMPARISON, "c-models", "e5-small", "minilm", rankings="r-shared"),
        thing(Kind.COMPARISON, "c-goes", "e5-small", run_name(1), rankings="r-shared"),
        thing(Kind.COMPARISON, "c-gone", "e5-small", gone_before, rankings="r-goes"),
        thing(Kind.COMPARISON, "c-young", "e5-small", gone_before, days=1, rankings="r-young"),
        *(thing(Kind.RANKINGS, name) for name in ("r-stays", "r-shared", "r-goes", "r-young", "r-orphan")),
    ]
    assert going(plan(stock(*holdings), RULES, NOW)) == {run_name(1), "c-goes", "c-gone", "r-goes", "r-orphan"}
    damaged = thing(Kind.COMPARISON, "c-damaged")
    found = plan(stock(*holdings, damaged), RULES, NOW)
    assert going(found) == {run_name(1), "c-goes", "c-gone"}, "it may hold any of the rankings"


@given(
    states=st.lists(st.sampled_from(RunState), max_size=8),
    active=st.integers(0, 8),
    before=st.integers(0, 8),
    keep=st.integers(0, 3),
    days=st.floats(0, 100),
)
def test_whatever_the_rules_what_is_needed_stays(
    states: list[RunState], active: int, before: int, keep: int, days: float
) -> None:
    runs = [run(day, state, base=f"base-{day}") for day, state in enumerate(states, start=1)]
    rest = [
        thing(kind, f"{kind}-{name}", name)
        for kind in (Kind.INDEX, Kind.VECTORS)
        for name in [*(one.name for one in runs), *(f"base-{day}" for day in range(1, 9)), "e5-small"]
    ]
    found = plan(stock(*runs, *rest, active=run_name(active), before=run_name(before)), Rules(keep, days), NOW)
    gone = going(found)
    assert gone.isdisjoint({run_name(active), run_name(before), "index-e5-small", "vectors-e5-small"})
    succeeded = [
        one.name for one in sorted(runs, key=lambda one: one.name, reverse=True) if one.state is RunState.SUCCEEDED
    ]
    assert gone.isdisjoint(succeeded[:keep])
    for one in runs:
        if one.name not in gone:
            assert gone.isdisjoint(
                {f"{kind}-{name}" for kind in ("index", "vectors") for name in (one.name, *one.models)}
            )
        if one.state is not None and one.state.active:
            assert one.name not in gone
    if days > 40:
        assert gone == set()
