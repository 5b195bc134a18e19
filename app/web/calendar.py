"""The calendar of working days: a year to look at, its changes, and what the bureau may do to it."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.calendar import FIRST_YEAR, LAST_YEAR, SHANGHAI, calendar_of, is_in_package, local_day
from app.domain.calendar_change import DayKind, adopted_years, changes_of
from app.domain.calendar_edit import Grounds, adopt_notice, change_day, differences, with_differences
from app.domain.errors import DomainError
from app.domain.notice_text import NoticeUnreadableError, name_in_english, read_notice
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import wants_excel
from app.web.moved_deadlines import moved_deadlines
from app.web.people import names_of
from app.web.permissions import READERS
from app.web.public_files import special_days_file
from app.web.reckoning import state_words
from app.web.shown_calendar import look_again
from app.web.signed_in import signed_in, visitor
from app.web.year_view import months_of, special_days

blueprint = Blueprint("calendar", __name__)

MOST_TEXT = 20_000
MOST_MOVED = 50
"""How many open deadlines the preview lists; it counts all of them."""

Answer = str | tuple[str, int]


@blueprint.get("/calendar")
def show() -> Response | Answer:
    """A year; the bureau finds the form for one day below it."""
    year = _asked_year(request.args.get("year"))
    if wants_excel():
        with reading(context().database) as unit:
            return special_days_file(special_days(calendar_of(unit.session), year), year)
    return _year_page(year, {"day": request.args.get("day", "")}, {})


@blueprint.post("/calendar/days")
def change() -> Response | Answer:
    """Make one day a holiday, a make-up working day, or what its weekday makes it."""
    typed = {name: request.form.get(name, "").strip()[:500] for name in
             ("day", "kind", "name_zh", "name_en", "reason", "source")}  # fmt: skip
    errors = _missing(typed)
    day = _date(typed["day"])
    if errors or day is None:
        return _year_page(_now().astimezone(SHANGHAI).year if day is None else day.year, typed, errors), 422
    try:
        with unit_of_work(context().database) as unit:
            name_en = typed["name_en"] or name_in_english(typed["name_zh"])
            change_day(
                unit.session, day, DayKind(typed["kind"]), _grounds(unit, typed), name_zh=typed["name_zh"],
                name_en=name_en,
            )  # fmt: skip
    except DomainError as refused:
        return _year_page(_year_or_now(day.year), typed, {"day": message_of(refused)}), 422
    look_again()
    flash(gettext("Saved. It counts for deadlines that are fixed from now on; those already fixed in a case stay."))
    return redirect(url_for("calendar.show", year=day.year))


@blueprint.get("/calendar/notice")
def show_notice() -> str:
    """The form that takes in the State Council's notice of a year."""
    return _notice_page(_asked_year(request.args.get("year")), {})


@blueprint.post("/calendar/notice/preview")
def preview_notice() -> Answer:
    """What the notice would change, and which open deadlines would come out otherwise."""
    year, typed = _posted_notice()
    try:
        days = read_notice(typed["text"], year)
    except NoticeUnreadableError as unreadable:
        return _notice_page(year, typed, unreadable=unreadable), 422
    with reading(context().database) as unit:
        found = differences(calendar_of(unit.session), year, days)
        moved = moved_deadlines(unit, with_differences(calendar_of(unit.session), found), context().now(unit))
    return render_template(
        "calendar/preview.html", year=year, typed=typed, moving=[one for one in found if one.moves_counting],
        renamed=sum(not one.moves_counting for one in found), moved=moved[:MOST_MOVED], moved_count=len(moved),
        state_words=state_words,
    )  # fmt: skip


@blueprint.post("/calendar/notice/lines")
def edit_notice() -> str:
    """Back from the preview to the lines; nothing typed is lost."""
    return _notice_page(*_posted_notice())


