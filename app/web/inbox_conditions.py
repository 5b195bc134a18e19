"""From a query to conditions on user tasks and their cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from app.domain.calendar import SHANGHAI
from app.domain.correction import is_under_correction
from app.engine.casework import END_OF_TIME
from app.engine.inbox import Scope, draft_at, is_in_error, is_marked
from app.engine.inbox_views import end_of_day, is_returned, is_snoozed
from app.engine.tables import instance, process_definition, user_task
from app.web.languages import local
from app.web.query import Term
from app.web.shown_calendar import shown_calendar
from app.web.task_search import is_office_case, mentions, of_applicant, persons_named
from app.web.visibility import APPLICANT_ROLES

Condition = sa.ColumnElement[bool]
Reading = Callable[[str, Term, Scope], Condition]


def conditions_of(terms: Sequence[Term], scope: Scope, *, is_sqlite: bool) -> list[Condition]:
    """What a task must hold; a value that says nothing in this language leaves nothing out by accident."""
    found = []
    for term in terms:
        if term.field:
            read = _FIELDS[term.field]
            either = sa.or_(*(read(value, term, scope) for value in term.values))
        else:
            either = mentions(term.values[0], scope, is_sqlite=is_sqlite)
        found.append(sa.not_(sa.func.coalesce(either, sa.false())) if term.is_denied else either)
    return found


def _step(value: str, _term: Term, _scope: Scope) -> Condition:
    titles = (user_task.c.element_id, user_task.c.title_zh, user_task.c.title_en)
    return sa.or_(*(one.icontains(value, autoescape=True) for one in titles))


def _due(value: str, term: Term, scope: Scope) -> Condition:
    """So many working days left; what is overdue has less than none."""
    if value == "none":
        return user_task.c.due_at.is_(None)
    today, at = local(scope.now).date(), user_task.c.sort_at
    if value == "today":
        return sa.and_(at > _midnight(today), at <= _midnight(today + timedelta(days=1)))
    left, calendar = int(value.removesuffix("d")), shown_calendar()
    begins, ends = (_midnight(calendar.working_days_after(today, count)) for count in (left, left + 1))
    return sa.and_(at < END_OF_TIME, _ordered(at <= begins, at <= ends, term.comparison))


def _age(value: str, term: Term, scope: Scope) -> Condition:
    """So many working days in the step."""
    today, at = local(scope.now).date(), user_task.c.created_at
    days = int(value.removesuffix("d"))
    younger, not_older = (at >= _midnight(_oldest(today, count)) for count in (days - 1, days))
    return _ordered(younger, not_older, term.comparison)


def _ordered(is_less: Condition, is_not_more: Condition, comparison: str) -> Condition:
    return {
        "": sa.and_(sa.not_(is_less), is_not_more),
        "<": is_less,
        "<=": is_not_more,
        ">": sa.not_(is_not_more),
        ">=": sa.not_(is_less),
    }[comparison]


def _oldest(today: date, days: int) -> date:
    """The first day after which at most so many working days have come; tomorrow if less than none are asked for."""
    if days < 0:
        return today + timedelta(days=1)
    day, passed, calendar = today, 0, shown_calendar()
    while passed + calendar.is_working_day(day) <= days:
        passed += calendar.is_working_day(day)
        day -= timedelta(days=1)
    return day


def _started(value: str, term: Term, _scope: Scope) -> Condition:
    if len(value) == len("2026-11-02"):
        first = last = date.fromisoformat(value)
    else:
        first = date.fromisoformat(f"{value}-01")
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    begins, ends = _midnight(first), _midnight(last + timedelta(days=1))
    column = instance.c.started_at
    if term.comparison in ("<", ">="):
        return column < begins if term.comparison == "<" else column >= begins
    if term.comparison in (">", "<="):
        return column >= ends if term.comparison == ">" else column < ends
    return sa.and_(column >= begins, column < ends)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def _role(value: str, _term: Term, _scope: Scope) -> Condition:
    return user_task.c.role == value


def _assignee(value: str, _term: Term, scope: Scope) -> Condition:
    if value == "me":
        return user_task.c.assignee_id.in_(sorted(scope.actor.desk))
    if value == "none":
        return user_task.c.assignee_id.is_(None)
    own = sorted(scope.actor.organisations)
    is_applicants = sa.func.coalesce(instance.c.organisation_id.in_(own), sa.false())
    is_own = sa.or_(~is_applicants, user_task.c.organisation_id.in_(own))  # names of the office are not an applicant's
    return sa.and_(user_task.c.assignee_id.in_(persons_named(value)), is_own)


def _number(value: str, _term: Term, _scope: Scope) -> Condition:
    return instance.c.business_key.icontains(value, autoescape=True)


def _applicant(value: str, _term: Term, scope: Scope) -> Condition:
    return of_applicant(value, scope)


def _flag(value: str, _term: Term, scope: Scope) -> Condition:
    flagged = _is_marked_for("flag", scope)
    return flagged if value == "yes" else ~flagged


def _is_marked_for(kind: str, scope: Scope) -> Condition:
    """Marks are the team's: for an applicant or an expert there are none."""
    return sa.and_(is_office_case(scope), is_marked(kind))


def _process(value: str, _term: Term, _scope: Scope) -> Condition:
    titled = sa.select(process_definition.c.id).where(
        sa.or_(
            *(
                one.icontains(value, autoescape=True)
                for one in (
                    process_definition.c.process_key, process_definition.c.title_zh, process_definition.c.title_en,
                )
            )
        )
    )  # fmt: skip
    return instance.c.definition_id.in_(titled)


def _state(value: str, _term: Term, scope: Scope) -> Condition:
    return _STATES[value](scope)


def _is_due_today(scope: Scope) -> Condition:
    return sa.and_(user_task.c.sort_at >= scope.now, user_task.c.sort_at <= end_of_day(scope.now))


def _is_others(scope: Scope) -> Condition:
    holder = user_task.c.assignee_id
    return sa.and_(holder.is_not(None), holder.not_in(sorted(scope.actor.desk)))


def _is_paused(scope: Scope) -> Condition:
    """The office's clock alone stands still: the applicant's own runs."""
    is_theirs = sa.and_(user_task.c.status == "open", user_task.c.role.in_(APPLICANT_ROLES))
    return sa.and_(is_office_case(scope), is_theirs, is_under_correction(instance.c.business_key))


_STATES: Mapping[str, Callable[[Scope], Condition]] = {
    "overdue": lambda scope: user_task.c.sort_at < scope.now,
    "today": _is_due_today,
    "returned": lambda _: is_returned(),
    "flagged": lambda scope: _is_marked_for("flag", scope),
    "urgent": lambda scope: _is_marked_for("urgent", scope),
    "draft": lambda scope: draft_at(scope.actor.person_id).is_not(None),
    "paused": _is_paused,
    "suspended": lambda _: instance.c.status == "suspended",
    "error": lambda scope: sa.and_(is_office_case(scope), is_in_error()),
    "mine": lambda scope: user_task.c.assignee_id.in_(sorted(scope.actor.desk)),
    "free": lambda _: user_task.c.assignee_id.is_(None),
    "other": _is_others,
    "snoozed": is_snoozed,
}

_FIELDS: Mapping[str, Reading] = {
    "step": _step, "due": _due, "waiting": _role, "state": _state, "assignee": _assignee, "number": _number,
    "applicant": _applicant, "role": _role, "age": _age, "flag": _flag, "process": _process, "started": _started,
}  # fmt: skip
