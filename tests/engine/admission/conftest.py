"""A sound set of files, and a way to break one thing in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.engine.admission import KnownNames, Operation, check_files

KNOWN = KnownNames(
    operations={
        "sound.register": Operation(
            "sound.register", frozenset({"amount", "note"}), frozenset({"amount"}), frozenset({"too_poor"})
        )
    },
    roles=frozenset({"agency", "reviewer", "bureau"}),
)

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ql="urn:quanliu:bpmn:1.0"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 id="definitions" targetNamespace="urn:test">
  <bpmn:error id="poor" name="poor" errorCode="too_poor"/>
  <bpmn:message id="paid" name="paid"/>
  <bpmn:process id="sound" name="Sound" isExecutable="true">
    <bpmn:extensionElements><ql:title zh="好" en="Sound"/><ql:variable name="amount_fen"/></bpmn:extensionElements>
    <bpmn:laneSet id="lanes"><bpmn:lane id="reviewer" name="r"><bpmn:flowNodeRef>begin</bpmn:flowNodeRef><bpmn:flowNodeRef>check_it</bpmn:flowNodeRef><bpmn:flowNodeRef>late</bpmn:flowNodeRef><bpmn:flowNodeRef>again</bpmn:flowNodeRef><bpmn:flowNodeRef>result</bpmn:flowNodeRef><bpmn:flowNodeRef>judge_it</bpmn:flowNodeRef><bpmn:flowNodeRef>register_it</bpmn:flowNodeRef><bpmn:flowNodeRef>too_poor</bpmn:flowNodeRef><bpmn:flowNodeRef>done</bpmn:flowNodeRef><bpmn:flowNodeRef>refused</bpmn:flowNodeRef><bpmn:flowNodeRef>lapsed</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="begin"/>
    <bpmn:exclusiveGateway id="again"/>
    <bpmn:userTask id="check_it" name="Check"><bpmn:extensionElements><ql:title zh="查" en="Check"/><ql:form key="check_it"><ql:output name="outcome" value="answers.outcome"/></ql:form><ql:due working_days="5"/><ql:article id="A8.2"/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:boundaryEvent id="late" attachedToRef="check_it"><bpmn:timerEventDefinition id="late_timer"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">duration("P5D")</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:businessRuleTask id="judge_it" name="Judge"><bpmn:extensionElements><ql:decision name="marks"><ql:input name="amount" value="amount_fen"/><ql:output name="verdict" value="result"/></ql:decision></bpmn:extensionElements></bpmn:businessRuleTask>
    <bpmn:exclusiveGateway id="result" default="flow_result_again"/>
    <bpmn:serviceTask id="register_it" name="Register"><bpmn:extensionElements><ql:operation name="sound.register"><ql:input name="amount" value="amount_fen"/></ql:operation></bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:boundaryEvent id="too_poor" attachedToRef="register_it"><bpmn:errorEventDefinition id="too_poor_error" errorRef="poor"/></bpmn:boundaryEvent>
    <bpmn:endEvent id="done"/><bpmn:endEvent id="refused"/><bpmn:endEvent id="lapsed"/>
    <bpmn:sequenceFlow id="flow_begin_again" sourceRef="begin" targetRef="again"/>
    <bpmn:sequenceFlow id="flow_again_check_it" sourceRef="again" targetRef="check_it"/>
    <bpmn:sequenceFlow id="flow_check_it_judge_it" sourceRef="check_it" targetRef="judge_it"/>
    <bpmn:sequenceFlow id="flow_judge_it_result" sourceRef="judge_it" targetRef="result"/>
    <bpmn:sequenceFlow id="flow_result_register_it" sourceRef="result" targetRef="register_it"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">outcome = "passed"</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="flow_result_again" sourceRef="result" targetRef="again"/>
    <bpmn:sequenceFlow id="flow_register_it_done" sourceRef="register_it" targetRef="done"/>
    <bpmn:sequenceFlow id="flow_too_poor_refused" sourceRef="too_poor" targetRef="refused"/>
    <bpmn:sequenceFlow id="flow_late_lapsed" sourceRef="late" targetRef="lapsed"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="drawing"><bpmndi:BPMNPlane id="plane" bpmnElement="sound">SHAPES</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""
DRAWN = (
    "begin again check_it late judge_it result register_it too_poor done refused lapsed flow_begin_again flow_again_check_it "
    "flow_check_it_judge_it flow_judge_it_result flow_result_register_it flow_result_again flow_register_it_done "
    "flow_too_poor_refused flow_late_lapsed"
)
DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="marks" namespace="urn:test">
  <inputData id="amount_input" name="amount"><variable id="v" name="amount" typeRef="number"/></inputData>
  <decision id="marks" name="marks"><variable id="w" name="marks"/>
    <informationRequirement id="n"><requiredInput href="#amount_input"/></informationRequirement>
    <literalExpression id="e"><text>amount &gt; 10</text></literalExpression></decision>
</definitions>"""
FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "x-ql": {"title": {"zh": "查", "en": "Check"}},
    "properties": {"outcome": {"type": "string", "maxLength": 20, "x-ql": {"title": {"zh": "结果", "en": "Outcome"}}}},
    "additionalProperties": False,
}


def sound() -> dict[str, bytes]:
    """The files, nothing broken."""
    shapes = "".join(
        f'<bpmndi:BPMNEdge id="edge_{name}" bpmnElement="{name}"><di:waypoint x="0" y="0"/><di:waypoint x="9" y="0"/></bpmndi:BPMNEdge>'
        if name.startswith("flow_")
        else f'<bpmndi:BPMNShape id="shape_{name}" bpmnElement="{name}"><dc:Bounds x="0" y="0" width="9" height="9"/></bpmndi:BPMNShape>'
        for name in DRAWN.split()
    )
    return {
        "processes/sound/sound.bpmn": DIAGRAM.replace("SHAPES", shapes).encode(),
        "processes/sound/marks.dmn": DECISION.encode(),
        "forms/sound/check_it.json": json.dumps(FORM).encode(),
    }


@pytest.fixture
def files() -> dict[str, bytes]:
    """A sound set of files."""
    return sound()


@pytest.fixture
def known() -> KnownNames:
    """One operation and three roles."""
    return KNOWN


@pytest.fixture
def broken() -> Callable[..., dict[str, bytes]]:
    """The sound set with one text of the diagram replaced; a text that is not there is a mistake of the test."""

    def replace(*changes: tuple[str, str]) -> dict[str, bytes]:
        made = sound()
        text = made["processes/sound/sound.bpmn"].decode()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        made["processes/sound/sound.bpmn"] = text.encode()
        return made

    return replace


@pytest.fixture
def rules_of(known: KnownNames) -> Callable[[dict[str, Any]], set[str]]:
    """The rules that a set of files breaks."""
    return lambda files: {one.rule for one in check_files(files, known)}
