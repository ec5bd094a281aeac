"""Every sentence a curator reads, in Korean and English, from one catalogue.

Each module of this package holds the texts of one page as ``TEXTS``: key to ``(English, Korean)``. A text is asked
for as ``t("label.saved", count=3)``: module, key, and what fills its ``{placeholders}``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from dashboard import session

LANGUAGES = {"ko": "한국어", "en": "English"}
MODULES = (
    "nav",
    "common",
    "label",
    "train",
    "compare",
    "compare_numbers",
    "compare_similar",
    "compare_blind",
    "compare_kept",
    "catalog",
    "models",
    "help",
    "settings",
    "problems",
    "queries",
    "guidelines",
    "genres",
    "pool",
    "review",
    "progress",
    "labels",
    "chatbot",
    "signin",
    "store",
    "activity",
)


def texts() -> dict[str, tuple[str, str]]:
    """Return all texts by full key."""
    return {
        f"{module}.{key}": value
        for module in MODULES
        for key, value in import_module(f"dashboard.strings.{module}").TEXTS.items()
    }


def t(key: str, **values: Any) -> str:
    """Return a text in the session's language, with its placeholders filled."""
    module, _, name = key.partition(".")
    english, korean = import_module(f"dashboard.strings.{module}").TEXTS[name]
    text: str = korean if session.language() == "ko" else english
    return text.format(**values) if values else text
