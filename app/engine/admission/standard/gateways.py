"""Gateways: their direction, their conditions, and what an event-based gateway may lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import child, kind
from app.engine.admission.standard.model import GATEWAYS, Model, Scope
from app.engine.admission.standard.rules import Finding, finding

DECIDES = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
AWAITED = frozenset({"message", "signal", "timer", "conditional"})


def check(model: Model) -> Iterator[Finding]:
    """The gateways of all executable processes, and default flows wherever they are named."""
    for scope in model.scopes:
        for node in scope.of_kind(*GATEWAYS):
            yield from _direction(scope, node)
        for node in scope.of_kind(*DECIDES):
            yield from _conditions(scope, node)
        for node in scope.of_kind("eventBasedGateway"):
            yield from _race(model, scope, node)
        for node in scope.nodes.values():
            yield from _default(scope, node)


def _direction(scope: Scope, node: Any) -> Iterator[Finding]:
    said, into, out = node.get("gatewayDirection"), len(scope.incoming(node)), len(scope.outgoing(node))
    fits = {
        "Converging": into > 1 and out <= 1,
        "Diverging": out > 1 and into <= 1,
        "Mixed": into > 1 and out > 1,
    }
    if not fits.get(str(said), into > 1 or out > 1 or into == out == 1):
        yield finding("gateway_flows", node, name=said or "Unspecified", into=into, out=out)


def _conditions(scope: Scope, node: Any) -> Iterator[Finding]:
    out = scope.outgoing(node)
    if kind(node) == "complexGateway" or len(out) < 2:
        return
    for flow in out:
        if child(flow, "conditionExpression") is None and flow.get("id") != node.get("default"):
            yield finding("flow_undecided", flow)


def _default(scope: Scope, node: Any) -> Iterator[Finding]:
    name = node.get("default")
    if name is None:
        return
    flow = next((one for one in scope.outgoing(node) if one.get("id") == name), None)
    if flow is None:
        yield finding("default_foreign", node, name=name)
    elif child(flow, "conditionExpression") is not None:
        yield finding("default_with_condition", flow)


def _race(model: Model, scope: Scope, node: Any) -> Iterator[Finding]:
    starts = node.get("instantiate") == "true"
    out = scope.outgoing(node)
    if starts and scope.incoming(node):
        yield finding("race_starts_late", node)
    if node.get("eventGatewayType") == "Parallel" and not starts:
        yield finding("race_parallel", node)
    if len(out) < 2:
        yield finding("race_alone", node)
    targets = [scope.nodes[flow.get("targetRef")] for flow in out if flow.get("targetRef") in scope.nodes]
    for target in targets:
        yield from _awaited(model, scope, target, starts=starts)
    kinds = {kind(target) for target in targets}
    messages = any("message" in model.kinds(one) for one in targets)
    if "receiveTask" in kinds and messages:
        yield finding("race_mixed", node)


def _awaited(model: Model, scope: Scope, target: Any, *, starts: bool) -> Iterator[Finding]:
    is_event = kind(target) == "intermediateCatchEvent" and set(model.kinds(target)) <= AWAITED
    if not (is_event or kind(target) == "receiveTask"):
        yield finding("race_target", target)
    elif starts and is_event and "message" not in model.kinds(target) and "signal" not in model.kinds(target):
        yield finding("race_starts_by", target)
    if len(scope.incoming(target)) > 1:
        yield finding("race_shared", target)
    if kind(target) == "receiveTask" and any(
        one.get("attachedToRef") == target.get("id") for one in scope.of_kind("boundaryEvent")
    ):
        yield finding("race_boundary", target)
