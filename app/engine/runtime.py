"""What a running engine is made of, and the host that the kernel calls back within one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.db import UnitOfWork
from app.engine.catalogue import Bundle, Catalogue
from app.engine.history import Event
from app.engine.kernel.durations import SHANGHAI
from app.engine.kernel.model import DecisionElement, ServiceTaskElement
from app.engine.operations import Answer, Call, Handler
from app.feel import Expression, HostFunction, to_json

Deadline = Callable[[Session, datetime, int], datetime]
"""(session, now, n) → the instant at which n working days from now end; the session may be read for the calendar."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts that every act of the engine needs; one per process, shared by its threads."""

    operations: Mapping[str, Handler]
    deadline: Deadline
    catalogue: Catalogue = field(default_factory=Catalogue)


@dataclass(slots=True)
class CaseHost:
    """Answers the kernel's questions for one case in one transaction, and notes the decisions that it took."""

    unit: UnitOfWork
    runtime: Runtime
    bundle: Bundle
    instance_id: int
    business_key: str
    at: datetime
    actor_id: int | None
    given: Answer | None = None
    """The answer of the user task that is being completed; handlers read it before it is written."""
    decisions: list[Event] = field(default_factory=list)
    _functions: Mapping[str, object] | None = None

    def now(self) -> datetime:
        """The instant of this transaction."""
        return self.at

    def functions(self) -> Mapping[str, object]:
        """What a diagram may call beside FEEL's own functions."""
        if self._functions is None:
            self._functions = {
                "now": HostFunction("now", (), lambda: self.at),
                "today": HostFunction("today", (), lambda: self.at.astimezone(SHANGHAI).date()),
                "deadline": HostFunction("deadline", ("n",), self._deadline),
            }
        return self._functions

    def _deadline(self, n: object) -> datetime:
        """The calendar is read when a diagram asks for a deadline, never before."""
        return self.runtime.deadline(self.unit.session, self.at, int(n))  # type: ignore[call-overload]

    def evaluate(self, expression: Expression, data: Mapping[str, object]) -> object:
        """Evaluate an expression of the diagram over a token's data."""
        return expression.evaluate({**self.functions(), **data})

    def call_operation(
        self, element: ServiceTaskElement, inputs: dict[str, object], *, engine_task_id: int, guarded: bool
    ) -> dict[str, object]:
        """Call the handler; where an error boundary would catch its error, what it wrote until then is undone."""
        call = Call(
            self.unit, self.at, self.instance_id, self.business_key, element.id, self.actor_id, engine_task_id,
            self.given, partial(self._decide, element.id),
        )  # fmt: skip
        with self.unit.savepoint() if guarded else nullcontext():
            result = self.runtime.operations[element.operation](call, **inputs)
        return dict(result or {})

    def decide(self, element: DecisionElement, inputs: dict[str, object]) -> object:
        """Evaluate the decision and note which rules matched on which inputs."""
        return self._evaluate(element.id, element.decision, inputs)

    def _decide(self, element_id: str, decision: str, inputs: Mapping[str, Any]) -> Any:
        """What a handler asks; the answer in JSON's types."""
        return to_json(self._evaluate(element_id, decision, inputs))

    def _evaluate(self, element_id: str, decision: str, inputs: Mapping[str, Any]) -> object:
        outcome = self.bundle.decisions[decision].decision(decision).evaluate(inputs)
        detail = {"decision": decision, "trace": outcome.trace_json()}
        self.decisions.append(Event("decided", "", element_id, None, None, detail))
        return outcome.value
