"""Gateways split and join tokens by BPMN's rules, in loops too."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.kernel.errors import ConditionNotBooleanError, NoFlowTakenError, StepLimitError
from app.engine.kernel.execution import Execution
from tests.drawing import flows, process, task
from tests.engine.kernel.drawing_events import draw, end, gateway, many

ROUTE = draw(
    gateway("exclusive", "route", "flow_route_manual") + task("quick") + task("full") + task("manual"),
    "begin route", "route quick score &gt;= 90", "route full score &gt;= 60", "route manual",
    "quick done", "full done", "manual done",
)  # fmt: skip

REWORK = draw(
    gateway("exclusive", "again", "")
    + gateway("parallel", "fork")
    + task("legal", output="legal=answers.ok")
    + task("budget", output="budget=answers.ok")
    + gateway("parallel", "join")
    + gateway("exclusive", "decide", "flow_decide_last")
    + task("last"),
    "begin again", "again fork", "fork legal", "fork budget", "legal join", "budget join", "join decide",
    "decide again legal = false or budget = false", "decide last", "last done",
)  # fmt: skip


@pytest.mark.parametrize(
    ("score", "expected"), [(90, "quick"), (89, "full"), (60, "full"), (59, "manual"), (100, "quick")]
)
def test_an_exclusive_gateway_takes_the_first_true_flow_in_the_order_of_the_text(
    begin: Any, score: int, expected: str
) -> None:
    case = begin(ROUTE, score=score)

    assert case.open() == [expected]


def test_a_condition_that_is_not_boolean_stops_the_case_and_names_gateway_and_expression(begin: Any) -> None:
    with pytest.raises(ConditionNotBooleanError) as stopped:
        begin(ROUTE)

    assert (stopped.value.element_id, stopped.value.expression) == ("route", "score >= 90")


def test_a_gateway_without_a_true_flow_and_without_default_stops_the_case(begin: Any) -> None:
    xml = draw(gateway("exclusive", "route") + task("a"), "begin route", "route a sure", "a done")

    with pytest.raises(NoFlowTakenError) as stopped:
        begin(xml, sure=False)

    assert stopped.value.element_id == "route"


def test_a_parallel_join_waits_for_every_branch(begin: Any) -> None:
    case = begin(REWORK)

    case.do("legal", ok=True)
    assert case.open() == ["budget"]
    case.do("budget", ok=True)
    assert case.open() == ["last"]


def test_a_parallel_join_in_a_loop_ignores_earlier_rounds(begin: Any) -> None:
    case = begin(REWORK)
    case.do("legal", ok=False)
    case.do("budget", ok=True)

    case.do("budget", ok=True)  # the other branch first, in the second round

    assert case.open() == ["legal"]


def test_a_branch_does_not_undo_what_another_branch_changed_before_they_joined(begin: Any) -> None:
    case = begin(REWORK)
    case.do("legal", ok=False)
    case.do("budget", ok=False)

    case.do("legal", ok=True)
    case.do("budget", ok=True)

    assert case.variables == {"legal": True, "budget": True}
    assert case.open() == ["last"]


def test_where_two_branches_write_the_same_variable_the_later_one_wins(begin: Any) -> None:
    xml = draw(
        gateway("parallel", "fork") + task("a", output="x=answers.x") + task("b", output="x=answers.x") + gateway("parallel", "join"),
        "begin fork", "fork a", "fork b", "a join", "b join", "join done",
    )  # fmt: skip
    case = begin(xml)

    case.do("b", x=[5, 5, 7])
    case.do("a", x=[5])

    assert case.is_completed
    assert case.variables == {"x": [5]}


def test_two_flows_from_one_gateway_to_a_join_count_twice(begin: Any) -> None:
    xml = process(
        "main",
        '<bpmn:startEvent id="begin"/><bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/><bpmn:endEvent id="done"/>'
        + flows("begin fork", "fork join", "join done")
        + '<bpmn:sequenceFlow id="second" sourceRef="fork" targetRef="join"/>',
    )

    case = begin(xml)

    assert case.is_completed
    assert case.trace.count("completed done") == 1


@pytest.mark.parametrize(
    ("a", "b", "expected"), [(True, True, ["a", "b"]), (True, False, ["a"]), (False, False, ["c"])]
)
def test_an_inclusive_gateway_takes_every_true_flow_or_the_default_and_joins_them(
    begin: Any, a: bool, b: bool, expected: list[str]
) -> None:
    xml = draw(
        gateway("inclusive", "some", "flow_some_c") + task("a") + task("b") + task("c") + gateway("inclusive", "join") + task("last"),
        "begin some", "some a wants_a", "some b wants_b", "some c", "a join", "b join", "c join", "join last", "last done",
    )  # fmt: skip
    case = begin(xml, wants_a=a, wants_b=b)

    assert case.open() == expected
    for place, one in enumerate(expected):
        assert case.open() == expected[place:]
        case.do(one)
    assert case.open() == ["last"]


def test_a_terminate_end_withdraws_everything_else_at_once(begin: Any) -> None:
    xml = draw(
        gateway("parallel", "fork") + task("a") + task("b") + end("stop", "<bpmn:terminateEventDefinition/>"),
        "begin fork", "fork a", "fork b", "a stop", "b done",
    )  # fmt: skip
    case = begin(xml)

    case.do("a")

    assert case.is_completed
    assert "cancelled b" in case.trace
    assert case.trace[-1] == "process_completed main"


def test_what_a_terminate_end_withdrew_in_the_same_run_does_not_run(begin: Any) -> None:
    xml = draw(
        gateway("parallel", "fork")
        + end("stop", "<bpmn:terminateEventDefinition/>")
        + '<bpmn:serviceTask id="pay"><bpmn:extensionElements><ql:operation name="main.pay"/></bpmn:extensionElements></bpmn:serviceTask>',
        "begin fork", "fork stop", "fork pay", "pay done",
    )  # fmt: skip

    case = begin(xml)

    assert case.is_completed
    assert case.host.called == []


@pytest.mark.parametrize(
    "body",
    [
        (gateway("exclusive", "merge"), "begin merge", "merge merge2", "merge2 merge"),
        (gateway("exclusive", "merge"), "begin merge", "merge merge2", "merge2 merge", "empty"),
    ],
)
def test_an_endless_circle_is_noticed(make_host: Any, body: Any) -> None:
    from app.engine.kernel.parsing import parse_models

    nodes = body[0] + gateway("exclusive", "merge2")
    pairs = list(body[1:4])
    if len(body) == 5:
        nodes += task("nobody", inner=many("[]", item="x"))
        pairs = ["begin merge", "merge nobody", "nobody merge2", "merge2 merge"]
    model = parse_models({"a": draw(nodes, *pairs)})["main"]
    execution = Execution.start(model, {}, make_host())
    execution.step_limit = 500

    with pytest.raises(StepLimitError) as stopped:
        execution.run()

    assert stopped.value.limit == 500
    assert stopped.value.element in {"merge", "merge2", "nobody"}


def test_branches_are_tried_in_the_order_of_the_text_whatever_the_layout(begin: Any) -> None:
    shapes = "".join(
        f'<bpmndi:BPMNShape xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="{key}"><dc:Bounds '
        f'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="1" y="{y}"/></bpmndi:BPMNShape>'
        for key, y in (("quick", 900), ("full", 1))
    )
    xml = ROUTE.replace(b"</bpmn:definitions>", shapes.encode() + b"</bpmn:definitions>")

    assert begin(xml, score=95).open() == ["quick"]
