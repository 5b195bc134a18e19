"""A file as the rules of the standard look at it: elements by id, scopes with their nodes and flows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.engine.admission.diagram import child, children, kind, text_of
from app.engine.admission.elements import BPMN

TASKS = frozenset({
    "task", "userTask", "serviceTask", "sendTask", "receiveTask", "manualTask", "scriptTask", "businessRuleTask",
})  # fmt: skip
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
CATCHES = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWS = frozenset({"intermediateThrowEvent", "endEvent", "implicitThrowEvent"})
EVENTS = CATCHES | {"intermediateThrowEvent", "endEvent"}
GATEWAYS = frozenset({
    "exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway",
})  # fmt: skip
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS
DEFINITIONS = frozenset(
    f"{one}EventDefinition"
    for one in (
        "message", "timer", "error", "escalation", "cancel", "compensate", "conditional", "link", "signal", "terminate",
    )
)  # fmt: skip


@dataclass
class Scope:
    """A process or subprocess with what lies directly in it."""

    element: Any
    nodes: dict[str, Any] = field(default_factory=dict)
    flows: list[Any] = field(default_factory=list)

    def outgoing(self, node: Any) -> list[Any]:
        """The flows that leave a node."""
        return [flow for flow in self.flows if flow.get("sourceRef") == node.get("id")]

    def incoming(self, node: Any) -> list[Any]:
        """The flows that reach a node."""
        return [flow for flow in self.flows if flow.get("targetRef") == node.get("id")]

    def of_kind(self, *kinds: str) -> list[Any]:
        """The nodes of these kinds."""
        return [node for node in self.nodes.values() if kind(node) in kinds]


class Model:
    """One file; its processes that are to be executed are held to the rules of execution as well."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.elements = list(root.iter(f"{{{BPMN}}}*"))
        self.by_id = {node.get("id"): node for node in self.elements if node.get("id")}

    @cached_property
    def scopes(self) -> list[Scope]:
        """Every executable process with its subprocesses."""
        return [scope for node in self.of_kind("process") if is_executable(node) for scope in _scopes(node)]

    @cached_property
    def names(self) -> set[str]:
        """Every name and id that the file gives to anything, extensions included."""
        return {str(node.get(one)) for node in self.root.iter() for one in ("id", "name") if node.get(one)}

    def of_kind(self, *kinds: str) -> Iterator[Any]:
        """Every element of these kinds, wherever it stands."""
        return (node for node in self.elements if kind(node) in kinds)

    def target(self, reference: str | None) -> Any:
        """What a reference leads to in this file; None if nothing."""
        return self.by_id.get((reference or "").strip().rpartition(":")[2])

    def definitions(self, event: Any) -> list[Any]:
        """The definitions of an event, those that it refers to included."""
        found = [part for part in event if kind(part) in DEFINITIONS]
        referred = [self.target(text_of(one)) for one in children(event, "eventDefinitionRef")]
        return found + [one for one in referred if one is not None and kind(one) in DEFINITIONS]

    def kinds(self, event: Any) -> list[str]:
        """The kinds of an event's definitions."""
        return [kind(one).removesuffix("EventDefinition") for one in self.definitions(event)]

    def structure(self, item: Any, attribute: str = "itemSubjectRef") -> tuple[str | None, bool] | None:
        """What an item-aware element holds: the structure and whether a collection; None where nothing is said."""
        found = self.target(item.get(attribute)) if item is not None else None
        if found is None:
            return None
        return found.get("structureRef"), found.get("isCollection") == "true"

    def are_executed(self, node: Any) -> bool:
        """Whether an element lies in an executable process, or in none."""
        while node is not None and kind(node) != "process":
            node = node.getparent()
        return node is None or is_executable(node)


def is_executable(process: Any) -> bool:
    """Whether a process is meant to be executed."""
    return bool(process.get("isExecutable", "true") == "true")


def io_of(node: Any, name: str) -> list[Any]:
    """The `dataInput`, `inputSet`, … of an element's own specification."""
    specification = child(node, "ioSpecification")
    return children(node if specification is None else specification, name)


def _scopes(element: Any) -> Iterator[Scope]:
    scope = Scope(element)
    for part in element:
        name = kind(part) if isinstance(part.tag, str) else ""
        if name == "sequenceFlow":
            scope.flows.append(part)
        elif name in FLOW_NODES and part.get("id"):
            scope.nodes[part.get("id")] = part
    yield scope
    for sub in scope.of_kind(*SUBPROCESSES):
        yield from _scopes(sub)
