"""Data: item definitions agree wherever data flow, sets are complete, operations get what their messages carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import child, children, kind, text_of
from app.engine.admission.standard.model import EVENTS, THROWS, Model, io_of
from app.engine.admission.standard.rules import Finding, finding

CARRIES = {"message": ("messageRef", "itemRef"), "signal": ("signalRef", "structureRef"),
           "error": ("errorRef", "structureRef"), "escalation": ("escalationRef", "structureRef")}  # fmt: skip
ITEMS = ("dataObject", "dataInput", "dataOutput", "property", "dataStore", "inputDataItem", "outputDataItem")


def check(model: Model) -> Iterator[Finding]:
    """The data of one file."""
    for node in model.of_kind(*ITEMS):
        yield from _collection(model, node)
    for node in model.of_kind("dataInputAssociation", "dataOutputAssociation"):
        yield from _association(model, node)
    for node in model.of_kind("ioSpecification"):
        yield from _sets(node)
    for scope in model.scopes:
        for node in scope.of_kind("serviceTask", "sendTask", "receiveTask"):
            yield from _operation(model, node)
        for node in scope.of_kind(*EVENTS):
            yield from _event(model, node)
    for node in model.of_kind("ioBinding"):
        yield from _binding(model, node)


def _collection(model: Model, node: Any) -> Iterator[Finding]:
    said, structure = node.get("isCollection"), model.structure(node)
    if said is not None and structure is not None and (said == "true") != structure[1]:
        yield finding("collection_differs", node)


def _association(model: Model, node: Any) -> Iterator[Finding]:
    sources, targets = children(node, "sourceRef"), children(node, "targetRef")
    has_rule = child(node, "transformation") is not None or child(node, "assignment") is not None
    if len(targets) != 1 or (len(sources) > 1 and child(node, "transformation") is None):
        yield finding("association_ends", node)
        return
    if has_rule or not sources:
        return
    one, other = (model.target(text_of(end)) for end in (sources[0], targets[0]))
    if _differ(_item(model, one), _item(model, other)):
        yield finding("structures_differ", node, one="sourceRef", other="targetRef")


def _item(model: Model, node: Any) -> tuple[str | None, bool] | None:
    if node is not None and kind(node) == "dataObjectReference":
        node = model.target(node.get("dataObjectRef"))
    elif node is not None and kind(node) == "dataStoreReference":
        node = model.target(node.get("dataStoreRef"))
    return model.structure(node)


def _differ(one: tuple[str | None, bool] | None, other: tuple[str | None, bool] | None) -> bool:
    return one is not None and other is not None and one != other


def _sets(specification: Any) -> Iterator[Finding]:
    """A specification has sets; each data input and output is in one."""
    for what, sets in (("dataInput", "inputSet"), ("dataOutput", "outputSet")):
        found = children(specification, sets)
        if not found:
            yield finding("sets_missing", specification, name=sets)
            continue
        listed = {text_of(one) for each in found for one in each}
        for one in children(specification, what):
            if one.get("id") not in listed:
                yield finding("set_incomplete", specification, name=one.get("id"), kind=sets)


def _operation(model: Model, node: Any) -> Iterator[Finding]:
    """What goes into and comes out of a task are the messages of its operation, or the one that it sends or receives."""
    operation, message = model.target(node.get("operationRef")), model.target(node.get("messageRef"))
    given, taken = (None, None)
    if kind(node) == "serviceTask" and operation is not None:
        given, taken = _message(model, operation, "inMessageRef"), _message(model, operation, "outMessageRef")
    elif kind(node) == "sendTask":
        given = message
    elif kind(node) == "receiveTask":
        taken = message
    for carried, name in ((given, "dataInput"), (taken, "dataOutput")):
        if carried is not None and model.structure(carried, "itemRef") is not None:
            yield from _one(model, node, carried, name)
    if operation is not None and message is not None:
        wanted = _message(model, operation, "inMessageRef")
        if wanted is not None and wanted is not message:
            yield finding("operation_message", node)


def _message(model: Model, operation: Any, name: str) -> Any:
    reference = child(operation, name)
    return None if reference is None else model.target(text_of(reference))


def _one(model: Model, node: Any, carried: Any, name: str) -> Iterator[Finding]:
    found = io_of(node, name)
    sets = io_of(node, f"{name.removeprefix('data').lower()}Set")
    if len(found) != 1 or len(sets) > 1:
        yield finding("data_missing", node, name=name)
    elif _differ(model.structure(found[0]), model.structure(carried, "itemRef")):
        yield finding("structures_differ", node, one=name, other="message")


def _event(model: Model, node: Any) -> Iterator[Finding]:
    """An event with data has one item for each definition that carries one, in their order and of their structure."""
    name = "dataInput" if kind(node) in THROWS else "dataOutput"
    found = children(node, name)
    if not found:
        return
    carried = []
    for definition in model.definitions(node):
        reference, item = CARRIES.get(kind(definition).removesuffix("EventDefinition"), ("", ""))
        target = model.target(definition.get(reference)) if reference else None
        carried.append(None if target is None else model.structure(target, item))
    with_data = [one for one in carried if one is not None]
    if len(found) != len(with_data):
        yield finding("event_data", node, name=name)
    for one, wanted in zip(found, with_data, strict=False):
        if _differ(model.structure(one), wanted):
            yield finding("structures_differ", node, one=name, other="event definition")


def _binding(model: Model, node: Any) -> Iterator[Finding]:
    operation = model.target(node.get("operationRef"))
    if operation is None:
        return
    for attribute, name in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
        ours, message = model.target(node.get(attribute)), _message(model, operation, name)
        if message is not None and _differ(model.structure(ours), model.structure(message, "itemRef")):
            yield finding("structures_differ", node, one=attribute, other=name)
