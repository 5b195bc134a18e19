"""Strings and regular expressions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feel import compile_expression
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


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        ("[A-Z-[OI]]", "", "X", True),
        ("[A-Z-[OI]]", "", "O", False),
        ("^[a-z-[aeiou]]+$", "", "rhythm", True),
        ("^[a-z-[aeiou-[o]]]+$", "", "rock", True),
        ("[ab[c]]", "", "a", None),
        ("[]", "", "a", None),
        ("[a", "", "a", None),
        ("a]", "", "a", None),
        (r"^\p{Lo}+$", "", "券流", True),
        (r"\P{L}", "", "券流", False),
        (r"^[\P{L}]$", "", "7", True),
        (r"\p{IsCJKUnifiedIdeographs}", "", "券", True),
        (r"\p{IsNowhere}", "", "a", None),
        (r"\p{Xx}", "", "a", None),
        (r"^\w+$", "", "a+b", True),
        (r"^\w+$", "", "a_b", False),
        (r"^\i\c*$", "", "xml:name-1", True),
        (r"\s", "", "\u00a0", False),
        (r"\e", "", "e", None),
        (r"(a)\10", "", "aa0", True),
        (r"\1(a)", "", "aa", None),
        ("a++", "", "aa", None),
        ("*a", "", "a", None),
        ("a{", "", "a", None),
        ("a.b", "", "a\rb", False),
        ("^$", "m", "a\n", False),
        ("^$", "m", "\na", True),
        ("a$", "m", "a\nb", True),
        (r"hello\ sworld", "x", "hello world", True),
        ("he ll o[ ]worl d", "x", "hello world", True),
        (r"\p{ Is Greek }", "x", "α", True),
        ("a.c", "q", "abc", False),
        ("A.C", "qi", "xa.cx", True),
        ("k", "i", "\u212a", True),
    ],
)
def test_a_pattern_means_what_xpath_says(feel, pattern, flags, text, found):
    assert feel("matches(t, p, f)", {"t": text, "p": pattern, "f": flags}) is found


def test_what_matches_the_empty_text_is_not_replaced(feel):
    assert feel('replace("abc", "x*", "-")') is None


@given(st.text())
def test_every_string_survives_as_a_literal(text):
    assert compile_expression(quote(text)).evaluate({}) == text


def test_an_honest_pattern_may_search_a_long_text(feel):
    assert feel('matches(subject, "[0-9]{6}[A-Z]")', {"subject": "x" * 100_000 + "640100A"}) is True
