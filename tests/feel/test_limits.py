"""No expression may run for long, whatever it says."""

import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import FeelError, FeelLimitError, compile_expression
from app.feel.limits import MAX_CPU_MILLISECONDS, STEPS_PER_LOOK_AT_THE_CLOCK
from app.feel.runtime import Budget

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


MEMORY = {
    "one string joined from many": "string join(for i in 1..50000 return s)",
    "replacements that grow": 'for i in 1..50000 return replace(s, "a", s)',
    "a string of many strings": "string(for i in 1..50000 return s)",
    "contexts that grow": "for i in 1..50000 return context put(if i = 1 then {} else partial[-1], string(i), s)",
    "splits": 'for i in 1..50000 return split(s, "")',
}
TEXTS = {
    "length": "1+" * 20_000 + "1",
    "many names": "a b c d e " * 1_900,
    "brackets": "[" * 9_000,
    "ifs": "if true then " * 700,
    "functions": "function(a) " * 800,
    "comparisons": "1=" * 4_000 + "1",
    "steps of a path": "a" + ".b" * 4_000,
    "minus signs": "-" * 9_000 + "1",
    "types": "a instance of " + "list<" * 1_500,
    "keys without end": "{" + "a b c " * 1_600,
    "an open comment": "/*" * 4_900,
    "quotes": '"' * 9_999,
    "a number": "9" * 9_999,
    "an exponent": "1e" + "9" * 9_000,
}
PATTERNS = [
    ("(a+)+$", 40),
    ("(a|aa)*$", 40),
    ("((a{1,9}){1,9}){1,9}b", 30),
    ("a?" * 28 + "a" * 28, 28),
    ("a*a*a*a*b", 2_000),
    ("[a-z]*[a-z]*[0-9]", 1_500),
    (".*.*b", 5_000),
    ("a{1,9}a{1,9}a{1,9}a{1,9}a{1,9}b", 5_000),
    ("[a-z-[x]]*[a-z-[y]]*b", 900),
    ("(a{900}){900}b", 100_000),
    ("a" * 5_000 + "b", 900_000),
]


def _best_milliseconds(act, times=3):
    """The CPU time of the fastest of some tries: what the machine does beside it must not count."""
    costs = []
    for _ in range(times):
        began = time.thread_time_ns()
        act()
        costs.append((time.thread_time_ns() - began) / 1e6)
    return min(costs)


def _refused(text, variables):
    with pytest.raises(FeelLimitError) as refusal:
        compile_expression(text, tuple(variables)).evaluate(variables)
    assert refusal.value.hint


@pytest.mark.parametrize("text", [*BOMBS.values(), *MEMORY.values()], ids=[*BOMBS, *MEMORY])
def test_a_bomb_meets_a_limit_within_fifty_milliseconds(text):
    assert _best_milliseconds(lambda: _refused(text, {"s": "a" * 1_000})) <= 50


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_text_is_refused_within_fifty_milliseconds(text):
    def refuse():
        with pytest.raises(FeelError):
            compile_expression(text)

    assert _best_milliseconds(refuse) <= 50


@pytest.mark.parametrize(("pattern", "length"), PATTERNS, ids=[pattern[:30] for pattern, _ in PATTERNS])
def test_a_hostile_pattern_is_refused_within_fifty_milliseconds(pattern, length):
    variables = {"s": "a" * length + "!", "p": pattern}

    assert _best_milliseconds(lambda: _refused("matches(s, p)", variables)) <= 50


@pytest.mark.parametrize(
    ("pattern", "length"),
    [
        ("a*a*a*a*b", 35),
        (".*.*b", 180),
        ("[a-z]*[a-z]*[0-9]", 180),
        ("[a-z-[x]]*[a-z-[y]]*b", 180),
        ("a?(a|b)?[ab]?c", 90_000),
    ],
)
def test_a_pattern_just_below_the_limit_searches_within_fifty_milliseconds(pattern, length):
    variables = {"s": "a" * length + "!", "p": pattern}

    assert _best_milliseconds(lambda: compile_expression("matches(s, p)").evaluate(variables)) <= 50


def test_much_memory_is_never_taken():
    tracemalloc.start()
    try:
        for text in MEMORY.values():
            _refused(text, {"s": "a" * 1_000})
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def test_a_slow_machine_ends_an_evaluation_by_the_clock():
    budget = Budget()
    wait_until = time.thread_time_ns() + (MAX_CPU_MILLISECONDS + 5) * 1_000_000
    while time.thread_time_ns() < wait_until:
        pass

    with pytest.raises(FeelLimitError, match="ms"):
        budget.spend(STEPS_PER_LOOK_AT_THE_CLOCK)


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
