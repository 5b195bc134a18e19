"""Days, deadlines and values in the words of a reader's language, for messages and letters; pages speak through the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.calendar import SHANGHAI

LANGUAGES = ("zh", "en")
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_in(language: str, on: date) -> str:
    """A date with its weekday: 11 月 27 日（周五） / Fri 27 Nov."""
    if language == "zh":
        return f"{on.month} 月 {on.day} 日（周{WEEKDAYS_ZH[on.weekday()]}）"
    return f"{WEEKDAYS_EN[on.weekday()]} {on.day} {MONTHS_EN[on.month - 1]}"


def full_day_in(language: str, on: date) -> str:
    """A date with its year, as a letter writes it: 2026 年 11 月 27 日 / 27 Nov 2026."""
    if language == "zh":
        return f"{on.year} 年 {on.month} 月 {on.day} 日"
    return f"{on.day} {MONTHS_EN[on.month - 1]} {on.year}"


def deadline_in(language: str, until: datetime) -> str:
    """The last day of a deadline, which ends at 24:00: the instant 00:00 belongs to the day before."""
    at = until.astimezone(SHANGHAI)
    gap = "" if language == "zh" else " "  # a Chinese date ends with a bracket that is a space wide
    if at.hour == at.minute == 0:
        return f"{day_in(language, (at - timedelta(days=1)).date())}{gap}24:00"
    return f"{day_in(language, at.date())}{gap}{at:%H:%M}"


def say(value: Any, language: str) -> str:
    """A value as one line of plain text: a deadline, a day, a text, or a text in each language ({"zh": …, "en": …}).

    Line breaks and control characters become spaces, so that no value adds a line, or a header to an e-mail.
    """
    if isinstance(value, Mapping):
        return say(value[language], language)
    if isinstance(value, datetime):
        return deadline_in(language, value)
    if isinstance(value, date):
        return full_day_in(language, value)
    return " ".join("".join(one if _stays(one) else " " for one in str(value)).split())


def _stays(character: str) -> bool:
    """Whether a character is one to be read; rare characters of names may be of the private use area."""
    return character.isprintable() or unicodedata.category(character) == "Co"
