"""No expression may run for long, whatever it says."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import FeelError, FeelLimitError, compile_expression

BOMBS = {
    "two loops": "for a in 1..1000000, b in 1..1000000 return 1",
    "a loop in a loop": "for a in 1..10000 return for b in 1..10000 return 1",
    "a search without end": "some x in 1..1000000000000 satisfies x < 0",
    "every day": 'for d in @"0001-01-01"..@"9999-01-01" return d',
    "a doubling string": 'for i in 1..60 return if i = 1 then "aaaaaaaa" else partial[-1] + partial[-1]',
    "a doubling list": "for i in 1..60 return if i = 1 then [1, 2] else concatenate(partial[-1], partial[-1])",
    "shared lists, written": "string(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])",
    "shared lists, flattened": "flatten(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])",
    "shared lists, compared": (
        "{x: for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]],"
        " y: for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]], r: x = y}.r"
    ),
    "endless recursion": "{f: function(n) f(n + 1), r: f(1)}.r",
    "wide recursion": "{f: function(n) if n < 2 then 1 else f(n - 1) + f(n - 2), r: f(40)}.r",
    "a search in each round": "{l: for i in 1..50000 return i, r: for j in l return list contains(l, -1)}.r",
    "membership in each round": "{l: for i in 1..50000 return i, r: for j in l return -1 in l}.r",
    "joined strings": 'string join(for i in 1..90000 return "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa")',
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_meets_a_limit(text):
    with pytest.raises(FeelLimitError) as refusal:
        compile_expression(text).evaluate({})

    assert refusal.value.hint


def test_honest_work_is_far_below_the_limits():
    assert compile_expression("sum(for i in 1..20000 return i * 2)").evaluate({}) == 400_020_000


@pytest.mark.parametrize(
    "text", ["10 ** 100000", "9999999999 ** 99999999", '@"P1D" * 1e6000', '@"2026-01-01" + @"P999999999999D"']
)
def test_huge_figures_are_null(text):
    assert compile_expression(text).evaluate({}) is None


WORDS = st.sampled_from(
    [
        "a",
        "b",
        "1",
        "2.5",
        '"x"',
        "+",
        "-",
        "*",
        "/",
        "**",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "<",
        ">",
        "=",
        "!=",
        "and",
        "or",
        "not",
        "in",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "function",
        "number",
        "item",
        "partial",
        "?",
        '@"P1D"',
        "null",
        "true",
        "count",
        "sum",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=14))
def test_any_row_of_words_is_evaluated_or_refused_clearly(words):
    # Any other exception than a FeelError fails the test.
    with suppress(FeelError):
        compile_expression(" ".join(words)).evaluate({"a": 1, "b": [1, 2]})


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_evaluated_or_refused_clearly(text):
    with suppress(FeelError):
        compile_expression(text).evaluate({})
