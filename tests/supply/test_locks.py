"""What is installed is named to the bit: every requirement pinned, every lock in step with it and complete."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest
from licences import installed
from locks import HASH, LOCKS, PIN, ROOT, Lock, canonical, head, public, read_pins
from packaging.markers import default_environment
from packaging.requirements import Requirement

LINUX = {"sys_platform": "linux", "platform_machine": "x86_64", "python_version": "3.11", "platform_system": "Linux"}
RESOLVED = [lock for lock in LOCKS if lock.complete]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def requirements(name: str) -> list[Requirement]:
    lines = (re.sub(r"\s+#.*|^#.*", "", line).strip() for line in text(name).splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-r ")]


@pytest.mark.parametrize("file", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_every_requirement_is_pinned_to_one_version(file: str) -> None:
    loose = [str(one) for one in requirements(file) if not re.fullmatch(r"==[^*,]+", str(one.specifier))]
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.file)
def test_every_direct_requirement_is_in_the_lock_at_the_same_version(lock: Lock) -> None:
    pins = read_pins(text(lock.file))
    here = {**default_environment(), **LINUX}
    wanted = [one for one in requirements(lock.source) if one.marker is None or one.marker.evaluate(here)]
    wrong = {one.name for one in wanted if f"=={public(pins.get(canonical(one.name), ''))}" != str(one.specifier)}
    assert wrong == set(), f"run 'make lock': {lock.file} is out of step with {lock.source}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.file)
def test_every_locked_package_has_hashes_and_comes_from_an_index(lock: Lock) -> None:
    blocks = [block for block in re.split(r"\n(?=\S)", text(lock.file)) if not block.startswith("#")]
    assert len(blocks) == len(read_pins(text(lock.file))) > 0
    assert [block for block in blocks if not HASH.search(block) or not PIN.match(block)] == []
    assert "find-links" not in text(lock.file) and "file:" not in text(lock.file), "no machine's own paths"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.file)
def test_a_lock_says_first_what_it_is_and_where_it_holds(lock: Lock) -> None:
    assert text(lock.file).startswith(head(lock))
    assert "Linux x86-64" in head(lock) and "CPython 3.11" in head(lock)


@pytest.mark.parametrize("lock", RESOLVED, ids=lambda lock: lock.file)
def test_a_lock_holds_what_its_packages_need(lock: Lock) -> None:
    """By the metadata of the packages that are installed here in the very version that is locked."""
    pins = read_pins(text(lock.file))
    missing = []
    for name in filter(lambda name: installed(name) == pins[name], pins):
        for need in map(Requirement, importlib.metadata.requires(name) or []):
            if need.marker is not None and not need.marker.evaluate({**default_environment(), **LINUX, "extra": ""}):
                continue
            pin = pins.get(canonical(need.name))
            if pin is None or not need.specifier.contains(public(pin), prereleases=True):
                missing.append(f"{name} needs {need}; locked is {pin}")
    assert missing == []


def test_the_two_builds_of_torch_differ_in_torch_and_its_libraries_alone() -> None:
    cpu, cuda = (read_pins(text(name)) for name in ("requirements.lock", "requirements-cuda.lock"))
    assert cpu["torch"].endswith("+cpu") and public(cpu["torch"]) == cuda["torch"]
    only_cuda = {name for name in cuda if name not in cpu}
    assert only_cuda and all(re.match(r"nvidia-|cuda-|triton$", name) for name in only_cuda)
    assert {name: pin for name, pin in cpu.items() if name != "torch"}.items() <= cuda.items()


def test_a_lock_made_anew_writes_the_head_and_what_the_resolver_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import subprocess
    from types import SimpleNamespace

    import locks

    commands: list[list[str]] = []

    def resolve(command: list[str], **_: object) -> SimpleNamespace:
        commands.append(command)
        return SimpleNamespace(stdout="peft==0.21.2 \\\n    --hash=sha256:" + "0" * 64 + "\n")

    monkeypatch.setattr(subprocess, "run", resolve)
    monkeypatch.setattr(locks, "ROOT", tmp_path)
    locks.write(LOCKS[0])
    assert (tmp_path / "requirements.lock").read_text(encoding="utf-8").startswith(head(LOCKS[0]) + "peft==0.21.2")
    assert "--generate-hashes" in commands[0] and "x86_64-manylinux_2_28" in commands[0]


@pytest.mark.parametrize(("wheels", "options"), [("/wheels", "--find-links /wheels"), ("", "--torch-backend cpu")])
def test_torch_for_the_cpu_is_found_among_own_wheels_or_in_pytorchs_index(
    monkeypatch: pytest.MonkeyPatch, wheels: str, options: str
) -> None:
    from locks import torch_for_cpu

    monkeypatch.setenv("PIP_FIND_LINKS", wheels)
    assert " ".join(torch_for_cpu()) == options
