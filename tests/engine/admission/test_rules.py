"""Each rule of admission, broken once; and what is sound passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.engine.admission import check_files
from app.engine.admission.problems import rules

BPMN = "processes/sound/sound.bpmn"
TASK = '<bpmn:userTask id="check_it" name="Check">'
FLOW = '<bpmn:sequenceFlow id="flow_begin_again" sourceRef="begin" targetRef="again"/>'
AGAIN = '<bpmn:exclusiveGateway id="again"/>'
DONE = '<bpmn:endEvent id="done"/>'
WAIT = '<bpmn:timerEventDefinition id="wait"><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>'
TIMER = '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">duration("P5D")</bpmn:timeDuration>'
CONDITION = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">outcome = "passed"</bpmn:conditionExpression>'
INNER = (
    '<bpmn:subProcess id="inner"><bpmn:startEvent id="inner_begin"/><bpmn:endEvent id="inner_done"/>'
    '<bpmn:sequenceFlow id="flow_inner" sourceRef="inner_begin" targetRef="done"/></bpmn:subProcess>'
)

BROKEN: dict[str, tuple[tuple[str, str], ...]] = {
    "doctype": (("<bpmn:definitions ", "<!DOCTYPE x><bpmn:definitions "),),
    "not_xml": (("</bpmn:definitions>", "</bpmn:definition>"),),
    "processing_instruction": (("<bpmn:error id", "<?run this?><bpmn:error id"),),
    "not_executable": ((' isExecutable="true"', ""),),
    "no_process": ((' isExecutable="true"', ""),),
    "element_refused": (("<bpmn:userTask id", "<bpmn:scriptTask id"), ("</bpmn:userTask>", "</bpmn:scriptTask>")),
    "element_unknown": (("<bpmn:message id", "<bpmn:massage id"),),
    "attribute_refused": ((TASK, TASK.replace(" name", ' implementation="##WebService" name')),),
    "extension_refused": (("<ql:due ", '<camunda:due xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '),),
    "extension_incomplete": (('<ql:due working_days="5"/>', "<ql:due/>"),),
    "id_missing": (('<bpmn:endEvent id="lapsed"/>', "<bpmn:endEvent/>"),),
    "id_twice": (('<bpmn:endEvent id="lapsed"/>', '<bpmn:endEvent id="done"/>'),),
    "id_words": (('id="paid"', 'id="Message_1ln3xkw"'),),
    "dangling": (('attachedToRef="check_it"', 'attachedToRef="nowhere"'),),
    "flow_into_start": (('sourceRef="result" targetRef="again"', 'sourceRef="result" targetRef="begin"'),),
    "flow_out_of_end": (('sourceRef="late" targetRef="lapsed"', 'sourceRef="done" targetRef="lapsed"'),),
    "flow_into_boundary": (('sourceRef="late" targetRef="lapsed"', 'sourceRef="late" targetRef="late"'),),
    "no_start": (('<bpmn:startEvent id="begin"/>', ""),),
    "several_starts": (('<bpmn:startEvent id="begin"/>', '<bpmn:startEvent id="begin"/><bpmn:startEvent id="begin_too"/>'),),
    "no_end": (
        ('<bpmn:endEvent id="done"/><bpmn:endEvent id="refused"/><bpmn:endEvent id="lapsed"/>', ""),
    ),
    "dead_end": (('sourceRef="register_it" targetRef="done"', 'sourceRef="late" targetRef="done"'),),
    "unreachable": ((FLOW, ""),),
    "condition_missing": ((CONDITION, ""),),
    "condition_misplaced": ((FLOW, FLOW.replace("/>", f">{CONDITION}</bpmn:sequenceFlow>")),),
    "default_conditional": (('default="flow_result_again"', 'default="flow_result_register_it"'),),
    "event_gateway_target": (
        ('<bpmn:exclusiveGateway id="again"/>', '<bpmn:eventBasedGateway id="again"/>'),
    ),
    "endless_loop": (('sourceRef="again" targetRef="check_it"', 'sourceRef="again" targetRef="judge_it"'),),
    "timer_ambiguous": ((TIMER, TIMER * 2),),
    "message_undefined": (
        (TIMER, ""), ('<bpmn:timerEventDefinition id="late_timer"></bpmn:timerEventDefinition>',
                      '<bpmn:messageEventDefinition id="late_timer"/>'),
    ),
    "error_undefined": ((' errorCode="too_poor"', ""),),
    "event_undefined": (
        (f'<bpmn:timerEventDefinition id="late_timer">{TIMER}</bpmn:timerEventDefinition>', ""),
    ),
    "loop_undefined": (
        ("</bpmn:userTask>", '<bpmn:multiInstanceLoopCharacteristics id="each"/></bpmn:userTask>'),
    ),
    "process_name": (('<bpmn:process id="sound"', '<bpmn:process id="other"'),),
    "lane_unknown": (('<bpmn:lane id="reviewer"', '<bpmn:lane id="king"'),),
    "lane_missing": (("<bpmn:flowNodeRef>check_it</bpmn:flowNodeRef>", ""),),
    "lane_twice": (
        ("<bpmn:flowNodeRef>begin</bpmn:flowNodeRef>", "<bpmn:flowNodeRef>begin</bpmn:flowNodeRef>" * 2),
    ),
    "form_missing": (('<ql:form key="check_it">', '<ql:form key="other">'),),
    "answer_unknown": (('value="answers.outcome"', 'value="answers.income"'),),
    "operation_missing": (('<ql:operation name="sound.register"><ql:input name="amount" value="amount_fen"/></ql:operation>', ""),),
    "operation_unknown": (('name="sound.register"', 'name="sound.forget"'),),
    "input_unknown": (('<ql:operation name="sound.register">', '<ql:operation name="sound.register"><ql:input name="x" value="1"/>'),),
    "input_missing": (
        ('<ql:operation name="sound.register"><ql:input name="amount" value="amount_fen"/>', '<ql:operation name="sound.register">'),
    ),
    "decision_missing": (('<ql:decision name="marks">', '<ql:decision name="remarks">'),),
    "called_missing": (
        ("<bpmn:businessRuleTask ", '<bpmn:callActivity calledElement="nothing" '), ("</bpmn:businessRuleTask>", "</bpmn:callActivity>"),
        ('<ql:decision name="marks">', "<ql:call>"), ("</ql:decision>", "</ql:call>"),
    ),
    "error_unthrown": (('errorCode="too_poor"', 'errorCode="too_rich"'),),
    "separate_unknown": (('<ql:due working_days="5"/>', '<ql:separate-from tasks="nobody"/>'),),
    "expression_faulty": (('outcome = "passed"', 'outcome = = "passed"'),),
    "variable_unknown": (('outcome = "passed"', 'income = "passed"'),),
    "not_drawn": (('bpmnElement="lapsed"', 'bpmnElement="begin"'),),
    "encoding": (('encoding="UTF-8"', 'encoding="ISO-8859-1"'),),
    "attribute_value": (('attachedToRef="check_it"', 'attachedToRef="check_it" parallelMultiple="true"'),),
    "extension_misplaced": (("<ql:operation name", '<ql:due working_days="1"/><ql:operation name'),),
    "extension_twice": (('<ql:due working_days="5"/>', '<ql:due working_days="5"/><ql:due working_days="9"/>'),),
    "extension_value": (('<ql:due working_days="5"/>', '<ql:bulk allowed="yes"/>'),),
    "variable_name": (('<ql:variable name="amount_fen"/>', '<ql:variable name="amount_fen"/><ql:variable name="today"/>'),),
    "element_astray": (('<bpmn:laneSet id="lanes">', '<bpmn:laneSet id="lanes"><bpmn:endEvent id="stray"/>'),),
    "element_twice": ((CONDITION, CONDITION * 2),),
    "reference_kind": (('errorRef="poor"', 'errorRef="paid"'),),
    "flow_list": ((DONE, DONE.replace("/>", "><bpmn:incoming>flow_begin_again</bpmn:incoming></bpmn:endEvent>")),),
    "flow_unlisted": ((DONE, DONE.replace("/>", "><bpmn:incoming>flow_register_it_done</bpmn:incoming></bpmn:endEvent>")),),
    "flow_to_itself": (('sourceRef="result" targetRef="again"', 'sourceRef="result" targetRef="result"'),),
    "implicit_split": (('sourceRef="late" targetRef="lapsed"', 'sourceRef="check_it" targetRef="lapsed"'),),
    "no_way_out": (
        ('sourceRef="late" targetRef="lapsed"', 'sourceRef="late" targetRef="again"'),
        ('sourceRef="too_poor" targetRef="refused"', 'sourceRef="too_poor" targetRef="again"'),
        ('sourceRef="register_it" targetRef="done"', 'sourceRef="register_it" targetRef="again"'),
    ),
    "default_astray": (('default="flow_result_again"', 'default="flow_begin_again"'),),
    "gateway_direction": ((AGAIN, AGAIN.replace("/>", ' gatewayDirection="Diverging"/>')),),
    "event_gateway_single": ((AGAIN, '<bpmn:eventBasedGateway id="again"/>'),),
    "event_gateway_shared": (
        (AGAIN, f'<bpmn:eventBasedGateway id="race"/><bpmn:intermediateCatchEvent id="again">{WAIT}</bpmn:intermediateCatchEvent>'),
        (FLOW, FLOW.replace('"again"', '"race"') + '<bpmn:sequenceFlow id="flow_race" sourceRef="race" targetRef="again"/>'),
    ),
    "inclusive_in_loop": ((AGAIN, '<bpmn:inclusiveGateway id="again"/>'),),
    "boundary_host": (('attachedToRef="check_it"', 'attachedToRef="again"'),),
    "event_refused": (('<bpmn:startEvent id="begin"/>', f'<bpmn:startEvent id="begin">{WAIT}</bpmn:startEvent>'),),
    "event_several": (
        ("</bpmn:timerEventDefinition>", '</bpmn:timerEventDefinition><bpmn:messageEventDefinition id="two" messageRef="paid"/>'),
    ),
    "error_not_interrupting": (('attachedToRef="register_it"', 'attachedToRef="register_it" cancelActivity="false"'),),
    "cycle_misplaced": ((TIMER, "<bpmn:timeCycle>R3/PT24H</bpmn:timeCycle>"),),
    "timer_faulty": ((TIMER, "<bpmn:timeDuration>P5X</bpmn:timeDuration>"),),
    "constant_kind": (('outcome = "passed"', "23"),),
    "loop_ambiguous": (
        ("</bpmn:userTask>", ('<bpmn:multiInstanceLoopCharacteristics id="each"><bpmn:loopCardinality>2</bpmn:loopCardinality>'
         "<bpmn:loopDataInputRef>[1, 2]</bpmn:loopDataInputRef></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>")),
    ),
    "calls_itself": (
        ("<bpmn:businessRuleTask ", '<bpmn:callActivity calledElement="sound" '), ("</bpmn:businessRuleTask>", "</bpmn:callActivity>"),
        ('<ql:decision name="marks">', "<ql:call>"), ("</ql:decision>", "</ql:call>"),
    ),
    "several_processes": (("</bpmn:process>", '</bpmn:process><bpmn:process id="second" isExecutable="true"/>'),),
    "flow_crosses": (('<bpmn:startEvent id="begin"/>', '<bpmn:startEvent id="begin"/>' + INNER),),
}  # fmt: skip

Files = dict[str, bytes]
SPACE = b"<a>" + b" " * 2_000_000 + b"</a>"
OTHER_FILES: dict[str, Callable[[Files], Files]] = {
    "path": lambda sound: {**sound, "processes/sound/../evil.bpmn": b"<x/>"},
    "folder_name": lambda sound: {**sound, "processes/elsewhere/sound.bpmn": sound[BPMN]},
    "too_many_files": lambda _: {f"forms/a/b{number}.json": b"{}" for number in range(201)},
    "too_large": lambda _: {BPMN: SPACE + b" " * 100_000},
    "too_large_together": lambda _: {f"processes/a/b{number}.bpmn": SPACE for number in range(5)},
    "too_deep": lambda _: {BPMN: b"<a>" * 41 + b"</a>" * 41},
    "too_many_elements": lambda _: {BPMN: b"<a>" + b"<b/>" * 20_000 + b"</a>"},
    "too_many_findings": lambda _: {BPMN: b"<a>" + b"<b/>" * 201 + b"</a>"},
    "form_faulty": lambda sound: {**sound, "forms/sound/check_it.json": json.dumps({"type": "array"}).encode()},
    "decision_faulty": lambda sound: {**sound, "processes/sound/marks.dmn": b"<nothing/>"},
}
IN_OTHER_TESTS = {"out_of_time": "test_child.py", "call_variable_missing": "test_calls.py"}


def test_what_is_sound_is_admitted(files: Files, known: Any) -> None:
    assert check_files(files, known) == []


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_each_rule_is_noticed_where_it_is_broken(rule: str, broken: Any, known: Any) -> None:
    found = [one for one in check_files(broken(*BROKEN[rule]), known) if one.rule == rule]

    assert found
    for one in found:
        texts = (one.message_zh, one.message_en, one.remedy_zh, one.remedy_en)
        assert all(texts)
        assert not any("{" in text for text in texts)
        assert one.file


@pytest.mark.parametrize("rule", sorted(OTHER_FILES))
def test_each_rule_about_files_is_noticed(rule: str, files: Files, rules_of: Any) -> None:
    assert rule in rules_of(OTHER_FILES[rule](files))


def test_every_rule_of_the_catalogue_has_its_test() -> None:
    assert BROKEN.keys() | OTHER_FILES.keys() | IN_OTHER_TESTS.keys() == rules().keys()
