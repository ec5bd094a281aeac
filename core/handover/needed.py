"""Packages that only a hand-over needs: what to do where one is absent, and how what they raise is told."""

from __future__ import annotations

import importlib
from typing import Any

from core.errors import HandoverError
from core.masking import masked
from core.quoting import first_line

REQUIREMENTS = "requirements-handover.txt"


def needed(module: str, file: str = REQUIREMENTS) -> Any:
    """Import a module of a package that is not among Reelign's own requirements.

    Raises:
        HandoverError: it cannot be imported; the message names the file that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as reason:
        raise HandoverError(
            f"This hand-over needs the package '{module.partition('.')[0]}', which cannot be loaded ({reason}). "
            f"Install it with 'pip install -r {file}'."
        ) from reason


def in_a_line(reason: Exception) -> str:
    """Return what another package's error says, in its first line, without secrets."""
    return masked(first_line(reason).rstrip(". "))
