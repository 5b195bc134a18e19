"""How gunicorn runs Quanliu: threads in one process by default, with the worker for jobs inside it.

`PORT`, `BIND`, `WEB_PROCESSES` and `WEB_THREADS` change it; several processes set EMBEDDED_WORKER=0 beside a
`flask worker`.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from app.jobs import start_worker, stop_worker
from app.settings import Settings

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_PROCESSES", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
# Jobs get ten seconds to end, requests as long.
graceful_timeout = 20
timeout = 60
keepalive = 5
preload_app = False
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:  # noqa: ARG001 -- gunicorn's signature
    """Say where the pages are; stop by Ctrl-C."""
    sys.stdout.write(f"\nQuanliu serves http://{bind} (Ctrl-C stops it)\n")
    sys.stdout.flush()


def post_worker_init(worker: Any) -> None:
    """Start the embedded worker once the process has its application."""
    settings = Settings.from_environment()
    if settings.embedded_worker:
        start_worker(
            settings, worker.wsgi.extensions["job_registry"], dead_after_seconds=settings.worker_dead_after_seconds
        )


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 -- gunicorn's signature
    """Stop the embedded worker with its process; jobs that were not finished are taken over."""
    stop_worker()
