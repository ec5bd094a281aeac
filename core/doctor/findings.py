"""What a check yields: a level (``ok``, ``warning``, ``problem``) and a finding, any number of times."""

from collections.abc import Iterator

Findings = Iterator[tuple[str, str]]
