"""Handlers called as the engine calls them, on real databases: a case with answers, but no diagram."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import UnitOfWork, unit_of_work
from app.engine.operations import Call
from app.engine.tables import bundle, instance, process_definition, task_answer, user_task
from tests.people import BEGINNING, settle

CASE = "2026-00001"


@dataclass
class Desk:
    """One case in which people have answered, and the calls that follow."""

    unit: UnitOfWork
    cast: dict[str, int]
    case: int
    now: datetime = BEGINNING
    answered: int = field(default=0)

    def answer(self, element: str, login: str | int, answers: dict[str, Any]) -> None:
        """Somebody has completed a task of the case."""
        self.answered += 1
        who = self.cast[login] if isinstance(login, str) else login
        task = {
            "id": self.answered, "instance_id": self.case, "engine_task_id": self.answered, "process_key": "any",
            "element_id": element, "title_zh": "", "title_en": "", "form_hash": "", "role": "any", "status": "completed",
            "version": 1, "created_at": self.now, "sort_at": self.now, "completed_by": who,
        }  # fmt: skip
        self.unit.connection.execute(user_task.insert().values(task))
        given = {
            "user_task_id": self.answered, "instance_id": self.case, "element_id": element, "form_hash": "",
            "answers": answers, "answered_by": who, "answered_at": self.now,
        }  # fmt: skip
        self.unit.connection.execute(task_answer.insert().values(given))

    def call(self, element: str, actor: str | None = None) -> Call:
        """What the engine hands to the handler of a service task."""
        actor_id = self.cast[actor] if actor else None
        return Call(self.unit, self.now, self.case, CASE, element, actor_id)


@pytest.fixture
def desk(database: sa.Engine) -> Iterator[Desk]:
    """A settled world with one running case."""
    with unit_of_work(database) as unit:
        cast = settle(unit.session)
        unit.flush()
        unit.connection.execute(bundle.insert().values(id=1, hash="0", reason="test", deployed_at=BEGINNING))
        unit.connection.execute(
            process_definition.insert().values(
                id=1, process_key="agency_certification", version=1, bundle_id=1, title_zh="", title_en=""
            )
        )
        row = {
            "id": 1, "definition_id": 1, "bundle_id": 1, "process_key": "agency_certification", "business_key": CASE,
            "status": "running", "version": 1, "state": b"", "started_at": BEGINNING, "changed_at": BEGINNING,
            "history_count": 0, "history_head": "",
        }  # fmt: skip
        unit.connection.execute(instance.insert().values(row))
        yield Desk(unit, cast, 1)
