"""The allow-list: which elements of BPMN run here, which do not yet and why.

Opening an element is moving its line from REFUSED to ALLOWED, together with the kernel that runs it and its tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.problems import Problem, problem

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
QL = "urn:quanliu:bpmn:1.0"
DRAWING = {
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DC",
    "http://www.omg.org/spec/DD/20100524/DI",
}
XSI = "http://www.w3.org/2001/XMLSchema-instance"
COLOURS = {"http://bpmn.io/schema/bpmn/biocolor/1.0", "http://www.omg.org/spec/BPMN/non-normative/color/1.0"}
HARMLESS = DRAWING | COLOURS | {XSI, "http://www.w3.org/XML/1998/namespace"}

ACTIVITIES = {"userTask", "serviceTask", "businessRuleTask", "receiveTask", "callActivity", "subProcess"}
EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS

ALLOWED = FLOW_NODES | {
    "definitions", "process", "extensionElements", "documentation", "laneSet", "lane", "childLaneSet", "flowNodeRef",
    "incoming", "outgoing", "sequenceFlow", "conditionExpression", "timerEventDefinition", "timeDate", "timeDuration",
    "timeCycle", "messageEventDefinition", "errorEventDefinition", "terminateEventDefinition", "message", "error",
    "multiInstanceLoopCharacteristics", "loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem",
    "outputDataItem", "completionCondition", "potentialOwner", "humanPerformer", "resourceAssignmentExpression",
    "formalExpression", "collaboration", "participant", "textAnnotation", "text", "association", "group", "category",
    "categoryValue", "dataObject", "dataObjectReference", "itemDefinition", "correlationProperty", "correlationKey",
    "correlationPropertyRetrievalExpression", "messagePath", "correlationSubscription", "correlationPropertyBinding",
    "dataPath", "correlationPropertyRef",
}  # fmt: skip

SPLIT = ("用调用活动或子流程表达。", "Express it by a call activity or a subprocess.")
USE_GATEWAYS = ("用排他或并行网关表达。", "Use exclusive or parallel gateways.")
INLINE = ("把定义写在事件里。", "Write the definition into the event.")
USE_LANE = ("用泳道、potentialOwner 或 humanPerformer。", "Use lanes, potentialOwner or humanPerformer.")
USE_OPERATION = ("用 ql:operation。", "Use ql:operation.")
USE_TIMER_MESSAGE = ("用定时、消息或错误事件表达。", "Use a timer, message or error event.")

REFUSED: dict[str, tuple[str, str, str, str]] = {
    "scriptTask": ("图里不能有代码。", "a diagram holds no code.", "用服务任务和处理。", "Use a service task with an operation."),
    "script": ("图里不能有代码。", "a diagram holds no code.", "删去脚本。", "Remove the script."),
    "manualTask": ("没有人能在收件箱里完成它。", "nobody could complete it in an inbox.", "用用户任务。", "Use a user task."),
    "task": ("没有说明由人还是由机器做。", "it does not say who does it.", "用用户任务或服务任务。", "Use a user or service task."),
    "sendTask": ("还不能发送消息。", "messages cannot be sent yet.", "用服务任务。", "Use a service task."),
    "complexGateway": ("同步条件还不支持。", "its synchronisation is not supported.", *USE_GATEWAYS),
    "adHocSubProcess": ("没有规定次序。", "it has no order.", *SPLIT),
    "transaction": ("补偿还不支持。", "compensation is not supported.", *SPLIT),
    "intermediateThrowEvent": ("还不能抛出事件。", "events cannot be thrown yet.", "用服务任务。", "Use a service task."),
    "signalEventDefinition": ("信号还不支持。", "signals are not supported.", *USE_TIMER_MESSAGE),
    "escalationEventDefinition": ("升级还不支持。", "escalations are not supported.", *USE_TIMER_MESSAGE),
    "conditionalEventDefinition": ("条件事件还不支持。", "conditional events are not supported.", *USE_TIMER_MESSAGE),
    "compensateEventDefinition": ("补偿还不支持。", "compensation is not supported.", *USE_TIMER_MESSAGE),
    "cancelEventDefinition": ("事务还不支持。", "transactions are not supported.", *USE_TIMER_MESSAGE),
    "linkEventDefinition": ("链接事件还不支持。", "link events are not supported.", "用连线。", "Use a sequence flow."),
    "standardLoopCharacteristics": ("标准循环还不支持。", "standard loops are not supported.", *USE_GATEWAYS),
    "ioSpecification": ("还不支持。", "it is not supported.", "用 ql:input、ql:output。", "Use ql:input and ql:output."),
    "dataStoreReference": ("数据在应用的表里。", "data live in the application's tables.", "删去它。", "Remove it."),
    "dataStore": ("数据在应用的表里。", "data live in the application's tables.", "删去它。", "Remove it."),
    "signal": ("信号还不支持。", "signals are not supported.", *USE_TIMER_MESSAGE),
    "escalation": ("升级还不支持。", "escalations are not supported.", *USE_TIMER_MESSAGE),
    "condition": ("条件事件还不支持。", "conditional events are not supported.", *USE_TIMER_MESSAGE),
    "loopCondition": ("标准循环还不支持。", "standard loops are not supported.", *USE_GATEWAYS),
    "eventDefinitionRef": ("共用的事件定义还不支持。", "shared event definitions are not supported.", *INLINE),
    "messageFlow": ("消息流只是画，不会运行。", "a message flow would be drawn and never run.", *USE_TIMER_MESSAGE),
    "performer": ("应当指明是谁的角色。", "roles are said by lanes.", *USE_LANE),
    "resourceRole": ("应当指明是谁的角色。", "roles are said by lanes.", *USE_LANE),
    "interface": ("接口由处理决定。", "interfaces are the operations'.", *USE_OPERATION),
    "operation": ("接口由处理决定。", "interfaces are the operations'.", *USE_OPERATION),
    "callChoreography": ("编排还不支持。", "choreographies are not supported.", *SPLIT),
    "choreographyTask": ("编排还不支持。", "choreographies are not supported.", *SPLIT),
    "subChoreography": ("编排还不支持。", "choreographies are not supported.", *SPLIT),
    "dataInputAssociation": ("还不支持。", "it is not supported.", "用 ql:input。", "Use ql:input."),
    "dataOutputAssociation": ("还不支持。", "it is not supported.", "用 ql:output。", "Use ql:output."),
    "auditing": ("历史由应用记录。", "the application keeps the history.", "删去它。", "Remove it."),
    "monitoring": ("历史由应用记录。", "the application keeps the history.", "删去它。", "Remove it."),
    "property": ("还不支持。", "it is not supported.", "用 ql:variable。", "Use ql:variable."),
    "import": ("还不支持。", "it is not supported.", "删去它。", "Remove it."),
    "extension": ("还不支持。", "it is not supported.", "删去它。", "Remove it."),
}  # fmt: skip


def check(path: str, root: Any) -> Iterator[Problem]:
    """Every element that is not on the list."""
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        space, name = split(node.tag)
        if space == BPMN:
            yield from _standard(path, node, name)
        elif space not in HARMLESS | {QL}:
            yield problem("extension_refused", path, owner(node), node.sourceline, name=f"{name} ({space})")


def owner(node: Any) -> str | None:
    """The id of the nearest element of BPMN around a node."""
    while node is not None:
        if isinstance(node.tag, str) and split(node.tag)[0] == BPMN and node.get("id"):
            return str(node.get("id"))
        node = node.getparent()
    return None


def _standard(path: str, node: Any, name: str) -> Iterator[Problem]:
    if name in REFUSED:
        reason_zh, reason_en, remedy_zh, remedy_en = REFUSED[name]
        yield problem(
            "element_refused", path, owner(node), node.sourceline, kind=name, reason_zh=reason_zh, reason_en=reason_en,
            remedy_zh=remedy_zh, remedy_en=remedy_en,
        )  # fmt: skip
    elif name not in ALLOWED:
        yield problem("element_unknown", path, owner(node), node.sourceline, kind=name)
    elif name == "subProcess" and node.get("triggeredByEvent") == "true":
        yield problem(
            "element_refused", path, owner(node), node.sourceline, kind="event subProcess", reason_zh="还不支持。",
            reason_en="it is not supported.", remedy_zh="用边界事件。", remedy_en="Use boundary events.",
        )  # fmt: skip


def split(tag: str) -> tuple[str, str]:
    """The namespace and the name of a tag or attribute."""
    space, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    return space, name
