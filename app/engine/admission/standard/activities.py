"""Activities: subprocesses, loops, multi-instances, compensation, calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.constants import wrong_kind
from app.engine.admission.diagram import child, children, kind, text_of
from app.engine.admission.standard.model import ACTIVITIES, Model, Scope, io_of
from app.engine.admission.standard.rules import Finding, finding
from app.feel import FeelError, compile_expression

BOOLEAN = ("conditionExpression", "condition", "completionCondition", "loopCondition", "activationCondition")
NUMBER = ("loopCardinality",)
_WANTED = {**dict.fromkeys(BOOLEAN, "conditionExpression"), **dict.fromkeys(NUMBER, "loopCardinality")}


def check(model: Model) -> Iterator[Finding]:
    """The activities of all executable processes."""
    for scope in model.scopes:
        for node in scope.of_kind(*ACTIVITIES):
            yield from _loop(model, node)
            yield from _call(model, node)
        for node in scope.of_kind("receiveTask"):
            if node.get("instantiate") == "true" and scope.incoming(node):
                yield finding("receive_starts_late", node)
        yield from _cancel_ends(model, scope)
        yield from _compensations(model, scope)
    for node in model.of_kind(*_WANTED):
        if model.are_executed(node):
            yield from _constant(node)


def _loop(model: Model, node: Any) -> Iterator[Finding]:
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is not None:
        sources = [name for name in ("loopCardinality", "loopDataInputRef") if child(many, name) is not None]
        if len(sources) != 1:
            yield finding("instances_unsaid", node)
        yield from _behaviour(node, many)
        yield from _items(model, node, many)
    loop = child(node, "standardLoopCharacteristics")
    if loop is not None and child(loop, "loopCondition") is None and loop.get("loopMaximum") is None:
        yield finding("loop_endless", node)


def _behaviour(node: Any, many: Any) -> Iterator[Finding]:
    said = many.get("behavior", "All")
    if said in {"None", "One"} and not many.get(f"{said.lower()}BehaviorEventRef"):
        yield finding("behaviour_event", node, name=said)
    if said == "Complex":
        found = children(many, "complexBehaviorDefinition")
        if not found or any(child(one, "condition") is None for one in found):
            yield finding("behaviour_event", node, name=said)


def _items(model: Model, node: Any, many: Any) -> Iterator[Finding]:
    """The collection and its items are of one structure; the collection is a collection."""
    for collection, item in (("loopDataInputRef", "inputDataItem"), ("loopDataOutputRef", "outputDataItem")):
        whole = model.target(text_of(child(many, collection))) if child(many, collection) is not None else None
        part = child(many, item)
        if whole is None:
            continue
        structure = model.structure(whole)
        if structure is not None and not structure[1]:
            yield finding("collection_single", node, name=collection)
        inner = model.structure(part) if part is not None else None
        if structure is not None and inner is not None and structure[0] != inner[0]:
            yield finding("structures_differ", node, one=collection, other=item)


def _call(model: Model, node: Any) -> Iterator[Finding]:
    """The data of a call activity are those of what it calls."""
    called = model.target(node.get("calledElement")) if kind(node) == "callActivity" else None
    if kind(node) == "callActivity" and not node.get("calledElement"):
        yield finding("call_nothing", node)
    if called is None or child(node, "ioSpecification") is None:
        return
    for name in ("dataInput", "dataOutput"):
        ours = sorted(str(model.structure(one)) for one in io_of(node, name))
        theirs = sorted(str(model.structure(one)) for one in io_of(called, name))
        if ours != theirs:
            yield finding("call_data", node, name=name)


def _cancel_ends(model: Model, scope: Scope) -> Iterator[Finding]:
    if kind(scope.element) != "transaction":
        for node in scope.of_kind("endEvent"):
            if "cancel" in model.kinds(node):
                yield finding("cancel_outside", node)


def _compensations(model: Model, scope: Scope) -> Iterator[Finding]:
    """A compensation that names an activity names one of its scope, or of the one around an event subprocess."""
    around = scope
    if scope.element.get("triggeredByEvent") == "true":
        around = next(one for one in model.scopes if scope.element.get("id") in one.nodes)
    for node in scope.of_kind("intermediateThrowEvent", "endEvent"):
        for one in model.definitions(node):
            name = one.get("activityRef")
            if name and name not in scope.nodes and name not in around.nodes and model.target(name) is not None:
                yield finding("compensation_elsewhere", node, name=name)


def _constant(node: Any) -> Iterator[Finding]:
    """An expression without variables has one value, which is of the kind that its place wants."""
    text = text_of(node)
    if not text:
        return
    try:
        expression = compile_expression(text)
    except FeelError as error:
        yield finding("expression_unreadable", node, text=text, reason=error)
        return
    use = _WANTED[kind(node)]
    wanted = None if expression.free_names else wrong_kind(use, expression)
    if wanted is not None:
        yield finding("expression_kind", node, text=text, wanted=wanted)
    elif use == "loopCardinality" and not expression.free_names and expression.evaluate({}) < 0:
        yield finding("expression_kind", node, text=text, wanted="number from 0")
