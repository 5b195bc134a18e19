"""Each rule of admission, broken once; and what is sound passes."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.admission import check_files, check_files_in_child
from app.engine.admission.problems import rules

BPMN = "processes/sound/sound.bpmn"
TASK = '<bpmn:userTask id="check_it" name="Check">'
FLOW = '<bpmn:sequenceFlow id="flow_begin_again" sourceRef="begin" targetRef="again"/>'
TIMER = '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">duration("P5D")</bpmn:timeDuration>'
CONDITION = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">outcome = "passed"</bpmn:conditionExpression>'

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
    "operation_missing": (("<ql:operation ", "<ql:call "), ("</ql:operation>", "</ql:call>"), ('<ql:call name="sound.register">', "<ql:call>")),
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
}  # fmt: skip
ELSEWHERE = {
    "path", "too_many_files", "too_large", "too_deep", "too_many_elements", "flow_crosses", "form_faulty",
    "decision_faulty", "out_of_time",
}  # fmt: skip


def test_what_is_sound_is_admitted(files: Any, known: Any) -> None:
    assert check_files(files, known) == []


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_each_rule_is_noticed_where_it_is_broken(rule: str, broken: Any, known: Any) -> None:
    found = [one for one in check_files(broken(*BROKEN[rule]), known) if one.rule == rule]

    assert found
    for one in found:
        assert one.message_zh
        assert one.message_en
        assert one.remedy_zh
        assert one.remedy_en
        assert "{" not in one.message_en + one.message_zh + one.remedy_en + one.remedy_zh


def test_every_rule_of_the_catalogue_has_its_test() -> None:
    assert BROKEN.keys() | ELSEWHERE == rules().keys()


@pytest.mark.parametrize(
    "path", ["../evil.bpmn", "processes/a/b/c.bpmn", "processes/A/a.bpmn", "forms/a/b.exe", "x.bpmn"]
)
def test_files_have_their_places(path: str, files: Any, rules_of: Any) -> None:
    assert rules_of({**files, path: b"<x/>"}) == {"path"}


def test_too_many_files_are_refused(rules_of: Any) -> None:
    assert rules_of({f"forms/a/b{number}.json": b"{}" for number in range(201)}) == {"too_many_files"}


def test_a_file_of_two_megabytes_is_refused_unread(rules_of: Any) -> None:
    assert rules_of({BPMN: b"<a>" + b" " * 2_100_000 + b"</a>"}) == {"too_large"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"<a>" * 60 + b"</a>" * 60, "too_deep"), (b"<a>" + b"<b/>" * 21_000 + b"</a>", "too_many_elements")],
)
def test_bombs_of_structure_are_refused(content: bytes, rule: str, rules_of: Any) -> None:
    assert rules_of({BPMN: content}) == {rule}


@pytest.mark.parametrize(
    "bomb",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"),
    ],
    ids=["entities", "external", "another encoding"],
)
def test_entities_never_come_in(bomb: bytes, rules_of: Any) -> None:
    assert rules_of({BPMN: bomb}) <= {"doctype", "not_xml"}
    assert rules_of({BPMN: bomb})


def test_a_flow_over_the_border_of_a_subprocess_is_refused(broken: Any, rules_of: Any) -> None:
    inner = (
        '<bpmn:subProcess id="inner"><bpmn:startEvent id="inner_begin"/><bpmn:endEvent id="inner_done"/>'
        '<bpmn:sequenceFlow id="flow_inner" sourceRef="inner_begin" targetRef="done"/></bpmn:subProcess>'
    )

    assert "flow_crosses" in rules_of(
        broken(('<bpmn:startEvent id="begin"/>', '<bpmn:startEvent id="begin"/>' + inner))
    )


def test_a_faulty_form_or_table_is_named(files: Any, rules_of: Any) -> None:
    assert "form_faulty" in rules_of({**files, "forms/sound/check_it.json": b'{"type": "array"}'})
    assert "decision_faulty" in rules_of({**files, "processes/sound/marks.dmn": b"<nothing/>"})


def test_the_child_finds_the_same(broken: Any, known: Any) -> None:
    files = broken(*BROKEN["variable_unknown"])

    assert check_files_in_child(files, known) == check_files(files, known)


def test_a_check_that_needs_too_much_time_is_stopped_and_said(broken: Any, known: Any) -> None:
    count = 4_000
    chain = "".join(
        f'<bpmn:exclusiveGateway id="g_{n}"/><bpmn:sequenceFlow id="flow_g_{n}" sourceRef="g_{n}" targetRef="g_{n + 1}"/>'
        for n in range(count)
    )
    ends = (
        f'<bpmn:sequenceFlow id="flow_begin_g" sourceRef="begin" targetRef="g_0"/><bpmn:exclusiveGateway id="g_{count}"/>'
        f'<bpmn:sequenceFlow id="flow_g_last" sourceRef="g_{count}" targetRef="again"/>'
    )

    (found,) = check_files_in_child(broken((FLOW, chain + ends)), known, seconds=1)

    assert found.rule == "out_of_time"
