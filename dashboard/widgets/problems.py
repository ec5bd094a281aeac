"""Errors as curators see them: our own in full, anything else without a traceback, which goes to the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, StopException

from core.errors import ReelignError
from dashboard.strings import t

log = logging.getLogger("reelign.dashboard")


def show_problem(reason: ReelignError) -> None:
    """Draw an error of ours: what happened, what was expected, what to do."""
    with st.container(border=True):
        st.markdown(f":material/error: **{t('problems.title')}**")
        st.text(str(reason))


@contextmanager
def shown_as_problems() -> Iterator[None]:
    """Run a part of a page; whatever goes wrong in it is shown in the user's words."""
    try:
        yield
    except (RerunException, StopException):
        raise
    except ReelignError as reason:
        show_problem(reason)
    except Exception as reason:
        log.exception("A page failed.")
        st.error(t("problems.unexpected", kind=type(reason).__name__), icon=":material/error:")
