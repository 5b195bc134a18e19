"""The structure by BPMN 2.0: ids, references, starts and ends, gateways, events, loops that never wait."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import Diagram, Scope, child, children, definitions, kind
from app.engine.admission.elements import FLOW_NODES, QL
from app.engine.admission.problems import Problem, problem

WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
GENERATED = re.compile(r"(?i)(activity|gateway|event|flow|task)_[a-z0-9]{7}$")
NAMED = FLOW_NODES | {"process", "lane", "message", "error"}
REFERENCES = ("sourceRef", "targetRef", "attachedToRef", "default", "messageRef", "errorRef", "processRef")
WAITING = {"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity", "subProcess"}


def check(diagram: Diagram) -> Iterator[Problem]:
    """Everything about the structure of one file."""
    yield from _ids(diagram)
    yield from _references(diagram)
    for scope in diagram.scopes:
        yield from _starts_and_ends(diagram, scope)
        yield from _flows(diagram, scope)
        for node in scope.nodes.values():
            yield from _node(diagram, scope, node)
        yield from _endless_loops(diagram, scope)


def _ids(diagram: Diagram) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in diagram.root.iter():
        if not isinstance(node.tag, str) or node.tag.startswith(f"{{{QL}}}"):
            continue  # the id of a ql:article is an article's
        name = node.get("id")
        if name is None:
            if kind(node) in NAMED | {"sequenceFlow"}:
                yield problem("id_missing", diagram.path, None, node.sourceline, kind=kind(node))
            continue
        if name in seen:
            yield problem("id_twice", diagram.path, name, node.sourceline, name=name)
        seen.add(name)
        if kind(node) in NAMED and (not WORDS.fullmatch(name) or GENERATED.search(name)):
            yield problem("id_words", diagram.path, name, node.sourceline, name=name)


def _references(diagram: Diagram) -> Iterator[Problem]:
    for node in diagram.root.iter():
        if not isinstance(node.tag, str):
            continue
        for attribute in REFERENCES:
            target = node.get(attribute)
            if target is not None and target not in diagram.by_id:
                yield problem(
                    "dangling", diagram.path, node.get("id"), node.sourceline, attribute=attribute, name=target
                )
        if kind(node) in {"incoming", "outgoing", "flowNodeRef"}:
            target = (node.text or "").strip()
            if target not in diagram.by_id:
                yield problem(
                    "dangling",
                    diagram.path,
                    node.getparent().get("id"),
                    node.sourceline,
                    attribute=kind(node),
                    name=target,
                )


def _starts_and_ends(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    starts = scope.of_kind("startEvent")
    if not starts:
        yield problem("no_start", diagram.path, scope.id, scope.element.sourceline, name=scope.id)
    if len(starts) > 1:
        yield problem("several_starts", diagram.path, scope.id, scope.element.sourceline, name=scope.id)
    if not scope.of_kind("endEvent"):
        yield problem("no_end", diagram.path, scope.id, scope.element.sourceline, name=scope.id)
    reached = _reached(scope, starts)
    for name, node in scope.nodes.items():
        if starts and name not in reached:
            yield problem("unreachable", diagram.path, name, node.sourceline)


def _reached(scope: Scope, starts: list[Any]) -> set[str]:
    reached = {str(one.get("id")) for one in starts}
    todo = list(reached)
    while todo:
        name = todo.pop()
        following = {str(flow.get("targetRef")) for flow in scope.outgoing.get(name, [])}
        following |= {
            str(event.get("id")) for event in scope.of_kind("boundaryEvent") if event.get("attachedToRef") == name
        }
        todo.extend(following - reached)
        reached |= following
    return reached


def _flows(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    for flow in scope.flows:
        ends = (flow.get("sourceRef"), flow.get("targetRef"))
        if any(end in diagram.by_id and end not in scope.nodes for end in ends):
            yield problem("flow_crosses", diagram.path, flow.get("id"), flow.sourceline)
        source = scope.nodes.get(str(ends[0]))
        if child(flow, "conditionExpression") is None or source is None:
            continue
        if kind(source) not in {"exclusiveGateway", "inclusiveGateway"}:
            yield problem("condition_misplaced", diagram.path, flow.get("id"), flow.sourceline)
        elif source.get("default") == flow.get("id"):
            yield problem("default_conditional", diagram.path, flow.get("id"), flow.sourceline)


def _node(diagram: Diagram, scope: Scope, node: Any) -> Iterator[Problem]:
    name, what = str(node.get("id")), kind(node)
    into, out = scope.incoming.get(name, []), scope.outgoing.get(name, [])
    if what == "startEvent" and into:
        yield problem("flow_into_start", diagram.path, name, node.sourceline)
    if what == "boundaryEvent" and into:
        yield problem("flow_into_boundary", diagram.path, name, node.sourceline)
    if what == "endEvent" and out:
        yield problem("flow_out_of_end", diagram.path, name, node.sourceline)
    if what != "endEvent" and not out:
        yield problem("dead_end", diagram.path, name, node.sourceline)
    if what in {"exclusiveGateway", "inclusiveGateway"} and len(out) > 1:
        yield from _conditions(diagram, node, out)
    if what == "eventBasedGateway":
        targets = [scope.nodes.get(str(flow.get("targetRef"))) for flow in out]
        if any(one is not None and kind(one) not in {"intermediateCatchEvent", "receiveTask"} for one in targets):
            yield problem("event_gateway_target", diagram.path, name, node.sourceline)
    if what in {"intermediateCatchEvent", "boundaryEvent", "startEvent", "endEvent", "receiveTask"}:
        yield from _event(diagram, node)
    loop = child(node, "multiInstanceLoopCharacteristics")
    if loop is not None and child(loop, "loopDataInputRef") is None and child(loop, "loopCardinality") is None:
        yield problem("loop_undefined", diagram.path, name, loop.sourceline)


def _conditions(diagram: Diagram, node: Any, out: list[Any]) -> Iterator[Problem]:
    for flow in out:
        if child(flow, "conditionExpression") is None and flow.get("id") != node.get("default"):
            yield problem(
                "condition_missing",
                diagram.path,
                node.get("id"),
                flow.sourceline,
                name=flow.get("name") or flow.get("id"),
            )


def _event(diagram: Diagram, node: Any) -> Iterator[Problem]:
    name, found = str(node.get("id")), definitions(node)
    if kind(node) in {"intermediateCatchEvent", "boundaryEvent"} and not found:
        yield problem("event_undefined", diagram.path, name, node.sourceline)
    if kind(node) == "receiveTask" and node.get("messageRef") is None:
        yield problem("message_undefined", diagram.path, name, node.sourceline)
    for one in found:
        what = kind(one)
        if what == "timerEventDefinition":
            times = [part for word in ("timeDate", "timeDuration", "timeCycle") for part in children(one, word)]
            if len(times) != 1:
                yield problem("timer_ambiguous", diagram.path, name, one.sourceline)
        if what == "messageEventDefinition" and one.get("messageRef") is None:
            yield problem("message_undefined", diagram.path, name, one.sourceline)
        if what == "errorEventDefinition":
            target = diagram.by_id.get(str(one.get("errorRef")))
            is_catch_all = kind(node) == "boundaryEvent" and one.get("errorRef") is None
            if not is_catch_all and (target is None or not target.get("errorCode")):
                yield problem("error_undefined", diagram.path, name, one.sourceline)


def _endless_loops(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    """A cycle among nodes that never wait: found by taking away, again and again, what leads nowhere within them."""
    running = {name for name, node in scope.nodes.items() if not _waits(node)}
    while True:
        stuck = {
            name
            for name in running
            if not any(str(flow.get("targetRef")) in running for flow in scope.outgoing.get(name, []))
            or not any(str(flow.get("sourceRef")) in running for flow in scope.incoming.get(name, []))
        }
        if not stuck:
            break
        running -= stuck
    for name in sorted(running)[:1]:
        yield problem("endless_loop", diagram.path, name, scope.nodes[name].sourceline)


def _waits(node: Any) -> bool:
    is_async = any(kind(part) == "async" for part in node.iter() if isinstance(part.tag, str))
    return kind(node) in WAITING or is_async
