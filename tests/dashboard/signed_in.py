"""A dashboard that asks for a sign-in, and somebody who has signed in, as Streamlit's tests of pages have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
SECRETS = {"auth": {"client_id": "reelign", "redirect_uri": "http://127.0.0.1:8501/oauth2callback"}}


def claims(email: str, **others: Any) -> dict[str, Any]:
    """Return what a provider says of somebody whose address it has verified."""
    return {"is_logged_in": True, "email": email, "email_verified": True, "sub": email, "iat": 1_800_000_000} | others


def opened(user: dict[str, Any] | None = None, page: str = "") -> AppTest:
    """Open the dashboard as somebody who has signed in, or as nobody."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.secrets = {**SECRETS}
    app.user = user or {"is_logged_in": False}
    app.query_params["lang"] = "en"
    app.run()
    return app.switch_page(f"views/{page}.py").run() if page else app


def texts(app: AppTest) -> str:
    """Return everything that is said on the page."""
    kinds = ("title", "subheader", "markdown", "caption", "text", "info", "warning", "error", "success")
    return "\n".join(str(one.value) for kind in kinds for one in app.get(kind))
