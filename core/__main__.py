"""``python -m core``: every action of the dashboard without a browser."""

from core.cli import main

if __name__ == "__main__":
    main()
