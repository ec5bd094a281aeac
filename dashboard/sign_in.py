"""Who has signed in, where the server asks for it: with an ``[auth]`` section in Streamlit's ``secrets.toml``.

The name is the e-mail address if the provider says that it is verified, in lower case. Without that it is the ``name``
claim, followed by a digest of provider and subject: people may choose their ``name``, so alone it would prove nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from core.errors import ConfigError
from core.grants import person
from dashboard.curator_names import tidy_name

AUTH = "auth"
DIGITS = 12
NAMELESS = "user"


@st.cache_resource(show_spinner=False)
def required() -> bool:
    """Return whether this server asks for a sign-in. It is read once: a change needs a restart.

    Raises:
        ConfigError: there is a secrets file that cannot be read. Streamlit would take it for none, and let all in.
    """
    try:
        return AUTH in st.secrets.to_dict()
    except StreamlitSecretNotFoundError as reason:
        there = next((path for path in st.get_option("secrets.files") if Path(path).exists()), None)
        if there is None:
            return False
        raise ConfigError(
            f"{there}: not readable as TOML, so that nobody can sign in. Mend the file, or take it away, and start "
            "the dashboard again."
        ) from reason


def claims() -> dict[str, Any]:
    """Return what the provider says of whoever has signed in; empty where nobody has."""
    said = st.user.to_dict()
    return said if said.get("is_logged_in") else {}


def name() -> str:
    """Return the name of whoever has signed in, empty where nobody has."""
    return name_of(claims())


def name_of(said: Mapping[str, Any]) -> str:
    """Return the name that the claims of an ID token give, empty where they identify nobody.

    >>> name_of({"email": "Mina@Example.org", "email_verified": True, "sub": "7"})
    'mina@example.org'
    """
    email = person(str(said.get("email") or ""))
    if "@" in email and said.get("email_verified") in (True, "true"):
        return email
    subject = str(said.get("sub") or "")
    if not subject:
        return ""
    digest = hashlib.sha256(f"{said.get('iss')} {subject}".encode()).hexdigest()[:DIGITS]
    return f"{tidy_name(str(said.get('name') or '')) or NAMELESS} ({digest})"


def providers() -> list[str | None]:
    """Return the providers to choose from by their section's name; ``None`` is that of ``[auth]`` itself."""
    section = st.secrets[AUTH]
    if "client_id" in section:
        return [None]
    return [key for key, value in section.items() if isinstance(value, Mapping) and "client_id" in value]
