"""The command line as a script meets it: one JSON object, status 0; or one line that says what is wrong, status 2."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.cli.output import State, state
from core.workspace import ENVIRONMENT_VARIABLE, REPOSITORY, Workspace

Folders = Callable[[str], Path]
Command = Callable[..., Any]

WORDS = ["ghost", "heist", "train", "island", "chess", "opera", "desert", "robot", "garden", "storm", "circus", "모래"]
SPLITS = ["train"] * 7 + ["dev"] * 2 + ["test"] * 3


@pytest.fixture(autouse=True)
def as_it_was(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point the commands at the test's workspace, and undo what they set for the whole process."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))
    handler, before = signal.getsignal(signal.SIGTERM), state.workspace
    yield
    signal.signal(signal.SIGTERM, handler)
    state.workspace = before


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command as ``python -m core`` does: (status, standard output, standard error)."""

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["core", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command


@pytest.fixture
def ask(run: Command) -> Command:
    """Return a function that runs a command with ``--json`` and returns the one object that it prints."""

    def command(*words: str) -> Any:
        status, out, err = run(*words, "--json")
        assert status == 0, err
        assert out.count("\n") == 1
        return json.loads(out)

    return command


@pytest.fixture
def refused(run: Command) -> Command:
    """Return a function that runs a command that must fail with one line, and returns the line."""

    def command(*words: str) -> str:
        status, out, err = run(*words)
        lines = [line for line in err.splitlines() if not re.match(r"\d\d:\d\d:\d\d |\d+ texts encoded", line)]
        assert (status, out) == (2, ""), err
        assert len(lines) == 1 and lines[0].startswith("error: ") and "Traceback" not in err, err
        return lines[0]

    return command


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Write a catalogue, queries and qrels, as other tools would hand them over."""
    films = [{"movie_id": f"m{n:02d}", "title": f"Film {n}", "overview": f"The {w}."} for n, w in enumerate(WORDS)]
    queries = [
        {"query_id": f"q{n:02d}", "text": f"old {word}, new {word}", "split": SPLITS[n]} for n, word in enumerate(WORDS)
    ]
    qrels = [f"q{n:02d}\t0\tm{n:02d}\t1\nq{n:02d}\t0\tm{(n + 5) % 12:02d}\t0" for n in range(12)]
    written = {
        "films.jsonl": "\n".join(json.dumps(film) for film in films),
        "queries.jsonl": "\n".join(json.dumps(query, ensure_ascii=False) for query in queries),
        "qrels.txt": "\n".join(qrels) + "\n",
        "few.jsonl": json.dumps(queries[0]),
        "unknown.txt": "q00 0 m99 1\n",
        "broken.txt": "q00 0 m00 1\nq01 m01\n",
        "broken.csv": "movie_id,title\nm1,A,too many\n",
        "empty.jsonl": "",
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in written}


@pytest.fixture
def filled(ask: Command, files: dict[str, str]) -> dict[str, str]:
    ask("catalog", "import", files["films.jsonl"])
    ask("labels", "import", files["qrels.txt"], "--queries", files["queries.jsonl"], "--annotator", "kim")
    return files


def test_from_files_to_an_exported_model(
    ask: Command, run: Command, files: dict[str, str], tiny_folder: Folders, tmp_path: Path
) -> None:
    """The whole loop, each step read back from its JSON."""
    base = str(tiny_folder("bert"))
    planned = ask("catalog", "import", files["films.jsonl"], "--dry-run")
    assert (planned["added"], planned["films"], planned["written"]) == (12, 0, False)
    assert ask("catalog", "import", files["films.jsonl"])["films"] == 12
    assert ask("catalog", "import", files["films.jsonl"])["unchanged"] == 12

    labels = ask("labels", "import", files["qrels.txt"], "--queries", files["queries.jsonl"], "--annotator", "kim")
    assert (labels["queries"], labels["judgments"]) == (12, 24)
    assert labels["splits"] == {"train": 7, "dev": 2, "test": 3}
    snapshot = ask("labels", "snapshot")
    assert ask("labels", "snapshot") == snapshot and Path(snapshot["path"]).is_file()
    for kind in ("trec", "beir", "triplets", "jsonl", "csv"):
        exported = ask("labels", "export", str(tmp_path / kind), "--format", kind, "--labels", snapshot["snapshot"])
        assert exported["files"] and all(Path(path).stat().st_size for path in exported["files"])

    assert ask("index", "build", "--model", base)["films"] == 12
    hits = ask("search", "모래 이야기", "--model", base, "-k", "3")["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert hits == sorted(hits, key=lambda hit: (-hit["score"], hit["movie_id"]))

    trained = ask("train", "--base", base, "--epochs", "2", "--batch-size", "4", "--lr", "0.01", "--device", "cpu")
    name = trained["run"]
    assert {"run", "seconds", "pairs", "steps", "alpha", "dev"} <= trained.keys()
    assert (trained["pairs"], set(trained["dev"])) == (7, {"base", "tuned"})
    (listed,) = ask("runs", "list")["runs"]
    assert (listed["run"], listed["state"], listed["active"]) == (name, "succeeded", False)
    assert ask("jobs", "list") == {"jobs": []}
    assert ask("runs", "show", name)["config"]["learning_rate"] == 0.01

    own = ("--queries", files["queries.jsonl"], "--qrels", files["qrels.txt"])
    assert ask("evaluate", "--model", base)["queries"] == 3
    assert ask("evaluate", "--model", name, *own)["queries"] == 12
    comparison = ask("compare", "--base", base, "--tuned", name, *own)
    assert comparison["queries"] == 12 and Path(comparison["saved"]).is_file()
    measure = comparison["measures"]["nDCG@10"]
    assert {"base", "tuned", "delta", "p", "ci"} <= measure.keys()
    assert measure["delta"] == pytest.approx(measure["tuned"] - measure["base"])
    slices: dict[str, int] = {}
    for part in comparison["slices"]:
        slices[part["way"]] = slices.get(part["way"], 0) + part["queries"]
        assert (part["p"] is None) or part["queries"] >= 6
    assert slices == {"language": 12, "length": 12, "training": 12, "popularity": 12}
    assert comparison["lineage"]["set"]["files"] == ["queries.jsonl", "qrels.txt"]

    assert ask("runs", "promote", name, "--by", "kim") == {"active": name}
    assert run("runs", "delete", name)[0] == 2
    assert ask("runs", "rollback", "--by", "lee") == {"active": None}
    assert ask("runs", "rollback") == {"active": name}
    assert ask("runs", "promote", "base") == {"active": None}
    exported = ask("runs", "export", name, str(tmp_path / "model"))
    assert exported["cosine"] >= 0.9999 and (tmp_path / "model" / "modules.json").is_file()
    assert ask("runs", "delete", name) == {"deleted": name}
    assert ask("runs", "list") == {"runs": []}


def test_a_training_is_planned_and_prepared_before_it_is_carried_out(
    ask: Command, refused: Command, filled: dict[str, str], tiny_folder: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ("--base", str(tiny_folder("bert")), "--batch-size", "4", "--device", "cpu", "--folds", "0")
    plan = ask("train", *settings, "--plan")
    assert plan["steps"] == 4 * 2 and plan["seconds"] > 0 and plan["memory_bytes"] > 0
    assert ask("runs", "list") == {"runs": []}
    made = ask("train", *settings, "--mined", "2", "--synthetic", "0.5", "--prepare")
    with monkeypatch.context() as among_others:
        among_others.setenv("WORLD_SIZE", "2")
        assert "train --prepare" in refused("train", *settings)
    report = ask("train", "--run", made["folder"])
    assert (report["run"], report["synthetic"]) == (made["run"], 0.5)
    assert report["plan"]["steps"] == 8 >= report["steps"] and report["verdict"]
    assert report["proof"]["merged_reopened"] >= 0.9999


def test_a_person_reads_lines(run: Command, filled: dict[str, str], tiny_folder: Folders) -> None:
    base = str(tiny_folder("bert"))
    for words in (
        ("labels", "snapshot"),
        ("runs", "list"),
        ("search", "a storm", "--model", base, "-k", "2"),
        ("evaluate", "--model", base),
        ("compare", "--base", base, "--tuned", base),
    ):
        status, out, err = run(*words)
        assert status == 0 and out.strip() and "{" not in out, err


def test_a_requirement_that_fails_ends_with_status_1_and_its_figures(
    run: Command, ask: Command, filled: dict[str, str], tiny_folder: Folders
) -> None:
    models = ("compare", "--base", str(tiny_folder("bert")), "--tuned", "bm25")
    kept = ask(*models, "--require", "nDCG@10 >= base", "--require", "AP not worse")
    assert [(row["requirement"], row["holds"]) for row in kept["requirements"]] == [
        ("nDCG@10 >= base", True),
        ("AP not worse", True),
    ]
    assert kept["requirements"][0]["tuned"] == kept["measures"]["nDCG@10"]["tuned"]
    wanted = ("--require", "AP > 0", "--require", "R@100 > base + 1")
    status, out, err = run(*models, *wanted)
    assert (status, err.count("error")) == (1, 0)
    assert re.search(r"holds +AP > 0 ", out) and re.search(r"FAILS +R@100 > base \+ 1 ", out) and "Kept as" in out
    status, out, _ = run(*models, *wanted, "--json")
    assert status == 1 and [row["holds"] for row in json.loads(out)["requirements"]] == [True, False]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("search", "a storm"), "no catalogue yet.*catalog import"),
        (("index", "build"), "no catalogue yet"),
        (("search", "  "), "search text is empty"),
        (("catalog", "import", "{nowhere}"), "nowhere.*no such file"),
        (("catalog", "import", "{broken.csv}"), "broken.csv"),
        (("catalog", "import", "{empty.jsonl}"), "empty.jsonl"),
        (("catalog", "import", "{films.jsonl}", "--column", "title"), "expected field=column"),
        (("labels", "import", "{nowhere}", "--queries", "{queries.jsonl}", "--annotator", "kim"), "nowhere"),
        (("labels", "import", "{broken.txt}", "--queries", "{queries.jsonl}", "--annotator", "kim"), "line 2"),
        (("labels", "export", "{out}", "--format", "xml"), "--format"),
        (("labels", "snapshot", "extra"), "extra"),
        (("labels", "snapshot"), "no labels yet"),
        (("evaluate", "--model", "e5-small", "--qrels", "{qrels.txt}"), "--queries and --qrels belong together"),
        (("compare", "--base", "e5-small"), "--tuned"),
        (("compare", "--base", "a", "--tuned", "b", "--require", "nDCG >= 1"), "unknown measure 'nDCG'.*nDCG@10"),
        (("train", "--side", "up"), "side.*'up'"),
        (("train", "--epochs", "0"), "epochs.*0"),
        (("train", "--epochs", "many"), "--epochs"),
        (("train", "--labels", "abcdef"), "abcdef"),
        (("train", "--run", "{nowhere}"), "nowhere.*expected a run folder"),
        (("runs", "show", "nope"), "No run 'nope'"),
        (("runs", "export", "nope", "{out}"), "No run 'nope'"),
        (("runs", "promote", "../etc"), "No run '../etc'"),
        (("runs", "rollback"), "nothing to roll back to"),
        (("jobs", "cancel", "nope"), "No run 'nope'"),
        (("frob",), "frob.*--help"),
        (("search", "x", "--frob"), "--frob.*search --help"),
    ],
)
def test_bad_input_ends_with_one_line(
    refused: Command, files: dict[str, str], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    places = {**files, "nowhere": str(tmp_path / "nowhere"), "out": str(tmp_path / "out")}
    line = refused(*(places.get(word[1:-1], word) if word.startswith("{") else word for word in words))
    assert re.search(said, line), line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("search", "x", "--model", "e5-smal"), "No model 'e5-smal'.*e5-small"),
        (("search", "x", "--model", "20260101-000000-none-0000"), "No model"),
        (("search", "x", "--model", "e5-small", "--device", "tpu"), "tpu.*auto, cpu, cuda"),
        (("train", "--base", "e5-smal"), "No model 'e5-smal'"),
        (("compare", "--base", "e5-small", "--tuned", "nope"), "No model 'nope'"),
        (("evaluate", "--model", "x", "--queries", "{few.jsonl}", "--qrels", "{qrels.txt}"), "11 queries.*'q01' first"),
        (("labels", "import", "{qrels.txt}", "--queries", "{few.jsonl}", "--annotator", "lee"), "11 queries.*'q01'"),
        (("labels", "import", "{unknown.txt}", "--queries", "{few.jsonl}", "--annotator", "lee"), "line 1.*'m99'"),
        (("labels", "import", "{qrels.txt}", "--queries", "{queries.jsonl}", "--annotator", " "), "annotator"),
    ],
)
def test_bad_input_to_a_filled_workspace_ends_with_one_line(
    refused: Command, filled: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    line = refused(*(filled.get(word[1:-1], word) if word.startswith("{") else word for word in words))
    assert re.search(said, line), line


def test_what_is_done_with_labels_is_told_with_who_did_it(ask: Command, filled: dict[str, str], tmp_path: Path) -> None:
    taken = ask("labels", "snapshot", "--by", "lee")["snapshot"]
    ask("labels", "snapshots", "name", taken, "spring", "--by", "lee")
    ask("labels", "export", str(tmp_path / "out"), "--format", "beir", "--by", "mina")
    told = [(one["kind"], one["by"], one["about"]) for one in ask("audit")["entries"]]
    kept = f"{taken[:12]}"
    assert ("export", "mina", "beir") in told
    assert ("snapshot", "lee", kept) in told and ("snapshot", "lee", f"{kept}: spring") in told
    assert ("import", "kim", "") in told


def test_a_refused_import_changes_nothing(refused: Command, ask: Command, filled: dict[str, str]) -> None:
    before = ask("labels", "snapshot")
    refused("labels", "import", filled["unknown.txt"], "--queries", filled["few.jsonl"], "--annotator", "lee")
    refused("catalog", "import", filled["broken.csv"])
    assert ask("labels", "snapshot") == before
    assert ask("catalog", "import", filled["films.jsonl"])["unchanged"] == 12


def test_a_damaged_database_or_catalogue_is_named(
    refused: Command, filled: dict[str, str], workspace: Workspace
) -> None:
    workspace.database.write_bytes(b"not a database" * 100)
    assert "labels.sqlite3" in refused("labels", "snapshot")
    workspace.catalog.write_text("{", encoding="utf-8")
    assert "catalog.jsonl, line 1" in refused("search", "x")


def test_one_damaged_run_does_not_hide_the_others(
    ask: Command, refused: Command, filled: dict[str, str], workspace: Workspace, tiny_folder: Folders
) -> None:
    from core.config import make_config
    from core.judgments import list_snapshots
    from core.runs import create_run

    ask("labels", "snapshot")
    snapshot = list_snapshots(workspace)[0].path
    assert snapshot is not None
    sound, torn = (create_run(workspace, make_config({"base": f"base-{n}"}), snapshot) for n in range(2))
    (torn.path / "config.json").write_text("{")
    assert {row["run"]: row["base"] for row in ask("runs", "list")["runs"]} == {sound.name: "base-0", torn.name: ""}
    assert "config.json" in refused("runs", "show", torn.name)
    assert "not finished" in refused("search", "x", "--model", sound.name)


def test_the_doctor_ends_with_status_2_when_something_is_wrong(
    run: Command, ask: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.doctor import installation

    assert ask("doctor")["ok"] is True
    monkeypatch.setattr(installation, "FAISS_WHEELS", ("faiss-gpu", "faiss-cpu", "numpy"))
    status, out, _ = run("doctor", "--json")
    assert status == 2
    assert json.loads(out)["ok"] is False


def test_a_process_of_its_own_keeps_standard_output_for_the_result(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if key != ENVIRONMENT_VARIABLE}

    def core(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "core", "--workspace", str(tmp_path / "w"), *words]
        return subprocess.run(command, cwd=REPOSITORY, env=env, capture_output=True, text=True)

    fine = core("runs", "list", "--json")
    assert fine.returncode == 0 and json.loads(fine.stdout) == {"runs": []}
    wrong = core("search", "x")
    assert wrong.returncode == 2 and wrong.stdout == "" and wrong.stderr.count("\n") == 1


def test_the_workspace_is_what_the_option_the_variable_or_the_repository_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Workspace.locate().root == (tmp_path / "workspace").resolve()
    assert Workspace.locate(tmp_path / "x").root == (tmp_path / "x").resolve()
    monkeypatch.delenv(ENVIRONMENT_VARIABLE)
    assert State().workspace.root == REPOSITORY
