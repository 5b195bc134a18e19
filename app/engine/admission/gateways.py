"""Gateways: each way out is decided, events race alone, joins cannot pass too early."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import Diagram, Scope, child, kind
from app.engine.admission.elements import GATEWAYS
from app.engine.admission.problems import Problem, problem

CATCHING = {"intermediateCatchEvent", "receiveTask"}


def check(diagram: Diagram, scope: Scope) -> Iterator[Problem]:
    """The gateways of one process or subprocess."""
    for node in scope.of_kind(*GATEWAYS):
        yield from _direction(diagram, scope, node)
    for node in scope.of_kind("exclusiveGateway", "inclusiveGateway"):
        yield from _conditions(diagram, scope, node)
    for node in scope.of_kind("eventBasedGateway"):
        yield from _race(diagram, scope, node)
    for node in scope.of_kind("inclusiveGateway"):
        name = str(node.get("id"))
        if len(scope.incoming[name]) > 1 and name in scope.reached_from(scope.next[name]):
            yield problem("inclusive_in_loop", diagram.path, name, node.sourceline)


def _direction(diagram: Diagram, scope: Scope, node: Any) -> Iterator[Problem]:
    name, said = str(node.get("id")), node.get("gatewayDirection")
    into, out = len(scope.incoming[name]), len(scope.outgoing[name])
    if (said == "Diverging" and into > 1) or (said == "Converging" and out > 1):
        yield problem("gateway_direction", diagram.path, name, node.sourceline, name=said)


def _conditions(diagram: Diagram, scope: Scope, node: Any) -> Iterator[Problem]:
    name, default = str(node.get("id")), node.get("default")
    out = scope.outgoing[name]
    if default in diagram.by_id and default not in {flow.get("id") for flow in out}:
        yield problem("default_astray", diagram.path, name, node.sourceline, name=default)
    for flow in out if len(out) > 1 else ():
        if child(flow, "conditionExpression") is None and flow.get("id") != default:
            shown = flow.get("name") or flow.get("id")
            yield problem("condition_missing", diagram.path, name, flow.sourceline, name=shown)


def _race(diagram: Diagram, scope: Scope, node: Any) -> Iterator[Problem]:
    name = str(node.get("id"))
    if len(scope.outgoing[name]) == 1:
        yield problem("event_gateway_single", diagram.path, name, node.sourceline)
    for other in sorted(scope.next[name]):
        target = scope.nodes[other]
        if kind(target) not in CATCHING:
            yield problem("event_gateway_target", diagram.path, name, node.sourceline)
        elif len(scope.incoming[other]) > 1:
            yield problem("event_gateway_shared", diagram.path, other, target.sourceline, name=other)
