"""Saying what happens, running programs, and skipping a step whose inputs have not changed. Standard library alone."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STAMPS = ROOT / ".venv" / "stamps"


class StepFailedError(RuntimeError):
    """A step of a command could not be done; the message says what the person can do about it."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done, and how long it took in seconds."""
    say(f"· {what} …")
    began = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - began:.1f} s")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(command: list[str], *, environment: Mapping[str, str] | None = None) -> None:
    """Run a program in the project's folder; raise StepFailedError when it fails."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=False)
    if done.returncode:
        raise StepFailedError(f"{' '.join(command)} ended with code {done.returncode}")


def content_hash(paths: Iterable[Path]) -> str:
    """One SHA-256 over names and contents of the files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_done(name: str, inputs: str) -> bool:
    """Whether the step was last done with these inputs."""
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text(encoding="utf-8") == inputs


def mark_done(name: str, inputs: str) -> None:
    """Remember that the step was done with these inputs."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(inputs, encoding="utf-8")


def main_of(act: Callable[[], None]) -> None:
    """Run a command's main function; a failed step ends the process with its message and code 1."""
    try:
        act()
    except StepFailedError as failure:
        say(f"\nFailed: {failure}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
