"""Durations and moments of timers, from ISO 8601 text or FEEL values, by the calendar of the programme's time zone.

Asia/Shanghai has had no daylight saving time since 1991, so a fixed offset is exact and needs no time zone database.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from app.feel import DaysTimeDuration, YearsMonthsDuration

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

_DURATION = re.compile(
    r"(?P<sign>-)?P(?=[\dT])(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of calendar months and of exact time."""

    months: int
    span: timedelta

    @classmethod
    def of(cls, value: Any) -> Duration:
        """The duration that a FEEL value, a timedelta or ISO 8601 text such as `P1M` or `PT36H` means.

        Raises ValueError for anything else.
        """
        if isinstance(value, Duration):
            return value
        if isinstance(value, timedelta):
            return cls(0, value)
        if isinstance(value, DaysTimeDuration):
            return cls(0, value.to_timedelta())
        if isinstance(value, YearsMonthsDuration):
            return cls(value.months, timedelta())
        if isinstance(value, str):
            return cls._parse(value.strip())
        raise ValueError(f"{value!r} is not a duration")

    @classmethod
    def _parse(cls, text: str) -> Duration:
        found = _DURATION.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not an ISO 8601 duration")
        part = {name: digits or "0" for name, digits in found.groupdict().items() if name != "sign"}
        sign = -1 if found["sign"] else 1
        span = timedelta(
            days=int(part["weeks"]) * 7 + int(part["days"]),
            hours=int(part["hours"]),
            minutes=int(part["minutes"]),
            seconds=float(part["seconds"]),
        )
        return cls(sign * (int(part["years"]) * 12 + int(part["months"])), sign * span)

    def after(self, start: datetime, times: int = 1) -> datetime:
        """The moment `times` durations after `start`, in UTC.

        Months are the calendar's in Shanghai: one month after 31 January is the last day of February.
        """
        local = start.astimezone(SHANGHAI)
        if self.months:
            local = _add_months(local, self.months * times)
        return (local + self.span * times).astimezone(UTC)

    @property
    def is_positive(self) -> bool:
        """Whether a moment lies after the one it starts from, as the steps of a cycle must."""
        return self.months >= 0 and self.span >= timedelta() and (self.months > 0 or self.span > timedelta())

    def iso_text(self) -> str:
        """The duration as ISO 8601 text."""
        negative = self.months < 0 or self.span < timedelta()
        span, months = abs(self.span), abs(self.months)
        hours, rest = divmod(span.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        exact = f"{seconds + span.microseconds / 1_000_000:g}" if span.microseconds else str(seconds)
        days = _parts((months // 12, "Y"), (months % 12, "M"), (span.days, "D"))
        clock = _parts((hours, "H"), (minutes, "M")) + (f"{exact}S" if exact != "0" else "")
        return ("-" if negative else "") + "P" + (days + (f"T{clock}" if clock else "") or "T0S")


def moment_of(value: Any) -> datetime:
    """The moment that a FEEL value or ISO 8601 text means, in UTC.

    Without an offset it is meant in Shanghai; a mere date is its beginning.
    Raises ValueError for anything else.
    """
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=SHANGHAI).astimezone(UTC)
    raise ValueError(f"{value!r} is not a date and time")


def _add_months(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last_day))


def _parts(*parts: tuple[int, str]) -> str:
    return "".join(f"{figure}{letter}" for figure, letter in parts if figure)
