"""A called process: its tasks are drawn by it, its forms are its own, and the case stays the caller's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.drawing import flows, person, process, task


@pytest.fixture
def calling(bench: Any) -> Any:
    """A process that calls another for the review, and then asks for a signature."""
    main = (
        '<bpmn:startEvent id="begin"/><bpmn:callActivity id="ask_review" calledElement="review"/>'
        + task("sign")
        + '<bpmn:endEvent id="done"/>'
        + flows("begin ask_review", "ask_review sign", "sign done")
    )
    review = (
        '<bpmn:startEvent id="review_begin"/>'
        + task("read_it", output="verdict=answers.outcome")
        + '<bpmn:endEvent id="review_done"/>'
        + flows("review_begin read_it", "read_it review_done")
    )
    bench.deploy(
        {
            "calling": process("calling", main, lanes={"supervisor": "begin ask_review sign done"}),
            "review": process("review", review, lanes={"expert": "review_begin read_it review_done"}),
        }
    )
    return bench


def test_a_task_of_the_called_process_belongs_to_it_and_to_the_callers_case(calling: Any) -> None:
    case = calling.start("calling")

    (found,) = calling.open().values()

    assert (found.process_key, found.element_id, found.role, found.instance_id) == ("review", "read_it", "expert", case)


def test_when_the_called_process_is_done_the_caller_goes_on(calling: Any) -> None:
    case = calling.start("calling")

    calling.act("read_it", person(31, "expert"), outcome="good")
    assert list(calling.open()) == ["sign"]
    calling.act("sign", person(20, "supervisor"))

    assert calling.case(case)["status"] == "completed"
