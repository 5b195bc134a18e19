"""Small diagrams, handlers and people for the engine's tests; stored as bundles without admission, which has its own tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.engine import catalogue, instances, user_tasks
from app.engine.actor import Actor
from app.engine.instances import Start
from app.engine.operations import Handler
from app.engine.runtime import Runtime
from app.engine.tables import history, user_task
from app.engine.user_tasks import Completion
from tests.drawing import form, person

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

ANY_OUTCOME = {"outcome": {"type": "string", "maxLength": 40}}


@dataclass
class Bench:
    """A test's engine on one database: deploy, start, act as a person, look at what is open."""

    database: sa.Engine
    operations: dict[str, Handler] = field(default_factory=dict)
    now: datetime = NOON
    runtime: Runtime = field(init=False)

    def __post_init__(self) -> None:
        self.runtime = Runtime(self.operations, lambda _session, now, days: now + timedelta(days=days))

    def deploy(self, diagrams: Mapping[str, bytes], *, extra: Mapping[str, bytes] | None = None) -> int:
        """Keep the diagrams (by process key), with a free form for each user task."""
        files = {f"processes/{key}/{key}.bpmn": xml for key, xml in diagrams.items()}
        for key, xml in diagrams.items():
            for piece in xml.decode().split('<ql:form key="')[1:]:
                files[f"forms/{key}/{piece.partition(chr(34))[0]}.json"] = form(**ANY_OUTCOME)
        files.update(extra or {})
        with unit_of_work(self.database) as unit:
            return catalogue.store_bundle(unit.connection, files, reason="test", now=self.now, deployed_by=None)[0]

    def start(self, key: str, number: str = "2026-00001", *, organisation_id: int | None = None, **data: Any) -> int:
        """Begin a case."""
        with unit_of_work(self.database) as unit:
            start = Start(key, number, data, subject="银川砚禾食品有限公司", organisation_id=organisation_id)
            return instances.start_instance(unit, self.runtime, start, now=self.now)

    def open(self, instance_id: int | None = None) -> dict[str, Any]:
        """The open user tasks by element id (with `element#item` for items of a multi-instance)."""
        with reading(self.database) as unit:
            query = sa.select(user_task).where(user_task.c.status == "open").order_by(user_task.c.id)
            if instance_id is not None:
                query = query.where(user_task.c.instance_id == instance_id)
            rows = unit.connection.execute(query).all()
        return {row.element_id + (f"#{row.item_key}" if row.item_key else ""): row for row in rows}

    def act(self, element: str, actor: Actor, *, instance_id: int | None = None, **answers: Any) -> int:
        """Complete the open task of that element."""
        found = self.open(instance_id)[element]
        with unit_of_work(self.database) as unit:
            return user_tasks.complete_task(
                unit, self.runtime, found.id, Completion(answers), actor=actor, now=self.now
            )

    def variables(self, instance_id: int) -> dict[str, Any]:
        """The process data."""
        with reading(self.database) as unit:
            return instances.variables_of(unit, self.runtime, instance_id, now=self.now)

    def case(self, instance_id: int) -> Any:
        """The case's row."""
        with reading(self.database) as unit:
            return instances.read_instance(unit.connection, instance_id)

    def kinds(self, instance_id: int) -> list[str]:
        """What happened, in order."""
        with reading(self.database) as unit:
            query = sa.select(history.c.kind).where(history.c.instance_id == instance_id).order_by(history.c.sequence)
            return list(unit.connection.execute(query).scalars())


@pytest.fixture
def bench(database: sa.Engine) -> Bench:
    """An engine on each of both databases."""
    return Bench(database)


@pytest.fixture
def reviewer() -> Actor:
    """A reviewer of the operator."""
    return person(11, "reviewer")
