"""For all tests: in CI, property tests draw the same examples each time, so that only a change can turn it red."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
