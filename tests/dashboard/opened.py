"""Pages as a curator opens them by a link, and what stands on them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from core.workspace import REPOSITORY

APP = REPOSITORY / "dashboard" / "app.py"


def opened(view: str, *, language: str = "en", curator: str = "", **address: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    app.session_state["language"] = language
    app.session_state["curator"] = curator
    app.run()
    app.switch_page(f"views/{view}.py")
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.text, app.info, app.error, app.warning, app.success, app.subheader)
    return "\n".join(str(element.value) for kind in kinds for element in kind)
