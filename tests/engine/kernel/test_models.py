"""Diagrams become models: elements with lanes, forms, operations and articles, from the words of docs/architecture.md."""

from __future__ import annotations

from typing import Any

from app.engine.kernel.model import DecisionElement, FlowElement, ServiceTaskElement, UserTaskElement
from app.engine.kernel.parsing import parse_models
from tests.drawing import HEAD, flows, process, service, task
from tests.engine.kernel.drawing_events import (
    END,
    START,
    boundary,
    call,
    draw,
    error,
    gateway,
    many,
    message,
    subprocess,
)

FULL = """
<bpmn:userTask id="verify" name="核验真实性"><bpmn:extensionElements>
  <ql:title zh="核验材料真实性" en="Verify that the papers are authentic"/>
  <ql:form key="verify_form"><ql:output name="authenticity" value="answers.outcome"/></ql:form>
  <ql:due working_days="10"/><ql:bulk allowed="true"/><ql:separate-from tasks="verify_compliance draft"/>
  <ql:article id="A8.2"/><ql:article id="A8.3"/></bpmn:extensionElements>
  <bpmn:potentialOwner><bpmn:resourceAssignmentExpression><bpmn:formalExpression>organisation_id</bpmn:formalExpression>
  </bpmn:resourceAssignmentExpression></bpmn:potentialOwner>
  <bpmn:humanPerformer><bpmn:resourceAssignmentExpression><bpmn:formalExpression>seat.expert_id</bpmn:formalExpression>
  </bpmn:resourceAssignmentExpression></bpmn:humanPerformer>
</bpmn:userTask>
"""


def test_a_user_task_says_who_does_what_by_when() -> None:
    (model,) = parse_models({"a": draw(FULL, "begin verify", "verify done")}).values()
    element = model.elements["verify"]

    assert isinstance(element, UserTaskElement)
    assert (element.name, element.title_zh, element.title_en) == (
        "核验真实性", "核验材料真实性", "Verify that the papers are authentic",
    )  # fmt: skip
    assert (element.role, element.form_key, element.bulk, element.process_key) == (
        "reviewer",
        "verify_form",
        True,
        "main",
    )
    assert (element.separate_from, element.articles) == (("verify_compliance", "draft"), ("A8.2", "A8.3"))
    data = {"organisation_id": 7, "seat": {"expert_id": 9}, "answers": {"outcome": "real"}}
    found = (element.owner, element.performer, element.due_working_days)
    assert [one.evaluate(data) for one in found if one is not None] == [7, 9, 10]
    assert element.due_duration is None
    assert [(one.name, one.expression.evaluate(data)) for one in element.outputs] == [("authenticity", "real")]
    assert not element.is_multi_instance


def test_a_plain_user_task_has_defaults() -> None:
    (model,) = parse_models({"a": draw('<bpmn:userTask id="check"/>', "begin check", "check done")}).values()
    element = model.elements["check"]

    assert isinstance(element, UserTaskElement)
    assert (element.name, element.title_zh, element.form_key, element.bulk) == ("check", "check", "check", False)
    assert (element.outputs, element.separate_from, element.owner, element.performer) == ((), (), None, None)


def test_roles_are_the_ids_of_the_innermost_lanes_and_subprocesses_hand_theirs_down() -> None:
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="agency" name="机构"><bpmn:flowNodeRef>begin</bpmn:flowNodeRef></bpmn:lane>'
        '<bpmn:lane id="bureau"><bpmn:flowNodeRef>a</bpmn:flowNodeRef><bpmn:flowNodeRef>b</bpmn:flowNodeRef>'
        "<bpmn:flowNodeRef>sub</bpmn:flowNodeRef>"
        '<bpmn:childLaneSet id="c"><bpmn:lane id="finance"><bpmn:flowNodeRef>b</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet>'
        "</bpmn:lane></bpmn:laneSet>"
    )
    body = START + task("a") + task("b") + subprocess("sub", task("c"), "sub_begin c", "c sub_done") + END
    xml = process("main", lanes + body + flows("begin a", "a b", "b sub", "sub done"))
    (model,) = parse_models({"a": xml}).values()
    roles = {key: one.role for key, one in model.elements.items() if isinstance(one, UserTaskElement)}

    assert roles == {"a": "bureau", "b": "finance", "c": "bureau"}
    assert model.start_role == "agency"


