"""The container's files name only what exists, install only what is locked, and open nothing to others."""

from __future__ import annotations

import fnmatch
import importlib.util
import re
import subprocess
from typing import Any

import pytest
import yaml
from locks import LOCKS, ROOT
from typer.testing import CliRunner

from core.answers import KEY, MODEL, URL
from core.cli import app
from core.grants import ADMINS_VARIABLE
from core.judgments.addresses import ENVIRONMENT_VARIABLE as DATABASE
from core.judgments.addresses import read_url
from core.workspace import ENVIRONMENT_VARIABLE as WORKSPACE

Step = tuple[str, str]
COMPOSE = ("compose.yaml", "compose.cuda.yaml")


def steps() -> list[Step]:
    """Return the instructions of the Containerfile, comments and line breaks taken out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


def of(name: str) -> list[str]:
    return [rest for step, rest in steps() if step == name]


def copied() -> list[str]:
    return [source for line in of("COPY") for source in line.split()[:-1]]


def compose(name: str) -> dict[str, Any]:
    found = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose("compose.yaml")["services"]
    return found


def test_what_is_copied_is_there_and_reaches_the_build() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    passed = [line[1:] for line in ignored if line.startswith("!")]
    assert ignored[1] == "*", "everything is left out that is not named"
    for source in copied():
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in passed), source
        known = subprocess.run(["git", "check-ignore", "--quiet", source], cwd=ROOT, stdin=subprocess.DEVNULL)
        assert known.returncode != 0, f"{source} is in no checkout"
    assert not any(pattern.startswith((".git", "tests", "artifacts")) or pattern == "labels" for pattern in passed)


def test_every_module_that_the_app_reads_is_copied() -> None:
    for needed in ("core", "dashboard", "labels/starter", ".streamlit/config.toml"):
        assert needed in copied()


def test_only_locked_packages_are_installed_by_hash_and_nothing_is_built() -> None:
    (install,) = [run for run in of("RUN") if "pip install" in run]
    assert install.count("pip install") == 1 and "--require-hashes" in install and "--only-binary :all:" in install
    assert set(re.findall(r"requirements[\w-]*\.\w+", install)) == {lock.file for lock in LOCKS} <= set(copied())
    assert "python" not in "".join(run for run in of("RUN") if "apt" in run)


def test_both_builds_of_torch_can_be_chosen_and_nothing_else() -> None:
    (install,) = [run for run in of("RUN") if "case" in run]
    assert of("ARG") == ["TORCH=cpu"]
    chosen = {"cpu": "requirements.lock --extra-index-url https", "cuda": "requirements-cuda.lock ", "x": ""}
    for torch, expected in chosen.items():
        script = install.split("&&")[0] + '&& echo "$lock $index"'
        done = subprocess.run(["sh", "-c", script], env={"TORCH": torch}, capture_output=True, text=True)
        assert done.stdout.startswith(expected) and (done.returncode == 0) == bool(expected), torch
    assert compose("compose.yaml")["x-reelign"]["build"]["args"] == {"TORCH": "cpu"}
    assert compose("compose.cuda.yaml")["x-cuda"]["build"]["args"] == {"TORCH": "cuda"}


def test_the_base_image_has_the_python_of_the_locks() -> None:
    assert of("FROM") == ["python:3.11-slim-bookworm"]


def test_it_runs_as_somebody_without_rights_and_keeps_the_workspace_in_a_volume() -> None:
    names = [name for name, _ in steps()]
    (user,) = of("USER")
    assert user not in ("root", "0") and f"--create-home {user}" in of("RUN")[0]
    assert names.index("USER") < names.index("CMD") and "RUN" not in names[names.index("USER") :]
    assert of("VOLUME") == ["/workspace"] and f"{WORKSPACE}=/workspace" in of("ENV")[0]


def test_it_says_whether_it_is_well_by_the_dashboards_own_address() -> None:
    (check,) = of("HEALTHCHECK")
    assert "http://127.0.0.1:8501/_stcore/health" in check
    code = yaml.safe_load(check.partition("CMD ")[2])[2]
    compile(code, "HEALTHCHECK", "exec")


def commands() -> list[list[str]]:
    (cmd,) = of("CMD")
    return [yaml.safe_load(cmd), *(one["command"] for one in services().values() if "command" in one)]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_exists(command: list[str]) -> None:
    assert command[:2] == ["python", "-m"]
    assert importlib.util.find_spec(f"{command[2]}.__main__") is not None
    if command[2] == "core":
        asked = CliRunner().invoke(app, [*command[3:], "--help"])  # reads every word, and carries nothing out
        assert asked.exit_code == 0, asked.output


def test_ports_are_published_on_this_machine_only() -> None:
    ports = [port for one in services().values() for port in one.get("ports", ())]
    assert ports == ["127.0.0.1:8501:8501", "127.0.0.1:8600:8600"]
    assert "ports" not in services()["database"]


def test_every_service_has_a_health_check_and_a_pinned_image() -> None:
    assert "healthcheck" in services()["database"] and "healthcheck" in services()["serve"]
    assert services()["database"]["image"] == "postgres:15", "the version that the tests run on"
    assert services()["dashboard"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_no_secret_stands_in_the_files_and_every_variable_is_one_that_is_read() -> None:
    environment = services()["dashboard"]["environment"]
    assert set(environment) == {DATABASE, "PGPASSWORD", ADMINS_VARIABLE, URL, MODEL, KEY}
    for name in (KEY, "PGPASSWORD"):
        assert environment[name].startswith("${")
    assert services()["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    url = read_url(environment[DATABASE])
    database = services()["database"]["environment"]
    assert (url.username, url.database, url.host) == (database["POSTGRES_USER"], database["POSTGRES_DB"], "database")
    assert url.password is None
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/.env", "/.streamlit/secrets.toml"} <= set(ignored)


@pytest.mark.parametrize("name", ["dashboard", "serve"])
def test_services_have_no_more_rights_than_they_need(name: str) -> None:
    service = services()[name]
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True and service["volumes"] == ["workspace:/workspace"]
    assert not service.get("privileged")
    assert set(compose("compose.cuda.yaml")["services"]) == {"dashboard", "serve"}
