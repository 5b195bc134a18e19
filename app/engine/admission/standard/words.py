"""The vocabulary: elements and attributes that the standard has, their values, and ids that are unique."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import child, kind, text_of
from app.engine.admission.standard.model import ACTIVITIES, Model
from app.engine.admission.standard.rules import Finding, finding

BOOLEAN = re.compile(r"true|false|0|1")
COUNT = re.compile(r"[1-9]\d*", re.ASCII)
ANY_COUNT = re.compile(r"\d+", re.ASCII)
ID = re.compile(r"[^\W\d][\w.\-]*")
URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`%]*(%[0-9A-Fa-f]{2}[^\s<>\"{}|\\^`%]*)*|[\w./#\-]*[A-Za-z0-9]"
)


def _one_of(*values: str) -> re.Pattern[str]:
    return re.compile("|".join(values))


VALUES: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(
        ("isExecutable", "isClosed", "isForCompensation", "isInterrupting", "cancelActivity", "parallelMultiple",
         "triggeredByEvent", "cancelRemainingInstances", "instantiate", "isSequential", "testBefore", "isCollection",
         "waitForCompletion", "isUnlimited", "isImmediate", "isMarkerVisible"), BOOLEAN,
    ),
    "startQuantity": COUNT,
    "completionQuantity": COUNT,
    "loopMaximum": ANY_COUNT,
    "gatewayDirection": _one_of("Unspecified", "Converging", "Diverging", "Mixed"),
    "eventGatewayType": _one_of("Exclusive", "Parallel"),
    "behavior": _one_of("None", "One", "All", "Complex"),
    "ordering": _one_of("Parallel", "Sequential"),
    "processType": _one_of("None", "Public", "Private"),
    "associationDirection": _one_of("None", "One", "Both"),
    "itemKind": _one_of("Information", "Physical"),
}  # fmt: skip

NEEDED: dict[str, tuple[str, ...]] = {
    "sequenceFlow": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "association": ("sourceRef", "targetRef"),
    "boundaryEvent": ("attachedToRef",),
    "correlationPropertyRetrievalExpression": ("messageRef",),
    "correlationPropertyBinding": ("correlationPropertyRef",),
    "linkEventDefinition": ("name",),
    "import": ("importType", "location", "namespace"),
    "resourceParameterBinding": ("parameterRef",),
}

FOREIGN = frozenset({
    "choreographyTask", "subChoreography", "callChoreography", "implicitThrowEvent", "conversation", "subConversation",
    "callConversation",
})  # fmt: skip
"""Elements of the standard that belong into other diagrams than processes."""
EXPRESSIONS = (
    "conditionExpression", "condition", "completionCondition", "loopCardinality", "loopCondition", "timeDate",
    "timeDuration", "timeCycle", "activationCondition", "messagePath", "dataPath",
)  # fmt: skip
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def check(model: Model) -> Iterator[Finding]:
    """The words of one file."""
    seen: set[str] = set()
    for node in model.elements:
        yield from _id(node, seen)
        yield from _attributes(node)
        if kind(node) in FOREIGN and kind(node.getparent()) in {"process", "subProcess", "transaction"}:
            yield finding("element_foreign", node, kind=kind(node))
    for node in model.of_kind(*EXPRESSIONS, "formalExpression"):
        yield from _expression(model, node)
    for node in model.of_kind("resourceRole", "performer", "humanPerformer", "potentialOwner"):
        if child(node, "resourceRef") is not None and child(node, "resourceAssignmentExpression") is not None:
            yield finding("resource_twice", node)
    for node in model.of_kind(*ACTIVITIES):
        if len([one for one in node if kind(one).endswith("LoopCharacteristics")]) > 1:
            yield finding("loop_twice", node)


def _id(node: Any, seen: set[str]) -> Iterator[Finding]:
    name = node.get("id")
    if name is None:
        return
    if name in seen:
        yield finding("id_repeated", node, name=name)
    if not ID.fullmatch(name):
        yield finding("id_malformed", node, name=name)
    seen.add(name)


def _attributes(node: Any) -> Iterator[Finding]:
    for name in NEEDED.get(kind(node), ()):
        if not node.get(name):
            yield finding("attribute_missing", node, kind=kind(node), name=name)
    for name, value in node.attrib.items():
        if name in VALUES and not VALUES[name].fullmatch(str(value).strip()):
            yield finding("attribute_wrong", node, name=name, value=value)
    for name in ("language", "expressionLanguage", "typeLanguage"):
        if node.get(name) is not None and not URI.fullmatch(str(node.get(name))):
            yield finding("attribute_wrong", node, name=name, value=node.get(name))


def _expression(model: Model, node: Any) -> Iterator[Finding]:
    if not model.are_executed(node):
        return
    if not text_of(node):
        yield finding("expression_empty", node, kind=kind(node))
    is_formal = str(node.get(_TYPE, "")).rpartition(":")[2] == "tFormalExpression"
    if not is_formal and kind(node) != "formalExpression":
        yield finding("expression_informal", node, kind=kind(node))
