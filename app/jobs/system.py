"""How Quanliu uses DBOS: its settings, its tables, JSON only, no network, no noise."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig
from dbos._serialization import DBOSPortableJSON, DefaultSerializer

QUEUE = "quanliu"
APPLICATION = "quanliu"
WORKFLOW = "run_job"
# Pinned, not computed from the source: a release must take up the jobs that the one before it left.
APPLICATION_VERSION = "quanliu-jobs-1"
SERIALIZER = DBOSPortableJSON
WORKER_THREADS = 8
QUEUE_POLL_SECONDS = 0.25


class PickledStateRefusedError(RuntimeError):
    """A stored job claims to be pickled; unpickling runs code, so it is never read."""

    code = "pickled_state_refused"


def prepare_database(database_url: str) -> None:
    """Create or upgrade the tables that DBOS keeps beside ours; part of `flask migrate`, safe to repeat."""
    quiet_logging()
    DBOS.migrate(dbos_url(database_url))


def configuration(database_url: str, executor_id: str) -> DBOSConfig:
    """The settings of one worker process; nothing in them opens a connection but the one to the database."""
    return DBOSConfig(
        name=APPLICATION,
        system_database_url=dbos_url(database_url),
        application_version=APPLICATION_VERSION,
        executor_id=executor_id,
        serializer=SERIALIZER,
        run_migrations=False,
        enable_otlp=False,
        log_level="WARNING",
        max_executor_threads=WORKER_THREADS + 2,
        use_listen_notify=False,
        scheduler_polling_interval_sec=3600.0,
    )


def dbos_url(database_url: str) -> str:
    """The database's address as DBOS wants it: it chooses its own driver."""
    url = sa.make_url(database_url)
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)


def quiet_logging() -> None:
    """Let DBOS's warnings flow to the root logger instead of a console handler of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.WARNING)


def _refuse_pickle(_serializer: Any, _stored: str) -> NoReturn:
    raise PickledStateRefusedError("a stored job is pickled; Quanliu writes and reads JSON only")


# DBOS unpickles any row that says of itself that it is pickled, whatever serializer is configured.
DefaultSerializer.deserialize = _refuse_pickle  # type: ignore[method-assign,assignment]
