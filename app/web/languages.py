"""zh-CN first, English second: which one this request speaks, and dates, amounts and words in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, has_request_context, request, session
from flask_babel import Babel

from app.domain import money_words
from app.domain.calendar import SHANGHAI
from app.domain.wording import day_in, deadline_in
from app.web.signed_in import visitor
from app.web.words import criterion_name, reply_name

LANGUAGES = {"zh": "zh_CN", "en": "en"}


def speak(app: Flask) -> None:
    """Choose the language of each request and give templates their words."""
    app.config.update(BABEL_DEFAULT_LOCALE="zh_CN", BABEL_DEFAULT_TIMEZONE="Asia/Shanghai")
    Babel(app, locale_selector=lambda: LANGUAGES[language()])
    app.jinja_env.filters.update(
        day=day, moment=moment, clock_time=clock_time, yuan=yuan, points=points, file_size=file_size, in_language=pick,
        deadline=deadline, criterion_name=criterion_name, reply_name=reply_name, capitals=money_words.in_capitals,
    )  # fmt: skip
    app.jinja_env.globals.update(language=language)


def language() -> str:
    """Either zh or en: what the visitor chose, else their account's, else what the browser asks for."""
    if not has_request_context():
        return "zh"
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    who = visitor() if request.endpoint else None
    if who is not None:
        return who.language
    return request.accept_languages.best_match(["zh", "en"]) or "zh"


def pick(row: Any, name: str = "title") -> str:
    """`title_zh` or `title_en` of a row or object, as the reader's language asks."""
    key = f"{name}_{language()}"
    value = row[key] if hasattr(row, "keys") else getattr(row, key)
    return str(value)


def day(value: date | datetime | None) -> str:
    """A date with its weekday: 11 月 27 日（周五） / Fri 27 Nov."""
    if value is None:
        return ""
    return day_in(language(), local(value).date() if isinstance(value, datetime) else value)


def deadline(value: datetime | None) -> str:
    """The last day of a deadline, which ends at 24:00: the instant 00:00 belongs to the day before."""
    return deadline_in(language(), local(value)) if value is not None else ""


def moment(value: datetime | None) -> str:
    """An instant to the minute, in Asia/Shanghai."""
    return f"{local(value):%Y-%m-%d %H:%M}" if value else ""


def clock_time(value: datetime | None) -> str:
    """The time of day, in Asia/Shanghai."""
    return f"{local(value):%H:%M}" if value else ""


def local(value: datetime) -> datetime:
    """An instant on Shanghai's clock, which has no summer time."""
    return value.replace(tzinfo=value.tzinfo or UTC).astimezone(SHANGHAI)


def yuan(fen: int | None) -> str:
    """An amount of fen in yuan: 1,450.00."""
    return "" if fen is None else money_words.yuan(fen)


def points(hundredths: int | None) -> str:
    """A score kept in hundredths: 78.40."""
    return "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


def file_size(size_bytes: int) -> str:
    """A file's size in KB or MB, as people say it."""
    return (
        f"{max(1, round(size_bytes / 1024))} KB" if size_bytes < 1024 * 1024 else f"{size_bytes / 1024 / 1024:.1f} MB"
    )
