"""Reading labels loads neither the database layer nor a deep learning library."""

from __future__ import annotations

import subprocess
import sys


def test_reading_snapshots_stays_light() -> None:
    code = (
        "import sys, core.judgments; heavy = {'torch', 'sqlalchemy', 'alembic', 'pandas', 'scipy'} & set(sys.modules);"
        "print(sorted(heavy)); core.judgments.LabelStore; print('torch' in sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.split() == ["[]", "False"]
