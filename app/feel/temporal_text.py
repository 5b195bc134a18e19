"""Reads and writes dates, times and durations as text (ISO 8601, and zones such as `@Asia/Shanghai`)."""

import re
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.feel import kinds
from app.feel.calendar_days import (
    AnyDate,
    AnyDateTime,
    AnyTime,
    epoch_days,
    make_date,
    make_date_time,
    make_time,
    nanosecond,
    offset_seconds,
    zone_name,
    zone_of_offset,
)
from app.feel.values import NANOSECONDS_PER_SECOND, DaysTimeDuration, YearsMonthsDuration

_DATE = r"(?P<year>-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_ZONE = r"(?P<zulu>[zZ])|(?P<sign>[+-])(?P<zh>[0-9]{2}):(?P<zm>[0-5][0-9])(?::(?P<zs>[0-5][0-9]))?|@(?P<zone>[A-Za-z0-9_+/-]+)"
_CLOCK = r"(?P<hour>[0-9]{2}):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9])(?:\.(?P<part>[0-9]{1,9})[0-9]*)?"
_TIME = rf"{_CLOCK}(?:{_ZONE})?"
_DATE_TEXT = re.compile(_DATE, re.ASCII)
_TIME_TEXT = re.compile(_TIME, re.ASCII)
_DATE_TIME_TEXT = re.compile(rf"{_DATE}T{_TIME}", re.ASCII)
_MONTHS_TEXT = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?", re.ASCII)
_DAYS_TEXT = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,12})D)?(?:T(?=[0-9])(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12})(?:\.([0-9]{0,9})[0-9]*)?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> AnyDate | None:
    """The date of a text such as 2026-01-31, None if it is none."""
    match = _DATE_TEXT.fullmatch(text)
    return make_date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None


def parse_time(text: str) -> AnyTime | None:
    """The time of a text such as 08:30:00+08:00, None if it is none; 24:00:00 is midnight."""
    match = _TIME_TEXT.fullmatch(text.removeprefix("T"))
    found = _clock(match) if match else None
    return make_time(*found) if found else None


def parse_date_time(text: str) -> AnyDateTime | None:
    """The date and time of a text; a date alone means its midnight, 24:00:00 the midnight after it."""
    match = _DATE_TIME_TEXT.fullmatch(text)
    day = parse_date(text[: match.start("hour") - 1]) if match else parse_date(text)
    if day is None:
        return None
    found = _clock(match) if match else (0, None)
    return make_date_time(epoch_days(day), *found) if found else None


def _clock(match: re.Match[str]) -> tuple[int, tzinfo | None] | None:
    seconds = int(match["hour"]) * 3600 + int(match["minute"]) * 60 + int(match["second"])
    nanoseconds = seconds * NANOSECONDS_PER_SECOND + int((match["part"] or "0").ljust(9, "0"))
    if nanoseconds > 86_400 * NANOSECONDS_PER_SECOND:
        return None
    if not (match["zulu"] or match["sign"] or match["zone"]):
        return nanoseconds, None
    zone = _zone(match)
    return (nanoseconds, zone) if zone else None


def _zone(match: re.Match[str]) -> tzinfo | None:
    if match["zone"]:
        return named_zone(match["zone"])
    if match["zulu"]:
        return zone_of_offset(0)
    seconds = int(match["zh"]) * 3600 + int(match["zm"]) * 60 + int(match["zs"] or 0)
    return zone_of_offset(-seconds if match["sign"] == "-" else seconds)


def named_zone(name: str) -> tzinfo | None:
    """The zone of the time-zone database, None if it has no such name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """The duration of a text such as P1Y2M or P10DT2H, None if it is none."""
    months = _MONTHS_TEXT.fullmatch(text)
    if months:
        total = int(months[2] or 0) * 12 + int(months[3] or 0)
        return YearsMonthsDuration(-total if months[1] else total)
    days = _DAYS_TEXT.fullmatch(text)
    if days is None:
        return None
    sign, day, hour, minute, second, part = days.groups(default="")
    seconds = int(day or 0) * 86_400 + int(hour or 0) * 3600 + int(minute or 0) * 60 + int(second or 0)
    total = seconds * NANOSECONDS_PER_SECOND + int(part.ljust(9, "0"))
    return DaysTimeDuration(-total if sign else total)


def parse_at_text(text: str) -> object | None:
    """The temporal value of an `@` literal, None if the text means none."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        value: object | None = parse(text)
        if value is not None:
            return value
    return None


def format_date(value: AnyDate | AnyDateTime) -> str:
    """The date as text."""
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def format_time(value: AnyTime | AnyDateTime) -> str:
    """The time of day as text, with its zone or offset."""
    part = f".{nanosecond(value):09d}".rstrip("0").rstrip(".")
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{part}{_format_zone(value)}"


def _format_zone(value: AnyTime | AnyDateTime) -> str:
    name = zone_name(value)
    if name is not None:
        return f"@{name}"
    seconds = offset_seconds(value)
    if seconds is None:
        return ""
    if seconds == 0:
        return "Z"
    hours, rest = divmod(abs(seconds), 3600)
    tail = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{'-' if seconds < 0 else '+'}{hours:02d}:{rest // 60:02d}{tail}"


def format_duration(value: DaysTimeDuration | YearsMonthsDuration) -> str:
    """The duration in its shortest form."""
    if isinstance(value, YearsMonthsDuration):
        years, months = divmod(abs(value.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if value.months < 0 else "") + "P" + (text or "0M")
    seconds, part = divmod(abs(value.nanoseconds), NANOSECONDS_PER_SECOND)
    return ("-" if value.nanoseconds < 0 else "") + "P" + (_format_span(seconds, part) or "T0S")


def _format_span(seconds: int, part: int) -> str:
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    fraction = f".{part:09d}".rstrip("0") if part else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{rest}{fraction}S" if rest or fraction else ""
    return (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


def format_temporal(value: object) -> str:
    """Any temporal value as text."""
    which = kinds.kind(value)
    if which == kinds.DATE:
        return format_date(value)  # type: ignore[arg-type]
    if which == kinds.TIME:
        return format_time(value)  # type: ignore[arg-type]
    if which == kinds.DATE_TIME:
        return f"{format_date(value)}T{format_time(value)}"  # type: ignore[arg-type]
    return format_duration(value)  # type: ignore[arg-type]
