"""Subprocesses and called processes."""

from __future__ import annotations

from typing import Any

from tests.drawing import task
from tests.engine.kernel.drawing_events import call, draw, end, gateway, subprocess

CALLED = draw(task("inside", output="found=answers.found"), "begin inside", "inside done", key="called")


def test_a_subprocess_ends_when_its_last_token_has_ended(begin: Any) -> None:
    inside = subprocess(
        "sub", gateway("parallel", "fork") + task("a", output="x=answers.x") + task("b") + end("other_end"),
        "sub_begin fork", "fork a", "fork b", "a sub_done", "b other_end",
    )  # fmt: skip
    case = begin(draw(inside + task("after"), "begin sub", "sub after", "after done"))

    case.do("a", x=1)
    assert case.open() == ["b"]
    assert case.tokens == ["sub", "b"]
    case.do("b")
    assert case.open() == ["after"]
    assert case.variables == {"x": 1}


def test_a_terminate_end_in_a_subprocess_ends_the_subprocess_alone(begin: Any) -> None:
    inside = subprocess(
        "sub", gateway("parallel", "fork") + task("a") + task("b") + end("stop", "<bpmn:terminateEventDefinition/>"),
        "sub_begin fork", "fork a", "fork b", "a stop", "b sub_done",
    )  # fmt: skip
    case = begin(draw(inside + task("after"), "begin sub", "sub after", "after done"))

    case.do("a")

    assert case.open() == ["after"]
    assert not case.is_completed


def test_a_called_process_works_on_the_variables_of_its_caller(begin: Any) -> None:
    case = begin(draw(call("ask", "called") + task("after"), "begin ask", "ask after", "after done"), CALLED, known=1)

    assert case.tasks()[0].data == {"known": 1}
    case.do("inside", found=2)

    assert case.variables == {"known": 1, "found": 2}
    assert case.open() == ["after"]


def test_with_a_mapping_a_called_process_sees_its_inputs_alone_and_gives_its_outputs_alone(begin: Any) -> None:
    mapping = (
        '<bpmn:extensionElements><ql:call><ql:input name="question" value="known + 1"/>'
        '<ql:output name="answer" value="result.found"/></ql:call></bpmn:extensionElements>'
    )
    case = begin(
        draw(call("ask", "called", mapping) + task("after"), "begin ask", "ask after", "after done"), CALLED, known=1
    )

    assert case.tasks()[0].data == {"question": 2}
    case.do("inside", found=5)

    assert case.variables == {"known": 1, "answer": 5}


def test_calls_within_calls_find_their_way_back(begin: Any) -> None:
    middle = draw(
        call("deeper", "called") + task("between"), "begin deeper", "deeper between", "between done", key="middle"
    )
    case = begin(draw(call("ask", "middle"), "begin ask", "ask done"), middle, CALLED)

    case.do("inside", found=1)
    assert case.open() == ["between"]
    case.do("between")

    assert case.is_completed
    assert case.trace.count("process_completed main") == 1


def test_the_same_process_called_twice_at_once_is_two(begin: Any) -> None:
    xml = draw(
        gateway("parallel", "fork") + call("one", "called") + call("two", "called") + gateway("parallel", "join"),
        "begin fork", "fork one", "fork two", "one join", "two join", "join done",
    )  # fmt: skip
    case = begin(xml, CALLED)

    assert case.open() == ["inside", "inside"]
    case.do("inside", found=1)
    assert case.open() == ["inside"]
    case.do("inside", found=2)
    assert case.is_completed
