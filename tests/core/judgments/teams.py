"""A team's labels for tests: every table holds something, and texts that databases order differently."""

from __future__ import annotations

from core.judgments import LabelStore, NewQuery, Shown
from core.judgments.preferences import Choice, Form, NewPreference, ShownFilm, Side, Systems


def fill(store: LabelStore) -> None:
    """Write into every table."""
    names = ("b", "B", "a", "_", "ä", "비", "z-1", "Z1", "🎬")
    queries = store.add_queries([NewQuery(f"film of {number} {name}", name) for number, name in enumerate(names)])
    version = store.guidelines.write("Sequels count.\n\n'Quoted' \\ \"text\", 100 %.", "kim").version
    for number, query in enumerate(queries):
        shown = Shown(number, ("base", "tuned"), "2026-01-01T00:00:00+00:00", "key", version)
        store.judge(query.query_id, "m1", "kim", "positive", event_id=f"e{number}", note="딱 맞다 🎬", shown=shown)
    store.judge("a", "M1", "lee", "negative", event_id="changed")
    store.judge("a", "m1", "lee", "unsure", event_id="settled", adjudicates=True)
    store.undo("kim", event_id="undone")
    store.project.change("kim", depth=20, overlap=0.3)
    store.skips.skip("b", "kim", "unclear")
    store.skips.resume("b", "kim")
    store.leases.take("B", "lee")
    shown_films = (ShownFilm("m1", Side.A), ShownFilm("m2", Side.B))
    given = NewPreference("a", "kim", Form.SIDE_BY_SIDE, Systems("e5-small", "bm25"), Choice.A, shown_films)
    store.preferences.record(given, preference_id="p1")
    store.preferences.undo("kim", given.systems, given.form, preference_id="p2")
