"""Workers to run jobs with: one in this process, or several in processes that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import create_engine
from app.jobs import JobRegistry, prepare_database, start_worker, stop_worker
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def job_engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on a fresh database that holds DBOS's tables too."""
    prepare_database(database_url)
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def registry() -> JobRegistry:
    """An empty registry."""
    return JobRegistry()


@pytest.fixture
def run_jobs(job_engine: sa.Engine, database_url: str, registry: JobRegistry) -> Iterator[Callable[[], None]]:
    """Starts the worker of this process; it is stopped after the test."""
    yield lambda: start_worker(Settings(database_url=database_url), registry, dead_after_seconds=2.0) and None
    stop_worker()


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool], float], None]:
    """Waits until a condition holds; fails when it does not in the given seconds."""

    def wait(holds: Callable[[], bool], seconds: float = 15.0) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"not within {seconds} seconds"
            time.sleep(0.05)

    return wait


@pytest.fixture
def worker_process(database_url: str, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker in a process of its own; whatever still runs after the test is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        script = Path(__file__).with_name("worker_process.py")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        log = (tmp_path / "worker.log").open("ab")
        command = [sys.executable, str(script), database_url, str(tmp_path)]
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=log, stdout=log)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture
def runs(tmp_path: Path) -> Callable[[], list[str]]:
    """The lines that jobs of worker processes left, in order."""

    def read() -> list[str]:
        path = tmp_path / "runs"
        return path.read_text().splitlines() if path.exists() else []

    return read
