"""The unified social credit code: form, check digit, region (A4.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.credit_code import is_of_region, is_valid, with_check_digit

REAL = with_check_digit("91640100MA7600001")
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_a_code_with_its_check_digit_is_valid() -> None:
    assert is_valid(REAL)
    assert is_valid("91110000600037341L")  # the standard's own example of a registered code


@pytest.mark.parametrize(
    "code", ["", REAL[:-1], REAL + "0", REAL.lower(), f" {REAL}", REAL[:8] + "I" + REAL[9:], REAL.replace("64", "6 4")]
)
def test_what_is_not_written_as_the_standard_asks_is_invalid(code: str) -> None:
    assert not is_valid(code)


@given(st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(place: int, wrong: str) -> None:
    mistyped = REAL[:place] + wrong + REAL[place + 1 :]

    assert is_valid(mistyped) is (mistyped == REAL)


@pytest.mark.parametrize(
    ("division", "inside"),
    [("640100", True), ("649900", True), ("630100", False), ("650100", False), ("106400", False)],
)
def test_the_region_is_read_from_the_division(division: str, inside: bool) -> None:
    assert is_of_region(with_check_digit(f"91{division}MA7600001")) is inside
