"""What could be seen on the Label page at each press, found out by the test's own means: frame by frame from the page.

Nothing of the cards' own timing is used: in every frame the title on screen is read. It was painted after that frame
began, and before the next one did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SCRIPT = """() => {
  const deep = (root, selector) => {
    const found = [...root.querySelectorAll(selector)];
    for (const one of root.querySelectorAll('*')) if (one.shadowRoot) found.push(...deep(one.shadowRoot, selector));
    return found;
  };
  let host = null;
  const visible = (film) => {
    const box = film.getBoundingClientRect();
    return box.height > 0 && box.top < innerHeight && box.bottom > 0;
  };
  let seen = null, from = null, until = null, query = '', fresh = true, last = -Infinity;
  window.presses = [];
  const read = (frame) => {
    if (!host?.host.isConnected) host = deep(document, '#cards')[0]?.getRootNode() || null;
    if (!host) return requestAnimationFrame(read);
    const shown = [...host.querySelectorAll('article.film')];
    const film = shown.length > 1 ? shown.find((one) => one.hasAttribute('aria-current')) : shown[0];
    const text = host.querySelector('.query')?.innerText || '';
    const title = film && visible(film) ? film.querySelector('.title').innerText : null;
    const name = JSON.stringify([text, title, film?.dataset.movie]);
    if (name !== seen) {
      seen = name;
      fresh = text !== query;
      query = text;
      from = frame;
      until = null;
    } else if (until === null) {
      until = performance.now();
    }
    window.onScreen = {query: text, title, movie: film?.dataset.movie || ''};
    requestAnimationFrame(read);
  };
  requestAnimationFrame(read);
  window.addEventListener('keydown', (event) => {
    if (event.key.length > 1 && event.key !== 'Process') return;
    window.presses.push({
      ...window.onScreen,
      code: event.code,
      least: until === null ? -1 : event.timeStamp - until,
      most: event.timeStamp - from,
      first: fresh,
      gap: event.timeStamp - last,
      repeat: event.repeat,
      modified: event.ctrlKey || event.altKey || event.shiftKey || event.metaKey,
      covered: Boolean(document.querySelector('[role=dialog]')),
    });
    last = event.timeStamp;
  }, true);
}"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was on screen when a key was pressed.

    Milliseconds: for how long the film had been painted at ``least`` (negative: perhaps it was not) and at ``most``,
    and the ``gap`` to the press before. ``first`` is the first film of a query; ``covered`` is one under a dialog.
    """

    query: str
    title: str | None
    movie: str
    code: str
    least: float
    most: float
    first: bool
    gap: float
    repeat: bool
    modified: bool
    covered: bool


def watch(page: Any) -> None:
    """Begin to note what is on screen at each press."""
    page.evaluate(SCRIPT)


def presses(page: Any) -> list[Seen]:
    """Return what was on screen at each press so far."""
    return [Seen(**{**row, "gap": row["gap"] or 1e9}) for row in page.evaluate("window.presses")]
