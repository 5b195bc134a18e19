"""What a diagram says, as values: the elements that the engine works with, and the model that a case runs on.

All of it is immutable and shared between threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.feel import Expression


@dataclass(frozen=True, slots=True)
class Output:
    """A name and the expression that gives its value: an input of an operation, or an output into process data."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class UserTaskElement:
    """A user task as drawn; `role` is the id of its innermost lane."""

    id: str
    name: str
    title_zh: str
    title_en: str
    process_key: str
    role: str
    form_key: str
    due_working_days: Expression | None
    due_duration: Expression | None
    bulk: bool
    separate_from: tuple[str, ...]
    """Ids of user tasks whose actor may not act here."""
    performer: Expression | None
    """Gives the person to whom the task belongs from the start."""
    owner: Expression | None
    """Gives the organisation whose members alone may act."""
    outputs: tuple[Output, ...]
    articles: tuple[str, ...]
    is_multi_instance: bool


@dataclass(frozen=True, slots=True)
class ServiceTaskElement:
    """A service task as drawn: an operation, what goes in, what comes out."""

    id: str
    name: str
    process_key: str
    operation: str
    inputs: tuple[Output, ...]
    outputs: tuple[Output, ...]
    is_async: bool
    """The operation runs after the commit, in a worker."""
    retries: int
    backoff: Expression | None
    error_codes: frozenset[str]
    """Codes that error boundaries around it catch, up to the border of its process; '' for one that catches all."""
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionElement:
    """A business rule task as drawn: a decision by name, what goes in, what comes out."""

    id: str
    name: str
    process_key: str
    decision: str
    inputs: tuple[Output, ...]
    outputs: tuple[Output, ...]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataPorts:
    """The data inputs and outputs of a task, each tied to a variable: (port, other name of the port, variable)."""

    inputs: tuple[tuple[str, str, str], ...] = ()
    outputs: tuple[tuple[str, str, str], ...] = ()

    def read(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What the task sees of its inputs, by id and by name, and the first of them as `input`."""
        seen: dict[str, Any] = {}
        for port, name, variable in self.inputs:
            value = data.get(variable)
            seen |= {name: value, port: value}
            seen.setdefault("input", value)
        return seen

    def written(self, entries: Mapping[str, Any]) -> dict[str, Any]:
        """Variables from what the task gives: entries named after an output go to its variable, `output` to all."""
        values = dict(entries)
        every = values.pop("output", None)
        for port, name, variable in self.outputs:
            value = values.pop(port, values.pop(name, every))
            if value is not None:
                values[variable] = value
        return values


@dataclass(frozen=True, slots=True)
class FlowElement:
    """Any other element: an event, a gateway, a subprocess, a call activity."""

    id: str
    name: str
    process_key: str
    kind: str
    """The local name of its tag, for example `exclusiveGateway`."""
    articles: tuple[str, ...]


Element = UserTaskElement | ServiceTaskElement | DecisionElement | FlowElement


@dataclass(frozen=True, slots=True)
class StartTrigger:
    """A start event of a process that something from outside triggers."""

    element_id: str
    trigger: str
    """`message` or `signal`."""
    name: str


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """One process of a bundle, ready to run."""

    key: str
    name: str
    title_zh: str
    title_en: str
    start_role: str | None
    """The lane of the start event: who may start a case. None when it lies in no lane."""
    elements: Mapping[str, Element]
    """By id, those inside embedded subprocesses included, those of called processes not."""
    called: frozenset[str]
    """Keys of the processes that its call activities call, all in the same bundle."""
    starts: tuple[StartTrigger, ...]
    """What begins a case of it from outside."""
    spec: Any = field(repr=False)
    specs: Mapping[str, Any] = field(repr=False)
    """The specs of everything that may run inside: subprocesses and called processes, by name."""
