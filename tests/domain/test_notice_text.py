"""The yearly notice as lines of text: what is read, and what each line that cannot be read is told."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.calendar_change import DayKind
from app.domain.notice_text import NAME_LENGTH, NoticeUnreadableError, read_notice


@pytest.mark.parametrize(
    "line",
    [
        "2027-02-06 holiday 春节",
        "2027-02-06,holiday,春节",
        "  2027-02-06\t放假\t春节   # 周六",
        '"2027-02-06","holiday","春节"',
        "date,kind,name\n2027-02-06,Holiday,春节",
        "\ufeff2027-02-06，休，春节",
    ],
)
def test_a_day_is_read_from_text_and_from_csv(line: str) -> None:
    (day,) = read_notice(line, 2027)

    assert (day.day, day.kind, day.name_zh, day.name_en) == (
        date(2027, 2, 6),
        DayKind.HOLIDAY,
        "春节",
        "Spring Festival",
    )


def test_a_run_of_days_is_each_of_its_days_in_order() -> None:
    days = read_notice("2027-02-20 workday\n2027-02-06..2027-02-08 holiday 春节", 2027)

    assert [(one.day.day, one.kind) for one in days] == [
        (6, DayKind.HOLIDAY), (7, DayKind.HOLIDAY), (8, DayKind.HOLIDAY), (20, DayKind.MAKE_UP),
    ]  # fmt: skip


def test_a_name_that_is_not_usual_stands_in_both_languages() -> None:
    (day,) = read_notice("2027-10-25 holiday 自治区成立纪念日", 2027)

    assert day.name_en == "自治区成立纪念日"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "names no day"),
        ("# nothing", "names no day"),
        ("soon holiday 春节", "Write the date"),
        ("2027-02-30 holiday 春节", "Write the date"),
        ("2026-12-31 holiday 元旦", "must lie in 2027"),
        ("2028-01-01 holiday 元旦", "must lie in 2027"),
        ("2027-12-31..2028-01-01 holiday 元旦", "must lie in 2027"),
        ("2027-02-07..2027-02-06 holiday 春节", "later than the last"),
        ("2027-02-06", "Write holiday or workday"),
        ("2027-02-06 festival 春节", "Write holiday or workday"),
        ("2027-02-06 holiday", "Write the name"),
        (f"2027-02-06 holiday {'长' * (NAME_LENGTH + 1)}", "at most"),
        ("2027-02-19 workday", "is a weekday"),
        ("2027-02-06 holiday 春节\n2027-02-06 workday", "named twice"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why(line: str, said: str) -> None:
    with pytest.raises(NoticeUnreadableError) as refused:
        read_notice(line, 2027)

    (problem,) = refused.value.lines
    assert said in problem.message_en
    assert problem.message_zh


def test_every_wrong_line_is_named_with_its_number() -> None:
    with pytest.raises(NoticeUnreadableError) as refused:
        read_notice("2027-02-06 holiday 春节\nx\n\n2027-02-19 班", 2027)

    assert [(one.line, one.text) for one in refused.value.lines] == [(2, "x"), (4, "2027-02-19 班")]


def test_the_longest_name_is_taken() -> None:
    (day,) = read_notice(f"2027-02-06 holiday {'长' * NAME_LENGTH}", 2027)

    assert len(day.name_zh) == NAME_LENGTH
