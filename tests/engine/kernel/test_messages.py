"""Messages reach the event that waits for them with the same correlation."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.kernel.errors import ReservedNameError
from tests.drawing import task
from tests.engine.kernel.drawing_events import PAYMENT, catch, draw, gateway, many, message, subprocess, timer

BY_PATH = PAYMENT + (
    '<bpmn:correlationProperty id="reference"><bpmn:correlationPropertyRetrievalExpression messageRef="payment">'
    "<bpmn:messagePath>case_number</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
)
BINDING = (
    '<bpmn:correlationSubscription id="s"><bpmn:correlationPropertyBinding id="b" correlationPropertyRef="reference">'
    "<bpmn:dataPath>voucher.number</bpmn:dataPath></bpmn:correlationPropertyBinding></bpmn:correlationSubscription>"
)


def test_a_message_without_correlation_needs_the_name_alone(begin: Any) -> None:
    case = begin(draw(catch("paid", message()), "begin paid", "paid done", outside=PAYMENT))

    assert not case.send("another_name")
    assert case.send("payment_arrived", "whatever", amount_fen=5)
    assert case.is_completed
    assert case.variables == {"amount_fen": 5}
    assert "message_received paid" in case.trace


@pytest.mark.parametrize(("value", "text"), [("R-1", "R-1"), (7, "7"), (7.5, "7.5")])
def test_the_correlation_is_the_value_of_its_expression_as_text(begin: Any, value: Any, text: str) -> None:
    xml = draw(catch("paid", message()), "begin paid", "paid done", outside=BY_PATH)
    case = begin(xml, case_number=value)
    waiting = case.load().subscriptions()

    assert [(one.message, one.correlation) for one in waiting] == [("payment_arrived", text)]
    assert not case.send("payment_arrived", "other")
    assert not case.send("payment_arrived")
    assert case.send("payment_arrived", text)


def test_a_binding_says_where_the_key_stands_in_the_process_data(begin: Any) -> None:
    xml = draw(BINDING + catch("paid", message()), "begin paid", "paid done", outside=BY_PATH)
    case = begin(xml, voucher={"number": "V-9"})

    assert [one.correlation for one in case.load().subscriptions()] == ["V-9"]


def test_the_key_is_that_of_the_moment_when_the_wait_began(begin: Any) -> None:
    xml = draw(
        gateway("parallel", "fork") + task("change", output="case_number=answers.number") + catch("paid", message()),
        "begin fork", "fork change", "fork paid", "paid done", "change done", outside=BY_PATH,
    )  # fmt: skip
    case = begin(xml, case_number="old")

    case.do("change", number="new")

    assert case.send("payment_arrived", "old")


def test_a_message_goes_to_the_one_that_has_waited_longest(begin: Any) -> None:
    inside = subprocess("each", catch("paid", message()) + task("after"), "each_begin paid", "paid after", "after each_done",
                        inner=many("[1, 2]", item="x"))  # fmt: skip
    case = begin(draw(inside, "begin each", "each done", outside=PAYMENT))

    case.send("payment_arrived")
    assert case.open() == ["after#1"]
    case.send("payment_arrived")
    assert case.open() == ["after#1", "after#2"]


def test_outputs_say_what_is_taken_from_the_payload(begin: Any) -> None:
    event = (
        '<bpmn:intermediateCatchEvent id="paid"><bpmn:extensionElements><ql:message><ql:output name="amount_fen" '
        f'value="payload.amount"/></ql:message></bpmn:extensionElements>{message()}</bpmn:intermediateCatchEvent>'
    )
    case = begin(draw(event, "begin paid", "paid done", outside=PAYMENT), secret=1)

    case.send("payment_arrived", amount=3, secret=2)

    assert case.variables == {"secret": 1, "amount_fen": 3}


def test_a_payload_may_not_hide_the_functions_of_expressions(begin: Any) -> None:
    case = begin(draw(catch("paid", message()), "begin paid", "paid done", outside=PAYMENT))

    with pytest.raises(ReservedNameError):
        case.send("payment_arrived", today="never")


def test_a_receive_task_waits_like_an_event(begin: Any) -> None:
    case = begin(draw('<bpmn:receiveTask id="paid" messageRef="payment"/>', "begin paid", "paid done", outside=PAYMENT))

    assert case.tokens == ["paid"]
    assert case.send("payment_arrived")
    assert case.is_completed


def test_behind_an_event_based_gateway_the_first_event_wins(begin: Any) -> None:
    xml = draw(
        gateway("eventBased", "race") + catch("paid", message()) + catch("late", timer("timeDuration", "P5D")) + task("a") + task("b"),
        "begin race", "race paid", "race late", "paid a", "late b", "a done", "b done", outside=PAYMENT,
    )  # fmt: skip
    case = begin(xml)

    case.send("payment_arrived")

    assert case.open() == ["a"]
    assert case.load().due_at() is None
