"""The proleptic Gregorian calendar for every year, also those that Python's datetime lacks."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from app.feel.values import (
    NANOSECONDS_PER_DAY,
    NANOSECONDS_PER_SECOND,
    WideDate,
    WideDateTime,
    WideTime,
)

AnyDate = date | WideDate
AnyTime = time | WideTime
AnyDateTime = datetime | WideDateTime
MAX_YEAR = 999_999_999
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_REFERENCE = datetime(1970, 1, 1, tzinfo=UTC)


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """The number of days of the month."""
    return 29 if month == 2 and is_leap(year) else _DAYS_IN_MONTH[month - 1]


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """The date, or None if the calendar does not have it."""
    if not (1 <= month <= 12 and -MAX_YEAR <= year <= MAX_YEAR and 1 <= day <= days_in_month(year, month)):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else WideDate(year, month, day)


def make_time(nanosecond_of_day: int, zone: tzinfo | None) -> AnyTime:
    """The time of day so many nanoseconds after midnight."""
    hour, minute, second, nanosecond = _clock(nanosecond_of_day % NANOSECONDS_PER_DAY)
    if nanosecond % 1000:
        return WideTime(hour, minute, second, nanosecond, zone)
    return time(hour, minute, second, nanosecond // 1000, tzinfo=zone)


def make_date_time(days: int, nanosecond_of_day: int, zone: tzinfo | None) -> AnyDateTime | None:
    """The date and time of an epoch day and a time of day; the latter may run over. None beyond the years we hold."""
    extra, nanoseconds = divmod(nanosecond_of_day, NANOSECONDS_PER_DAY)
    year, month, day = date_of_days(days + extra)
    if not -MAX_YEAR <= year <= MAX_YEAR:
        return None
    hour, minute, second, nanosecond = _clock(nanoseconds)
    if 1 <= year <= 9999 and nanosecond % 1000 == 0:
        return datetime(year, month, day, hour, minute, second, nanosecond // 1000, tzinfo=zone)
    return WideDateTime(year, month, day, hour, minute, second, nanosecond, zone)


def _clock(nanoseconds: int) -> tuple[int, int, int, int]:
    seconds, nanosecond = divmod(nanoseconds, NANOSECONDS_PER_SECOND)
    return seconds // 3600, seconds // 60 % 60, seconds % 60, nanosecond


def epoch_days(value: AnyDate | AnyDateTime) -> int:
    """Days from 1970-01-01 to the date; before it negative."""
    # Counting from March makes the leap day the last of the year (after H. Hinnant's days_from_civil).
    year = value.year - (value.month <= 2)
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((value.month + 9) % 12) + 2) // 5 + value.day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def date_of_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of an epoch day."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def nanosecond(value: AnyTime | AnyDateTime) -> int:
    """The part of the second, in nanoseconds."""
    return value.nanosecond if isinstance(value, WideTime | WideDateTime) else value.microsecond * 1000


def nanosecond_of_day(value: AnyTime | AnyDateTime) -> int:
    """Nanoseconds since midnight on the clock of the value."""
    return (value.hour * 3600 + value.minute * 60 + value.second) * NANOSECONDS_PER_SECOND + nanosecond(value)


def offset_seconds(value: AnyTime | AnyDateTime) -> int | None:
    """Seconds east of UTC, None for a local value.

    A time of day in a named zone takes the zone's offset of 1970, so that the result never depends on today.
    """
    zone = value.tzinfo
    if zone is None:
        return None
    moment = _REFERENCE.replace(tzinfo=None)
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
    elif isinstance(value, WideDateTime) and 1 <= value.year <= 9999:
        moment = datetime(value.year, value.month, value.day, value.hour, value.minute, value.second)  # noqa: DTZ001 - a wall clock
    elif isinstance(value, WideDateTime):
        moment = datetime(1 + (value.year > 0) * 9997, 6, 1)  # noqa: DTZ001 - a wall clock
    offset = zone.utcoffset(moment)
    return None if offset is None else offset.days * 86_400 + offset.seconds


def instant(value: AnyDateTime) -> int:
    """Nanoseconds since the epoch; a local value counts as if its clock were UTC."""
    wall = epoch_days(value) * NANOSECONDS_PER_DAY + nanosecond_of_day(value)
    return wall - (offset_seconds(value) or 0) * NANOSECONDS_PER_SECOND


def zone_of_offset(seconds: int) -> tzinfo | None:
    """The zone of a fixed offset; None beyond 18 hours, which the standard excludes."""
    if abs(seconds) > 18 * 3600:
        return None
    return UTC if seconds == 0 else timezone(timedelta(seconds=seconds))


def zone_name(value: AnyTime | AnyDateTime) -> str | None:
    """The name of the zone, such as Asia/Shanghai, None for an offset or a local value."""
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def midnight(value: AnyDate) -> AnyDateTime:
    """The start of the date in UTC, as which a date counts among date-times."""
    moment = make_date_time(epoch_days(value), 0, UTC)
    assert moment is not None, "a date that exists has a midnight"
    return moment
