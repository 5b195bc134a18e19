"""Patterns by authors: what is allowed runs in bounded time; what could run away is refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.pattern import UnsafePatternError, check_pattern, compiled


@pytest.mark.parametrize(
    "pattern",
    [
        "^[A-Z0-9]{4}-[A-Z0-9]{4}$",
        r"^\d{6}$",
        "^(?:甲|乙)第\\d+号$",
        r"^[\w.-]+$",
        "^a?b$",
        r"^\d{3,4}-\d{7,8}$",
        "^.{1,20}$",
    ],
)
def test_a_plain_pattern_is_allowed(pattern: str) -> None:
    check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "", "^", "abc", "^abc", "abc$", "^(a+)+$", "^(?:a+)+$", "^(?:a|a)*$", "^(a|aa)+$", r"^(\d+)*$", "^a**$", "^a+?$", "^a++$",
        "^(?=a)b$", "^(?<n>a)$", r"^(a)\1$", "^a{2}{3}$", "^[a$", "^a]$", "^a)$", "^(?:a$", "^.*.*$", "^a*b*c*$", r"^\d+\d+\d+\d+$",
        "^a{3,2}$", "^a{,5}$", "^[z-a]$", "^\\p{L}$", "^" + "a" * 200 + "$", "^a|b$", "^(?i)a$", "^a\n$", "^[[:alpha:]]$",
        "^(?:.{0,99}|.{0,99})(?:.{0,99}|.{0,99})(?:.{0,99}|.{0,99})$",
    ],
)  # fmt: skip
def test_a_pattern_that_nests_repeats_or_looks_around_is_refused(pattern: str) -> None:
    with pytest.raises(UnsafePatternError) as caught:
        check_pattern(pattern)

    assert caught.value.reason_zh
    assert caught.value.reason_en


PIECES = st.sampled_from(["a", "[ab]", r"\w", ".", r"\d"])
QUANTIFIERS = st.sampled_from(["", "?", "*", "+", "{2}", "{0,9}", "{3,}", "{0,99}"])


@given(st.lists(st.tuples(PIECES, QUANTIFIERS), min_size=1, max_size=8))
def test_whatever_is_allowed_ends_quickly_on_the_worst_text(parts: list[tuple[str, str]]) -> None:
    pattern = "^" + "".join(piece + quantifier for piece, quantifier in parts) + "$"
    try:
        check_pattern(pattern)
    except UnsafePatternError:
        return
    begin = time.process_time()

    compiled(pattern).fullmatch("a" * 200 + "!")

    assert time.process_time() - begin < 0.25


def test_a_digit_is_an_ascii_digit() -> None:
    assert compiled(r"^\d{2}$").fullmatch("12")
    assert not compiled(r"^\d{2}$").fullmatch("١٢")
