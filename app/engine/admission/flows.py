"""Starts, ends and sequence flows: everything is reached, and from everything an end is reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import Diagram, Scope, child, children, kind, text_of
from app.engine.admission.elements import GATEWAYS
from app.engine.admission.problems import Problem, problem

BRANCHING = {"exclusiveGateway", "inclusiveGateway"}


def check(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    """The flows of one process or subprocess."""
    yield from _starts_and_ends(diagram, scope)
    for flow in scope.flows:
        yield from _flow(diagram, scope, flow)
        yield from _listed(diagram, scope, flow)
    for node in scope.nodes.values():
        yield from _node(diagram, scope, node)
        yield from _lists(diagram, node)


def _starts_and_ends(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    starts, ends = scope.of_kind("startEvent"), scope.of_kind("endEvent")
    for rule, is_broken in (("no_start", not starts), ("several_starts", len(starts) > 1), ("no_end", not ends)):
        if is_broken:
            yield problem(rule, diagram.path, scope.id, scope.element.sourceline, name=scope.id)
    if not starts or not ends:
        return
    reached = scope.reached_from(str(one.get("id")) for one in starts)
    leading_out = scope.reaching(name for name in scope.nodes if not scope.next[name])  # dead ends are said elsewhere
    for name, node in scope.nodes.items():
        if name not in reached:
            yield problem("unreachable", diagram.path, name, node.sourceline)
        elif name not in leading_out:
            yield problem("no_way_out", diagram.path, name, node.sourceline)


def _flow(diagram: Diagram, scope: Scope, flow: Any) -> Iterator[Problem]:
    ends = (flow.get("sourceRef"), flow.get("targetRef"))
    if any(end in diagram.by_id and end not in scope.nodes for end in ends):
        yield problem("flow_crosses", diagram.path, flow.get("id"), flow.sourceline)
    if ends[0] == ends[1]:
        yield problem("flow_to_itself", diagram.path, flow.get("id"), flow.sourceline)
    source = scope.nodes.get(str(ends[0]))
    if child(flow, "conditionExpression") is None or source is None:
        return
    if kind(source) not in BRANCHING:
        yield problem("condition_misplaced", diagram.path, flow.get("id"), flow.sourceline)
    elif source.get("default") == flow.get("id"):
        yield problem("default_conditional", diagram.path, flow.get("id"), flow.sourceline)


def _node(diagram: Diagram, scope: Scope, node: Any) -> Iterator[Problem]:
    name, what = str(node.get("id")), kind(node)
    into, out = scope.incoming[name], scope.outgoing[name]
    for rule, is_broken in (
        ("flow_into_start", what == "startEvent" and into),
        ("flow_into_boundary", what == "boundaryEvent" and into),
        ("flow_out_of_end", what == "endEvent" and out),
        ("dead_end", what != "endEvent" and not out),
        ("implicit_split", what not in GATEWAYS | {"endEvent"} and len(out) > 1),
        ("boundary_host", what == "boundaryEvent" and _is_elsewhere(diagram, scope, node)),
    ):
        if is_broken:
            yield problem(rule, diagram.path, name, node.sourceline)


def _is_elsewhere(diagram: Diagram, scope: Scope, event: Any) -> bool:
    host = event.get("attachedToRef")
    return host in diagram.by_id and host not in scope.nodes


def _lists(diagram: Diagram, node: Any) -> Iterator[Problem]:
    """The redundant lists of flows at a node, which tools write and read instead of the flows."""
    for what, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        for entry in children(node, what):
            flow = diagram.by_id.get(text_of(entry))
            if flow is not None and flow.get(end) != node.get("id"):
                yield problem(
                    "flow_list", diagram.path, node.get("id"), entry.sourceline, kind=what, name=flow.get("id")
                )


def _listed(diagram: Diagram, scope: Scope, flow: Any) -> Iterator[Problem]:
    """A flow that one of its ends lists and the other does not: tools would draw it differently."""
    source, target = (scope.nodes.get(str(flow.get(end))) for end in ("sourceRef", "targetRef"))
    if source is None or target is None:
        return
    at_source, at_target = (
        flow.get("id") in map(text_of, children(node, what))
        for node, what in ((source, "outgoing"), (target, "incoming"))
    )
    if at_source != at_target:
        what, node = ("incoming", target) if at_source else ("outgoing", source)
        yield problem("flow_unlisted", diagram.path, node.get("id"), node.sourceline, kind=what, name=flow.get("id"))
