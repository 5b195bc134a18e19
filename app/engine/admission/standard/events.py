"""Events: which definitions may stand where (table 10.93), and that each says what it means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission import iso_times
from app.engine.admission.diagram import child, children, kind, text_of
from app.engine.admission.standard.model import CATCHES, EVENTS, Model, Scope
from app.engine.admission.standard.rules import Finding, finding
from app.feel import FeelError, compile_expression

Kinds = frozenset[str]
CAUGHT: Kinds = frozenset({"message", "timer", "conditional", "signal"})
THROWN: Kinds = frozenset({"message", "escalation", "compensate", "signal"})

POSSIBLE: dict[str, Kinds] = {
    "start": CAUGHT,
    "start of a subprocess": frozenset(),
    "start of an event subprocess": CAUGHT | {"error", "escalation", "compensate"},
    "start of an event subprocess that does not interrupt": CAUGHT | {"escalation"},
    "intermediateCatchEvent": CAUGHT | {"link"},
    "intermediateThrowEvent": THROWN | {"link"},
    "boundaryEvent": CAUGHT | {"error", "escalation", "compensate", "cancel"},
    "boundaryEvent that does not interrupt": CAUGHT | {"escalation"},
    "endEvent": THROWN | {"error", "terminate", "cancel"},
}
TIMES = ("timeDate", "timeDuration", "timeCycle")


def check(model: Model) -> Iterator[Finding]:
    """The events of all executable processes."""
    for scope in model.scopes:
        yield from _starts(model, scope)
        for node in scope.of_kind(*EVENTS):
            yield from _position(model, scope, node)
            for definition in model.definitions(node):
                yield from _definition(model, node, definition)
        for node in scope.of_kind("boundaryEvent"):
            yield from _boundary(model, scope, node)
        yield from _links(scope)


def _starts(model: Model, scope: Scope) -> Iterator[Finding]:
    starts = scope.of_kind("startEvent")
    if scope.element.get("triggeredByEvent") == "true":
        if len(starts) != 1:
            yield finding("event_subprocess_start", scope.element)
        elif not model.definitions(starts[0]):
            yield finding("event_subprocess_trigger", starts[0])
    elif kind(scope.element) == "adHocSubProcess":
        for node in scope.of_kind("startEvent", "endEvent"):
            yield finding("ad_hoc_event", node)
        if not any(kind(one).endswith(("ask", "rocess", "ctivity", "ransaction")) for one in scope.nodes.values()):
            yield finding("ad_hoc_empty", scope.element)


def _position(model: Model, scope: Scope, node: Any) -> Iterator[Finding]:
    where, kinds = _where(scope, node), model.kinds(node)
    if kind(node) in {"intermediateCatchEvent", "boundaryEvent"} and not kinds:
        yield finding("event_plain", node, kind=kind(node))
    for one in sorted(set(kinds) - POSSIBLE[where]):
        possible = ", ".join(sorted(POSSIBLE[where])) or "none"
        yield finding("event_impossible", node, name=one, kind=where, possible=possible)
    if len(kinds) > 1 and {"link", "cancel", "compensate", "error"} & set(kinds) and kind(node) in CATCHES:
        yield finding("event_alone", node)


def _where(scope: Scope, node: Any) -> str:
    what = kind(node)
    if what == "boundaryEvent":
        return what if node.get("cancelActivity", "true") == "true" else f"{what} that does not interrupt"
    if what != "startEvent":
        return what
    if scope.element.get("triggeredByEvent") == "true":
        rest = "" if node.get("isInterrupting", "true") == "true" else " that does not interrupt"
        return f"start of an event subprocess{rest}"
    return "start" if kind(scope.element) == "process" else "start of a subprocess"


def _boundary(model: Model, scope: Scope, node: Any) -> Iterator[Finding]:
    host = scope.nodes.get(node.get("attachedToRef"))
    if host is None and model.target(node.get("attachedToRef")) is not None:
        yield finding("boundary_elsewhere", node)
    if host is not None and host.get("triggeredByEvent") == "true":
        yield finding("boundary_elsewhere", node)
    if "cancel" in model.kinds(node) and host is not None and kind(host) != "transaction":
        yield finding("cancel_outside", node)
    is_compensation = "compensate" in model.kinds(node)
    if is_compensation and scope.outgoing(node):
        yield finding("compensation_flow", node)
    if is_compensation and not _has_handler(model, node):
        yield finding("compensation_handler", node)
    if not is_compensation and not scope.outgoing(node):
        yield finding("boundary_dead_end", node)


def _has_handler(model: Model, node: Any) -> bool:
    name = node.get("id")
    ends = [(one.get("sourceRef"), one.get("targetRef")) for one in model.of_kind("association")]
    others = [two if one == name else one for one, two in ends if name in {one, two}]
    return any(model.target(one) is not None and model.target(one).get("isForCompensation") == "true" for one in others)


def _links(scope: Scope) -> Iterator[Finding]:
    sources = [
        (node, one) for node in scope.of_kind("intermediateThrowEvent") for one in children(node, "linkEventDefinition")
    ]
    targets = [
        (node, one) for node in scope.of_kind("intermediateCatchEvent") for one in children(node, "linkEventDefinition")
    ]
    names = [one.get("name") for _, one in targets]
    for node, one in sources:
        if one.get("name") not in names:
            yield finding("link_without_target", node, name=one.get("name"))
        if scope.outgoing(node):
            yield finding("link_flow", node)
    for node, one in targets:
        if one.get("name") not in [other.get("name") for _, other in sources]:
            yield finding("link_without_source", node, name=one.get("name"))
        if names.count(one.get("name")) > 1:
            yield finding("link_twice", node, name=one.get("name"))
        if scope.incoming(node):
            yield finding("link_flow", node)


def _definition(model: Model, node: Any, definition: Any) -> Iterator[Finding]:
    what = kind(definition).removesuffix("EventDefinition")
    if what == "timer":
        yield from _timer(model, node, definition)
    elif what == "conditional" and (
        child(definition, "condition") is None or not text_of(child(definition, "condition"))
    ):
        yield finding("condition_none", node)
    elif what in {"message", "signal"} and not definition.get(f"{what}Ref"):
        yield finding("definition_empty", node, name=f"{what}Ref")
    elif what in {"error", "escalation"} and kind(node) in {"endEvent", "intermediateThrowEvent"}:
        yield from _code(node, definition, what)
    if what == "message" and child(definition, "operationRef") is None:
        yield finding("message_operation", node)


def _code(node: Any, definition: Any, what: str) -> Iterator[Finding]:
    reference = definition.get(f"{what}Ref")
    if not reference:
        yield finding("definition_empty", node, name=f"{what}Ref")
        return
    name = reference.rpartition(":")[2]
    for one in definition.getroottree().getroot():
        if kind(one) == what and one.get("id") == name and not one.get(f"{what}Code"):
            yield finding("code_missing", node, name=f"{what}Code")


def _timer(model: Model, node: Any, definition: Any) -> Iterator[Finding]:
    times = [part for word in TIMES for part in children(definition, word)]
    if len(times) != 1:
        yield finding("timer_count", node)
        return
    use, text = kind(times[0]), text_of(times[0])
    if text and not _is_time(model, use, text):
        yield finding("timer_wrong", node, name=use, value=text)


def _is_time(model: Model, use: str, text: str) -> bool:
    """ISO 8601, or an expression; a mere name is one that the file defines."""
    if iso_times.is_literal(text):
        return iso_times.is_sound(use, text)
    try:
        expression = compile_expression(text)
    except FeelError:
        return False
    return text not in expression.free_names or text in model.names
