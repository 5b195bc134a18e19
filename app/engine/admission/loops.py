"""Repetition: multi-instances say over what, and no circle runs without ever waiting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import Diagram, Scope, child, definitions, kind
from app.engine.admission.elements import ACTIVITIES
from app.engine.admission.problems import Problem, problem

WAITING = {"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity"}
"""A called process is taken to wait; that processes do not call themselves is checked with the names."""


def check(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    """The loops of one process or subprocess."""
    for node in scope.of_kind(*ACTIVITIES):
        yield from _multi_instance(diagram, node)
    running = {name for name, node in scope.nodes.items() if not _waits(node)}
    for name in sorted(_circles(scope, running))[:1]:
        yield problem("endless_loop", diagram.path, name, scope.nodes[name].sourceline)


def _multi_instance(diagram: Diagram, node: Any) -> Iterator[Problem]:
    loop = child(node, "multiInstanceLoopCharacteristics")
    if loop is None:
        return
    sources = [name for name in ("loopDataInputRef", "loopCardinality") if child(loop, name) is not None]
    if not sources:
        yield problem("loop_undefined", diagram.path, node.get("id"), loop.sourceline)
    if len(sources) > 1:
        yield problem("loop_ambiguous", diagram.path, node.get("id"), loop.sourceline)


def _circles(scope: Scope, running: set[str]) -> set[str]:
    """Nodes on a circle among these, or between two: what is left when dead ends are taken away again and again."""
    following = {name: scope.next[name] & running for name in running}
    before: dict[str, set[str]] = {name: set() for name in running}
    for name, others in following.items():
        for other in others:
            before[other].add(name)
    todo = [name for name in running if not following[name] or not before[name]]
    left = set(running)
    while todo:
        name = todo.pop()
        if name not in left:
            continue
        left.remove(name)
        for others, back in ((following[name], before), (before[name], following)):
            for other in others & left:
                back[other].discard(name)
                if not back[other]:
                    todo.append(other)
    return left


def _waits(node: Any) -> bool:
    """Whether nothing goes on behind this node in the same transaction."""
    what = kind(node)
    if what == "boundaryEvent":
        return any(kind(one) != "errorEventDefinition" for one in definitions(node))
    if what == "subProcess":
        return any(isinstance(part.tag, str) and _waits(part) for part in node)
    return what in WAITING or any(kind(part) == "async" for part in node.iter() if isinstance(part.tag, str))
