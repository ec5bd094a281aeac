"""pgvector: a table of films in PostgreSQL, as one SQL file for ``psql`` or written into a database.

Texts of the catalogue travel as data of COPY, in its text format, whose four special characters are escaped; they
are never part of a statement. See https://www.postgresql.org/docs/current/sql-copy.html and
https://github.com/pgvector/pgvector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from core.errors import HandoverError
from core.fingerprint import canonical_json
from core.handover.needed import in_a_line, needed
from core.handover.rows import Batch, checked_name, numbers
from core.quoting import quoted

FILE = "films.sql"
MOST_INDEXED = 2_000  # dimensions of a vector in an HNSW index
MOST_HALVES = 4_000  # of one whose numbers the index holds in 16 bits (halfvec, pgvector 0.7)
MOST_STORED = 16_000
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
LINES_A_WRITE = 200


def before(table: str, dimension: int) -> tuple[str, ...]:
    """Return the statements that make room for the films.

    Raises:
        HandoverError: the table's name is no plain word, or pgvector stores no vector so long.
    """
    if dimension > MOST_STORED:
        raise HandoverError(f"Vectors of {dimension} dimensions: pgvector stores up to {MOST_STORED}.")
    return (
        "CREATE EXTENSION IF NOT EXISTS vector",
        f'CREATE TABLE "{checked_name(table)}" '
        f"(movie_id text PRIMARY KEY, film jsonb NOT NULL, embedding vector({dimension}) NOT NULL)",
    )


def copy_statement(table: str) -> str:
    """Return the statement that the lines of ``lines`` follow."""
    return f'COPY "{checked_name(table)}" (movie_id, film, embedding) FROM STDIN'


def after(table: str, dimension: int) -> tuple[str, ...]:
    """Return the statements that index the films; none where pgvector has no index for vectors so long."""
    name = checked_name(table)
    if dimension <= MOST_INDEXED:
        return (f'CREATE INDEX ON "{name}" USING hnsw (embedding vector_ip_ops)', f'ANALYZE "{name}"')
    if dimension <= MOST_HALVES:
        halves = f"(embedding::halfvec({dimension})) halfvec_ip_ops"
        return (f'CREATE INDEX ON "{name}" USING hnsw ({halves})', f'ANALYZE "{name}"')
    return (f'ANALYZE "{name}"',)


def lines(batches: Iterable[Batch]) -> Iterator[str]:
    """Yield one line of COPY's text format a film, its line end included.

    Raises:
        HandoverError: a text holds the character U+0000, which PostgreSQL cannot store.
    """
    for batch in batches:
        for movie_id, vector, film in zip(batch.ids, batch.vectors, batch.films, strict=True):
            fields = canonical_json(film)
            if "\0" in movie_id or "\\u0000" in fields.replace("\\\\", ""):
                raise HandoverError(
                    f"Film {quoted(movie_id)} holds the character U+0000, which PostgreSQL cannot store. "
                    "Take it out of the catalogue, then try again."
                )
            yield f"{movie_id.translate(ESCAPES)}\t{fields.translate(ESCAPES)}\t[{numbers(vector)}]\n"


def write_sql(batches: Iterable[Batch], table: str, dimension: int, folder: Path) -> None:
    """Write one transaction of SQL for ``psql``: extension, table, films, index."""
    with (folder / FILE).open("w", encoding="utf-8", newline="\n") as file:
        file.write("\\set ON_ERROR_STOP on\nSET client_encoding = 'UTF8';\nBEGIN;\n")
        file.writelines(f"{statement};\n" for statement in before(table, dimension))
        file.write(f"{copy_statement(table)};\n")
        file.writelines(lines(batches))
        file.write("\\.\n")
        file.writelines(f"{statement};\n" for statement in after(table, dimension))
        file.write("COMMIT;\n")


def upload(batches: Iterable[Batch], table: str, dimension: int, url: str) -> None:
    """Write the films into a database, all or none.

    Raises:
        HandoverError: psycopg is not installed, or the database refuses: it cannot be reached, the table exists.
    """
    psycopg = needed("psycopg", "requirements-postgres.txt")
    try:
        with psycopg.connect(url, client_encoding="UTF8") as connection, connection.cursor() as cursor:
            for statement in before(table, dimension):
                cursor.execute(statement)
            with cursor.copy(copy_statement(table)) as copy:
                for line in lines(batches):
                    copy.write(line)
            for statement in after(table, dimension):
                cursor.execute(statement)
    except psycopg.Error as reason:
        raise HandoverError(
            f"PostgreSQL took no films into the table '{table}': {in_a_line(reason)}. Nothing was changed there. "
            "Check the address, name a table that does not exist yet, and see that the server has pgvector."
        ) from reason
