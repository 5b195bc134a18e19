"""Values on their way from and to JSON."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.feel import FeelTypeError, Range, YearsMonthsDuration, compile_expression, from_json, to_json


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, True),
        ("a", "a"),
        (3, 3),
        (Decimal("3.00"), 3),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00Z"),
        (timedelta(hours=30), "P1DT6H"),
        (YearsMonthsDuration(14), "P1Y2M"),
        ([1, {"a": Decimal(2)}], [1, {"a": 2}]),
    ],
)
def test_a_value_is_written_in_types_of_json(value, written):
    assert to_json(value) == written


def test_a_fraction_is_refused_unless_text_is_asked_for():
    with pytest.raises(FeelTypeError, match=r"0\.1 has a fraction"):
        to_json([Decimal("0.1")])

    assert to_json([Decimal("0.10")], decimals="string") == ["0.10"]


@pytest.mark.parametrize("value", [Range(1, 2), compile_expression("function(a) a").evaluate({}), object()])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(FeelTypeError, match="no JSON form"):
        to_json({"a": value})


def test_a_value_that_contains_itself_is_refused():
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(FeelTypeError, match="deeper"):
        to_json(endless)


def test_floats_become_decimals_as_they_are_written():
    assert from_json({"a": [0.1, 2, "x", None]}) == {"a": [Decimal("0.1"), 2, "x", None]}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_infinity_is_no_number(value):
    with pytest.raises(FeelTypeError, match="no number"):
        from_json([value])

    assert compile_expression("a > 1").evaluate({"a": value}) is None
