"""The starter set on this machine: seconds to embed it, and from the start of a training to its comparison.

Run: .venv/bin/python tests/bench/bench_starter.py
"""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.catalog import load_catalog
from core.config import make_config
from core.evaluation import load_comparison
from core.judgments import LabelStore, take_snapshot
from core.models.device import choose_compute
from core.runs import create_run, start_run
from core.search import open_searcher
from core.starter import load_starter
from core.workspace import Workspace


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.locate(folder)
        with LabelStore.open(workspace) as store:
            load_starter(workspace, store)
            snapshot = take_snapshot(store, workspace)
        catalog = load_catalog(workspace)
        open_searcher("e5-small", catalog.__class__(catalog.movies[:1]), workspace)  # loads and converts the model
        started = time.monotonic()
        open_searcher("e5-small", catalog, workspace)
        print(f"{platform.processor() or platform.machine()}, {choose_compute().reason}")
        print(f"embed the {len(catalog)} starter films    {time.monotonic() - started:7.1f} s", flush=True)
        started = time.monotonic()
        run = create_run(workspace, make_config({}), snapshot.path or Path())
        start_run(workspace, run)
        while run.progress().state.active:
            time.sleep(0.5)
        print(
            f"retrain, from click to comparison  {time.monotonic() - started:7.1f} s   ({run.progress().state.value})"
        )
        report = run.report() or {}
        print(f"  of which training                {report['seconds']:7.1f} s   ({report['steps']} steps)")
        print(f"  dev nDCG@10 {report['dev']['base']:.3f} -> {report['dev']['tuned']:.3f}, strength {report['alpha']}")
        if "comparison" in report:
            comparison = load_comparison(report["comparison"], workspace).as_dict()
            for name, row in comparison["measures"].items():
                print(f"  test {name:10} {row['base']:.3f} -> {row['tuned']:.3f}")
            print(f"  {comparison['queries']} test queries, verdict: {comparison['verdict']['kind']}")


if __name__ == "__main__":
    main()
