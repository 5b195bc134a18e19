"""What people type, read exactly; what cannot be read stays as it was typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms import Field, Form, Kind, Text
from app.forms.typed import answer_of, read_text, text_of


def a(kind: Kind, decimals: int = 0) -> Field:
    return Field("value", kind, Text("甲", "First"), required=False, schema={}, decimals=decimals)


MONEY, SCORE, COUNT = a(Kind.MONEY, 2), a(Kind.DECIMAL, 2), a(Kind.INTEGER)


@pytest.mark.parametrize(
    ("field", "text", "answer"),
    [
        (COUNT, "46", 46), (COUNT, " 46 ", 46), (COUNT, "４６", 46), (COUNT, "1,180", 1180), (COUNT, "-3", -3), (COUNT, "−3", -3),
        (COUNT, "46.0", "46.0"), (COUNT, "四十六", "四十六"), (COUNT, "1,5", "1,5"), (COUNT, "1e3", "1e3"), (COUNT, "9" * 16, "9" * 16),
        (COUNT, "٣", "٣"), (COUNT, "", None), (COUNT, " \r\n ", None), (COUNT, "0x10", "0x10"), (COUNT, "1_000", "1_000"),
        (SCORE, "28.5", 2850), (SCORE, "28", 2800), (SCORE, "28.05", 2805), (SCORE, "28.555", "28.555"), (SCORE, "28.", "28."),
        (SCORE, ".5", ".5"), (SCORE, "２８．５", 2850), (SCORE, "nan", "nan"), (SCORE, "-0.5", -50),
        (MONEY, "1,800.00", 180_000), (MONEY, "¥1,800", 180_000), (MONEY, "1800元", 180_000), (MONEY, "￥ 1,800.5", 180_050),
        (MONEY, "12.345", "12.345"), (MONEY, "1,80.00", "1,80.00"), (MONEY, "1800 yuan", 180_000), (MONEY, "元", "元"),
        (a(Kind.DATE), "2026-11-24", "2026-11-24"), (a(Kind.DATE), "2026/1/2", "2026-01-02"), (a(Kind.DATE), "2026.1.2", "2026-01-02"),
        (a(Kind.DATE), "2026年1月2日", "2026-01-02"), (a(Kind.DATE), "２０２６－１－２", "2026-01-02"), (a(Kind.DATE), "20260102", "2026-01-02"),
        (a(Kind.DATE), "2026-02-30", "2026-02-30"), (a(Kind.DATE), "tomorrow", "tomorrow"), (a(Kind.DATE), "2026 年 1 月 2 日", "2026-01-02"),
        (a(Kind.CREDIT_CODE), " 9164 0200 ma75qj8p3c ", "91640200MA75QJ8P3C"), (a(Kind.EMAIL), " a＠b.cn ", "a@b.cn"),
        (a(Kind.PHONE), "０９５１－5012345", "0951-5012345"), (a(Kind.TEXT), " 宁\x00夏\r\n银川 ", "宁夏 银川"),
        (a(Kind.LONG_TEXT), "　　第一段\r\n第二段\r", "　　第一段\n第二段\n"), (a(Kind.YES_NO), "yes", True), (a(Kind.YES_NO), "no", False),
        (a(Kind.YES_NO), "maybe", "maybe"),
    ],
)  # fmt: skip
def test_a_typed_text_means_one_exact_answer(field: Field, text: str, answer: Any) -> None:
    read = answer_of(field, text)

    assert read == answer
    assert type(read) is type(answer)


@given(st.integers(min_value=-(10**14), max_value=10**14), st.sampled_from([COUNT, SCORE, MONEY, a(Kind.DECIMAL, 6)]))
def test_a_number_comes_back_from_its_own_text(number: int, field: Field) -> None:
    if abs(number) < 10 ** (15 if field.decimals < 6 else 14):
        assert answer_of(field, text_of(field, number)) == number


@given(st.integers(min_value=0, max_value=10**14))
def test_an_amount_comes_back_from_how_people_read_it(fen: int) -> None:
    assert answer_of(MONEY, read_text(MONEY, fen)) == fen


@given(st.text(max_size=40), st.sampled_from(list(Kind)))
def test_nothing_typed_is_lost_and_reading_twice_changes_nothing(text: str, kind: Kind) -> None:
    field = a(kind, 2 if kind in {Kind.MONEY, Kind.DECIMAL} else 0)

    once = answer_of(field, text)

    assert (once is None) == (not "".join(c for c in text if not is_invisible(c)).strip())
    assert answer_of(field, text_of(field, once)) == once


def is_invisible(character: str) -> bool:
    return (
        (ord(character) < 32 and character not in "\n\t\r")
        or 0x7F <= ord(character) <= 0x9F
        or 0xD800 <= ord(character) <= 0xDFFF
    )


def test_a_form_of_the_sample_reads_money_with_two_decimals(form: Form) -> None:
    field = form.field_at(("amount_fen",))

    assert field is not None
    assert answer_of(field, "3,000.00") == 300_000
