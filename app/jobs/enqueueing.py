"""Putting a job into the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from dbos import DBOSClient, EnqueueOptions
from sqlalchemy.orm import Session

from app.jobs.system import APPLICATION, APPLICATION_VERSION, QUEUE, SERIALIZER, WORKFLOW, quiet_logging


class ArgumentNotJsonError(TypeError):
    """A job's arguments hold something that JSON cannot say."""

    code = "job_argument_not_json"

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"the arguments of job {name!r} are not JSON: {reason}")


def enqueue(
    connection: sa.Connection | Session,
    name: str,
    key: str,
    arguments: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
) -> None:
    """Let a worker run the named job after this transaction commits, once for each name and key.

    `run_at` is an instant of the machine's clock, for back-off; what falls due by the programme's clock is a row that a
    periodic function reads. Two statements. Raises ArgumentNotJsonError.
    """
    core = connection.connection() if isinstance(connection, Session) else connection
    _client(core.dialect.name).enqueue_in_transaction(core, _options(name, key, run_at), name, _plain(name, arguments))


def _options(name: str, key: str, run_at: datetime | None) -> EnqueueOptions:
    options = EnqueueOptions(
        workflow_name=WORKFLOW,
        queue_name=QUEUE,
        workflow_id=f"{name}:{key}",
        app_version=APPLICATION_VERSION,
        application_name=APPLICATION,
    )
    if run_at is not None:
        options["delay_seconds"] = max(0.0, (run_at - datetime.now(UTC)).total_seconds())
    return options


def _plain(name: str, arguments: Mapping[str, Any]) -> Any:
    try:
        return orjson.loads(orjson.dumps(dict(arguments), option=orjson.OPT_PASSTHROUGH_DATETIME))
    except TypeError as error:
        raise ArgumentNotJsonError(name, str(error)) from error


@cache
def _client(dialect: str) -> DBOSClient:
    """The client for a kind of database; it writes on the caller's connection, and its own engine never connects."""
    quiet_logging()
    engine = sa.create_engine("postgresql+psycopg://" if dialect == "postgresql" else "sqlite://")
    return DBOSClient(system_database_engine=engine, serializer=SERIALIZER, application_name=APPLICATION, lazy=True)
