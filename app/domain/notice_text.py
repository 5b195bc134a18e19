"""The State Council's yearly notice of holidays as lines of text or CSV, one day or one run of days a line.

    2027-02-06..2027-02-12  holiday  春节
    2027-02-20              workday

Dates as YYYY-MM-DD; `holiday`, `放假` or `休`; `workday`, `上班` or `班`; fields apart by blanks, commas or tabs; `#` begins a
comment. A first line of column titles is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar_change import DayKind
from app.domain.errors import DomainError

MAX_LINES = 400
NAME_LENGTH = 60

KINDS = {
    "holiday": DayKind.HOLIDAY, "放假": DayKind.HOLIDAY, "休": DayKind.HOLIDAY,
    "workday": DayKind.MAKE_UP, "上班": DayKind.MAKE_UP, "班": DayKind.MAKE_UP,
}  # fmt: skip
NAMES_EN = {
    "元旦": "New Year's Day", "春节": "Spring Festival", "清明节": "Tomb-Sweeping Day", "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival", "中秋节": "Mid-Autumn Festival", "国庆节": "National Day",
    "农历除夕": "Chinese New Year's Eve", "休息日": "Day off",
}  # fmt: skip
_APART = re.compile(r"[\s,，]+")
_TITLES = {"date", "day", "日期"}


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One day that the notice names."""

    day: date
    kind: DayKind
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that cannot be taken, and what to do about it."""

    line: int
    text: str
    message_zh: str
    message_en: str


class NoticeUnreadableError(DomainError):
    """Every line of a notice can be read, or none is taken."""

    code = "notice_unreadable"

    def __init__(self, lines: tuple[LineProblem, ...]) -> None:
        self.lines = lines
        self.message_zh = f"通知有 {len(lines)} 处读不懂，没有作任何改动。请按提示修改后再试。"
        self.message_en = (
            f"{len(lines)} lines of the notice cannot be read; nothing has been changed. Mend them and try again."
        )
        super().__init__("; ".join(f"line {one.line}: {one.message_en}" for one in lines))


class _LineError(ValueError):
    def __init__(self, message_zh: str, message_en: str) -> None:
        self.message_zh, self.message_en = message_zh, message_en
        super().__init__(message_en)


def name_in_english(name_zh: str) -> str:
    """The English of a holiday's usual name; an unusual name stays as it is."""
    return NAMES_EN.get(name_zh, name_zh)


def read_notice(text: str, year: int) -> list[NoticeDay]:
    """The days of a notice, by date.

    Raises:
        NoticeUnreadableError: with every line that cannot be taken.
    """
    found: dict[date, NoticeDay] = {}
    problems: list[LineProblem] = []
    for number, line in _lines(text):
        try:
            for day in _days(line, year):
                _keep(day, found)
        except _LineError as wrong:
            problems.append(LineProblem(number, line[:80], wrong.message_zh, wrong.message_en))
    if not found and not problems:
        problems.append(LineProblem(1, "", "没有写任何一天。", "It names no day."))
    if problems:
        raise NoticeUnreadableError(tuple(problems))
    return [found[day] for day in sorted(found)]


def _keep(day: NoticeDay, found: dict[date, NoticeDay]) -> None:
    if day.day in found:
        raise _LineError(f"{day.day} 出现了两次。", f"{day.day} is named twice.")
    found[day.day] = day


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.splitlines()[:MAX_LINES], 1):
        line = raw.partition("#")[0].strip().strip("\ufeff")
        if line and _APART.split(line)[0].lower() not in _TITLES:
            yield number, line


def _days(line: str, year: int) -> Iterator[NoticeDay]:
    fields = [field.strip('"') for field in _APART.split(line, maxsplit=2) if field]
    first, last = _run(fields[0], year)
    kind = KINDS.get(fields[1].lower()) if len(fields) > 1 else None
    if kind is None:
        raise _LineError("日期后面请写 holiday（放假）或 workday（上班）。", "Write holiday or workday after the date.")
    name = _name(fields[2] if len(fields) > 2 else "", kind)
    day = first
    while day <= last:
        if kind is DayKind.MAKE_UP and day.weekday() < 5:
            raise _LineError(f"{day} 不是周末，本来就上班。", f"{day} is a weekday: it is worked anyway.")
        yield NoticeDay(day, kind, name, name_in_english(name))
        day += timedelta(days=1)


def _run(text: str, year: int) -> tuple[date, date]:
    first, apart, last = text.partition("..")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last if apart else first)
    except ValueError:
        raise _LineError("日期请写成 2027-02-06，连续几天写成 2027-02-06..2027-02-12。",
                         "Write the date as 2027-02-06, several days as 2027-02-06..2027-02-12.") from None  # fmt: skip
    if not days[0].year == days[1].year == year:
        raise _LineError(f"日期须在 {year} 年之内。", f"The date must lie in {year}.")
    if days[1] < days[0]:
        raise _LineError("起始日晚于结束日。", "The first day is later than the last.")
    return days


def _name(text: str, kind: DayKind) -> str:
    if kind is DayKind.MAKE_UP:
        return ""
    if not text:
        raise _LineError("放假的日子请写节日名称。", "Write the name of the holiday.")
    if len(text) > NAME_LENGTH:
        raise _LineError(f"节日名称不超过 {NAME_LENGTH} 个字。", f"A name has at most {NAME_LENGTH} characters.")
    return text
