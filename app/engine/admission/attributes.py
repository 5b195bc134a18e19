"""The allow-list of attributes: which each element of BPMN may carry, and which values can run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.elements import ALLOWED, BPMN, HARMLESS, XSI, owner, split
from app.engine.admission.problems import Problem, problem

COMMON = frozenset({"id", "name"})
ACTIVITY = frozenset({"isForCompensation", "startQuantity", "completionQuantity"})
CATCH = frozenset({"parallelMultiple"})
GATEWAY = frozenset({"gatewayDirection"})
EXPRESSION = frozenset({"language"})
ITEM = frozenset({"isCollection", "itemSubjectRef"})

ATTRIBUTES: dict[str, frozenset[str]] = {
    "definitions": frozenset({"targetNamespace", "exporter", "exporterVersion", "expressionLanguage", "typeLanguage"}),
    "process": frozenset({"isExecutable", "isClosed", "processType"}),
    "sequenceFlow": frozenset({"sourceRef", "targetRef"}),
    "userTask": ACTIVITY,
    "serviceTask": ACTIVITY,
    "businessRuleTask": ACTIVITY,
    "receiveTask": ACTIVITY | {"messageRef", "instantiate"},
    "callActivity": ACTIVITY | {"calledElement"},
    "subProcess": ACTIVITY | {"triggeredByEvent"},
    "startEvent": CATCH | {"isInterrupting"},
    "intermediateCatchEvent": CATCH,
    "boundaryEvent": CATCH | {"attachedToRef", "cancelActivity"},
    "exclusiveGateway": GATEWAY | {"default"},
    "inclusiveGateway": GATEWAY | {"default"},
    "parallelGateway": GATEWAY,
    "eventBasedGateway": GATEWAY | {"instantiate", "eventGatewayType"},
    "message": frozenset({"itemRef"}),
    "messageEventDefinition": frozenset({"messageRef"}),
    "error": frozenset({"errorCode", "structureRef"}),
    "errorEventDefinition": frozenset({"errorRef"}),
    "itemDefinition": frozenset({"structureRef", "isCollection", "itemKind"}),
    "multiInstanceLoopCharacteristics": frozenset({"isSequential", "behavior"}),
    "inputDataItem": ITEM,
    "outputDataItem": ITEM,
    "dataObject": ITEM,
    "dataObjectReference": frozenset({"dataObjectRef"}),
    "collaboration": frozenset({"isClosed"}),
    "participant": frozenset({"processRef"}),
    "documentation": frozenset({"textFormat"}),
    "textAnnotation": frozenset({"textFormat"}),
    "association": frozenset({"sourceRef", "targetRef", "associationDirection"}),
    "group": frozenset({"categoryValueRef"}),
    "categoryValue": frozenset({"value"}),
    "correlationProperty": frozenset({"type"}),
    "correlationPropertyRetrievalExpression": frozenset({"messageRef"}),
    "correlationSubscription": frozenset({"correlationKeyRef"}),
    "correlationPropertyBinding": frozenset({"correlationPropertyRef"}),
    "conditionExpression": EXPRESSION,
    "formalExpression": EXPRESSION,
    "timeDate": EXPRESSION,
    "timeDuration": EXPRESSION,
    "timeCycle": EXPRESSION,
    "loopCardinality": EXPRESSION,
    "completionCondition": EXPRESSION,
    "messagePath": EXPRESSION,
    "dataPath": EXPRESSION,
}

BOOLEAN = frozenset({"true", "false"})
FEEL = frozenset({
    "https://www.omg.org/spec/DMN/20191111/FEEL/", "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/", "http://www.omg.org/spec/DMN/20180521/FEEL/", "feel",
})  # fmt: skip
ONLY_FALSE = frozenset({"false"})
ONE = frozenset({"1"})

VALUES: dict[str, frozenset[str]] = {
    "isExecutable": BOOLEAN,
    "cancelActivity": BOOLEAN,
    "isSequential": BOOLEAN,
    "isInterrupting": frozenset({"true"}),
    "isForCompensation": ONLY_FALSE,
    "parallelMultiple": ONLY_FALSE,
    "instantiate": ONLY_FALSE,
    "startQuantity": ONE,
    "completionQuantity": ONE,
    "eventGatewayType": frozenset({"Exclusive"}),
    "behavior": frozenset({"All"}),
    "gatewayDirection": frozenset({"Unspecified", "Diverging", "Converging", "Mixed"}),
    "language": FEEL,
}
"""Attributes of which other values are standard BPMN, but would be ignored in silence: they are refused."""
EXPRESSION_TYPES = {"tFormalExpression", "tExpression"}


def check(path: str, root: Any) -> Iterator[Problem]:
    """Every attribute of a standard element that is not on the list, or has a value that cannot run."""
    for node in root.iter(f"{{{BPMN}}}*"):
        what = split(node.tag)[1]
        if what not in ALLOWED:
            continue  # said by the list of elements
        for key, value in node.attrib.items():
            space, name = split(key)
            if space in HARMLESS:
                is_type = space == XSI and name == "type"
                if is_type and str(value).rpartition(":")[2] not in EXPRESSION_TYPES:
                    yield _value(path, node, "xsi:type", str(value), EXPRESSION_TYPES)
            elif space or name not in COMMON | ATTRIBUTES.get(what, frozenset()):
                yield problem("attribute_refused", path, owner(node), node.sourceline, name=f"{what}/@{name}")
            elif name in VALUES and value not in VALUES[name]:
                yield _value(path, node, name, str(value), VALUES[name])


def _value(path: str, node: Any, name: str, value: str, possible: frozenset[str] | set[str]) -> Problem:
    shown = ", ".join(sorted(possible))
    return problem("attribute_value", path, owner(node), node.sourceline, name=name, value=value, possible=shown)
