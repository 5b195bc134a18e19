"""Days as addresses and forms of the finance desk carry them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from app.domain.calendar import SHANGHAI


def day_of(text: str) -> date | None:
    """The day of a text such as 2026-11-24; None for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def midnight(text: str, *, after: int = 0) -> datetime | None:
    """The beginning of a day in Asia/Shanghai, or of one so many days later; None for what is no day."""
    on = day_of(text)
    return None if on is None else datetime.combine(on + timedelta(days=after), time.min, SHANGHAI)


def year_of(text: str) -> int | None:
    """The year of a text such as 2026; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
