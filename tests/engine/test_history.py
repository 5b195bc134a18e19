"""The chain of a case: whole as long as nobody touches it, broken at the very event that somebody touched."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.engine import history, instances
from app.engine.errors import HistoryBrokenError, UnknownInstanceError
from app.engine.tables import history as table
from tests.drawing import flows, process, task


@pytest.fixture
def case(bench: Any, reviewer: Any) -> int:
    """A case with a few events."""
    body = (
        '<bpmn:startEvent id="begin"/>'
        + task("look")
        + task("sign")
        + '<bpmn:endEvent id="done"/>'
        + flows("begin look", "look sign", "sign done")
    )
    bench.deploy({"plain": process("plain", body, lanes={"reviewer": "begin look sign done"})})
    instance_id: int = bench.start("plain")
    bench.act("look", reviewer, outcome="fine")
    return instance_id


def test_an_untouched_chain_holds_and_counts_its_events(bench: Any, case: int) -> None:
    with reading(bench.database) as unit:
        assert history.verify(unit.connection, case) == len(bench.kinds(case))


@pytest.mark.parametrize(
    "change",
    [{"kind": "released"}, {"actor_id": 99}, {"detail": {"forged": True}}, {"element_id": "sign"}],
    ids=["kind", "actor", "detail", "element"],
)
def test_a_changed_event_breaks_the_chain_where_it_was_changed(bench: Any, case: int, change: dict[str, Any]) -> None:
    with unit_of_work(bench.database) as unit:
        unit.connection.execute(table.update().where(table.c.instance_id == case, table.c.sequence == 3).values(change))

    with reading(bench.database) as unit, pytest.raises(HistoryBrokenError) as broken:
        history.verify(unit.connection, case)
    assert broken.value.sequence == 3


def test_a_dropped_event_breaks_the_chain(bench: Any, case: int) -> None:
    with unit_of_work(bench.database) as unit:
        unit.connection.execute(table.delete().where(table.c.instance_id == case, table.c.sequence == 2))

    with reading(bench.database) as unit, pytest.raises(HistoryBrokenError):
        history.verify(unit.connection, case)


def test_a_chain_cut_off_at_its_end_is_noticed(bench: Any, case: int) -> None:
    last = len(bench.kinds(case))
    with unit_of_work(bench.database) as unit:
        unit.connection.execute(table.delete().where(table.c.instance_id == case, table.c.sequence == last))

    with reading(bench.database) as unit, pytest.raises(HistoryBrokenError):
        history.verify(unit.connection, case)


def test_every_event_moves_the_head_of_the_log(bench: Any, case: int, reviewer: Any) -> None:
    with reading(bench.database) as unit:
        before = history.head(unit.connection)

    bench.act("sign", reviewer)

    with reading(bench.database) as unit:
        after = history.head(unit.connection)
    assert (after["cases"], after["events"] > before["events"]) == (1, True)
    assert after["hash"] != before["hash"]


def test_cancelling_needs_no_end_event_and_withdraws_what_is_open(bench: Any, case: int) -> None:
    with unit_of_work(bench.database) as unit:
        instances.cancel_instance(unit, bench.runtime, case, reason="applicant dissolved", now=bench.now, actor_id=1)

    assert bench.case(case)["status"] == "cancelled"
    assert bench.open() == {}
    with reading(bench.database) as unit:
        history.verify(unit.connection, case)
        reasons = unit.connection.execute(sa.select(table.c.detail).where(table.c.kind == "cancelled")).scalars().all()
    assert {"reason": "applicant dissolved"} in reasons


def test_an_unknown_case_has_no_chain(bench: Any) -> None:
    with reading(bench.database) as unit, pytest.raises(UnknownInstanceError):
        history.verify(unit.connection, 404)
