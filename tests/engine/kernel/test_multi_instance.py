"""Multi-instance activities: one instance for each item, with variables of its own."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.kernel.errors import ExpressionFailedError
from tests.drawing import service, task
from tests.engine.kernel.drawing_events import call, draw, many, subprocess

EXPERTS = [{"id": 11}, {"id": 12}, {"id": 13}]


def scoring(**loop: Any) -> bytes:
    loop = {"items": "experts", "item": "expert", "into": "scores", "output": "score"} | loop
    return draw(
        task("score_it", inner=many(**loop), output="score=answers.score") + task("after"),
        "begin score_it",
        "score_it after",
        "after done",
    )


def test_parallel_instances_are_open_at_once_each_with_its_item(begin: Any) -> None:
    case = begin(scoring(), experts=EXPERTS)

    assert case.open() == ["score_it#1", "score_it#2", "score_it#3"]
    assert [one.data["expert"]["id"] for one in case.tasks()] == [11, 12, 13]
    assert all(one.element.is_multi_instance for one in case.tasks())
    assert len({one.engine_task_id for one in case.tasks()}) == 3


def test_outputs_are_collected_in_the_order_of_the_items_and_nothing_else_leaks(begin: Any) -> None:
    case = begin(scoring(), experts=EXPERTS)

    for item, score in (("3", 30), ("1", 10), ("2", 20)):
        case.do(f"score_it#{item}", score=score)

    assert case.open() == ["after"]
    assert case.variables == {"experts": EXPERTS, "scores": [10, 20, 30]}


def test_sequential_instances_follow_each_other(begin: Any) -> None:
    case = begin(scoring(one_by_one=True), experts=EXPERTS)

    for item in ("1", "2", "3"):
        assert case.open() == [f"score_it#{item}"]
        case.do("score_it", score=int(item))

    assert case.variables["scores"] == [1, 2, 3]
    assert case.open() == ["after"]


@pytest.mark.parametrize("one_by_one", [True, False])
@pytest.mark.parametrize("items", [[], [None, None], [0], [[1], {"typename": "UUID"}]])
def test_any_list_will_do(begin: Any, items: list[Any], one_by_one: bool) -> None:
    case = begin(scoring(one_by_one=one_by_one), experts=items)

    for _ in items:
        task_data = case.tasks()[0].data
        case.do("score_it", score=task_data["expert"])

    assert case.open() == ["after"]
    assert case.variables["scores"] == items


@pytest.mark.parametrize("value", [None, "abc", 3, {"a": 1}])
def test_what_is_no_list_stops_the_case(begin: Any, value: Any) -> None:
    with pytest.raises(ExpressionFailedError) as stopped:
        begin(scoring(), experts=value)

    assert (stopped.value.element_id, stopped.value.expression) == ("score_it", "experts")


@pytest.mark.parametrize(("number", "expected"), [(0, ["after"]), (2, ["score_it#1", "score_it#2"])])
def test_a_cardinality_counts_from_one(begin: Any, number: int, expected: list[str]) -> None:
    case = begin(scoring(items="", number="how_many"), how_many=number)

    assert case.open() == expected
    assert [one.data.get("expert") for one in case.tasks()][:number] == list(range(1, number + 1))


@pytest.mark.parametrize("value", [-1, 1.5, None, "2", 10_001])
def test_a_cardinality_that_is_no_sensible_number_stops_the_case(begin: Any, value: Any) -> None:
    with pytest.raises(ExpressionFailedError):
        begin(scoring(items="", number="how_many"), how_many=value)


@pytest.mark.parametrize("until", ["numberOfCompletedInstances = 2", "count(scores) = 2", "score = 20"])
def test_a_completion_condition_ends_the_rest(begin: Any, until: str) -> None:
    case = begin(scoring(until=until), experts=EXPERTS)

    case.do("score_it#3", score=30)
    case.do("score_it#2", score=20)

    assert case.open() == ["after"]
    assert case.variables["scores"] == [20, 30]
    assert case.trace.count("cancelled score_it") == 1


def test_a_second_round_begins_afresh(begin: Any) -> None:
    body = task(
        "score_it", inner=many("experts", item="expert", into="scores", output="score"), output="score=answers.score"
    )
    body += task("judge", output="again=answers.again") + '<bpmn:exclusiveGateway id="gate" default="flow_gate_done"/>'
    xml = draw(body, "begin score_it", "score_it judge", "judge gate", "gate score_it again", "gate done")
    case = begin(xml, experts=[1, 2])
    for again in (True, False):
        for item in ("2", "1"):
            case.do(f"score_it#{item}", score=int(item) + (0 if again else 10))
        case.do("judge", again=again)

    assert case.is_completed
    assert case.variables["scores"] == [11, 12]


@pytest.mark.parametrize("kind", ["sub", "call"])
@pytest.mark.parametrize("one_by_one", [True, False])
def test_a_subprocess_or_call_for_each_item_keeps_its_variables_apart(begin: Any, kind: str, one_by_one: bool) -> None:
    loop = many("experts", item="expert", into="scores", output="score", one_by_one=one_by_one)
    steps = task("draft", output="note=answers.note") + task("sign", output="score=answers.score")
    inside = subprocess("work", steps, "work_begin draft", "draft sign", "sign work_done", inner=loop)
    called = draw(steps, "begin draft", "draft sign", "sign done", key="called")
    case = begin(
        draw(inside if kind == "sub" else call("work", "called", loop), "begin work", "work done"),
        called,
        experts=EXPERTS,
        note="outer",
    )

    order = ("1", "2", "3") if one_by_one else ("3", "1", "2")
    for item in order:
        case.do(f"draft#{item}", note=f"n{item}")
        (sign,) = [one for one in case.tasks() if one.element.id == "sign"]
        assert sign.data["note"] == f"n{item}"
        assert sign.data["expert"] == EXPERTS[int(item) - 1]
        case.do(f"sign#{item}", score=int(item))

    assert case.is_completed
    assert case.variables == {"experts": EXPERTS, "note": "outer", "scores": [1, 2, 3]}


def test_items_within_items_are_told_apart(begin: Any) -> None:
    inner = subprocess("inner", task("a"), "inner_begin a", "a inner_done", inner=many("[1, 2]", item="y"))
    outer = subprocess("outer", inner, "outer_begin inner", "inner outer_done", inner=many("[1, 2]", item="x"))
    case = begin(draw(outer, "begin outer", "outer done"))

    assert case.open() == ["a#1.1", "a#1.2", "a#2.1", "a#2.2"]
    case.do("a#2.1")
    case.do("a#1.2")
    assert case.open() == ["a#1.1", "a#2.2"]


def test_a_service_task_for_each_item_is_called_with_each(begin: Any) -> None:
    work = service("notify", "main.notify", inputs="expert=expert.id", outputs="sent=result.sent").replace(
        "</bpmn:serviceTask>", many("experts", item="expert", into="all_sent", output="sent") + "</bpmn:serviceTask>"
    )
    case = begin(
        draw(work, "begin notify", "notify done"),
        operations={"main.notify": lambda expert: {"sent": expert + 1}},
        experts=EXPERTS,
    )

    assert case.variables == {"experts": EXPERTS, "all_sent": [12, 13, 14]}


def test_a_change_outside_during_the_instances_does_not_alter_their_copies(begin: Any) -> None:
    xml = draw(
        '<bpmn:parallelGateway id="fork"/>' + task("score_it", inner=many("experts", item="expert")) + task("edit", output="fee=answers.fee"),
        "begin fork", "fork score_it", "fork edit", "score_it done", "edit done",
    )  # fmt: skip
    case = begin(xml, experts=EXPERTS, fee=1)

    case.do("edit", fee=2)

    assert {one.data["fee"] for one in case.tasks()} == {1}
    assert case.variables["fee"] == 2
