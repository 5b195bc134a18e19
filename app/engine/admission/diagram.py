"""One diagram as admission looks at it: its processes, nodes and flows, found once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.engine.admission.elements import BPMN, FLOW_NODES, QL


@dataclass
class Scope:
    """A process or subprocess with the nodes and flows directly in it."""

    element: Any
    nodes: dict[str, Any] = field(default_factory=dict)
    flows: list[Any] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of the process or subprocess."""
        return str(self.element.get("id") or "")

    @cached_property
    def outgoing(self) -> dict[str, list[Any]]:
        """The flows that leave each node."""
        return self._by("sourceRef")

    @cached_property
    def incoming(self) -> dict[str, list[Any]]:
        """The flows that reach each node."""
        return self._by("targetRef")

    @cached_property
    def boundaries(self) -> dict[str, list[Any]]:
        """The boundary events of each activity."""
        found: dict[str, list[Any]] = {}
        for event in self.of_kind("boundaryEvent"):
            found.setdefault(str(event.get("attachedToRef")), []).append(event)
        return found

    @cached_property
    def next(self) -> dict[str, set[str]]:
        """The nodes that may follow each node: along its flows, or by one of its boundary events."""
        return {
            name: {str(flow.get("targetRef")) for flow in self.outgoing[name]} & self.nodes.keys()
            | {str(event.get("id")) for event in self.boundaries.get(name, ())}
            for name in self.nodes
        }

    def of_kind(self, *kinds: str) -> list[Any]:
        """The nodes of these kinds."""
        return [node for node in self.nodes.values() if kind(node) in kinds]

    def reached_from(self, names: Iterable[str]) -> set[str]:
        """These nodes and all that can follow them."""
        return spread(names, self.next)

    def reaching(self, names: Iterable[str]) -> set[str]:
        """These nodes and all from which they can be reached."""
        before: dict[str, set[str]] = {name: set() for name in self.nodes}
        for name, following in self.next.items():
            for other in following:
                before[other].add(name)
        return spread(names, before)

    def _by(self, end: str) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {name: [] for name in self.nodes}
        for flow in self.flows:
            found.setdefault(str(flow.get(end)), []).append(flow)
        return found


class Diagram:
    """A parsed BPMN file."""

    def __init__(self, path: str, root: Any) -> None:
        self.path, self.root = path, root
        self.processes = list(root.iter(f"{{{BPMN}}}process"))
        self.by_id = {str(node.get("id")): node for node in self.standard() if node.get("id")}

    @property
    def key(self) -> str:
        """The process that the file is named after."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".bpmn")

    @property
    def executable(self) -> list[Any]:
        """The processes that are marked as executable."""
        return [one for one in self.processes if one.get("isExecutable") == "true"]

    @cached_property
    def scopes(self) -> list[Scope]:
        """Every process and subprocess."""
        return [scope for process in self.processes for scope in _scopes(process)]

    def nodes(self, *kinds: str) -> Iterator[Any]:
        """Every node of these kinds, in any scope."""
        for scope in self.scopes:
            yield from scope.of_kind(*kinds)

    def standard(self) -> Iterator[Any]:
        """Every element of BPMN itself, without drawing and extensions."""
        return iter(self.root.iter(f"{{{BPMN}}}*"))


def spread(names: Iterable[str], following: dict[str, set[str]]) -> set[str]:
    """These names and all that follow them, however far."""
    reached = set(names)
    todo = list(reached)
    while todo:
        fresh = following.get(todo.pop(), set()) - reached
        reached |= fresh
        todo.extend(fresh)
    return reached


def kind(node: Any) -> str:
    """The name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def text_of(node: Any) -> str:
    """The text of an element, without white space around it."""
    return "".join(node.itertext()).strip()


def child(node: Any, name: str) -> Any:
    """The first child of that name in the BPMN namespace; None if there is none."""
    return node.find(f"{{{BPMN}}}{name}")


def children(node: Any, name: str) -> list[Any]:
    """The children of that name in the BPMN namespace."""
    return list(node.findall(f"{{{BPMN}}}{name}"))


def own(node: Any, name: str) -> Any:
    """The first `ql:` extension of that name on a node; None if there is none."""
    return node.find(f"{{{BPMN}}}extensionElements/{{{QL}}}{name}")


def owns(node: Any, path: str) -> list[Any]:
    """The `ql:` extensions below a node, by a path such as "form/output"."""
    steps = "/".join(f"{{{QL}}}{step}" for step in path.split("/"))
    return list(node.findall(f"{{{BPMN}}}extensionElements/{steps}"))


def definitions(event: Any) -> list[Any]:
    """What an event waits for or does."""
    return [part for part in event if isinstance(part.tag, str) and kind(part).endswith("EventDefinition")]


def _scopes(element: Any) -> Iterator[Scope]:
    scope = Scope(element)
    for part in element:
        if not isinstance(part.tag, str):
            continue
        name = kind(part)
        if name == "sequenceFlow":
            scope.flows.append(part)
        elif name in FLOW_NODES and part.get("id"):
            scope.nodes[str(part.get("id"))] = part
    yield scope
    for sub in scope.of_kind("subProcess"):
        yield from _scopes(sub)
