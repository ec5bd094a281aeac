"""What a browser test knows of the server it drives."""

from __future__ import annotations

from dataclasses import dataclass

from core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Server:
    """A running dashboard and the workspace it works in."""

    url: str
    workspace: Workspace
