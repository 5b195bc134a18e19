"""`make test`: the whole suite on both databases and in the browser; pytest's closing line comes last.

`PYTEST_WORKERS` (default 2) says how many processes share it; further arguments go to pytest.
"""

from __future__ import annotations

import os
import sys

from app.commands.chromium import ensure_chromium
from app.commands.steps import ROOT, main_of


def run_suite() -> None:
    """Make sure of a browser, then become pytest; a missing browser fails the run."""
    os.environ["CHROMIUM"] = ensure_chromium()
    os.environ["APP_ENV"] = "test"
    workers = os.environ.get("PYTEST_WORKERS", "2")
    spread = ["-n", workers, "--dist", "loadfile"] if workers not in {"0", "1"} else []
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-q", *spread, *sys.argv[1:]])


if __name__ == "__main__":
    main_of(run_suite)
