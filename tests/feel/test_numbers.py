"""Exact numbers of 34 digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feel import compile_expression


def test_tenths_add_up_exactly(feel):
    assert feel("0.1 + 0.2 = 0.3") is True
    assert feel("0.1 + 0.2") == Decimal("0.3")


def test_ints_stay_ints(feel):
    assert type(feel("a * 3 + 1", {"a": 5})) is int
    assert type(feel("6 / 3")) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 / 4", Decimal("0.25")),
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
        ("2 ** 10", 1024),
        ("2 ** 0.5", Decimal("1.414213562373095048801688724209698")),
        ("-5.5 + 5", Decimal("-0.5")),
        ("9999999999999999999999999999999999 + 1", Decimal("1E+34")),
        ("modulo(10, -3)", -2),
        ("modulo(-10, 3)", 2),
        ("modulo(-10.1, 4.5)", Decimal("3.4")),
        ("decimal(2.5, 0)", 2),
        ("decimal(0.125, 2)", Decimal("0.12")),
        ("round half up(2.5)", 3),
        ("round half up(-1.126, 2)", Decimal("-1.13")),
        ("round half down(2.5)", 2),
        ("round up(1.121, 2)", Decimal("1.13")),
        ("round down(-1.126, 2)", Decimal("-1.12")),
        ("floor(-1.5)", -2),
        ("ceiling(-1.5)", -1),
        ("floor(1234, -2)", 1200),
        ("ceiling(1.56, 1)", Decimal("1.6")),
        ("abs(-3)", 3),
        ("sqrt(16)", 4),
        ("odd(3)", True),
        ("even(3)", False),
        ("exp(0)", 1),
        ("log(1)", 0),
    ],
)
def test_arithmetic_is_exact(feel, text, value):
    assert feel(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "0 ** -1",
        "sqrt(-1)",
        "log(0)",
        "modulo(1, 0)",
        "odd(1.5)",
        "10 ** 100000",
        "decimal(1, 7000)",
        "abs()",
        'abs("1")',
    ],
)
def test_what_has_no_number_is_null(feel, text):
    assert feel(text) is None


def test_a_float_from_outside_counts_as_it_is_written(feel):
    assert feel("a = 0.1", {"a": 0.1}) is True
    assert feel("a + 0.2", {"a": 0.1}) == Decimal("0.3")


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_sums_and_products_of_ints_are_those_of_python(left, right):
    variables = {"a": left, "b": right}

    assert compile_expression("a + b").evaluate(variables) == left + right
    assert compile_expression("a * b").evaluate(variables) == left * right
    assert compile_expression("a < b").evaluate(variables) is (left < right)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_decimal_survives_being_written_and_read(number):
    assert compile_expression("number(string(a))").evaluate({"a": number}) == number
