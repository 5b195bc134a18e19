"""The cells of decision tables."""

import pytest

from app.feel import FeelSyntaxError, compile_unary_tests

CASES = [
    ("-", 5, True),
    ("-", None, True),
    ("5", 5, True),
    ("5", 6, False),
    ('"a"', "a", True),
    ('"a"', 1, None),
    ('"a", "b"', "b", True),
    ('"a", "b"', "c", False),
    ('"a", "b"', None, False),
    ("< 10", 9, True),
    ("< 10", 10, False),
    ("<= 10", 10, True),
    ("> 10", None, None),
    ("!= 3", 4, True),
    ("[1..10]", 1, True),
    ("[1..10]", 10, True),
    ("(1..10]", 1, False),
    ("[1..10)", 10, False),
    ("[1..10]", "x", None),
    ("< 1, > 9", 10, True),
    ("< 1, > 9", 5, False),
    ("not(5)", 5, False),
    ("not(5)", 6, True),
    ('not("a", "b")', "c", True),
    ("not(< 5)", None, None),
    ("null", None, True),
    ("null", 1, False),
    ("true", True, True),
    ("true", 1, None),
    ("true", False, False),
    ("? > 3 and ? < 6", 4, True),
    ("? > 3 and ? < 6", 7, False),
    ("even(?)", 4, True),
    ("[1, 2, 3]", 2, True),
    ('> @"2026-01-01"', "x", None),
    ("not(true) = false", 3, True),
]


@pytest.mark.parametrize(("text", "value", "result"), CASES)
def test_a_cell_tests_a_value(text, value, result):
    assert compile_unary_tests(text).matches(value, {}) is result


@pytest.mark.parametrize(("value", "result"), [(59, False), (60, True), (61, True)])
def test_a_cell_reads_other_variables(value, result):
    tests = compile_unary_tests(">= pass mark", ("pass mark",))

    assert tests.matches(value, {"pass mark": 60}) is result
    assert tests.free_names == {"pass mark"}


def test_a_condition_on_other_variables_counts_by_itself():
    assert compile_unary_tests("limit > 3").matches("any", {"limit": 4}) is True


@pytest.mark.parametrize("text", ["", "1,", "not(1", "< ", "-5..", "1 2"])
def test_a_cell_that_is_no_test_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(text)
