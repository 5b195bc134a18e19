"""Which worker processes live, and taking over the jobs of those that died.

DBOS starts a dead process's jobs again only when a process of the same name comes back; ours have unique names, so that
two processes never share jobs by accident. Here any live worker notices a heart that stopped and takes its jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app.db import Instant, reading, unit_of_work
from app.jobs.tables import job_worker

# Taken over at once by the next worker that looks.
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def database_now(connection: sa.Connection) -> datetime:
    """The instant by the clock that all workers share: PostgreSQL's own, or this machine's for SQLite."""
    if connection.dialect.name == "postgresql":
        return connection.execute(sa.select(sa.func.clock_timestamp(type_=Instant))).scalar_one()
    return datetime.now(UTC)


def beat(engine: sa.Engine, executor_id: str) -> None:
    """Say that this worker lives."""
    with unit_of_work(engine) as unit:
        now = database_now(unit.connection)
        mine = job_worker.c.executor_id == executor_id
        beaten = unit.connection.execute(job_worker.update().where(mine).values(beat_at=now))
        if beaten.rowcount == 0:
            unit.connection.execute(job_worker.insert().values(executor_id=executor_id, beat_at=now))


def resign(engine: sa.Engine, executor_id: str) -> None:
    """Say that this worker has stopped; jobs that it left unfinished are free at once."""
    with unit_of_work(engine) as unit:
        mine = job_worker.c.executor_id == executor_id
        unit.connection.execute(job_worker.update().where(mine).values(beat_at=_LONG_AGO))


def take_over(
    engine: sa.Engine, executor_id: str, dead_after_seconds: float, recover: Callable[[str], None]
) -> list[str]:
    """Hand each dead worker's jobs to `recover`, then forget the worker; return whom we took over.

    If this process dies half way, the row lapses again and another worker repeats it: `recover` moves only jobs that
    still carry the dead worker's name.
    """
    taken = []
    for dead in _silent(engine, executor_id, dead_after_seconds):
        if _claim(engine, dead, dead_after_seconds):
            recover(dead)
            with unit_of_work(engine) as unit:
                unit.connection.execute(job_worker.delete().where(job_worker.c.executor_id == dead))
            taken.append(dead)
    return taken


def _silent(engine: sa.Engine, executor_id: str, dead_after_seconds: float) -> Sequence[str]:
    with reading(engine) as unit:
        limit = database_now(unit.connection) - timedelta(seconds=dead_after_seconds)
        silent = sa.select(job_worker.c.executor_id).where(
            job_worker.c.beat_at < limit, job_worker.c.executor_id != executor_id
        )
        return unit.connection.execute(silent.order_by(job_worker.c.beat_at)).scalars().all()


def _claim(engine: sa.Engine, dead: str, dead_after_seconds: float) -> bool:
    with unit_of_work(engine) as unit:
        now = database_now(unit.connection)
        limit = now - timedelta(seconds=dead_after_seconds)
        still_silent = (job_worker.c.executor_id == dead) & (job_worker.c.beat_at < limit)
        return unit.connection.execute(job_worker.update().where(still_silent).values(beat_at=now)).rowcount == 1
