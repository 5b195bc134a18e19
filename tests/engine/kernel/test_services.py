"""Service tasks, decisions and the errors that boundaries catch."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.engine.kernel.errors import NotJsonError, TaskNotOpenError, UncaughtBpmnError
from app.engine.kernel.execution import Execution
from tests.drawing import service, task
from tests.engine.kernel.drawing_events import boundary, call, draw, end, error, gateway, many, subprocess

ERRORS = '<bpmn:error id="full" errorCode="register_full"/><bpmn:error id="gone" errorCode="enterprise_gone"/>'
LATER = '<ql:async retries="5" backoff="wait"/>'
REGISTER = service("register", "main.register", inputs="name=name", outputs="number=result.number")


def failing(code: str, refused: Any) -> dict[str, Any]:
    def register(**_: Any) -> None:
        raise refused(code)

    return {"main.register": register}


def test_an_operation_gets_its_inputs_and_gives_its_outputs(begin: Any) -> None:
    case = begin(
        draw(REGISTER, "begin register", "register done"),
        operations={"main.register": lambda name: {"number": f"{name}-1"}},
        name="N",
    )

    assert case.variables == {"name": "N", "number": "N-1"}
    assert case.host.called == [("main.register", {"name": "N"}, False)]


def test_an_error_without_a_boundary_comes_out_as_it_is(begin: Any, refused_by_rule: Any) -> None:
    with pytest.raises(refused_by_rule):
        begin(draw(REGISTER, "begin register", "register done"), operations=failing("register_full", refused_by_rule))


@pytest.mark.parametrize(
    ("code", "expected"), [("register_full", "wait"), ("enterprise_gone", "other"), ("never_drawn", "other")]
)
def test_a_boundary_for_the_code_comes_before_one_for_all(
    begin: Any, refused_by_rule: Any, code: str, expected: str
) -> None:
    xml = draw(
        REGISTER + boundary("any", "register", error()) + boundary("is_full", "register", error("full")) + task("wait") + task("other"),
        "begin register", "register done", "is_full wait", "any other", "wait done", "other done", outside=ERRORS,
    )  # fmt: skip
    case = begin(xml, operations=failing(code, refused_by_rule))

    assert case.open() == [expected]
    assert case.host.called[0][2] is True
    assert f"error_caught {'is_full' if expected == 'wait' else 'any'}" in case.trace
    assert "cancelled register" in case.trace


def test_a_boundary_for_another_code_lets_the_error_pass(begin: Any, refused_by_rule: Any) -> None:
    xml = draw(
        REGISTER + boundary("is_gone", "register", error("gone")) + task("other"),
        "begin register", "register done", "is_gone other", "other done", outside=ERRORS,
    )  # fmt: skip

    with pytest.raises(refused_by_rule):
        begin(xml, operations=failing("register_full", refused_by_rule))


@pytest.mark.parametrize("around", ["sub", "call", "many", "sub_of_many"])
def test_an_error_goes_outwards_to_the_nearest_boundary_that_catches_it(
    begin: Any, refused_by_rule: Any, around: str
) -> None:
    repeated = many("[1, 2]", item="x")
    caught_nearer = REGISTER + boundary("is_gone", "register", error("gone"))
    inside = subprocess(
        "work", gateway("parallel", "fork") + task("beside") + caught_nearer,
        "work_begin fork", "fork beside", "fork register", "beside work_done", "register work_done", "is_gone work_done",
        inner=repeated if around == "sub_of_many" else "",
    )  # fmt: skip
    called = draw(task("beside") + gateway("parallel", "fork") + REGISTER, "begin fork", "fork beside", "fork register",
                  "beside done", "register done", key="called")  # fmt: skip
    body = {
        "sub": inside,
        "sub_of_many": inside,
        "call": call("work", "called"),
        "many": REGISTER.replace("</bpmn:serviceTask>", repeated + "</bpmn:serviceTask>").replace(
            'id="register"', 'id="work"'
        ),
    }[around]
    xml = draw(
        body + boundary("is_full", "work", error("full")) + task("wait"),
        "begin work", "work done", "is_full wait", "wait done", outside=ERRORS,
    )  # fmt: skip

    case = begin(xml, called, operations=failing("register_full", refused_by_rule))

    assert case.open() == ["wait"]
    assert all(guarded for _, _, guarded in case.host.called)


def test_an_error_end_event_is_caught_outside_of_its_subprocess(begin: Any) -> None:
    inside = subprocess("work", task("try") + end("failed", error("full")), "work_begin try", "try failed")
    xml = draw(
        inside + boundary("is_full", "work", error("full")) + task("wait"),
        "begin work", "work done", "is_full wait", "wait done", outside=ERRORS,
    )  # fmt: skip
    case = begin(xml)

    case.do("try")

    assert case.open() == ["wait"]


def test_an_error_end_event_that_nothing_catches_stops_the_run(begin: Any) -> None:
    case = begin(draw(task("try") + end("failed", error("full")), "begin try", "try failed", outside=ERRORS))

    with pytest.raises(UncaughtBpmnError) as stopped:
        case.do("try")

    assert stopped.value.code == "register_full"
    assert case.open() == ["try"]


def asynchronous(begin: Any, **data: Any) -> Any:
    later = service("register", "main.register", inputs="name=name", outputs="number=result.number", extension=LATER)
    xml = draw(
        later + boundary("is_full", "register", error("full")) + task("wait"),
        "begin register", "register done", "is_full wait", "wait done", outside=ERRORS,
    )  # fmt: skip
    return begin(xml, **data)


def test_an_asynchronous_service_task_waits_for_its_worker(begin: Any) -> None:
    case = asynchronous(begin, name="N", wait="PT1M")
    (pending,) = case.pending()

    assert (pending.inputs, pending.guarded, pending.element.retries) == ({"name": "N"}, True, 5)
    assert pending.element.error_codes == {"register_full"}
    assert pending.element.backoff is not None
    assert case.host.called == []
    assert case.tokens == ["register"]
    case.act(lambda execution: execution.finish_service(pending.engine_task_id, {"number": 4}))
    assert case.is_completed
    assert case.variables["number"] == 4


def test_a_worker_may_fail_into_a_boundary_or_not(begin: Any) -> None:
    case = asynchronous(begin, name="N")
    (pending,) = case.pending()

    assert not case.act(lambda execution: execution.fail_service(pending.engine_task_id, "never_drawn"))
    assert len(case.pending()) == 1
    assert case.act(lambda execution: execution.fail_service(pending.engine_task_id, "register_full"))
    assert case.open() == ["wait"]
    with pytest.raises(TaskNotOpenError):
        case.act(lambda execution: execution.finish_service(pending.engine_task_id, {}))


def test_a_decision_gets_values_of_expressions_and_its_result_becomes_json(begin: Any) -> None:
    rule = (
        '<bpmn:businessRuleTask id="judge"><bpmn:extensionElements><ql:decision name="pass_marks"><ql:input name="score" '
        'value="score"/><ql:output name="outcome" value="result"/></ql:decision></bpmn:extensionElements></bpmn:businessRuleTask>'
    )
    case = begin(
        draw(rule, "begin judge", "judge done"),
        operations={"pass_marks": lambda score: [Decimal("1.5"), Decimal(2), score]},
        score=61,
    )

    assert case.variables == {"score": 61, "outcome": [1.5, 2, 61]}
    assert case.host.decided == [("pass_marks", {"score": 61})]


def test_a_result_without_a_json_form_is_refused(begin: Any) -> None:
    with pytest.raises(NotJsonError):
        begin(
            draw(REGISTER, "begin register", "register done"),
            operations={"main.register": lambda name: {"number": {name}}},
            name="N",
        )


def test_only_open_tasks_can_be_completed(begin: Any) -> None:
    case = begin(draw(task("a"), "begin a", "a done"))
    number = case.tasks()[0].engine_task_id
    case.do("a")

    for deed in (
        lambda execution: execution.complete(number, {}),
        lambda execution: execution.data_of(number),
        lambda execution: execution.fail_service(number, "x"),
    ):
        with pytest.raises(TaskNotOpenError):
            case.act(deed)


def test_a_cancelled_case_is_over_and_says_so(begin: Any) -> None:
    case = begin(draw(task("a") + gateway("parallel", "f") + task("b"), "begin f", "f a", "f b", "a done", "b done"))

    case.act(Execution.cancel)

    assert case.is_completed
    assert case.trace[-3:] == ["cancelled a", "cancelled b", "process_cancelled main"]
    assert case.open() == []
