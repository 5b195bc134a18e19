"""Events: what may stand where, and that each says exactly what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import Diagram, children, definitions, kind
from app.engine.admission.iso_times import is_cycle
from app.engine.admission.problems import Problem, problem

PLAIN = "none"
POSSIBLE: dict[str, frozenset[str]] = {
    "startEvent": frozenset({PLAIN}),
    "endEvent": frozenset({PLAIN, "terminateEventDefinition", "errorEventDefinition"}),
    "intermediateCatchEvent": frozenset({"timerEventDefinition", "messageEventDefinition"}),
    "boundaryEvent": frozenset({"timerEventDefinition", "messageEventDefinition", "errorEventDefinition"}),
}
"""Opening an event is adding its definition here, together with the kernel that runs it and its tests."""
TIMES = ("timeDate", "timeDuration", "timeCycle")


def check(diagram: Diagram) -> Iterator[Problem]:
    """Every event of one file, and the receive tasks, which wait like events."""
    for node in diagram.nodes(*POSSIBLE):
        yield from _event(diagram, node)
    for node in diagram.nodes("receiveTask"):
        if node.get("messageRef") is None:
            yield problem("message_undefined", diagram.path, node.get("id"), node.sourceline)


def _event(diagram: Diagram, node: Any) -> Iterator[Problem]:
    name, what, found = str(node.get("id")), kind(node), definitions(node)
    if not found and PLAIN not in POSSIBLE[what]:
        yield problem("event_undefined", diagram.path, name, node.sourceline)
    if len(found) > 1:
        yield problem("event_several", diagram.path, name, node.sourceline)
    for one in found:
        if kind(one) not in POSSIBLE[what]:
            possible = ", ".join(sorted(POSSIBLE[what]))
            yield problem(
                "event_refused", diagram.path, name, one.sourceline, kind=kind(one), event=what, possible=possible
            )
        elif kind(one) == "timerEventDefinition":
            yield from _timer(diagram, node, one)
        elif kind(one) == "messageEventDefinition" and one.get("messageRef") is None:
            yield problem("message_undefined", diagram.path, name, one.sourceline)
        elif kind(one) == "errorEventDefinition":
            yield from _error(diagram, node, one)


def _timer(diagram: Diagram, node: Any, definition: Any) -> Iterator[Problem]:
    times = [part for word in TIMES for part in children(definition, word)]
    if len(times) != 1:
        yield problem("timer_ambiguous", diagram.path, node.get("id"), definition.sourceline)
    elif is_cycle(times[0]) and node.get("cancelActivity") != "false":
        yield problem("cycle_misplaced", diagram.path, node.get("id"), definition.sourceline)


def _error(diagram: Diagram, node: Any, definition: Any) -> Iterator[Problem]:
    reference = definition.get("errorRef")
    error = diagram.by_id.get(str(reference))
    is_catch_all = kind(node) == "boundaryEvent" and reference is None
    if not is_catch_all and (error is None or not error.get("errorCode")):
        yield problem("error_undefined", diagram.path, node.get("id"), definition.sourceline)
    if node.get("cancelActivity") == "false":
        yield problem("error_not_interrupting", diagram.path, node.get("id"), definition.sourceline)
