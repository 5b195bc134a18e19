"""`/deadlines?from=2026-09-30&days=5`: how any deadline counts, day by day, open to everybody."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request
from flask_babel import gettext

from app.db import reading
from app.domain.calendar import FIRST_YEAR, LAST_YEAR, SHANGHAI, is_in_package
from app.domain.calendar_change import adopted_years
from app.web.context import context
from app.web.reckoning import Reckoning, reckon

blueprint = Blueprint("deadlines", __name__)

MOST_DAYS = 250
"""The longest term that is laid open: about a year of working days."""


@blueprint.get("/deadlines")
def show() -> str | tuple[str, int]:
    """The form; with a day and a number of working days, the answer."""
    typed = {"from": request.args.get("from", "")[:40], "days": request.args.get("days", "")[:10]}
    start, days = _instant(typed["from"]), _count(typed["days"])
    errors: dict[str, str] = {}
    if typed["from"] and start is None:
        errors["from"] = gettext("Write a day between %(first)d and %(last)d.", first=FIRST_YEAR, last=LAST_YEAR - 1)
    if typed["days"] and days is None:
        errors["days"] = gettext("Write a whole number from 0 to %(most)d.", most=MOST_DAYS)
    with reading(context().database) as unit:
        now, adopted = context().now(unit), adopted_years(unit.session)
    found = reckon(start, days, now) if start is not None and days is not None else None
    page = render_template(
        "due/show.html", typed=typed, errors=errors, found=found, most=MOST_DAYS,
        unknown=[year for year in _years(found) if year not in adopted and not is_in_package(year)],
    )  # fmt: skip
    return (page, 422) if errors else page


def _instant(text: str) -> datetime | None:
    """A day or an instant; without a zone it is Shanghai's."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found.replace(tzinfo=found.tzinfo or SHANGHAI)
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() and int(text) <= MOST_DAYS else None


def _years(found: Reckoning | None) -> list[int]:
    return sorted({found.start.year, *(one.on.year for one in found.days)}) if found else []
