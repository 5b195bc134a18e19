"""A handler asks a decision table of its case's own bundle, and the history says which rows matched on what."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.engine.operations import Call
from app.engine.tables import history
from tests.drawing import flows, person, process, service, task

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="limit_model" name="limit" namespace="urn:quanliu:decisions">
  <inputData id="amount_input" name="amount"><variable id="amount_variable" name="amount" typeRef="number"/></inputData>
  <decision id="limit" name="limit"><variable id="limit_variable" name="limit"/>
    <informationRequirement id="needs_amount"><requiredInput href="#amount_input"/></informationRequirement>
    <decisionTable id="limit_table" hitPolicy="UNIQUE">
      <input id="amount_column" label="amount"><inputExpression id="amount_expression" typeRef="number"><text>amount</text></inputExpression></input>
      <output id="outcome_column" name="outcome" typeRef="string"/>
      <rule id="small"><inputEntry id="small_amount"><text>&lt; MOST</text></inputEntry><outputEntry id="small_outcome"><text>"small"</text></outputEntry></rule>
      <rule id="large"><inputEntry id="large_amount"><text>&gt;= MOST</text></inputEntry><outputEntry id="large_outcome"><text>"large"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""
DIAGRAM = process(
    "weighing",
    '<bpmn:startEvent id="begin"/>'
    + task("ask") + service("weigh", "weighing.weigh", outputs="size=result.size") + task("look")
    + '<bpmn:endEvent id="done"/>' + flows("begin ask", "ask weigh", "weigh look", "look done"),
    lanes={"finance": "begin ask weigh look done"},
)  # fmt: skip


def table(most: int) -> dict[str, bytes]:
    return {"processes/weighing/limit.dmn": TABLE.replace("MOST", str(most)).encode()}


@pytest.fixture
def weighing(bench: Any) -> Any:
    """Cases whose handler asks the table `limit` about 100."""

    def weigh(call: Call) -> dict[str, Any]:
        return {"size": call.decide("limit", {"amount": 100})}

    bench.operations["weighing.weigh"] = weigh
    bench.deploy({"weighing": DIAGRAM}, extra=table(100))
    return bench


def test_a_case_is_decided_by_the_table_of_its_own_bundle_whatever_is_deployed_later(weighing: Any) -> None:
    before = weighing.start("weighing", "2026-00001")
    weighing.deploy({"weighing": DIAGRAM}, extra=table(101))
    after = weighing.start("weighing", "2026-00002")

    for case in (before, after):
        weighing.act("ask", person(11, "finance"), instance_id=case, outcome="go")

    assert [decided(weighing, case) for case in (before, after)] == [["large"], ["small"]]


def decided(bench: Any, case: int) -> list[str]:
    """The rows that the history says have matched."""
    query = sa.select(history.c.detail).where(history.c.instance_id == case, history.c.kind == "decided")
    with reading(bench.database) as unit:
        details = unit.connection.execute(query).scalars().all()
    return [rule["id"] for detail in details for run in detail["trace"] for rule in run["rules"]]


def test_outside_a_case_there_is_no_table() -> None:
    call = Call(None, None, 0, "", "", None)  # type: ignore[arg-type]

    with pytest.raises(LookupError, match="no decision table limit"):
        call.decide("limit", {})
