"""Messages reach the case that waits for them by their correlation, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from app.db import unit_of_work
from app.engine.errors import MessageNotAwaitedError
from app.engine.messages import Message, correlate_message
from tests.drawing import flows, process, task


@pytest.fixture
def payments(bench: Any) -> Any:
    """Cases that wait for the payment with their own reference."""
    outside = (
        '<bpmn:message id="payment_arrived" name="payment_arrived"/>'
        '<bpmn:correlationProperty id="reference" name="reference"><bpmn:correlationPropertyRetrievalExpression '
        'messageRef="payment_arrived"><bpmn:messagePath xsi:type="bpmn:tFormalExpression">reference</bpmn:messagePath>'
        "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
    )
    body = (
        '<bpmn:startEvent id="begin"/><bpmn:intermediateCatchEvent id="wait_for_payment">'
        '<bpmn:messageEventDefinition id="wait_message" messageRef="payment_arrived"/></bpmn:intermediateCatchEvent>'
        + task("book_it")
        + '<bpmn:endEvent id="done"/>'
        + flows("begin wait_for_payment", "wait_for_payment book_it", "book_it done")
    )
    lanes = {"finance": "begin wait_for_payment book_it done"}
    bench.deploy({"payments": process("payments", body, lanes=lanes, outside=outside)})
    return bench


def test_a_message_reaches_only_the_case_with_its_correlation(payments: Any) -> None:
    first = payments.start("payments", "a", reference="R-1")
    second = payments.start("payments", "b", reference="R-2")

    assert send(payments, "R-2") == [second]

    assert payments.open(first) == {}
    assert list(payments.open(second)) == ["book_it"]


def test_a_message_that_nobody_awaits_is_refused(payments: Any) -> None:
    payments.start("payments", "a", reference="R-1")

    with pytest.raises(MessageNotAwaitedError):
        send(payments, "R-9")


def test_a_message_is_taken_once(payments: Any) -> None:
    payments.start("payments", "a", reference="R-1")
    send(payments, "R-1")

    with pytest.raises(MessageNotAwaitedError):
        send(payments, "R-1")


def send(bench: Any, reference: str) -> list[int]:
    with unit_of_work(bench.database) as unit:
        message = Message("payment_arrived", reference, {"amount_fen": 100})
        return correlate_message(unit, bench.runtime, message, now=bench.now)
