"""Everything that reads what others wrote, as functions of bytes that fuzzing can call.

Each reader returns whether it could read the bytes, lets nothing through but a ``ReelignError``, and checks what it
has read: that it can be written and read again, and holds no half characters. Its seeds are small valid files.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from fuzz import seeds

from core.catalog import plan_import
from core.catalog.movie import movie_from_row
from core.config import TrainConfig, load_config, save_config
from core.errors import LabelError, ReelignError
from core.evaluation.comparison import Comparison, comparison_name
from core.evaluation.requirement import parse_requirement
from core.evaluation.storage import load_comparison
from core.fingerprint import canonical_json, fingerprint_rows
from core.judgments import detect_format, load_snapshot, read_judged_queries, read_qrels, read_queries
from core.judgments.addresses import read_url, shown_name
from core.judgments.exchange.preview import READERS as LABEL_READERS
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.sources import SourceFile, unpacked
from core.judgments.queries import plan_queries
from core.models.loading import read_tuning
from core.models.recipe import RECIPE_FILE, recipe_for
from core.workspace import Workspace

LONGEST_MESSAGE = 2_000  # characters: one sentence or two, whatever the file holds


@dataclass(frozen=True, slots=True)
class Reader:
    """Something that reads bytes.

    Attributes:
        read: reads them in an empty folder of its own; raises a ``ReelignError`` for what it refuses.
        seeds: valid bytes to begin from.
        names_its_file: whether a refusal names the file that the bytes were in.
    """

    name: str
    read: Callable[[bytes, Path], None]
    seeds: tuple[bytes, ...]
    names_its_file: bool = True

    def accepts(self, data: bytes) -> bool:
        """Return whether the bytes could be read; AssertionError where the refusal helps nobody."""
        with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
            try:
                self.read(data, Path(folder))
            except ReelignError as reason:
                check_message(str(reason), "input" if self.names_its_file else "")
                return False
            return True


def check_message(message: str, named: str = "") -> None:
    """Hold a refusal to what a person can use: short, on one line, writable, naming its file."""
    assert message.strip() and len(message) <= LONGEST_MESSAGE, f"{len(message)} characters"
    assert len(message.splitlines()) == 1, message
    assert named in message, message
    check_written(message)


def check_written(value: Any) -> str:
    """Return JSON of a value as it would be written; it holds no half character, no NaN, nothing else than JSON."""
    text = canonical_json(value)
    text.encode()
    return text


def put(data: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def catalogue(ending: str) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        plan = plan_import(put(data, folder, f"input{ending}"), current=None)
        check_written([plan.columns, plan.mapping, plan.unused, [asdict(problem) for problem in plan.problems]])
        for movie in plan.movies:
            assert movie_from_row(json.loads(check_written(movie.row())), "") == movie
            assert movie.movie_id and len(movie.movie_id.split()) == 1 and movie.title

    return read


def labels(name: str) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        files = [SourceFile(name, data)]
        judged = read_judged_queries(files, seeds.FILMS)
        check_written([asdict(problem) for problem in judged.problems])
        check_written([judged.qrels, [asdict(query) for query in judged.queries]])
        for query_id, grades in judged.qrels.items():
            assert len(query_id.split()) == 1 and set(grades) <= set(seeds.FILMS.ids)
        assert all("\0" not in query.text + query.query_id for query in judged.queries)
        found = detect_format(files)
        for format, rows_of in LABEL_READERS.items():
            if format != found:  # a format can be chosen against what a file looks like
                problems = ProblemLog()
                check_written([asdict(row) for row in rows_of(unpacked(files), problems)])
                check_written([str(problem) for problem in problems.all])

    return read


def queries(ending: str) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        found = list(read_queries(put(data, folder, f"input{ending}")))
        try:
            plan = plan_queries([], found)
        except LabelError as reason:  # names the queries that do not go together, which may come from several files
            check_message(str(reason))
            return
        check_written([asdict(query) for query in plan.queries])
        assert all("\0" not in query.text + query.query_id + query.kind for query in plan.queries)

    return read


def qrels(data: bytes, folder: Path) -> None:
    check_written([asdict(row) for row in read_qrels(put(data, folder, "input.txt"))])


def snapshot(data: bytes, folder: Path) -> None:
    found = load_snapshot(put(data, folder, "input.jsonl"))
    assert fingerprint_rows(row.row() for row in found.rows) == found.fingerprint
    check_written([found.queries(), found.qrels()])
    assert all(isinstance(row.text + row.lang + row.kind + "".join(row.annotators), str) for row in found.rows)


def snapshot_with_its_sum(data: bytes, folder: Path) -> None:
    """Read rows behind a header that fits them: what is in the rows cannot hide behind a wrong sum."""
    rows = [row for row in map(_json, data.splitlines()[1:]) if isinstance(row, dict)]
    try:
        header = {"format": 1, "rows": len(rows), "snapshot": fingerprint_rows(rows)}
        lines = [canonical_json(row).encode() for row in (header, *rows)]
    except ValueError:
        return
    snapshot(b"\n".join(lines), folder)


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def comparison(data: bytes, folder: Path) -> None:
    workspace = Workspace(folder)
    workspace.comparisons.mkdir(parents=True)
    name, data = _under_its_name(data)
    (workspace.comparisons / f"{name}.json").write_bytes(data)
    found = load_comparison(name, workspace)
    assert Comparison.from_dict(json.loads(check_written(found.as_dict()))) == found
    for measure in found.measures.values():
        assert isinstance(measure.base + measure.tuned + measure.delta, int | float)
    assert all(isinstance(row.text + row.query_id + "".join(row.base_top), str) for row in found.per_query)


def _under_its_name(data: bytes) -> tuple[str, bytes]:
    """Return the content under the name that fits it: what is inside cannot hide behind a wrong one."""
    row = _json(data)
    try:
        name = comparison_name(Comparison.from_dict(row))
        return (name, json.dumps({**row, "name": name}).encode()) if name.isascii() and "/" not in name else ("x", data)
    except Exception:
        return "x", data


def config(data: bytes, folder: Path) -> None:
    found = load_config(put(data, folder, "input.json"))
    check_written(found.model_dump())
    save_config(found, folder / "again.json")
    assert load_config(folder / "again.json") == found


def requirement(data: bytes, folder: Path) -> None:
    found = parse_requirement(data.decode("utf-8", "surrogateescape"))
    check_written(asdict(found))
    assert -1 <= found.number <= 1 and parse_requirement(found.text) == found


def database_url(data: bytes, folder: Path) -> None:
    shown_name(read_url(data.decode("utf-8", "replace")))


def tuning(data: bytes, folder: Path) -> None:
    found = read_tuning(put(data, folder, RECIPE_FILE).parent)
    assert isinstance(found.base + found.side, str) and 0 <= found.alpha <= 1


def recipe(name: str) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        for other, content in seeds.SENTENCE_TRANSFORMERS.items():
            (folder / other).parent.mkdir(exist_ok=True)
            (folder / other).write_bytes(content)
        put(data, folder, name)
        found = recipe_for("input", "bert", folder)
        check_written(found.as_dict())
        assert found.max_length > 0 and isinstance(found.prompted("text", "query"), str)

    return read


def e5_file(data: bytes, folder: Path) -> None:
    from core.models.e5_file import read_e5_file

    read_e5_file(put(data, folder, "input.bin"))


def address(data: bytes, folder: Path) -> None:
    from urllib.parse import parse_qsl

    from dashboard import session
    from dashboard.widgets import compare_address

    params = _Params(parse_qsl(data.decode("utf-8", "replace"), max_num_fields=None))
    memory: dict[str, Any] = {}
    with (
        mock.patch.object(compare_address.st, "query_params", params),
        mock.patch.object(session, "recall", lambda page, name, default: memory.get(name, default)),
        mock.patch.object(session, "remember", lambda page, name, value: memory.__setitem__(name, value)),
    ):
        asked = compare_address.read_address(seeds.QUERIES)
        check_written([compare_address.full_address(q="x"), asked.text, asked.also])
        assert asked.part in compare_address.PARTS and asked.split in compare_address.SPLITS


class _Params(dict[str, str]):
    def to_dict(self) -> dict[str, str]:
        return dict(self)


def label_message(data: bytes, folder: Path) -> None:
    from dashboard.widgets.label_message import Refusal, read_message

    value = _json(data)
    if (found := read_message(value, {"q1"}, {"m1"})) is None:
        return
    check_written([found.number, found.curator, found.query_id, found.movie_id])
    for entry in found.entries:
        check_written(asdict(entry))
        if isinstance(entry, Refusal):
            check_message(entry.reason)
        else:
            assert "\0" not in getattr(entry, "note", "")


@cache
def _client() -> Any:
    from fastapi.testclient import TestClient

    from core.serving.application import make_app

    live = mock.Mock()
    live.served.retriever.search = lambda texts, k: [[] for _ in texts]
    live.served.model, live.served.index = "bm25", ""
    return TestClient(make_app(live))


def search_body(data: bytes, folder: Path) -> None:
    answer = _client().post("/search", content=data, headers={"content-type": "application/json"})
    assert answer.status_code in (200, 400, 413, 422), answer.text
    if answer.status_code != 200:
        check_message(answer.json()["detail"])


def in_zip(files: dict[str, bytes]) -> bytes:
    """Return an archive of some files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def all_readers() -> tuple[Reader, ...]:
    """Return every reader with its seeds."""
    text = seeds.catalogue_rows()
    return (
        Reader("catalogue.csv", catalogue(".csv"), (seeds.as_csv(text), seeds.as_csv(text, encoding="cp949"))),
        Reader("catalogue.tsv", catalogue(".tsv"), (seeds.as_csv(text, "\t"),)),
        Reader("catalogue.jsonl", catalogue(".jsonl"), (seeds.as_jsonl(text),)),
        Reader("catalogue.json", catalogue(".json"), (json.dumps({"results": text}).encode(), seeds.KMDB)),
        Reader("catalogue.parquet", catalogue(".parquet"), (seeds.as_parquet(text),)),
        Reader("labels.jsonl", labels("input.jsonl"), (seeds.JUDGMENTS, seeds.TRIPLETS)),
        Reader("labels.csv", labels("input.csv"), (seeds.LABELS_CSV, seeds.QUEPID)),
        Reader("labels.tsv", labels("input.tsv"), (seeds.BEIR_QRELS, seeds.QRELS)),
        Reader(
            "labels.zip",
            labels("input.zip"),
            (
                in_zip({"qrels/test.tsv": seeds.BEIR_QRELS, "queries.jsonl": seeds.BEIR_QUERIES}),
                in_zip({"qrels.txt": seeds.QRELS, "queries.tsv": seeds.QUERIES_TSV}),
            ),
        ),
        Reader("queries.jsonl", queries(".jsonl"), (seeds.BEIR_QUERIES,)),
        Reader("queries.tsv", queries(".tsv"), (seeds.QUERIES_TSV,)),
        Reader("queries.csv", queries(".csv"), (seeds.QUERIES_TSV.replace(b"\t", b","),)),
        Reader("queries.txt", queries(".txt"), ("비 오는 날\na sad film\n".encode(),)),
        Reader("qrels", qrels, (seeds.QRELS, seeds.BEIR_QRELS)),
        Reader("snapshot", snapshot, (seeds.snapshot(),)),
        Reader("snapshot, sum fitted", snapshot_with_its_sum, (seeds.snapshot(),)),
        Reader("comparison", comparison, (seeds.comparison(),), names_its_file=False),
        Reader("training settings", config, (json.dumps(TrainConfig().model_dump()).encode(), b'{"epochs": 5}'),
               names_its_file=False),
        Reader("requirement", requirement, (b"nDCG@10 >= base - 0.01", b"R@100 > 0.8", b"AP not worse"),
               names_its_file=False),
        Reader("database address", database_url, (b"postgresql+psycopg://user:pw@host:5432/name?sslmode=require",),
               names_its_file=False),
        Reader("adapter's recipe", tuning, (b'{"base": "e5-small", "alpha": 0.5, "side": "query"}',),
               names_its_file=False),
        Reader("model's recipe", recipe(RECIPE_FILE), (seeds.RECIPE,), names_its_file=False),
        Reader("modules.json", recipe("modules.json"), (seeds.SENTENCE_TRANSFORMERS["modules.json"],),
               names_its_file=False),
        Reader("pooling", recipe("1_Pooling/config.json"), (seeds.SENTENCE_TRANSFORMERS["1_Pooling/config.json"],),
               names_its_file=False),
        Reader("sentence prompts", recipe("config_sentence_transformers.json"), (seeds.PROMPTS,),
               names_its_file=False),
        Reader("sentence length", recipe("sentence_bert_config.json"), (b'{"max_seq_length": 128}',),
               names_its_file=False),
        Reader("E5 file", e5_file, (seeds.e5_file(),)),
        Reader("address of Compare", address, (b"part=numbers&base=e5-small&tuned=run&q=sad&also=a,b&split=dev",),
               names_its_file=False),
        Reader("message of Label", label_message, (seeds.MESSAGE,), names_its_file=False),
        Reader("search request", search_body, (b'{"queries": ["a sad film", "x"], "k": 5}',), names_its_file=False),
    )  # fmt: skip
