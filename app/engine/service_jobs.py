"""Asynchronous service tasks: run by a worker after the commit that reached them, retried, then an incident.

A job's effect and the case's next step are one transaction, so a worker that is killed leaves the job as it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork, reading, unit_of_work
from app.engine import casework
from app.engine.errors import InstanceNotRunningError
from app.engine.history import Event
from app.engine.incidents import open_incident
from app.engine.kernel.durations import Duration
from app.engine.kernel.execution import PendingService
from app.engine.runtime import Runtime
from app.engine.tables import service_job

FIRST_BACKOFF = Duration(0, timedelta(seconds=10))
"""The wait after the first failure when the diagram names none; doubled at each further one."""


def run_due_jobs(database: sa.Engine, runtime: Runtime, *, now: datetime, limit: int = 100) -> int:
    """Run the service tasks whose time has come, each in a transaction of its own; return how many succeeded."""
    with reading(database) as unit:
        due = unit.connection.execute(
            sa.select(service_job.c.instance_id, service_job.c.engine_task_id)
            .where(service_job.c.status == "waiting", service_job.c.run_at <= now)
            .order_by(service_job.c.run_at)
            .limit(limit)
        ).all()
    return sum(run_job(database, runtime, row.instance_id, row.engine_task_id, now=now) for row in due)


def run_job(database: sa.Engine, runtime: Runtime, instance_id: int, engine_task_id: int, *, now: datetime) -> bool:
    """Run one service task if it still waits and no other worker has it; return whether it succeeded."""
    try:
        with unit_of_work(database) as unit:
            return _attempt(unit, runtime, instance_id, engine_task_id, now)
    except InstanceNotRunningError:
        return False
    except Exception as failure:  # noqa: BLE001 -- whatever it is, the case must not be lost over it
        with unit_of_work(database) as unit:
            _note_failure(unit, runtime, instance_id, engine_task_id, failure, now)
        return False


def _attempt(unit: UnitOfWork, runtime: Runtime, instance_id: int, engine_task_id: int, now: datetime) -> bool:
    if _take(unit.connection, instance_id, engine_task_id, now) is None:
        return False
    work = casework.lock(unit, runtime, instance_id, now=now)
    service = _pending(work, engine_task_id)
    if service is None:
        return False
    guarded = service.guarded
    try:
        result = work.host.call_operation(
            service.element, dict(service.inputs), engine_task_id=engine_task_id, guarded=guarded
        )
    except Exception as error:
        code = getattr(error, "code", None)
        if not (guarded and isinstance(code, str) and work.execution.fail_service(engine_task_id, code)):
            raise
        work.events.append(_event(work, service, "service_refused", {"code": code}))
    else:
        work.execution.finish_service(engine_task_id, result)
        work.events.append(_event(work, service, "service_done", {}))
    work.execution.run()
    work.write()
    return True


def _take(connection: sa.Connection, instance_id: int, engine_task_id: int, now: datetime) -> int | None:
    return connection.execute(
        sa.select(service_job.c.engine_task_id)
        .where(
            service_job.c.instance_id == instance_id,
            service_job.c.engine_task_id == engine_task_id,
            service_job.c.status == "waiting",
            service_job.c.run_at <= now,
        )
        .with_for_update(skip_locked=True)
    ).scalar()


def _pending(work: casework.Casework, engine_task_id: int) -> PendingService | None:
    return next((one for one in work.execution.pending_services() if one.engine_task_id == engine_task_id), None)


def _event(work: casework.Casework, service: PendingService, kind: str, detail: dict[str, Any]) -> Event:
    return Event(kind, work.process_key, service.element.id, service.engine_task_id, None, detail)


def _note_failure(
    unit: UnitOfWork, runtime: Runtime, instance_id: int, engine_task_id: int, failure: Exception, now: datetime
) -> None:
    work = casework.lock(unit, runtime, instance_id, now=now)
    service = _pending(work, engine_task_id)
    row = unit.connection.execute(
        sa.select(service_job.c.attempts).where(
            service_job.c.instance_id == instance_id, service_job.c.engine_task_id == engine_task_id
        )
    ).first()
    if service is None or row is None:
        return
    attempts = row.attempts + 1
    given_up = attempts > service.element.retries
    unit.connection.execute(
        service_job.update()
        .where(service_job.c.instance_id == instance_id, service_job.c.engine_task_id == engine_task_id)
        .values(
            attempts=attempts,
            status="failed" if given_up else "waiting",
            run_at=_backoff(work, service).after(now, 2 ** (attempts - 1)),
        )
    )
    if given_up:
        open_incident(
            unit, instance_id, engine_task_id=engine_task_id, element_id=service.element.id, failure=failure, now=now
        )


def _backoff(work: casework.Casework, service: PendingService) -> Duration:
    if service.element.backoff is None:
        return FIRST_BACKOFF
    return Duration.of(work.host.evaluate(service.element.backoff, work.execution.data_of(service.engine_task_id)))