@blueprint.post("/calendar/notice")
def adopt() -> Response | Answer:
    """Take the notice in: the year counts by it from now on."""
    year, typed = _posted_notice()
    if not typed["source"]:
        return _notice_page(year, typed, error=gettext("Write where the notice was published: number and date.")), 422
    try:
        with unit_of_work(context().database) as unit:
            reason = gettext("Notice of the holidays of %(year)d", year=year)
            adopt_notice(unit.session, year, typed["text"], _grounds(unit, {**typed, "reason": reason}))
    except NoticeUnreadableError as unreadable:
        return _notice_page(year, typed, unreadable=unreadable), 422
    look_again()
    flash(gettext("The notice of %(year)d is in force. Deadlines already fixed in a case stay as they are.", year=year))
    return redirect(url_for("calendar.show", year=year))


def _year_page(year: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    with reading(context().database) as unit:
        calendar, made = calendar_of(unit.session), changes_of(unit.session, year)
        names = names_of(unit.connection, [one.changed_by for one in made]) if _is_reader() else {}
        adopted = adopted_years(unit.session)
    return render_template(
        "calendar/show.html", year=year, months=months_of(calendar, year), special=special_days(calendar, year),
        changes=made, names=names, is_known=year in adopted or is_in_package(year), typed=typed, errors=errors,
        first_year=FIRST_YEAR, last_year=LAST_YEAR, state_words=state_words, kind_name=_kind_name, kinds=list(DayKind),
    )  # fmt: skip


def _notice_page(
    year: int, typed: dict[str, str], *, unreadable: NoticeUnreadableError | None = None, error: str = ""
) -> str:
    return render_template("calendar/notice.html", year=year, typed=typed, unreadable=unreadable, error=error)


def _kind_name(kind: str) -> str:
    names = {
        "holiday": gettext("Holiday"), "make_up": gettext("Make-up working day"),
        "ordinary": gettext("Counts by the week"),
    }  # fmt: skip
    return str(names.get(kind, kind))


def _missing(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if _date(typed["day"]) is None:
        errors["day"] = gettext("Choose a day.")
    if typed["kind"] not in set(DayKind):
        errors["kind"] = gettext("Choose how the day counts.")
    if typed["kind"] == DayKind.HOLIDAY and not typed["name_zh"]:
        errors["name_zh"] = gettext("Write the name of the holiday.")
    for name in ("name_zh", "name_en"):
        if len(typed[name]) > 60:
            errors[name] = gettext("At most %(count)d characters.", count=60)
    if not typed["reason"]:
        errors["reason"] = gettext("Write why; the history keeps it.")
    if not typed["source"] or len(typed["source"]) > 200:
        errors["source"] = gettext("Name the paper that says so, in at most 200 characters.")
    return errors


def _grounds(unit: UnitOfWork, typed: dict[str, str]) -> Grounds:
    return Grounds(typed["reason"], typed["source"], signed_in().person_id, context().now(unit))


def _posted_notice() -> tuple[int, dict[str, str]]:
    typed = {
        "text": request.form.get("text", "")[:MOST_TEXT],
        "source": request.form.get("source", "").strip()[:200],
    }
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        typed["text"] = upload.stream.read(MOST_TEXT).decode("utf-8-sig", errors="replace")
    return _asked_year(request.form.get("year")), typed


def _asked_year(text: str | None) -> int:
    """The year that was asked for, this year if none was; what the calendar does not know is not there."""
    if not text:
        return local_day(_now()).year
    if not (text.isdecimal() and FIRST_YEAR <= int(text[:6]) <= LAST_YEAR):
        raise NotFound
    return int(text)


def _year_or_now(year: int) -> int:
    return year if FIRST_YEAR <= year <= LAST_YEAR else local_day(_now()).year


def _now() -> datetime:
    with reading(context().database) as unit:
        return context().now(unit)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_reader() -> bool:
    who = visitor()
    return who is not None and bool(READERS & who.roles)
