"""What a browser remembers between visits, in cookies: a reload ends a Streamlit session, and its state with it.

Cookies and not the browser's local storage, because the server reads them before it draws the first page: nothing
flickers, and nobody is asked again. They are conveniences, unsigned and readable by anyone at that browser: never
take one for proof of who somebody is.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

import streamlit as st

PREFIX = "reelign_"
YEAR_SECONDS = 365 * 24 * 3600

# Written on a change only: another tab may have written something newer since.
WRITER = """
export default function ({ data, parentElement }) {
  const written = (parentElement.reelign ??= {})
  for (const [name, value] of Object.entries(data.cookies)) {
    if (written[name] === value) continue
    written[name] = value
    const age = value ? data.seconds : 0
    document.cookie = `${name}=${value}; path=/; max-age=${age}; SameSite=Strict`
  }
}
"""

_writer = st.components.v2.component("reelign_browser_memory", js=WRITER)


def remembered(name: str) -> str:
    """Return what the browser remembered when this session began, empty when nothing."""
    return unquote(dict(st.context.cookies).get(PREFIX + name, ""))


def write(values: dict[str, str]) -> None:
    """Have the browser remember values for a year; an empty value is forgotten. Called in every run of the frame."""
    cookies = {PREFIX + name: quote(value, safe="") for name, value in values.items()}
    _writer(data={"cookies": cookies, "seconds": YEAR_SECONDS}, key="browser_memory", height="content")
