"""What the books keep for a case reaches it once it waits for it, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.case_signal import CaseSignal, Signal, signal
from app.engine import catalogue
from app.engine.instances import Start, start_instance
from app.engine.tables import instance
from app.web.case_signals import deliver_signals
from app.web.context import Context
from tests.books import NOON
from tests.drawing import flows, process

CASE = "2026-00001"


@pytest.fixture
def waiting(parts: Context) -> Context:
    """A diagram that waits for its deposit and ends."""
    outside = (
        '<bpmn:message id="deposit_message" name="deposit_confirmed"/>'
        '<bpmn:correlationProperty id="case_number" name="case_number"><bpmn:correlationPropertyRetrievalExpression '
        'messageRef="deposit_message"><bpmn:messagePath xsi:type="bpmn:tFormalExpression">case_number</bpmn:messagePath>'
        "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
    )
    body = (
        '<bpmn:startEvent id="begin"/><bpmn:intermediateCatchEvent id="wait_for_deposit">'
        '<bpmn:messageEventDefinition id="wait_message" messageRef="deposit_message"/></bpmn:intermediateCatchEvent>'
        '<bpmn:endEvent id="done"/>' + flows("begin wait_for_deposit", "wait_for_deposit done")
    )
    xml = process("waiting", body, lanes={"finance": "begin wait_for_deposit done"}, outside=outside)
    files = {"processes/waiting/waiting.bpmn": xml}
    with unit_of_work(parts.database) as unit:
        catalogue.store_bundle(unit.connection, files, reason="test", now=NOON, deployed_by=None)
        signal(unit.session, CASE, Signal.DEPOSIT_CONFIRMED, now=NOON)
        signal(unit.session, CASE, Signal.DEPOSIT_CONFIRMED, now=NOON)
    return parts


def test_a_case_hears_of_its_money_when_it_waits_for_it_and_once(waiting: Context) -> None:
    assert deliver_signals(waiting.database, waiting.runtime, now=NOON) == 0
    with unit_of_work(waiting.database) as unit:
        start_instance(unit, waiting.runtime, Start("waiting", CASE, {"case_number": CASE}), now=NOON)
    assert deliver_signals(waiting.database, waiting.runtime, now=NOON) == 0  # not tried again at once
    later = NOON + timedelta(seconds=2)

    assert deliver_signals(waiting.database, waiting.runtime, now=later) == 1
    assert deliver_signals(waiting.database, waiting.runtime, now=later + timedelta(days=1)) == 0

    with reading(waiting.database) as unit:
        query = sa.select(instance.c.status).where(instance.c.business_key == CASE)
        assert unit.connection.execute(query).scalar() == "completed"
        assert unit.session.scalars(sa.select(CaseSignal.attempts)).all() == [1]
