"""Logs are for people or for programs, and neither they nor errors, findings and run folders hold a secret."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core import logs
from core.logs import JsonLines, Lines
from core.masking import masked
from core.workspace import REPOSITORY, Workspace

PASSWORD, KEY = "s3cr3t%2Fword", "sk-0123456789abcdef"
SECRETS = {
    "REELIGN_DATABASE_URL": f"postgresql+psycopg://curator:{PASSWORD}@127.0.0.1:1/reelign",
    "REELIGN_LLM_KEY": KEY,
}
SHOWN = (PASSWORD, "s3cr3t/word", KEY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"no {SECRETS['REELIGN_DATABASE_URL']} here", "no postgresql+psycopg://curator:***@127.0.0.1:1/reelign here"),
        ("password s3cr3t/word refused", "password *** refused"),
        (f"Incorrect key: {KEY}.", "Incorrect key: ***."),
        ("postgres://a:other@h/db and more", "postgres://a:***@h/db and more"),
        ("postgres://a:o/t@he:r@h/db", "postgres://a:***@h/db"),
        ("https://:token@host", "https://:***@host"),
        ("host=h password=other user=a", "host=h password=*** user=a"),
        ("h/db?sslpassword=other&x=1", "h/db?sslpassword=***&x=1"),
        ("dsn: password = 'two words' x", "dsn: password = *** x"),
        ("{'Authorization': 'Bearer abc.def-1'}", "{'Authorization': 'Bearer ***'}"),
    ],
)
def test_secrets_are_taken_out_of_text(text: str, expected: str) -> None:
    assert masked(text, SECRETS) == expected


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8501 answers",
        "postgresql://curator@h:5432/reelign",
        "12:30:00 Step 3 of 9. ratio 1:2 @ 3",
        "curator@example.org wrote: 영화",
        "https://host/path?q=a:b",
    ],
)
def test_text_without_a_secret_stays_as_it_is(text: str) -> None:
    assert masked(text, {**SECRETS, "PGPASSWORD": "a"}) == text


def test_an_environment_that_cannot_be_read_as_a_url_hides_nothing_and_breaks_nothing() -> None:
    assert masked("fine", {"REELIGN_DATABASE_URL": "postgresql://[::1"}) == "fine"


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("core.job", logging.WARNING, "", 0, message, args, info)


def test_a_line_for_programs_is_one_object_that_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_about", {})  # a training in this process has named its run
    line = JsonLines().format(record("두 줄\n%s", "a"))
    assert "\n" not in line
    found = json.loads(line)
    assert {**found, "time": ""} == {"time": "", "level": "WARNING", "logger": "core.job", "message": "두 줄\na"}
    assert found["time"].endswith("+00:00")
    logs.concerns(run="r1")
    assert json.loads(JsonLines().format(record("x")))["run"] == "r1"


@pytest.mark.parametrize("form", [Lines, JsonLines])
def test_messages_and_tracebacks_are_logged_without_secrets(
    monkeypatch: pytest.MonkeyPatch, form: type[logging.Formatter]
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    try:
        raise RuntimeError(f"cannot connect to {SECRETS['REELIGN_DATABASE_URL']}")
    except RuntimeError as reason:
        line = form().format(record("key %s", KEY, error=reason))
    assert "Traceback" in line and "curator:***@" in line and "key ***" in line
    assert not any(secret in line for secret in SHOWN)


def core(workspace: Workspace, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "core", "--workspace", str(workspace.root), *words]
    return subprocess.run(command, cwd=REPOSITORY, env={**os.environ, **SECRETS}, capture_output=True, text=True)


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_with_log_format_json_standard_error_holds_objects_alone(workspace: Workspace) -> None:
    done = core(workspace, "--log-format", "json", "search", "x")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = objects(done.stderr)
    assert line["level"] == "ERROR" and "there is no catalogue yet" in line["message"]
    wrong = core(workspace, "--log-format", "json", "search", "x", "--no-such-option")
    assert wrong.returncode == 2 and "--help" in objects(wrong.stderr)[0]["message"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_command_shows_a_secret_of_its_environment(workspace: Workspace, form: str) -> None:
    for words in (("labels", "snapshot"), ("doctor", "--json"), ("runs", "show", KEY)):
        done = core(workspace, "--log-format", form, *words)
        assert not any(secret in done.stdout + done.stderr for secret in SHOWN), words


def test_libraries_that_say_more_than_they_are_asked_are_not_heard() -> None:
    code = "import logging, core.logs as logs; logs.configure(); log = logging.getLogger('chatty')\n"
    code += "log.setLevel(logging.DEBUG); log.debug('detail'); log.info('news')"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "news" in done.stderr and "detail" not in done.stderr


def test_what_nobody_catches_is_logged_without_a_secret() -> None:
    code = "import sys, core.logs as logs; logs.configure(logs.LogFormat.JSON); sys.excepthook = logs.log_uncaught\n"
    code += f"raise RuntimeError({SECRETS['REELIGN_DATABASE_URL']!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env={**os.environ, **SECRETS}, capture_output=True, text=True
    )
    (line,) = objects(done.stderr)
    assert done.returncode == 1 and line["message"] == "Stopped by an unexpected RuntimeError."
    assert "curator:***@" in line["exception"] and not any(secret in done.stderr for secret in SHOWN)


def test_a_run_folder_holds_no_secret_of_the_process_that_trained(workspace: Workspace, tmp_path: Path) -> None:
    from core.config import make_config
    from core.runs import create_run

    snapshot = tmp_path / "s.jsonl"
    snapshot.write_text("", encoding="utf-8")
    run = create_run(workspace, make_config({}), snapshot)
    done = core(workspace, "--log-format", "json", "train", "--run", str(run.path))
    assert done.returncode == 2 and objects(done.stderr)[-1]["run"] == run.name
    written = b"".join(path.read_bytes() for path in run.path.rglob("*") if path.is_file()).decode()
    assert '"failed"' in written and not any(secret in written + done.stderr for secret in SHOWN)
