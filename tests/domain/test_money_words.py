"""Amounts in figures and in Chinese capitals, at every bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money_words import GREATEST_FEN, AmountNotWrittenError, in_capitals, yuan

VALUES = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}
FEN = {"亿": 10**10, "万": 10**6, "元": 100, "角": 10, "分": 1, "整": 0}


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (9, "玖分"),
        (10, "壹角整"),
        (11, "壹角壹分"),
        (99, "玖角玖分"),
        (100, "壹元整"),
        (101, "壹元零壹分"),
        (110, "壹元壹角整"),
        (999, "玖元玖角玖分"),
        (1_000, "壹拾元整"),
        (1_001, "壹拾元零壹分"),
        (1_100, "壹拾壹元整"),
        (10_000, "壹佰元整"),
        (10_100, "壹佰零壹元整"),
        (11_000, "壹佰壹拾元整"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (100_000, "壹仟元整"),
        (100_100, "壹仟零壹元整"),
        (101_000, "壹仟零壹拾元整"),
        (110_000, "壹仟壹佰元整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (240_000, "贰仟肆佰元整"),
        (300_000, "叁仟元整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (999_999, "玖仟玖佰玖拾玖元玖角玖分"),
        (1_000_000, "壹万元整"),
        (1_000_001, "壹万元零壹分"),
        (1_000_100, "壹万零壹元整"),
        (1_001_000, "壹万零壹拾元整"),
        (1_010_000, "壹万零壹佰元整"),
        (1_100_000, "壹万壹仟元整"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (99_999_999, "玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        (300_000_000, "叁佰万元整"),
        (300_481_236, "叁佰万肆仟捌佰壹拾贰元叁角陆分"),
        (9_999_999_999, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_000_100_000, "壹亿零壹仟元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10_001_000_100, "壹亿零壹万零壹元整"),
        (10_100_000_000, "壹亿零壹佰万元整"),
        (11_000_000_000, "壹亿壹仟万元整"),
        (100_000_000_000, "壹拾亿元整"),
        (99_990_000_000_000, "玖仟玖佰玖拾玖亿元整"),
        (GREATEST_FEN, "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_an_amount_is_written_in_capitals_as_banks_ask(fen: int, words: str) -> None:
    assert in_capitals(fen) == f"人民币{words}"


@pytest.mark.parametrize("fen", [-1, GREATEST_FEN + 1])
def test_what_has_no_form_in_capitals_is_refused_with_its_figure(fen: int) -> None:
    with pytest.raises(AmountNotWrittenError) as refused:
        in_capitals(fen)

    assert refused.value.fen == fen
    assert "9,999 亿" in refused.value.message_zh


@given(st.integers(0, GREATEST_FEN))
def test_capitals_read_back_give_the_same_amount_and_never_two_noughts_in_a_row(fen: int) -> None:
    words = in_capitals(fen)

    assert read_back(words) == fen
    assert "零零" not in words
    assert words.endswith("整") is (fen % 10 == 0)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (99, "0.99"),
        (100, "1.00"),
        (99_999, "999.99"),
        (100_000, "1,000.00"),
        (123_400, "1,234.00"),
        (-5, "-0.05"),
        (-123_456_789, "-1,234,567.89"),
    ],
)
def test_an_amount_in_yuan_has_thousands_and_both_decimals(fen: int, text: str) -> None:
    assert yuan(fen) == text


def read_back(words: str) -> int:
    """The fen that capitals say, read sign by sign, not by the code under test."""
    total = group = digit = 0
    for sign in words.removeprefix("人民币"):
        if sign in VALUES:
            digit = VALUES[sign]
        elif sign in PLACES:
            group, digit = group + digit * PLACES[sign], 0
        elif sign in FEN:
            total, group, digit = total + (group + digit) * FEN[sign], 0, 0
    return total
