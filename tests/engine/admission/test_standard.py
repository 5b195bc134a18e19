"""Each rule of the standard, broken once; and what keeps to them all passes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from app.engine.admission import check_files, xml_safety
from app.engine.admission.standard import check_root, check_standard
from app.engine.admission.standard.rules import rules

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="d" targetNamespace="urn:test">'
)
FORMAL = 'xsi:type="tFormalExpression"'
B, E = '<startEvent id="b"/>', '<endEvent id="e"/>'
T = '<task id="t"/>'


def model(body: str, *flows: str, outside: str = "") -> str:
    """One executable process; flows are "source target", and both ends list them."""
    for flow in flows:
        source, target = flow.split()
        for node, kind in ((source, "outgoing"), (target, "incoming")):
            body = re.sub(
                rf'<(\w+) id="{node}"([^>]*?)(/?)>(.*?)',
                lambda m, k=kind, f=flow: (
                    f'<{m[1]} id="{m[0].split(chr(34))[1]}"{m[2]}><{k}>{f.replace(" ", "_")}</{k}>'
                    + (f"</{m[1]}>" if m[3] else "")
                ),
                body,
                count=1,
            )
        body += f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
    return f'{HEAD}{outside}<process id="p" isExecutable="true">{body}</process></definitions>'


def line(middle: str, outside: str = "", more: str = "") -> str:
    """begin → x → end."""
    return model(B + middle + E + more, "b x", "x e", outside=outside)


def around(event: str, outside: str = "", host: str = T) -> str:
    """An activity t with a boundary event x that leads to an end of its own."""
    return model(B + host + E + event + '<endEvent id="f"/>', "b t", "t e", "x f", outside=outside)


def boundary(definition: str, more: str = "") -> str:
    return f'<boundaryEvent id="x" attachedToRef="t"{more}>{definition}</boundaryEvent>'


def catch(definition: str) -> str:
    return f'<intermediateCatchEvent id="x">{definition}</intermediateCatchEvent>'


def many(inner: str, more: str = "") -> str:
    return f'<task id="x">{inner}<multiInstanceLoopCharacteristics{more}</multiInstanceLoopCharacteristics></task>'


def race(targets: str, more: str = "", gateway: str = "") -> str:
    return model(
        B + f'<eventBasedGateway id="g"{gateway}/>' + targets + E + more, "b g", "g x", "g y", "x e", "y e",
        outside=MESSAGE,
    )  # fmt: skip


MESSAGE = '<itemDefinition id="i" structureRef="String"/><itemDefinition id="l" structureRef="int" isCollection="true"/><message id="m" itemRef="i"/><interface id="if" name="i"><operation id="op" name="o"><inMessageRef>m</inMessageRef></operation></interface>'
BY_MESSAGE = '<messageEventDefinition messageRef="m"><operationRef>op</operationRef></messageEventDefinition>'
TIMER = f"<timerEventDefinition><timeDuration {FORMAL}>PT1S</timeDuration></timerEventDefinition>"
LOOP3 = f"><loopCardinality {FORMAL}>3</loopCardinality>"
RECEIVE = '<receiveTask id="x"/>'
WAIT_Y = f'<intermediateCatchEvent id="y">{TIMER}</intermediateCatchEvent>'
IO = '<ioSpecification><dataInput id="in" itemSubjectRef="{}"/><inputSet><dataInputRefs>in</dataInputRefs></inputSet><outputSet/></ioSpecification>'
SPLIT = '<exclusiveGateway id="x" gatewayDirection="Diverging" default="x_e"/>'
HANDLER = '<task id="h" isForCompensation="true"/>'
UNDO = boundary("<compensateEventDefinition/>")


def inside(kind: str, body: str, more: str = "") -> str:
    return f'<{kind} id="x"{more}>{body}</{kind}>'


BROKEN: dict[str, str] = {
    "element_foreign": model(B + T + E + '<choreographyTask id="c"/>', "b t", "t e"),
    "id_repeated": line('<task id="x"/>', more='<textAnnotation id="x"/>'),
    "id_malformed": line('<task id="x"/>', more='<textAnnotation id="1x"/>'),
    "attribute_missing": line('<task id="x"/>', more='<association id="a" sourceRef="x"/>'),
    "attribute_wrong": line('<task id="x" startQuantity="0"/>'),
    "expression_empty": line(catch(f"<conditionalEventDefinition><condition {FORMAL}/></conditionalEventDefinition>")),
    "expression_informal": line(catch("<timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition>")),
    "expression_unreadable": line(catch(f"<conditionalEventDefinition><condition {FORMAL}>a = = 1</condition></conditionalEventDefinition>")),
    "expression_kind": line(many("", f"{LOOP3}<completionCondition {FORMAL}>23</completionCondition>")),
    "resource_twice": line('<task id="x"><performer id="r"><resourceRef>res</resourceRef><resourceAssignmentExpression><formalExpression>a</formalExpression></resourceAssignmentExpression></performer></task>', outside='<resource id="res" name="r"/>'),
    "loop_twice": line(many('<standardLoopCharacteristics loopMaximum="2"/>', LOOP3)),
    "reference_dangling": line('<task id="x"/>', more='<association id="a" sourceRef="x" targetRef="nowhere"/>'),
    "reference_wrong": line('<exclusiveGateway id="x" default="b"/>'),
    "definition_inner": line(catch("<eventDefinitionRef>other</eventDefinitionRef>"), more=f'<subProcess id="s" triggeredByEvent="true">{B.replace("b", "b2").replace("/>", ">")}{TIMER.replace("<timerEventDefinition", "<timerEventDefinition id=" + chr(34) + "other" + chr(34))}</startEvent></subProcess>'.replace("<b2", "<b").replace("sub2", "sub")),
    "flow_leaves_scope": model(B + T + E + inside("subProcess", '<task id="u"/>').replace('"x"', '"s"'), "b t", "t e", "t u"),
    "flow_list_missing": line('<task id="x"/>').replace("<outgoing>x_e</outgoing>", ""),
    "flow_list_wrong": line('<task id="x"><incoming>x_e</incoming></task>'),
    "condition_astray": line('<task id="x"/>').replace('targetRef="x"/>', f'targetRef="x"><conditionExpression {FORMAL}>true</conditionExpression></sequenceFlow>'),
    "flow_into_beginning": model(B + T + E, "b t", "t e", "t b"),
    "flow_out_of_ending": model(B + T + E, "b t", "t e", "e t"),
    "handler_in_flow": line('<task id="x" isForCompensation="true"/>'),
    "node_unreached": model(B + T + E, "b e", "t e"),
    "node_dead_end": model(B + T + E, "b t", "b e"),
    "end_without_start": model(T + E, "t e"),
    "start_without_end": model(B + T, "b t"),
    "message_flow_source": line('<task id="x"/>', outside='<collaboration id="c"><participant id="o"/><messageFlow id="mf" sourceRef="b" targetRef="o"/></collaboration>'),
    "message_flow_target": line('<task id="x"/>', outside='<collaboration id="c"><participant id="o"/><messageFlow id="mf" sourceRef="o" targetRef="e"/></collaboration>'),
    "message_flow_inside": line('<task id="x"/>', outside='<collaboration id="c"><participant id="o" processRef="p"/><messageFlow id="mf" sourceRef="x" targetRef="o"/></collaboration>'),
    "gateway_flows": line('<parallelGateway id="x" gatewayDirection="Diverging"/>'),
    "flow_undecided": model(B + '<exclusiveGateway id="x"/>' + T + E, "b x", "x t", "x e", "t e"),
    "default_foreign": line('<task id="x" default="b_x"/>'),
    "default_with_condition": model(B + SPLIT + T + E, "b x", "x t", "x e", "t e").replace('targetRef="e"/>', f'targetRef="e"><conditionExpression {FORMAL}>true</conditionExpression></sequenceFlow>', 1),
    "race_starts_late": race(RECEIVE + WAIT_Y, gateway=' instantiate="true"'),
    "race_parallel": race(RECEIVE + WAIT_Y, gateway=' eventGatewayType="Parallel"'),
    "race_alone": model(B + '<eventBasedGateway id="g"/>' + RECEIVE + E, "b g", "g x", "x e"),
    "race_mixed": race(RECEIVE + f'<intermediateCatchEvent id="y">{BY_MESSAGE}</intermediateCatchEvent>'),
    "race_target": race('<task id="x"/>' + WAIT_Y),
    "race_starts_by": race(RECEIVE + WAIT_Y, gateway=' instantiate="true"'),
    "race_shared": model(B + '<eventBasedGateway id="g"/>' + RECEIVE + WAIT_Y + T + E, "b g", "g x", "g y", "x e", "y t", "t x"),
    "race_boundary": race(RECEIVE + WAIT_Y, more=f'<boundaryEvent id="z" attachedToRef="x">{TIMER}</boundaryEvent>'),
    "event_subprocess_start": line('<task id="x"/>', more='<subProcess id="s" triggeredByEvent="true"/>'),
    "event_subprocess_trigger": line('<task id="x"/>', more='<subProcess id="s" triggeredByEvent="true"><startEvent id="sb"/></subProcess>'),
    "ad_hoc_event": line(inside("adHocSubProcess", '<task id="u"/><startEvent id="sb"/>')),
    "ad_hoc_empty": line(inside("adHocSubProcess", "")),
    "event_plain": line(catch("")),
    "event_impossible": line(catch("<cancelEventDefinition/>")),
    "event_alone": around(boundary(f"<errorEventDefinition/>{TIMER}")),
    "boundary_elsewhere": model(B + T + E + inside("subProcess", '<task id="u"/>').replace('"x"', '"s"') + boundary(TIMER).replace('"t"', '"u"'), "b t", "t e"),
    "cancel_outside": around(boundary("<cancelEventDefinition/>")),
    "compensation_flow": around(UNDO),
    "compensation_handler": model(B + T + E + UNDO, "b t", "t e"),
    "compensation_elsewhere": line('<intermediateThrowEvent id="x"><compensateEventDefinition activityRef="u"/></intermediateThrowEvent>', more='<subProcess id="s" triggeredByEvent="true"><task id="u"/></subProcess>'),
    "boundary_dead_end": model(B + T + E + boundary(TIMER), "b t", "t e"),
    "link_without_target": line('<intermediateThrowEvent id="x"><linkEventDefinition name="there"/></intermediateThrowEvent>'),
    "link_without_source": line(catch('<linkEventDefinition name="there"/>')),
    "link_twice": line(catch('<linkEventDefinition name="there"/>') + catch('<linkEventDefinition name="there"/>').replace('"x"', '"y"')),
    "link_flow": line(catch('<linkEventDefinition name="there"/>')),
    "condition_none": line(catch("<conditionalEventDefinition/>")),
    "definition_empty": line(catch("<signalEventDefinition/>")),
    "code_missing": model(B + '<endEvent id="e"><errorEventDefinition errorRef="err"/></endEvent>', "b e", outside='<error id="err" name="e"/>'),
    "message_operation": line(catch('<messageEventDefinition messageRef="m"/>'), outside=MESSAGE),
    "timer_count": line(catch("<timerEventDefinition/>")),
    "timer_wrong": line(catch(TIMER.replace("PT1S", "SOON"))),
    "instances_unsaid": line(many("", ">")),
    "loop_endless": line('<task id="x"><standardLoopCharacteristics/></task>'),
    "behaviour_event": line(many("", f' behavior="One"{LOOP3}')),
    "collection_single": line(many(IO.format("i"), "><loopDataInputRef>in</loopDataInputRef>"), outside=MESSAGE),
    "structures_differ": line(many(IO.format("l"), '><loopDataInputRef>in</loopDataInputRef><inputDataItem id="one" itemSubjectRef="i"/>'), outside=MESSAGE),
    "called_wrong": line('<callActivity id="x" calledElement="b"/>'),
    "call_nothing": line('<callActivity id="x"/>'),
    "call_data": line(f'<callActivity id="x" calledElement="g">{IO.format("i")}</callActivity>', outside=MESSAGE + '<globalTask id="g"/>'),
    "receive_starts_late": line('<receiveTask id="x" instantiate="true"/>'),
    "collection_differs": line('<task id="x"/>', outside=MESSAGE, more='<dataObject id="o" itemSubjectRef="l" isCollection="false"/>'),
    "association_ends": line(f'<task id="x">{IO.format("i")}<dataInputAssociation id="a"><sourceRef>o</sourceRef><sourceRef>o</sourceRef><targetRef>in</targetRef></dataInputAssociation></task>', outside=MESSAGE, more='<dataObject id="o"/>'),
    "sets_missing": line('<task id="x"><ioSpecification><inputSet/></ioSpecification></task>'),
    "set_incomplete": line('<task id="x"><ioSpecification><dataInput id="in"/><inputSet/><outputSet/></ioSpecification></task>'),
    "data_missing": line('<sendTask id="x" messageRef="m"/>', outside=MESSAGE),
    "operation_message": line(f'<sendTask id="x" messageRef="n" operationRef="op">{IO.format("i")}</sendTask>', outside=MESSAGE + '<message id="n"/>'),
    "event_data": line('<intermediateThrowEvent id="x"><dataInput id="in" itemSubjectRef="i"/><signalEventDefinition signalRef="s"/></intermediateThrowEvent>', outside=MESSAGE + '<signal id="s" name="s"/>'),
}  # fmt: skip

SOUND: dict[str, str] = {
    "a line": line('<task id="x"/>'),
    "a race": race(RECEIVE + WAIT_Y),
    "a timer on a boundary": around(boundary(TIMER)),
    "a message with its operation": line(catch(BY_MESSAGE), outside=MESSAGE),
    "a split with a default": model(B + SPLIT + T + E, "b x", "x t", "x e", "t e").replace(
        'targetRef="t"/>', f'targetRef="t"><conditionExpression {FORMAL}>a = 1</conditionExpression></sequenceFlow>', 1
    ),
    "a handler": model(B + T + E + UNDO + HANDLER + '<association id="a" sourceRef="x" targetRef="h"/>', "b t", "t e"),
    "a link": model(
        B + '<intermediateThrowEvent id="x"><linkEventDefinition name="l"/></intermediateThrowEvent>'
        + catch('<linkEventDefinition name="l"/>').replace('"x"', '"y"') + E, "b x", "y e",
    ),
    "no start and no end": model(T + '<task id="u"/>', "t u"),
    "an ad hoc subprocess": line(inside("adHocSubProcess", '<task id="u"/><task id="v"/>')),
    "many instances": line(many("", LOOP3)),
    "a drawing that is not executed": line(catch("")).replace('isExecutable="true"', 'isExecutable="false"'),
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_a_model_that_breaks_a_rule_of_the_standard_is_refused_by_it(rule: str) -> None:
    problems = check_standard("x.bpmn", BROKEN[rule].encode())

    found = {one.rule: one for one in problems}
    assert rule in found, [(one.element, one.rule) for one in problems]
    assert "BPMN 2.0.2 §" in found[rule].message_en
    assert found[rule].element
    assert found[rule].remedy_zh


@pytest.mark.parametrize("what", SOUND)
def test_a_model_that_keeps_to_the_standard_passes(what: str) -> None:
    assert [(one.element, one.rule) for one in check_standard("x.bpmn", SOUND[what].encode())] == []


def test_every_rule_of_the_standard_is_broken_by_a_test() -> None:
    assert BROKEN.keys() == rules().keys()


def test_what_is_not_open_here_is_told_its_fault_against_the_standard_too(broken: Any, known: Any) -> None:
    files = broken(
        ("<bpmn:userTask id", "<bpmn:manualTask id"),
        ("</bpmn:userTask>", "</bpmn:manualTask>"),
        ('errorRef="poor"', 'errorRef="paid"'),
    )

    assert {"element_refused", "reference_wrong"} <= {one.rule for one in check_files(files, known)}


def test_the_diagrams_that_ship_keep_to_the_standard() -> None:
    shipped = sorted(Path("processes").glob("*/*.bpmn"))

    assert shipped
    for path in shipped:
        root, _ = xml_safety.parse(path.name, path.read_bytes())
        assert [(one.element, one.rule) for one in check_root(path.name, root)] == [], path
