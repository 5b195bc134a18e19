"""A worker in a process of its own, so that a test can kill it: `python worker_process.py DATABASE_URL FOLDER`.

Its jobs leave a line in FOLDER/runs; `wait` holds until FOLDER/open appears.
"""

import sys
import time
from pathlib import Path

from app.jobs import JobRegistry, run_worker
from app.settings import Settings


def main(database_url: str, folder: Path) -> None:
    registry = JobRegistry()

    def say(line: str) -> None:
        with (folder / "runs").open("a") as runs:
            runs.write(line + "\n")

    @registry.register("note")
    def note(arguments: dict) -> None:
        say(f"note {arguments['text']}")

    @registry.register("wait")
    def wait(arguments: dict) -> None:
        say("begun")
        while not (folder / "open").exists():
            time.sleep(0.05)
        say("done")

    run_worker(Settings(database_url=database_url), registry, dead_after_seconds=2.0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
