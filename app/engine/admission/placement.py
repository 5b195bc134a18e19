"""Where each element of BPMN may stand: elsewhere it would be drawn or read over, and never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.elements import ACTIVITIES, ALLOWED, BPMN, EVENTS, FLOW_NODES, owner, split
from app.engine.admission.problems import Problem, problem


def _in(*places: str) -> frozenset[str]:
    return frozenset(places)


SCOPES = _in("process", "subProcess")
ARTIFACT_PLACES = SCOPES | {"collaboration"}
LOOP = _in("multiInstanceLoopCharacteristics")

PLACES: dict[str, frozenset[str]] = {
    **dict.fromkeys([*FLOW_NODES, "sequenceFlow", "dataObject", "dataObjectReference"], SCOPES),
    **dict.fromkeys(["textAnnotation", "association", "group"], ARTIFACT_PLACES),
    **dict.fromkeys(
        ["process", "collaboration", "message", "error", "itemDefinition", "category", "correlationProperty"],
        _in("definitions"),
    ),
    **dict.fromkeys(
        ["timerEventDefinition", "messageEventDefinition", "errorEventDefinition", "terminateEventDefinition"],
        frozenset(EVENTS),
    ),
    **dict.fromkeys(["timeDate", "timeDuration", "timeCycle"], _in("timerEventDefinition")),
    **dict.fromkeys(
        ["loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem",
         "completionCondition"], LOOP,
    ),
    **dict.fromkeys(["incoming", "outgoing"], frozenset(FLOW_NODES)),
    **dict.fromkeys(["potentialOwner", "humanPerformer"], _in("userTask")),
    "definitions": _in(""),
    "laneSet": _in("process"),
    "childLaneSet": _in("lane"),
    "lane": _in("laneSet", "childLaneSet"),
    "flowNodeRef": _in("lane"),
    "conditionExpression": _in("sequenceFlow"),
    "multiInstanceLoopCharacteristics": frozenset(ACTIVITIES),
    "resourceAssignmentExpression": _in("potentialOwner", "humanPerformer"),
    "formalExpression": _in("resourceAssignmentExpression"),
    "participant": _in("collaboration"),
    "text": _in("textAnnotation"),
    "categoryValue": _in("category"),
    "correlationKey": _in("collaboration"),
    "correlationPropertyRef": _in("correlationKey"),
    "correlationPropertyRetrievalExpression": _in("correlationProperty"),
    "messagePath": _in("correlationPropertyRetrievalExpression"),
    "correlationSubscription": _in("process"),
    "correlationPropertyBinding": _in("correlationSubscription"),
    "dataPath": _in("correlationPropertyBinding"),
}  # fmt: skip
REPEATABLE = ALLOWED - LOOP - {
    "extensionElements", "conditionExpression", "loopCardinality", "loopDataInputRef", "loopDataOutputRef",
    "inputDataItem", "outputDataItem", "completionCondition", "potentialOwner", "humanPerformer", "laneSet",
    "resourceAssignmentExpression", "formalExpression", "messagePath", "dataPath", "text", "childLaneSet",
}  # fmt: skip


def check(path: str, root: Any) -> Iterator[Problem]:
    """Every listed element that stands where it cannot run, or a second time where one is read."""
    for node in root.iter(f"{{{BPMN}}}*"):
        what = split(node.tag)[1]
        if what not in ALLOWED:
            continue  # said by the list of elements
        parent = node.getparent()
        place = split(parent.tag)[1] if parent is not None else ""
        is_known = place in ALLOWED or not place  # below a refused element everything is refused with it
        if is_known and place not in PLACES.get(what, ALLOWED):
            places = ", ".join(sorted(PLACES.get(what, frozenset())))
            yield problem(
                "element_astray", path, owner(node), node.sourceline, kind=what, place=place or "/", places=places
            )
        if what not in REPEATABLE and next(node.itersiblings(node.tag, preceding=True), None) is not None:
            yield problem("element_twice", path, owner(node), node.sourceline, kind=what)
