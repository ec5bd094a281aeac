"""``python -m dashboard [--workspace DIR] [--port N]``: open the dashboard on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from core.workspace import ENVIRONMENT_VARIABLE, REPOSITORY, Workspace


def main() -> None:
    """Replace this process by Streamlit's server, so that signals and exit status are its own."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Open Reelign's dashboard.")
    parser.add_argument("--workspace", help="folder that holds labels/ and artifacts/ (default: the repository)")
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (default: 8501)")
    arguments = parser.parse_args()
    workspace = Workspace.locate(arguments.workspace)
    os.environ[ENVIRONMENT_VARIABLE] = str(workspace.root)
    app = Path(__file__).with_name("app.py")
    print(f"Reelign opens at http://127.0.0.1:{arguments.port} (workspace {workspace.root}). Stop it with Ctrl-C.")
    sys.stdout.flush()
    os.chdir(REPOSITORY)  # Streamlit reads .streamlit/config.toml from the working folder
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(arguments.port)]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