def test_a_called_process_has_its_own_model_lanes_and_start_role(begin: Any) -> None:
    review = process(
        "review",
        START + task("score") + END + flows("begin score", "score done"),
        lanes={"expert": "score", "bureau": "begin"},
    )
    main = draw(call("ask", "review"), "begin ask", "ask done")
    models = parse_models({"main.bpmn": main, "review.bpmn": review})
    case = begin(main, review)

    assert models["main"].called == {"review"}
    assert (models["review"].called, models["review"].start_role) == (frozenset(), "bureau")
    assert "score" not in models["main"].elements
    (open_task,) = case.tasks()
    assert (open_task.element.role, open_task.element.process_key) == ("expert", "review")
    assert case.tokens == ["ask"]
    assert case.load().tokens("review") == ["score"]


def test_the_title_of_a_process_comes_from_its_extension_or_its_name() -> None:
    title = '<bpmn:extensionElements><ql:title zh="机构认定" en="Certification"/></bpmn:extensionElements>'
    (model,) = parse_models({"a": draw(title + task("a"), "begin a", "a done")}).values()

    assert (model.key, model.name, model.title_zh, model.title_en) == ("main", "main", "机构认定", "Certification")


def test_a_service_task_knows_the_codes_that_are_caught_around_it() -> None:
    errors = '<bpmn:error id="e1" errorCode="full"/><bpmn:error id="e2" errorCode="gone"/>'
    work = service("work", "main.work", inputs="a=1", outputs="b=result.b", extension='<ql:async retries="4"/>')
    inside = subprocess(
        "sub", work + boundary("on_full", "work", error("e1")), "sub_begin work", "work sub_done", "on_full sub_done"
    )
    xml = draw(
        inside + boundary("on_gone", "sub", error("e2")) + boundary("on_any", "sub", error()) + service("plain", "main.plain"),
        "begin sub", "sub plain", "plain done", "on_gone done", "on_any done", outside=errors,
    )  # fmt: skip
    (model,) = parse_models({"a": xml}).values()
    found, plain = model.elements["work"], model.elements["plain"]

    assert isinstance(found, ServiceTaskElement)
    assert isinstance(plain, ServiceTaskElement)
    assert (found.error_codes, plain.error_codes) == ({"full", "gone", ""}, frozenset())
    assert (found.is_async, found.retries, plain.is_async) == (True, 4, False)
    assert (found.operation, [one.name for one in found.inputs], [one.name for one in found.outputs]) == (
        "main.work",
        ["a"],
        ["b"],
    )


def test_every_element_of_the_diagram_is_in_the_model_under_its_own_id() -> None:
    xml = draw(
        gateway("exclusive", "g", "flow_g_m") + task("m", inner=many("[1]", item="x"))
        + '<bpmn:businessRuleTask id="r"><bpmn:extensionElements><ql:decision name="d"/><ql:article id="A1"/></bpmn:extensionElements></bpmn:businessRuleTask>',
        "begin g", "g m", "m r", "r done",
    )  # fmt: skip
    (model,) = parse_models({"a": xml}).values()

    assert set(model.elements) == {"begin", "g", "m", "r", "done"}
    gate, rule = model.elements["g"], model.elements["r"]
    assert isinstance(gate, FlowElement)
    assert gate.kind == "exclusiveGateway"
    assert isinstance(rule, DecisionElement)
    assert (rule.decision, rule.articles) == ("d", ("A1",))


def test_two_files_may_use_the_same_ids_for_different_things(begin: Any, refused_by_rule: Any) -> None:
    def one(key: str, code: str, then: str) -> bytes:
        return draw(
            subprocess("part", service("work", f"{key}.work"), "part_begin work", "work part_done")
            + boundary("caught", "part", error("Error_1")) + then,
            "begin part", "part done", "caught after", "after done", key=key,
            outside=f'<bpmn:error id="Error_1" errorCode="{code}"/><bpmn:message id="Message_1" name="{code}"/>',
        )  # fmt: skip

    def fail() -> None:
        raise refused_by_rule("second")

    first = one("first", "first", call("after", "second"))
    second = one(
        "second",
        "second",
        f'<bpmn:intermediateCatchEvent id="after">{message("Message_1")}</bpmn:intermediateCatchEvent>',
    )

    def fail_first() -> None:
        raise refused_by_rule("first")

    case = begin(first, second, operations={"first.work": fail_first, "second.work": fail})

    assert [one.message for one in case.load().subscriptions()] == ["second"]


def test_a_process_that_is_not_executable_is_no_model() -> None:
    xml = f'{HEAD}<bpmn:process id="sketch" isExecutable="false"><bpmn:task id="t"/></bpmn:process></bpmn:definitions>'.encode()

    assert parse_models({"sketch.bpmn": xml}) == {}
