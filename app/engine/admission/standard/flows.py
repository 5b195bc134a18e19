"""Sequence flows: what they connect, where paths begin and end, and the lists of them at the nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import child, children, kind, text_of
from app.engine.admission.standard.model import EVENTS, GATEWAYS, Model, Scope
from app.engine.admission.standard.rules import Finding, finding


def check(model: Model) -> Iterator[Finding]:
    """The flows of all executable processes, and the message flows of the file."""
    for scope in model.scopes:
        for flow in scope.flows:
            yield from _flow(scope, flow)
        yield from _ends(scope)
        for node in scope.nodes.values():
            yield from _lists(model, node)
            yield from _reached(scope, node)
    for flow in model.of_kind("messageFlow"):
        yield from _message_flow(model, flow)


def _flow(scope: Scope, flow: Any) -> Iterator[Finding]:
    source, target = scope.nodes.get(flow.get("sourceRef")), scope.nodes.get(flow.get("targetRef"))
    if source is None or target is None:
        yield finding("flow_leaves_scope", flow)
        return
    for node, what, end in ((source, "outgoing", "source"), (target, "incoming", "target")):
        if flow.get("id") not in map(text_of, children(node, what)):
            yield finding("flow_list_missing", node, kind=what, name=flow.get("id"), end=end)
    if kind(source) in EVENTS | {"eventBasedGateway"} and child(flow, "conditionExpression") is not None:
        yield finding("condition_astray", flow, kind=kind(source))


def _ends(scope: Scope) -> Iterator[Finding]:
    for node in scope.nodes.values():
        what, into, out = kind(node), scope.incoming(node), scope.outgoing(node)
        is_bare = what == "boundaryEvent" or node.get("isForCompensation") == "true"
        if into and (what in {"startEvent", "boundaryEvent"} or node.get("triggeredByEvent") == "true"):
            yield finding("flow_into_beginning", node, kind=what)
        if out and (what == "endEvent" or node.get("triggeredByEvent") == "true"):
            yield finding("flow_out_of_ending", node, kind=what)
        if (into or out) and is_bare and what != "boundaryEvent":
            yield finding("handler_in_flow", node)


def _lists(model: Model, node: Any) -> Iterator[Finding]:
    for what, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
        for entry in children(node, what):
            flow = model.target(text_of(entry))
            if flow is not None and kind(flow) == "sequenceFlow" and flow.get(end) != node.get("id"):
                yield finding("flow_list_wrong", node, kind=what, name=flow.get("id"))


def _reached(scope: Scope, node: Any) -> Iterator[Finding]:
    """With a start event every node is reached by a flow; with an end event from every node a flow goes on."""
    what = kind(node)
    if _is_apart(scope, node):
        return
    if not scope.incoming(node) and what not in {"startEvent", "boundaryEvent"}:
        if scope.of_kind("startEvent"):
            yield finding("node_unreached", node)
        elif what == "endEvent":
            yield finding("end_without_start", node)
    if not scope.outgoing(node) and what not in {"endEvent", "boundaryEvent"}:
        if scope.of_kind("endEvent"):
            yield finding("node_dead_end", node)
        elif what == "startEvent":
            yield finding("start_without_end", node)
    starts, ends = scope.of_kind("startEvent"), scope.of_kind("endEvent")
    if what == "endEvent" and node is ends[0] and not starts and scope.incoming(node):
        yield finding("end_without_start", node)
    if what == "startEvent" and node is starts[0] and not ends and scope.outgoing(node):
        yield finding("start_without_end", node)


def _is_apart(scope: Scope, node: Any) -> bool:
    """Whether flows have nothing to do with a node: event subprocesses, handlers, links, parts of an ad hoc subprocess."""
    if node.get("triggeredByEvent") == "true" or node.get("isForCompensation") == "true":
        return True
    if kind(scope.element) == "adHocSubProcess":
        return True
    if kind(node) == "eventBasedGateway" or kind(node) == "receiveTask":
        return bool(node.get("instantiate") == "true")
    return any(kind(one) == "linkEventDefinition" for one in node) or (
        kind(node) in GATEWAYS and not scope.incoming(node) and not scope.outgoing(node)
    )


def _message_flow(model: Model, flow: Any) -> Iterator[Finding]:
    source, target = model.target(flow.get("sourceRef")), model.target(flow.get("targetRef"))
    sends = {"intermediateThrowEvent", "endEvent"}
    if (
        source is not None
        and kind(source) in EVENTS
        and (kind(source) not in sends or "message" not in model.kinds(source))
    ):
        yield finding("message_flow_source", flow)
    if (
        target is not None
        and kind(target) in EVENTS
        and (kind(target) in sends or "message" not in model.kinds(target))
    ):
        yield finding("message_flow_target", flow)
    if source is not None and target is not None and _pool(model, source) == _pool(model, target):
        yield finding("message_flow_inside", flow)


def _pool(model: Model, node: Any) -> str:
    """The participant that an element belongs to."""
    if kind(node) == "participant":
        return str(node.get("id"))
    while node is not None and kind(node) != "process":
        node = node.getparent()
    key = node.get("id") if node is not None else None
    pools = [one.get("id") for one in model.of_kind("participant") if key and one.get("processRef") == key]
    return str(pools[0] if pools else key)
