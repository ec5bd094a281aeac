"""What is wrong with the files of an import: noted line by line, so that all of it can be mended at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.errors import LabelError

LISTED_PROBLEMS = 500
SHOWN_VALUE = 120


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file. ``line`` is None where it concerns the whole file; a fatal one forbids the import."""

    file: str
    line: int | None
    field: str
    value: str
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.message}" if place else self.message


@dataclass(slots=True)
class ProblemLog:
    """Collects problems: all of them counted, the first 500 fatal ones and the first 500 remarks kept."""

    fatal: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    fatal_count: int = 0
    remark_count: int = 0

    def note(
        self, file: str, line: int | None, message: str, *, field: str = "", value: object = "", fatal: bool = True
    ) -> None:
        """Add one problem; ``message`` says what is wrong and what to do."""
        if fatal:
            self.fatal_count += 1
        else:
            self.remark_count += 1
        kept = self.fatal if fatal else self.remarks
        if len(kept) < LISTED_PROBLEMS:
            kept.append(Problem(file, line, field, shown(value), message, fatal))

    def refuse(self) -> None:
        """Raise the first fatal problem as a ``LabelError``, where there is one."""
        if self.fatal:
            raise LabelError(str(self.fatal[0]))

    @property
    def all(self) -> tuple[Problem, ...]:
        """The kept problems: the fatal ones first, each sort by file and line."""
        return (*sorted(self.fatal, key=_place), *sorted(self.remarks, key=_place))


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file, problem.line or 0


def shown(value: object) -> str:
    """Return a value on one line, cut where it is long."""
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}…"
