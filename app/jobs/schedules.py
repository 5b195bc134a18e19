"""Running each periodic function when it is due, in one worker at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.jobs.heartbeat import database_now
from app.jobs.registry import Periodic
from app.jobs.tables import job_schedule, job_worker

_log = logging.getLogger(__name__)


def add_schedules(engine: sa.Engine, periodics: Iterable[Periodic]) -> None:
    """Give every periodic function its row, due at once; rows that exist keep their turn."""
    for periodic in periodics:
        with unit_of_work(engine) as unit:
            known = sa.select(job_schedule.c.name).where(job_schedule.c.name == periodic.name)
            if unit.connection.execute(known).first() is None:
                try:
                    with unit.savepoint():
                        row = {"name": periodic.name, "due_at": database_now(unit.connection)}
                        unit.connection.execute(job_schedule.insert().values(row))
                except sa.exc.IntegrityError:
                    _log.debug("another worker added the schedule %s first", periodic.name)


def run_due(engine: sa.Engine, periodics: Iterable[Periodic], executor_id: str) -> list[str]:
    """Run what is due and free, one after the other; return the names of what was run."""
    by_name = {periodic.name: periodic for periodic in periodics}
    ran = []
    for name in _due(engine):
        if name in by_name and _claim(engine, name, executor_id):
            _run(engine, by_name[name], executor_id)
            ran.append(name)
    return ran


def _due(engine: sa.Engine) -> list[str]:
    with reading(engine) as unit:
        due = sa.select(job_schedule.c.name).where(_free(), job_schedule.c.due_at <= database_now(unit.connection))
        return list(unit.connection.execute(due.order_by(job_schedule.c.due_at)).scalars())


def _claim(engine: sa.Engine, name: str, executor_id: str) -> bool:
    with unit_of_work(engine) as unit:
        due = (job_schedule.c.name == name) & _free() & (job_schedule.c.due_at <= database_now(unit.connection))
        claim = job_schedule.update().where(due).values(executor_id=executor_id)
        return unit.connection.execute(claim).rowcount == 1


def _free() -> sa.ColumnElement[bool]:
    """Nobody runs it, or who ran it is dead: its worker row is gone."""
    alive = sa.select(job_worker.c.executor_id)
    return job_schedule.c.executor_id.is_(None) | job_schedule.c.executor_id.not_in(alive)


def _run(engine: sa.Engine, periodic: Periodic, executor_id: str) -> None:
    try:
        periodic.run()
    except Exception:  # noqa: BLE001 -- whatever a sweep raises, the others go on; its next run makes up for it
        _log.exception("the periodic function %s failed", periodic.name)
    finally:
        with unit_of_work(engine) as unit:
            mine = (job_schedule.c.name == periodic.name) & (job_schedule.c.executor_id == executor_id)
            due_at = database_now(unit.connection) + timedelta(seconds=periodic.seconds)
            unit.connection.execute(job_schedule.update().where(mine).values(due_at=due_at, executor_id=None))
