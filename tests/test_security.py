"""What SECURITY.md promises and no other test holds, and that every test which it names is there."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
# The ways by which Streamlit or a browser would take text for markup or code.
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.srcdoc")


def calls(package: str) -> list[tuple[str, ast.Call]]:
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        place = str(path.relative_to(ROOT))
        found += [(f"{place}:{node.lineno}", node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return found


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_that_the_document_names_is_there(path: str, name: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert f"def {name}(" in text if name else "def test_" in text


def test_the_document_names_a_test_for_each_promise() -> None:
    assert len(NAMED) > 15


def test_the_dashboard_is_for_this_machine_unless_it_is_opened() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["enableXsrfProtection"] is True and settings["server"]["enableCORS"] is True
    assert settings["client"]["showErrorDetails"] in ("type", "none")
    assert settings["browser"]["gatherUsageStats"] is False


def test_no_page_turns_text_into_markup() -> None:
    wrong = []
    for where, call in calls("dashboard"):
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        if (
            options.get("unsafe_allow_html", "False") != "False"
            or options.get("unsafe_allow_javascript", "False") != "False"
        ):
            wrong.append(f"{where} allows HTML")
        if ast.unparse(call.func) in ("st.html", "components.html", "st.iframe"):
            wrong.append(f"{where} calls {ast.unparse(call.func)}")
    for path in (path for pattern in ("*.js", "*.py") for path in (ROOT / "dashboard").rglob(pattern)):
        wrong += [f"{path.relative_to(ROOT)}: {found}" for found in MARKUP.findall(path.read_text(encoding="utf-8"))]
    assert wrong == []


def fixed(node: ast.expr) -> bool:
    """Tell whether an expression can only be what the source says: texts, chosen among or filled from constants."""
    if isinstance(node, ast.JoinedStr):
        filled = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return all(name.id.isupper() for value in filled for name in ast.walk(value) if isinstance(name, ast.Name))
    if isinstance(node, ast.IfExp):
        return fixed(node.body) and fixed(node.orelse)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def test_no_statement_is_put_together_from_text() -> None:
    """What goes to a database as text stands in the source; everything else is SQLAlchemy's, with values bound."""
    wrong = []
    for where, call in calls("core"):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if not call.args or name not in ("text", "exec_driver_sql", "executescript", "execute"):
            continue
        statement = call.args[0]
        made = name != "execute" or isinstance(statement, ast.JoinedStr | ast.BinOp)
        if made and not fixed(statement):
            wrong.append(f"{where}: {ast.unparse(call)[:80]}")
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        ("'SELECT 1'", True),
        ("f'PRAGMA x = {WAIT * 1000}'", True),
        ("'a' if writes else 'b'", True),
        ("f'SELECT {name}'", False),
        ("'SELECT ' + name", False),
        ("'SELECT {}'.format(name)", False),
        ("statement", False),
    ],
)
def test_only_what_stands_in_the_source_is_fixed(source: str, allowed: bool) -> None:
    assert fixed(ast.parse(source, mode="eval").body) is allowed
