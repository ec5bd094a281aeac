"""Settings of the labelling that the whole team shares."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import LabelError


class Project(BaseModel):
    """How a team labels. Every description is shown where the setting is chosen."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # a newer Reelign may have stored more

    depth: int = Field(10, ge=1, le=100, description="Films that each system proposes for a query.")
    random_share: float = Field(
        0.1,
        ge=0,
        le=0.5,
        description="Share of a query's films that is drawn from the whole catalogue, so that what no system finds is "
        "judged too and test figures stay unbiased.",
    )
    overlap: float = Field(
        0.1, ge=0, le=1, description="Share of the queries that two curators judge, to see how far they agree."
    )
    graded: bool = Field(False, description="Positive answers are of two grades: fits, and fits perfectly.")
    remote_images: bool = Field(
        False, description="Posters are loaded from the addresses in the catalogue, which tells those servers of it."
    )


def make_project(values: dict[str, Any]) -> Project:
    """Return checked settings.

    Raises:
        LabelError: naming the setting and its value.
    """
    try:
        return Project(**values)
    except ValidationError as reason:
        first = reason.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise LabelError(f"{name} is {first['input']!r}; {first['msg'].lower()}.") from reason
