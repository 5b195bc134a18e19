"""What a person does with a task beside doing it: put it aside, flag it, call it urgent, hand it over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from app.db import UnitOfWork, unit_of_work
from app.domain.calendar import SHANGHAI, local_day
from app.domain.role_grant import Role
from app.engine import user_tasks
from app.engine.errors import Conflict
from app.engine.task_marks import Mark, NotInTheFutureError, mark_task, snooze_task, unmark_task, wake_task
from app.web.conflicts import conflict_page
from app.web.context import context
from app.web.languages import day
from app.web.shown_calendar import shown_calendar
from app.web.sign_in import inside
from app.web.signed_in import actor_of, signed_in
from app.web.visibility import Standing, task_for

blueprint = Blueprint("desk", __name__, url_prefix="/tasks")

Answer = Response | tuple[str, int]
REASON_MAX_CHARACTERS = 200
SNOOZE_MAX_DAYS = 60


@blueprint.post("/<int:task_id>/snooze")
def snooze(task_id: int) -> Answer:
    """Put a task aside until a day, or for some working days; it comes back by itself."""
    reason = request.form.get("reason", "").strip()[:REASON_MAX_CHARACTERS]
    until: list[datetime] = []

    def act(unit: UnitOfWork, now: datetime) -> None:
        found = until_of(request.form.get("until", ""), request.form.get("days", ""), now=now)
        if found is None:
            raise NotInTheFutureError(now)
        snooze_task(unit, task_id, signed_in().person_id, until_at=found, now=now, reason=reason)
        until.append(found)

    try:
        return _do(
            task_id, act, lambda: gettext("Put aside until %(day)s; it comes back by itself.", day=day(until[0]))
        )
    except NotInTheFutureError:
        flash(
            gettext("Give a day after today, or from 1 to %(most)d working days.", most=SNOOZE_MAX_DAYS), "error"
        )  # fmt: skip
        return redirect(_here(task_id))


@blueprint.post("/<int:task_id>/wake")
def wake(task_id: int) -> Answer:
    """Put a task back into one's lists."""

    def act(unit: UnitOfWork, _now: datetime) -> None:
        wake_task(unit, task_id, signed_in().person_id)

    return _do(task_id, act, lambda: gettext("The task stands in your lists again."))


@blueprint.post("/<int:task_id>/flag")
def flag(task_id: int) -> Answer:
    """Put the flag on, or take it off; everybody sees it who sees the task."""
    return _mark(task_id, Mark.FLAG)


@blueprint.post("/<int:task_id>/urgent")
def urge(task_id: int) -> Answer:
    """Call a task urgent, or no longer; a supervisor does."""
    return _mark(task_id, Mark.URGENT)


@blueprint.post("/<int:task_id>/hand-over")
def hand_over(task_id: int) -> Answer:
    """Give one's own task to a colleague who may do it, with the reason."""
    person_id = request.form.get("person_id", type=int)
    reason = request.form.get("reason", "").strip()[:REASON_MAX_CHARACTERS]
    if person_id is None or not reason:
        flash(gettext("Choose a person and write the reason."), "error")
        return redirect(_here(task_id))

    def act(unit: UnitOfWork, now: datetime) -> None:
        to = actor_of(unit.connection, person_id)
        user_tasks.hand_over_task(
            unit, context().runtime, task_id, to=to, actor=signed_in().actor, reason=reason, now=now
        )

    return _do(task_id, act, lambda: gettext("The task has been handed over. Your draft stays with you."))


def until_of(until: str, days: str, *, now: datetime) -> datetime | None:
    """The morning on which a task comes back; None: neither a day to come nor a number of days was given."""
    today = local_day(now)
    if days.strip():
        count = int(days) if days.strip().isascii() and days.strip().isdigit() else 0
        return _morning(shown_calendar().working_days_after(today, count)) if 1 <= count <= SNOOZE_MAX_DAYS else None
    try:
        back = date.fromisoformat(until.strip())
    except ValueError:
        return None
    return _morning(back) if back > today else None


def may_urge() -> bool:
    """Whether the reader may call a task urgent."""
    return Role.SUPERVISOR in signed_in().roles


def _mark(task_id: int, mark: Mark) -> Answer:
    put_on = request.form.get("on") == "yes"
    if mark is Mark.URGENT and not may_urge():
        raise Forbidden
    change = mark_task if put_on else unmark_task

    def act(unit: UnitOfWork, now: datetime) -> None:
        _, sight = task_for(unit, task_id, signed_in().actor)
        if sight.standing is not Standing.OFFICE:
            raise Forbidden
        change(unit, task_id, mark, by=signed_in().person_id, now=now)

    words = {
        (Mark.FLAG, True): lambda: gettext("Flagged; your colleagues see it."),
        (Mark.FLAG, False): lambda: gettext("The flag is off."),
        (Mark.URGENT, True): lambda: gettext("The task is urgent now."),
        (Mark.URGENT, False): lambda: gettext("The task is no longer urgent."),
    }
    return _do(task_id, act, words[mark, put_on])


def _do(task_id: int, act: Callable[[UnitOfWork, datetime], None], words: Callable[[], str]) -> Answer:
    """Do it if the task is for these eyes, say so, and go back to where it was asked."""
    try:
        with unit_of_work(context().database) as unit:
            task_for(unit, task_id, signed_in().actor)
            act(unit, context().now(unit))
    except Conflict as conflict:
        return conflict_page(task_id, conflict, back=inside(request.form.get("back")) or url_for("inbox.show"))
    flash(words())
    return redirect(_here(task_id))


def _here(task_id: int) -> str:
    return inside(request.form.get("here")) or url_for("tasks.show", task_id=task_id)


def _morning(on: date) -> datetime:
    return datetime.combine(on, time(), SHANGHAI).astimezone(UTC)
