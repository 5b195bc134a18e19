"""References: each leads to something in the file, and to the right kind of thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import kind, text_of
from app.engine.admission.elements import BPMN
from app.engine.admission.standard.model import ACTIVITIES, DEFINITIONS, EVENTS, FLOW_NODES, TASKS, Model
from app.engine.admission.standard.rules import Finding, finding

Kinds = frozenset[str]
ITEMS: Kinds = frozenset({
    "dataObject", "dataObjectReference", "dataStoreReference", "dataStore", "property", "dataInput", "dataOutput",
})  # fmt: skip
CALLABLE: Kinds = frozenset({
    "process", "globalTask", "globalUserTask", "globalScriptTask", "globalManualTask", "globalBusinessRuleTask",
})  # fmt: skip
_ITEM = frozenset({"itemDefinition"})
_MESSAGE = frozenset({"message"})

ATTRIBUTES: dict[tuple[str, str], Kinds] = {
    ("sequenceFlow", "sourceRef"): FLOW_NODES,
    ("sequenceFlow", "targetRef"): FLOW_NODES,
    ("messageFlow", "sourceRef"): ACTIVITIES | EVENTS | {"participant"},
    ("messageFlow", "targetRef"): ACTIVITIES | EVENTS | {"participant"},
    ("error", "structureRef"): _ITEM,
    ("signal", "structureRef"): _ITEM,
    ("escalation", "structureRef"): _ITEM,
    ("ioBinding", "inputDataRef"): frozenset({"dataInput", "inputSet"}),
    ("ioBinding", "outputDataRef"): frozenset({"dataOutput", "outputSet"}),
}
"""By element and attribute."""
ANYWHERE: dict[str, Kinds] = {
    "default": frozenset({"sequenceFlow"}),
    "attachedToRef": ACTIVITIES,
    "activityRef": ACTIVITIES,
    "messageRef": _MESSAGE,
    "errorRef": frozenset({"error"}),
    "escalationRef": frozenset({"escalation"}),
    "signalRef": frozenset({"signal"}),
    "operationRef": frozenset({"operation"}),
    "processRef": frozenset({"process"}),
    "calledElement": CALLABLE,
    "itemSubjectRef": _ITEM,
    "itemRef": _ITEM,
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "parameterRef": frozenset({"resourceParameter"}),
    "noneBehaviorEventRef": DEFINITIONS,
    "oneBehaviorEventRef": DEFINITIONS,
    "initiatingParticipantRef": frozenset({"participant"}),
    "definitionalCollaborationRef": frozenset({"collaboration"}),
}
TEXTS: dict[str, Kinds] = {
    "incoming": frozenset({"sequenceFlow"}),
    "outgoing": frozenset({"sequenceFlow"}),
    "flowNodeRef": FLOW_NODES,
    "dataInputRefs": frozenset({"dataInput"}),
    "optionalInputRefs": frozenset({"dataInput"}),
    "whileExecutingInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "optionalOutputRefs": frozenset({"dataOutput"}),
    "whileExecutingOutputRefs": frozenset({"dataOutput"}),
    "inputSetRefs": frozenset({"inputSet"}),
    "outputSetRefs": frozenset({"outputSet"}),
    "inMessageRef": _MESSAGE,
    "outMessageRef": _MESSAGE,
    "errorRef": frozenset({"error"}),
    "operationRef": frozenset({"operation"}),
    "interfaceRef": frozenset({"interface"}),
    "supportedInterfaceRef": frozenset({"interface"}),
    "participantRef": frozenset({"participant"}),
    "messageFlowRef": frozenset({"messageFlow"}),
    "resourceRef": frozenset({"resource"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "eventDefinitionRef": DEFINITIONS,
    "sourceRef": ITEMS,
    "targetRef": ITEMS,
    "source": frozenset({"linkEventDefinition"}),
    "target": frozenset({"linkEventDefinition"}),
}
"""By the element that holds the reference as its text."""
ONLY_EXISTS = (("association", "sourceRef"), ("association", "targetRef"))
_ELSEWHERE = ("calledElement",)
"""Leads out of the file where the set of files holds what is called."""


def check(model: Model) -> Iterator[Finding]:
    """Every reference of one file."""
    imported = {one.get("namespace") for one in model.of_kind("import")} - {model.root.get("targetNamespace")}
    foreign = {prefix for prefix, space in model.root.nsmap.items() if space in imported}
    for node in model.elements:
        for name, value in node.attrib.items():
            wanted = ATTRIBUTES.get((kind(node), name), ANYWHERE.get(name))
            if wanted is not None or (kind(node), name) in ONLY_EXISTS:
                yield from _reference(model, node, name, str(value), wanted, foreign)
        if kind(node) in TEXTS and not len(node):
            yield from _text(model, node, foreign)


def _text(model: Model, node: Any, foreign: set[Any]) -> Iterator[Finding]:
    if node.getparent().tag.startswith(f"{{{BPMN}}}"):
        yield from _reference(model, node, kind(node), text_of(node), TEXTS[kind(node)], foreign)


def _reference(
    model: Model, node: Any, name: str, value: str, wanted: Kinds | None, foreign: set[Any]
) -> Iterator[Finding]:
    prefix = value.strip().rpartition(":")[0]
    if prefix and prefix in foreign:
        return
    target = model.target(value)
    if target is None:
        if name not in _ELSEWHERE:
            yield finding("reference_dangling", node, name=name, value=value.strip() or "∅")
    elif name in _ELSEWHERE and wanted is not None and kind(target) not in wanted:
        yield finding("called_wrong", node, value=value, kind=kind(target))
    elif wanted is not None and kind(target) not in wanted:
        yield finding("reference_wrong", node, name=name, value=value, kind=kind(target), wanted=_shown(wanted))
    elif name == "eventDefinitionRef" and target.getparent() is not model.root:
        yield finding("definition_inner", node, value=value)


def _shown(wanted: Kinds) -> str:
    if wanted >= FLOW_NODES:
        return "flow node"
    return "activity" if wanted >= TASKS else ", ".join(sorted(wanted))
