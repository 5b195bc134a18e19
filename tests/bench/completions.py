"""What completing a user task costs, beside the same SQL through SQLAlchemy Core without an engine.

Engine and floor alternate case by case in one run: while the engine works, the Core statements that it sends are noted
with their values; then the very same statements go through Core to a second, identical database. Only the ratio travels.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import create_engine, metadata, unit_of_work
from app.engine import catalogue, instances, user_tasks
from app.engine.instances import Start
from app.engine.runtime import Runtime
from app.engine.tables import user_task
from app.engine.user_tasks import Completion
from app.migrations import load_tables
from tests.bench import thirty_nodes
from tests.bench.result import Result

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
Noted = list[tuple[Any, Any]]
WARM_UP = 3
"""Cases that fill caches and are not counted."""


def measure(name: str, url: Callable[[], str], *, cases: int) -> list[Result]:
    """CPU per completion, wall ratio to Core, and statements per completion on one database."""
    load_tables()
    ours, floor = create_engine(url()), create_engine(url())
    runtime = Runtime(thirty_nodes.operations(), lambda _session, now, days: now + timedelta(days=days))
    for database in (ours, floor):
        metadata.create_all(database)
        with unit_of_work(database) as unit:
            catalogue.store_bundle(unit.connection, thirty_nodes.files(), reason="bench", now=NOW, deployed_by=None)
    gc.collect()
    gc.freeze()
    wall: list[float] = []
    bare: list[float] = []
    cpu: list[float] = []
    bare_cpu: list[float] = []
    statements: list[int] = []
    for number in range(cases + WARM_UP):
        _start_both(ours, floor, runtime, number)
        sent: list[Noted] = []
        for act in _completions(ours, runtime, number):
            with _noting(ours) as noted:
                took = _timed(act)
            sent.append(noted)
            if number >= WARM_UP:
                wall.append(took[0])
                cpu.append(took[1])
                statements.append(len(noted))
        for noted in sent:
            _open(floor, number + 1, "", required=False)  # the look between two completions, here too
            took = _timed(lambda noted=noted: _replay(floor, noted))
            if number >= WARM_UP:
                bare.append(took[0])
                bare_cpu.append(took[1])
    ours.dispose()
    floor.dispose()
    return [
        Result(f"completion.cpu_ms.{name}", _mid(cpu) * 1000, "ms", "<= 1.5"),
        Result(
            f"completion.wall_ratio_to_core.{name}",
            _mid(wall) / _mid(bare),
            "",
            "<= 1.8" if name == "sqlite" else "<= 1.4",
        ),
        Result(f"completion.wall_ms.{name}", _mid(wall) * 1000, "ms"),
        Result(f"completion.core_wall_ms.{name}", _mid(bare) * 1000, "ms"),
        Result(f"completion.core_cpu_ms.{name}", _mid(bare_cpu) * 1000, "ms"),
        Result(f"completion.sql_statements.{name}", max(statements), "statements", "<= 15"),
    ]


def growth(url: str, *, rounds: int = 5_000) -> Result:
    """What a late round of a loop costs in CPU, as a multiple of an early one."""
    database = create_engine(url)
    metadata.create_all(database)
    runtime = Runtime({}, lambda _session, now, days: now + timedelta(days=days))
    with unit_of_work(database) as unit:
        catalogue.store_bundle(unit.connection, thirty_nodes.loop_files(), reason="bench", now=NOW, deployed_by=None)
        start = Start(thirty_nodes.LOOP_KEY, "loop", {})
        instance_id = instances.start_instance(unit, runtime, start, now=NOW)
    agency = thirty_nodes.person(2, "agency")
    costs = []
    for _ in range(rounds):
        task_id = _open(database, instance_id, "round")
        sent = Completion({"outcome": "more"})
        costs.append(_timed(lambda t=task_id, s=sent: _complete(database, runtime, t, s, agency))[1])
    database.dispose()
    early, late = costs[10:210], costs[-200:]
    return Result("completion.growth_5000_to_10", _mid(late) / _mid(early), "", "<= 1.1")


def _start_both(ours: sa.Engine, floor: sa.Engine, runtime: Runtime, number: int) -> None:
    data = {"amount_fen": 280_000, "experts": [101, 102, 103, 104, 105], "organisation_id": 9}
    start = Start(thirty_nodes.KEY, f"2026-{number:05d}", data, subject="宁夏砺信信用服务有限公司", organisation_id=9)
    with _noting(ours) as noted, unit_of_work(ours) as unit:
        instances.start_instance(unit, runtime, start, now=NOW)
    _replay(floor, noted)


def _completions(database: sa.Engine, runtime: Runtime, number: int) -> Iterator[Callable[[], None]]:
    for element, who, answers in thirty_nodes.walk():
        task_id = _open(database, number + 1, element, who.person_id if element == "scoring" else None)
        yield lambda t=task_id, a=answers, w=who: _complete(database, runtime, t, Completion(a, 1, "once"), w)


def _complete(database: sa.Engine, runtime: Runtime, task_id: int, sent: Completion, who: Any) -> None:
    with unit_of_work(database) as unit:
        user_tasks.complete_task(unit, runtime, task_id, sent, actor=who, now=NOW)


def _open(
    database: sa.Engine, instance_id: int, element: str, assignee_id: int | None = None, *, required: bool = True
) -> int:
    query = sa.select(user_task.c.id).where(
        user_task.c.instance_id == instance_id, user_task.c.element_id == element, user_task.c.status == "open"
    )
    if assignee_id is not None:
        query = query.where(user_task.c.assignee_id == assignee_id)
    with database.connect() as connection:
        found = connection.execute(query).scalar()
    if found is None and required:
        raise LookupError(f"no open task {element}")
    return found or 0


@contextmanager
def _noting(database: sa.Engine) -> Iterator[Noted]:
    """Note each Core statement with its values; the engine never reads the list, so noting costs next to nothing."""
    noted: Noted = []

    def note(_connection: Any, clause: Any, many: Any, one: Any, _options: Any) -> None:
        noted.append((clause, many or one))

    sa.event.listen(database, "before_execute", note)
    try:
        yield noted
    finally:
        sa.event.remove(database, "before_execute", note)


def _replay(database: sa.Engine, noted: Noted) -> None:
    with unit_of_work(database) as unit:
        for clause, values in noted:
            result = unit.connection.execute(clause, values)
            if result.returns_rows:
                result.fetchall()


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - cpu


def _mid(values: list[float]) -> float:
    return statistics.median(values)
