"""The preferences of a team in the database. They only grow: an answer is withdrawn by one more row, and stays."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from core.errors import LabelError
from core.judgments.database import Database
from core.judgments.events import now
from core.judgments.preferences import (
    Choice,
    Form,
    NewPreference,
    Preference,
    ShownFilm,
    Side,
    Systems,
    check_preference,
    latest,
)
from core.judgments.schema import preference, query

SYSTEMS = ("system_a", "system_b")

_undoing = preference.alias("undoing")

# A row counts while it is an answer and no other row withdraws it.
_STANDS = sa.and_(
    preference.c.choice.is_not(None),
    ~sa.exists().where(_undoing.c.undoes == preference.c.preference_id).correlate(preference),
)


class Preferences:
    """The stored preferences. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, given: NewPreference, *, preference_id: str) -> Preference:
        """Record one answer and return it once it is on disk.

        The same ``preference_id`` again returns what it recorded the first time and changes nothing.

        Raises:
            LabelError: an unknown query, an answer that does not fit together, or a ``preference_id`` that recorded
                something else.
        """
        check_preference(given)
        _refuse_blank(preference_id=preference_id)
        with self._database.writing() as connection:
            recorded = _find(connection, preference_id)
            if recorded is None:
                known = sa.select(query.c.query_id).where(query.c.query_id == given.query_id)
                if connection.execute(known).first() is None:
                    raise LabelError(f"There is no query {given.query_id!r} to prefer a system for.")
                row = {**_content(given), "preference_id": preference_id, "decided_at": now()}
                connection.execute(sa.insert(preference), row)
                recorded = _find(connection, preference_id)
        if recorded is None or any(recorded._mapping[name] != value for name, value in _content(given).items()):
            raise LabelError(f"{preference_id!r} has recorded something else. Give each answer a new preference id.")
        return _preference(recorded)

    def undo(self, annotator: str, systems: Systems, form: Form, *, preference_id: str) -> Preference | None:
        """Withdraw the annotator's last answer on two systems in one form, and return it; None without one.

        Again and again it walks further back. The same ``preference_id`` again returns the same answer and changes
        nothing.

        Raises:
            LabelError: an empty name or id, or a ``preference_id`` that recorded something else.
        """
        _refuse_blank(annotator=annotator, preference_id=preference_id)
        with self._database.writing() as connection:
            recorded = _find(connection, preference_id)
            if recorded is None:
                chosen = sa.select(preference).where(
                    _STANDS, _between(systems), preference.c.annotator == annotator, preference.c.form == form.value
                )
                undone = connection.execute(chosen.order_by(preference.c.number.desc()).limit(1)).first()
                if undone is None:
                    return None
                row = {name: undone._mapping[name] for name in ("query_id", "annotator", "form", *SYSTEMS)}
                row |= {"choice": None, "shown": [], "marked": [], "decided_at": now()}
                row |= {"preference_id": preference_id, "undoes": undone.preference_id}
                connection.execute(sa.insert(preference), row)
            else:
                undone = _find(connection, recorded.undoes) if recorded.annotator == annotator else None
        if undone is None:
            raise LabelError(f"{preference_id!r} has recorded something else. Give each undo a new preference id.")
        return _preference(undone)

    def standing(
        self, systems: Systems | None = None, *, form: Form | None = None, annotator: str | None = None
    ) -> list[Preference]:
        """Return the answers that count now, the oldest first: all of them, or those on two systems, in one form or by
        one annotator. It makes no difference which of the systems is named as A.
        """
        chosen = sa.select(preference).where(_STANDS).order_by(preference.c.number)
        if systems is not None:
            chosen = chosen.where(_between(systems))
        if form is not None:
            chosen = chosen.where(preference.c.form == form.value)
        if annotator is not None:
            chosen = chosen.where(preference.c.annotator == annotator)
        with self._database.reading() as connection:
            return latest(_preference(row) for row in connection.execute(chosen))


def _between(systems: Systems) -> sa.ColumnElement[bool]:
    return sa.and_(*(preference.c[name].in_(systems.pair) for name in SYSTEMS))


def _find(connection: Connection, preference_id: str) -> Row[Any] | None:
    return connection.execute(sa.select(preference).where(preference.c.preference_id == preference_id)).first()


def _content(given: NewPreference) -> dict[str, Any]:
    """Return the columns that say what was answered, as the database gives them back."""
    return {
        "query_id": given.query_id,
        "annotator": given.annotator,
        "form": given.form.value,
        "system_a": given.systems.a,
        "system_b": given.systems.b,
        "choice": given.choice.value,
        "shown": [{"movie_id": film.movie_id, "side": film.side.value} for film in given.shown],
        "marked": list(given.marked),
    }


def _preference(row: Row[Any]) -> Preference:
    return Preference(
        query_id=row.query_id,
        annotator=row.annotator,
        form=Form(row.form),
        systems=Systems(row.system_a, row.system_b),
        choice=Choice(row.choice),
        shown=tuple(ShownFilm(film["movie_id"], Side(film["side"])) for film in row.shown),
        marked=tuple(row.marked),
        preference_id=row.preference_id,
        decided_at=row.decided_at,
    )


def _refuse_blank(**fields: str) -> None:
    for name, value in fields.items():
        if not value.strip():
            raise LabelError(f"{name} is {value!r}; a preference needs one.")
