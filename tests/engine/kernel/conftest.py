"""A case on the kernel alone: a host without a database, and a case that is stored and loaded again around every act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.engine.kernel.execution import Execution, OpenTask, PendingService
from app.engine.kernel.happenings import Happening
from app.engine.kernel.model import DecisionElement, ProcessModel, ServiceTaskElement
from app.engine.kernel.parsing import parse_models
from app.feel import HostFunction

NOON = datetime(2026, 1, 31, 4, 0, tzinfo=UTC)

Operation = Callable[..., Mapping[str, Any] | None]


class RefusedByRuleError(Exception):
    """What an operation raises for an error boundary."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass
class FakeHost:
    """Answers the kernel with Python functions and keeps a record."""

    operations: dict[str, Operation] = field(default_factory=dict)
    at: datetime = NOON
    called: list[tuple[str, dict[str, Any], bool]] = field(default_factory=list)
    decided: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def functions(self) -> Mapping[str, object]:
        return {
            "now": HostFunction("now", (), self.now),
            "today": HostFunction("today", (), (self.at + timedelta(hours=8)).date),
            "deadline": HostFunction("deadline", ("n",), lambda n: self.at + timedelta(days=int(n))),
        }

    def call_operation(
        self, element: ServiceTaskElement, inputs: dict[str, object], *, engine_task_id: int, guarded: bool
    ) -> dict[str, object]:
        self.called.append((element.operation, inputs, guarded))
        operation = self.operations.get(element.operation, lambda **_: None)
        return dict(operation(**inputs) or {})

    def decide(self, element: DecisionElement, inputs: dict[str, object]) -> object:
        self.decided.append((element.decision, inputs))
        return self.operations[element.decision](**inputs)


@dataclass
class Case:
    """One case; between any two acts it exists as bytes only."""

    model: ProcessModel
    host: FakeHost
    state: bytes = b""
    happened: list[Happening] = field(default_factory=list)
    is_completed: bool = False

    def start(self, data: Mapping[str, Any]) -> None:
        execution = Execution.start(self.model, data, self.host)
        execution.run()
        self._keep(execution)

    def load(self) -> Execution:
        return Execution.load(self.model, self.state, self.host)

    def act(self, deed: Callable[[Execution], Any]) -> Any:
        """Load, do it, run, store."""
        execution = self.load()
        result = deed(execution)
        execution.run()
        self._keep(execution)
        return result

    def _keep(self, execution: Execution) -> None:
        self.state, self.is_completed = execution.dump(), execution.is_completed
        self.happened += execution.events()
        execution.release()

    def tasks(self) -> list[OpenTask]:
        return self.load().open_tasks()

    def open(self) -> list[str]:
        """The open user tasks, with `#item` where they belong to an item."""
        return sorted(one.element.id + (f"#{one.item_key}" if one.item_key else "") for one in self.tasks())

    def do(self, task: str, **answers: Any) -> None:
        """Complete the (first) open task of that element, or of that element and item."""
        key, _, item = task.partition("#")
        found = next(one for one in self.tasks() if one.element.id == key and (not item or one.item_key == item))
        self.act(lambda execution: execution.complete(found.engine_task_id, answers))

    def wait(self, **span: float) -> int:
        """Let time pass and fire what is due."""
        self.host.at += timedelta(**span)
        return int(self.act(Execution.fire_due))

    def send(self, message: str, correlation: str | None = None, **payload: Any) -> bool:
        return bool(self.act(lambda execution: execution.deliver(message, correlation, payload)))

    def pending(self) -> list[PendingService]:
        return self.load().pending_services()

    @property
    def variables(self) -> dict[str, Any]:
        return dict(self.load().variables())

    @property
    def tokens(self) -> list[str]:
        return self.load().tokens()

    @property
    def trace(self) -> list[str]:
        """What happened, as "kind element"."""
        return [f"{one.kind} {one.element_id}" for one in self.happened]


Begin = Callable[..., Case]


@pytest.fixture
def begin() -> Begin:
    """Start a case of the first of some diagrams: begin(xml, more_xml, operations={…}, **data)."""

    def _begin(*diagrams: bytes, operations: dict[str, Operation] | None = None, **data: Any) -> Case:
        models = parse_models({f"{number}.bpmn": xml for number, xml in enumerate(diagrams)})
        case = Case(next(iter(models.values())), FakeHost(operations or {}))
        case.start(data)
        return case

    return _begin


@pytest.fixture
def refused_by_rule() -> type[RefusedByRuleError]:
    return RefusedByRuleError


@pytest.fixture
def make_case() -> type[Case]:
    return Case


@pytest.fixture
def make_host() -> type[FakeHost]:
    return FakeHost
