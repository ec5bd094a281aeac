"""The frame around every page: navigation, language, and who is working."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:  # `streamlit run dashboard/app.py` puts only this folder on the path
    sys.path.insert(0, ROOT)

import streamlit as st  # noqa: E402

from core import logs  # noqa: E402
from dashboard import address, resources, session  # noqa: E402
from dashboard.strings import t  # noqa: E402
from dashboard.widgets.problems import shown_as_problems  # noqa: E402
from dashboard.widgets.signing_in import admitted  # noqa: E402
from dashboard.widgets.store_line import keep_up, store_line  # noqa: E402

# A file of ours: a Material icon here would be fetched from a font server.
st.set_page_config(page_title="Reelign", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide")
logs.configure()  # without it, a traceback would go to standard error as it is, secrets and all
session.start()
address.catch_up()

PAGES = {
    "label": ":material/thumbs_up_down:",
    "review": ":material/rule:",
    "progress": ":material/monitoring:",
    "labels": ":material/swap_vert:",
    "train": ":material/model_training:",
    "compare": ":material/compare_arrows:",
    "chatbot": ":material/forum:",
    "models": ":material/deployed_code:",
    "catalog": ":material/movie:",
    "activity": ":material/history:",
    "help": ":material/help:",
}

ready = inside = False
place = st.container()
with place, shown_as_problems():
    inside = admitted()
    if inside:
        resources.prepare_workspace()
        keep_up()
        ready = True

page = st.navigation(
    [
        st.Page(f"views/{name}.py", title=t(f"nav.{name}"), icon=icon, url_path=name, default=name == "label")
        for name, icon in PAGES.items()
    ],
    position="sidebar" if inside else "hidden",
)

with st.sidebar:
    session.language_switch()
    if inside:
        session.curator_chip()
        session.write_browser_memory()
        store_line()

if ready:  # else every page would say the same again
    with shown_as_problems():
        page.run()
