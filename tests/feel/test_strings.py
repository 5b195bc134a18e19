"""Strings and regular expressions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feel import FeelLimitError, compile_expression
from app.feel.value_text import quote


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a" + "b"', "ab"),
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", 3, 2)', "ob"),
        ('substring("foobar", -2)', "ar"),
        ('substring("foobar", 0)', None),
        ('substring("foobar", 7)', None),
        ('string length("中文😀")', 3),
        ('upper case("aé")', "AÉ"),
        ('lower case("AB")', "ab"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "x")', ""),
        ('substring after("foobar", "ob")', "ar"),
        ('contains("foobar", "ob")', True),
        ('starts with("foobar", "fo")', True),
        ('ends with("foobar", "r")', True),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ('string join(["a", "b"])', "ab"),
        ('string join(["a", 1])', None),
        ('matches("foobar", "^fo*b")', True),
        ('matches("a\\nb", "a.b")', False),
        ('matches("a\\nb", "a.b", "s")', True),
        ('matches("AB", "ab", "i")', True),
        ('matches("a b", "a\\sb")', True),
        ('matches("ab", "a b", "x")', True),
        ('matches("a", "[", "")', None),
        ('matches("a", "(?=a)")', None),
        ('matches("a", "a", "z")', None),
        ('matches("aa", "(a)\\1")', True),
        ('matches("line\\n", "line$")', False),
        ('replace("abc", "[a-z]", "#")', "###"),
        ('replace("2026-01", "(\\d+)-(\\d+)", "$2/$1")', "01/2026"),
        ('replace("abc", "b", "$")', None),
        ('replace("a.b", ".", "-", "q")', "a-b"),
        ("string(1.50)", "1.50"),
        ('string(["a", 1, null, {b: true}])', '["a", 1, null, {b: true}]'),
        ("string([1..3))", "[1..3)"),
        ("string(null)", None),
        ('number("1,234.5", ",", ".")', 1234.5),
        ('number("1 234,5", " ", ",")', 1234.5),
        ('number("1,5", ",", ",")', None),
        ('number("x")', None),
    ],
)
def test_built_ins_on_strings(feel, text, value):
    assert feel(text) == value


@given(st.text())
def test_every_string_survives_as_a_literal(text):
    assert compile_expression(quote(text)).evaluate({}) == text


@pytest.mark.parametrize(
    ("pattern", "length"),
    [("(a+)+$", 40), ("(a|aa)*$", 40), ("a*a*a*a*b", 2_000), ("a?" * 28 + "a" * 28, 28), ("((a{1,9}){1,9}){1,9}b", 30)],
)
def test_a_pattern_that_may_never_end_is_refused(feel, pattern, length):
    with pytest.raises(FeelLimitError):
        feel("matches(subject, pattern)", {"subject": "a" * length + "!", "pattern": pattern})


def test_an_honest_pattern_may_search_a_long_text(feel):
    assert feel('matches(subject, "[0-9]{6}[A-Z]")', {"subject": "x" * 100_000 + "640100A"}) is True
