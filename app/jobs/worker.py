"""The process that runs jobs: by itself (`flask worker`), or embedded in the web process of a small installation."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from dbos import DBOS

from app.db import create_engine
from app.jobs.heartbeat import beat, resign, take_over
from app.jobs.registry import JobRegistry
from app.jobs.schedules import add_schedules, run_due
from app.jobs.system import QUEUE, QUEUE_POLL_SECONDS, WORKER_THREADS, WORKFLOW, configuration, quiet_logging
from app.settings import Settings

BEAT_SECONDS = 5.0
DEAD_AFTER_SECONDS = 30.0
TICK_SECONDS = 0.5
DRAIN_SECONDS = 10

_log = logging.getLogger(__name__)


class WorkerAlreadyRunningError(RuntimeError):
    """One process holds at most one worker."""

    code = "worker_already_running"


class Worker:
    """One running worker: DBOS, a thread that beats and takes over, a thread for periodic functions."""

    def __init__(self, engine: sa.Engine, registry: JobRegistry, dead_after_seconds: float) -> None:
        self.engine = engine
        self.registry = registry
        self.executor_id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._dead_after_seconds = dead_after_seconds
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, database_url: str) -> None:
        """Launch DBOS and both threads; the first beat comes before the first job."""
        quiet_logging()
        beat(self.engine, self.executor_id)
        add_schedules(self.engine, self.registry.periodics.values())
        self._launch(database_url)
        beat_seconds = min(BEAT_SECONDS, self._dead_after_seconds / 4)
        self._repeat("job-heartbeat", beat_seconds, self._beat_and_take_over)
        self._repeat("job-schedules", TICK_SECONDS, self._run_due)

    def stop(self) -> None:
        """Take no new work, give running jobs a few seconds, free the rest for others."""
        self._stopping.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=DRAIN_SECONDS if self._is_busy() else 0)
        for thread in self._threads:
            thread.join(timeout=DRAIN_SECONDS)
        resign(self.engine, self.executor_id)
        self.engine.dispose()

    def _launch(self, database_url: str) -> None:
        registry = self.registry
        DBOS(config=configuration(database_url, self.executor_id))

        @DBOS.workflow(name=WORKFLOW)
        def run_job(name: str, arguments: dict[str, Any]) -> None:
            registry.run(name, arguments)

        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=WORKER_THREADS, polling_interval_sec=QUEUE_POLL_SECONDS)

    def _is_busy(self) -> bool:
        return bool(DBOS.list_workflows(status="PENDING", executor_id=self.executor_id, limit=1, load_input=False))

    def _repeat(self, name: str, seconds: float, act: Callable[[], None]) -> None:
        def loop() -> None:
            while not self._stopping.wait(seconds):
                try:
                    act()
                except sa.exc.SQLAlchemyError:
                    # The database is away or busy; the next turn tries again.
                    _log.exception("%s could not reach the database", name)

        thread = threading.Thread(target=loop, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _beat_and_take_over(self) -> None:
        beat(self.engine, self.executor_id)
        taken = take_over(self.engine, self.executor_id, self._dead_after_seconds, _recover)
        for dead in taken:
            _log.info("took over the jobs of worker %s", dead)

    def _run_due(self) -> None:
        run_due(self.engine, self.registry.periodics.values(), self.executor_id)


_running: list[Worker] = []


def start_worker(
    settings: Settings, registry: JobRegistry, *, dead_after_seconds: float = DEAD_AFTER_SECONDS
) -> Worker:
    """Start running jobs in this process; raise WorkerAlreadyRunningError if it already does.

    A worker whose heart has been silent for `dead_after_seconds` counts as dead, and the others take its jobs.
    """
    if _running:
        raise WorkerAlreadyRunningError("this process already runs a worker")
    worker = Worker(create_engine(settings.database_url), registry, dead_after_seconds)
    try:
        worker.start(settings.database_url)
    except Exception:
        # Nothing half started stays behind; the caller learns why.
        DBOS.destroy(destroy_registry=True)
        worker.engine.dispose()
        raise
    _running.append(worker)
    return worker


def stop_worker() -> None:
    """Stop this process's worker, if it has one."""
    while _running:
        _running.pop().stop()


def run_worker(settings: Settings, registry: JobRegistry, *, dead_after_seconds: float = DEAD_AFTER_SECONDS) -> None:
    """Run jobs until SIGTERM or SIGINT; what `flask worker` does."""
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    start_worker(settings, registry, dead_after_seconds=dead_after_seconds)
    try:
        told_to_stop.wait()
    finally:
        stop_worker()


def _recover(executor_id: str) -> None:
    # The guarded form: it moves only jobs that still carry the dead worker's name; resume_workflows would not look.
    DBOS._recover_pending_workflows([executor_id])  # noqa: SLF001
