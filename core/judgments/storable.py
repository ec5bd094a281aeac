"""What text a label database takes: PostgreSQL refuses NULs, and no database can write half a character."""

from __future__ import annotations

import re

from core.errors import LabelError
from core.quoting import quoted

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def check_storable(**fields: object) -> None:
    """Refuse (LabelError) the first field that is a text with a NUL or half a character in it."""
    for name, value in fields.items():
        if isinstance(value, str) and _UNSTORABLE.search(value):
            raise LabelError(f"{name} is {quoted(value)}, with a NUL or half a character in it. Take it out.")
