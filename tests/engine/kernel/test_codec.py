"""The stored form: compact, JSON alone, constant in size, and safe with whatever people type."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.kernel.errors import NotJsonError, ReservedNameError, StateUnreadableError
from app.engine.kernel.execution import Execution
from app.engine.kernel.json_values import to_json
from app.engine.kernel.parsing import parse_models
from tests.drawing import task
from tests.engine.kernel.conftest import FakeHost
from tests.engine.kernel.drawing_events import draw, many

ONE = draw(task("a", output="x=answers.x"), "begin a", "a done")
MANY = draw(task("a", inner=many("items", item="item")), "begin a", "a done")

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
NAMES = TEXT.filter(lambda name: name not in {"now", "today", "deadline"})


class Outcome(StrEnum):
    GRANTED = "granted"


@given(data=st.dictionaries(NAMES, JSON, max_size=6))
def test_any_json_survives_being_stored(data: dict[str, Any]) -> None:
    model = parse_models({"a": ONE})["main"]
    state = Execution.start(model, data, FakeHost()).dump()

    assert Execution.load(model, state, FakeHost()).variables() == data


@given(outer=st.dictionaries(st.sampled_from("abcd"), JSON), changed=st.dictionaries(st.sampled_from("abcde"), JSON))
def test_the_variables_of_an_item_survive_whatever_changes_around_them(
    outer: dict[str, Any], changed: dict[str, Any]
) -> None:
    model = parse_models({"a": MANY})["main"]
    execution = Execution.start(model, {**outer, "items": [1]}, FakeHost())
    execution.run()
    process = execution._process
    for name in list(process.data):
        if name in outer and name not in changed:
            del process.data[name]
    process.data.update(changed)

    state = execution.dump()
    (found,) = Execution.load(model, state, FakeHost()).open_tasks()

    assert found.data == {**outer, "items": [1], "item": 1}
    assert [type(found.data[name]) for name in outer] == [type(to_json(outer[name])) for name in outer]


@pytest.mark.parametrize("key", ["typename", "v", "t", "s", "$type", "__class__", "data", "_id", ""])
def test_no_key_of_a_form_has_a_meaning_for_the_store(begin: Any, key: str) -> None:
    case = begin(ONE, first={key: "UUID"})

    case.do("a", x={key: {key: "nope"}})

    assert case.variables == {"first": {key: "UUID"}, "x": {key: {key: "nope"}}}


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Decimal("1.50"), 1.5), (Decimal("3.00"), 3), (2.0, 2), (1e300, 1e300), (0.1, 0.1), (True, True), ((1, 2), [1, 2]), (Outcome.GRANTED, "granted"),
        (date(2026, 1, 31), "2026-01-31"), (datetime(2026, 1, 31, 4, tzinfo=UTC), "2026-01-31T04:00:00+00:00"),
        (timedelta(hours=26), "P1DT2H"), ({"a": Decimal(1)}, {"a": 1}),
    ],
)  # fmt: skip
def test_what_expressions_compute_is_kept_as_json(value: Any, stored: Any) -> None:
    found = to_json(value)

    assert found == stored
    assert type(found) is type(stored)


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        b"bytes",
        object(),
        uuid4(),
        {1: 2},
        float("nan"),
        float("inf"),
        Decimal("Infinity"),
        2**63,
        Decimal(2**63),
        [{"deep": {1}}],
        print,
    ],
)
def test_what_is_not_json_is_refused(value: Any) -> None:
    model = parse_models({"a": ONE})["main"]

    with pytest.raises(NotJsonError):
        Execution.start(model, {"x": value}, FakeHost())


def test_text_that_is_no_unicode_is_refused_when_stored() -> None:
    model = parse_models({"a": ONE})["main"]

    with pytest.raises(NotJsonError):
        Execution.start(model, {"x": "\ud800"}, FakeHost()).dump()


@pytest.mark.parametrize("name", ["now", "today", "deadline"])
def test_a_variable_may_not_hide_a_function(name: str) -> None:
    model = parse_models({"a": ONE})["main"]

    with pytest.raises(ReservedNameError):
        Execution.start(model, {name: 1}, FakeHost())


def test_a_variable_written_inside_never_changes_what_was_handed_in() -> None:
    model, handed_in = parse_models({"a": ONE})["main"], {"list": [1], "x": 0}
    execution = Execution.start(model, handed_in, FakeHost())
    execution.run()

    execution.complete(execution.open_tasks()[0].engine_task_id, {"x": 5})

    assert handed_in == {"list": [1], "x": 0}


@pytest.mark.parametrize(
    "blob",
    [
        b"", b"null", b"[]", b"{", b'{"v":2}', b'{"v":1}', b"\x80\x04.", b'{"v":1,"n":1,"d":{},"t":[[1,"nowhere",16,0,0,0]],"s":[]}',
        b'{"v":1,"n":1,"d":{},"t":[[1,"a"]],"s":[]}', b'{"v":1,"n":1,"d":{},"t":[],"s":[[9,0,[]]]}',
        b'{"v":1,"n":1,"d":{},"t":[[1,"a",16,7,0,0]],"s":[]}',
    ],
)  # fmt: skip
def test_bytes_that_are_no_state_of_the_model_are_refused(blob: bytes) -> None:
    model = parse_models({"a": ONE})["main"]

    with pytest.raises(StateUnreadableError):
        Execution.load(model, blob, FakeHost())


def test_a_state_is_plain_json_of_a_few_bytes(begin: Any) -> None:
    case = begin(ONE)

    assert orjson.loads(case.state) == {"v": 1, "n": 3, "d": {}, "t": [[3, "a", 16, 0, 0, 0]], "s": []}


def test_an_item_costs_its_own_variables_only(begin: Any) -> None:
    case = begin(MANY, items=list(range(50)), ballast="x" * 5_000)

    assert len(case.state) < 8_000
    assert {len(one.data["ballast"]) for one in case.tasks()} == {5_000}
