"""How the work grows with films, labels and curators: measured rates of docs/LOG.md, a table and a chart as SVG.

The chart is written by hand, in the few marks that it needs: nothing installed turns an Altair chart into a file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Quantity:
    """One kind of work, proportional to a size by the measured points.

    Attributes:
        title, across, unit: what it is, what it grows with, and in what it is counted.
        sizes: for which it is shown.
        rate: of the unit for one of the size, from the largest measured point.
        measured: (size, value) as measured.
        source: where in docs/LOG.md.
    """

    title: str
    across: str
    unit: str
    sizes: tuple[int, ...]
    measured: tuple[tuple[int, float], ...]
    source: str

    @property
    def rate(self) -> float:
        size, value = max(self.measured)
        return value / size

    def value(self, size: int) -> tuple[float, bool]:
        """Return the value at a size, and whether it was measured."""
        known = dict(self.measured)
        return (known[size], True) if size in known else (self.rate * size, False)


GROWTH = (
    Quantity(
        "Encoding the catalogue, one CPU",
        "films",
        "s",
        (250, 10_000, 100_000, 1_000_000, 10_000_000),
        ((250, 250 / 44.2),),
        "44.2 films/s, e5-small, 150 tokens (bench_encode.py)",
    ),
    Quantity(
        "An exact search, one query",
        "films",
        "ms",
        (10_000, 100_000, 1_000_000, 10_000_000),
        ((1_000_000, 76.0),),
        "76 ms over 1,000,000 x 384 (bench_search.py)",
    ),
    Quantity(
        "Training, one CPU",
        "pairs seen",
        "s",
        (1_200, 3_000, 30_000, 300_000),
        ((1_200, 83.0),),
        "600 pairs twice in 83 s, e5-small (bench_train.py)",
    ),
    Quantity(
        "From a key to the disk, p50",
        "curators",
        "ms",
        (5, 12, 20),
        ((5, 217.0), (12, 446.0), (20, 1_917.0)),
        "their browsers on the same two cores (bench_load.py)",
    ),
)
WIDTH, HEIGHT, LEFT, TOP = 360, 250, 62, 46
PLOT_WIDTH, PLOT_HEIGHT = 270, 140


def growth_rows(quantities: Sequence[Quantity]) -> tuple[list[str], list[list[str]]]:
    """Return the headers and rows of the table."""
    rows = []
    for quantity in quantities:
        for size in quantity.sizes:
            value, known = quantity.value(size)
            kind = "measured" if known else "computed"
            rows.append(
                [quantity.title, f"{size:,} {quantity.across}", f"{float(f'{value:.3g}'):,g} {quantity.unit}", kind]
            )
    return ["work", "size", "takes", ""], rows


def growth_svg(quantities: Sequence[Quantity]) -> str:
    """Return the chart: a panel a quantity, both axes logarithmic, what was measured as filled marks."""
    rows = math.ceil(len(quantities) / 2)
    panels = "".join(
        f'<g transform="translate({number % 2 * WIDTH},{number // 2 * HEIGHT})">{_panel(quantity)}</g>'
        for number, quantity in enumerate(quantities)
    )
    width, height = 2 * WIDTH, rows * HEIGHT + 30
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="11" fill="#222">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{panels}'
        f'<text x="{LEFT}" y="{height - 10}">Filled: measured. Hollow, line: computed from that rate.</text></svg>\n'
    )


def _panel(quantity: Quantity) -> str:
    points = [(size, *quantity.value(size)) for size in quantity.sizes]
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])
    least, most = math.log10(points[0][1]), math.log10(points[-1][1])

    def place(size: float, value: float) -> tuple[float, float]:
        across = (math.log10(size) - low) / (high - low)
        up = (math.log10(value) - least) / (most - least)
        return LEFT + across * PLOT_WIDTH, TOP + (1 - up) * PLOT_HEIGHT

    bottom = TOP + PLOT_HEIGHT
    parts = [
        f'<text x="{LEFT}" y="16" font-size="13" font-weight="bold">{escape(quantity.title)}</text>',
        f'<text x="{LEFT}" y="31" fill="#666">{escape(quantity.source)}</text>'.replace("<text", '<text font-size="9"'),
        f'<path d="M{LEFT} {TOP}V{bottom}H{LEFT + PLOT_WIDTH}" fill="none" stroke="#999"/>',
        f'<text x="{LEFT + PLOT_WIDTH / 2}" y="{bottom + 34}" text-anchor="middle">{escape(quantity.across)}</text>',
    ]
    places = [(*place(size, value), size, value, known) for size, value, known in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, *_ in places)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#1f77b4" stroke-width="1.5"/>')
    for x, y, size, value, known in places:
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" stroke="#1f77b4" fill="{"#1f77b4" if known else "#fff"}"/>'
            f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{_short(size)}</text>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_said(value, quantity.unit)}</text>'
        )
    return "".join(parts)


def _short(size: int) -> str:
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if size >= unit:
            return f"{size / unit:g}{letter}"
    return str(size)


def _said(value: float, unit: str) -> str:
    """Return a value in the unit that reads best."""
    seconds = value / 1_000 if unit == "ms" else value
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        if seconds >= size:
            return f"{float(f'{seconds / size:.2g}'):g} {name}"
    return f"{float(f'{1_000 * seconds:.2g}'):g} ms"
