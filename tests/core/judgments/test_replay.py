"""A history replayed in memory stands as the store's own table does."""

from __future__ import annotations

import random

from core.judgments import LabelStore, NewQuery
from core.judgments.replay import as_judgments, standing_events


def test_replayed_events_stand_as_they_do_in_the_store(store: LabelStore) -> None:
    store.add_queries([NewQuery("a heist", query_id="q1"), NewQuery("a ghost", query_id="q2")])
    random_ = random.Random(1)
    for number in range(150):
        name = random_.choice(("kim", "lee"))
        if random_.random() < 0.3:
            store.undo(name, event_id=f"u{number}")
            continue
        pair = random_.choice(("q1", "q2")), random_.choice(("m1", "m2", "m3"))
        answer = random_.choice(("positive", "negative", "unsure"))
        store.judge(*pair, name, answer, event_id=f"e{number}", adjudicates=random_.random() < 0.2)
    replayed = as_judgments(standing_events(store.events()))
    assert len(replayed) > 10
    assert sorted(replayed, key=lambda one: one.event_id) == sorted(store.judgments(), key=lambda one: one.event_id)
