"""What service tasks may call: the table of operations, and what a call knows.

A handler is a public function `record_certification(call: Call, *, application_id: int) -> dict | None` in
`handlers/<process>.py`; its operation is named `<process>.<function>`, and its keyword arguments are the diagram's
`ql:input` names.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine.tables import task_answer

Decide = Callable[[str, Mapping[str, Any]], Any]
Handler = Callable[..., Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered in one user task of the case."""

    user_task_id: int
    element_id: str
    item_key: str | None
    answers: dict[str, Any]
    answered_by: int
    answered_at: datetime

    @classmethod
    def of(cls, row: Any) -> Answer:
        """The answer of a row of `task_answer`."""
        return cls(**{name: row[name] for name in cls.__slots__})


def _no_tables(name: str, _inputs: Mapping[str, Any]) -> Any:
    """A call that was made outside a case has no tables."""
    raise LookupError(f"no decision table {name} without a case")


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler is told beside its arguments; everything it writes goes through `unit` into the same commit."""

    unit: UnitOfWork
    now: datetime
    instance_id: int
    business_key: str
    element_id: str
    actor_id: int | None
    """The person whose act led here; None when the clock, a message or a worker did."""
    engine_task_id: int = 0
    """The service task's number within the case: with it an effect can be made idempotent."""
    given: Answer | None = None
    """The answer that this very transaction takes; it is written after the handlers have run."""
    decide: Decide = _no_tables
    """Asks a decision table of the case's own bundle (its inputs by name), and notes in the history which rows matched."""

    def answers(self, element_id: str) -> list[Answer]:
        """Every answer given in this case at the user task `element_id`, oldest first."""
        rows = self.unit.connection.execute(
            sa.select(task_answer)
            .where(task_answer.c.instance_id == self.instance_id, task_answer.c.element_id == element_id)
            .order_by(task_answer.c.answered_at, task_answer.c.user_task_id)
        )
        stored = [Answer.of(row) for row in rows.mappings()]
        return [*stored, self.given] if self.given is not None and self.given.element_id == element_id else stored

    def last_answer(self, element_id: str) -> Answer:
        """The latest answer at `element_id`; the diagram guarantees that there is one."""
        given = self.answers(element_id)
        if not given:
            raise LookupError(f"case {self.business_key}: nobody has answered {element_id} yet")
        return given[-1]


def may_raise(*errors: type[Exception]) -> Callable[[Handler], Handler]:
    """Declare the domain errors (each with a `code`) that an error boundary of the diagram may catch."""

    def declare(handler: Handler) -> Handler:
        handler.error_codes = frozenset(error.code for error in errors)  # type: ignore[attr-defined]
        return handler

    return declare


def operations_of(modules: Mapping[str, ModuleType]) -> dict[str, Handler]:
    """The table of operations: every public function of a handlers module whose first argument is a call."""
    return {
        f"{process}.{name}": function
        for process, module in modules.items()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__ and _takes_call(function)
    }


def _takes_call(function: Handler) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)
    return first is not None and first.name == "call"
