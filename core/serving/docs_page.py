"""A plain page of the service's addresses, made from its OpenAPI description: no script, nothing from elsewhere."""

from __future__ import annotations

import json
from html import escape
from typing import Any

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, 'Noto Sans KR', sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; }
code, pre { font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid #8884; }
"""
LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "default": "{} unless given",
}


def docs_page(openapi: dict[str, Any]) -> str:
    """Return the page."""
    about = openapi["info"]
    schemas = openapi["components"]["schemas"]
    operations = "".join(
        _operation(path, method, operation, schemas)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    )
    parts = "".join(
        f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3><p>{escape(schema.get("description", ""))}</p>'
        + _table("Field", list(schema["properties"].items()), set())
        for name, schema in schemas.items()
        if name not in _named_above(openapi)
    )
    title = escape(f"{about['title']} {about['version']}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><h1>{title}</h1>'
        f'<p>{escape(about["description"])}</p><p>For programs: <a href="openapi.json">openapi.json</a></p>'
        f"{operations}<h2>Parts of answers</h2>{parts}</body></html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    parts = [
        f"<h2><code>{method.upper()} {escape(path)}</code></h2><p><b>{escape(operation['summary'])}</b><br>"
        f"{escape(operation.get('description', ''))}</p>"
    ]
    if parameters := operation.get("parameters"):
        rows = [(one["name"], {**one["schema"], "description": one.get("description", "")}) for one in parameters]
        parts.append(_table("Parameter", rows, {one["name"] for one in parameters if one.get("required")}))
    if body := operation.get("requestBody"):
        schema = _resolved(body["content"]["application/json"]["schema"], schemas)
        parts.append(_table("Field of the body", list(schema["properties"].items()), set(schema.get("required", ()))))
        parts += [f"<pre>{_json(example)}</pre>" for example in schema.get("examples", ())]
    answer = _resolved(operation["responses"]["200"]["content"]["application/json"]["schema"], schemas)
    parts.append(_table("Field of the answer", list(answer["properties"].items()), set()))
    others = "; ".join(
        f"<code>{status}</code> {escape(response['description'].rstrip('.'))}"
        for status, response in sorted(operation["responses"].items())
        if status != "200"
    )
    return "".join([*parts, f"<p>Otherwise: {others}.</p>" if others else ""])


def _named_above(openapi: dict[str, Any]) -> set[str]:
    """Return the schemas that are drawn with an operation: what it takes and what it gives."""
    contents = [
        holder["content"]["application/json"]["schema"]["$ref"]
        for methods in openapi["paths"].values()
        for operation in methods.values()
        for holder in (operation["responses"]["200"], *filter(None, [operation.get("requestBody")]))
    ]
    return {_name(reference) for reference in contents}


def _table(head: str, rows: list[tuple[str, dict[str, Any]]], required: set[str]) -> str:
    lines = []
    for name, schema in rows:
        notes = ["required"] if name in required else []
        notes += [words.format(_plain(schema[key])) for key, words in LIMITS.items() if _plain(schema.get(key))]
        lines.append(
            f"<tr><td><code>{escape(name)}</code></td><td>{escape(_kind(schema))}</td>"
            f"<td>{escape(schema.get('description', ''))}</td><td>{escape(', '.join(notes))}</td></tr>"
        )
    return f"<table><tr><th>{head}</th><th>Kind</th><th>Meaning</th><th>Limits</th></tr>{''.join(lines)}</table>"


def _kind(schema: dict[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if "$ref" in schema:
        return _name(schema["$ref"])
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    return str(schema.get("type", ""))


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas[_name(schema["$ref"])]
    return found


def _name(reference: str) -> str:
    return reference.rsplit("/", 1)[1]


def _plain(value: Any) -> str:
    """Return a limit or default for people, empty for one that says nothing."""
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value or "")


def _json(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False, indent=2))
