"""Rows of the inbox: what one line of the list says about a user task, in words and shapes, to its reader."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext, ngettext

from app.db import UnitOfWork
from app.domain.correction import open_corrections
from app.engine.inbox import Scope
from app.web.due import Due, age_days, due_of
from app.web.languages import clock_time, day, language, local, pick
from app.web.people import names_of, organisation_names
from app.web.pips import Pip, pips_of
from app.web.task_search import APART
from app.web.visibility import APPLICANT_ROLES, Sight, Standing, sights_of


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has a task, as a mark with words; `state` "" is plain text."""

    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One task in a list."""

    task_id: int
    case_number: str
    subject: str
    title: str
    role: str
    process_version: int
    due: Due | None
    trouble: Holding | None
    """Suspended, in error, or under correction; then the due time is not what matters."""
    holding: Holding
    is_claimable: bool
    age_days: int
    since: datetime
    ended_at: datetime | None
    is_urgent: bool = False
    is_flagged: bool = False
    is_returned: bool = False
    snoozed_until: datetime | None = None
    last_words: str = ""
    """When something last happened in the case; "" where the reader may not follow it."""
    pips: Sequence[Pip] = ()
    case_url: str = ""
    """Where an applicant reads of a step that is not theirs; "" where the task itself opens."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows of one page need beside themselves."""

    scope: Scope
    names: dict[int | None, str]
    applicants: dict[int | None, str]
    sights: dict[str, Sight | None]
    pips: dict[str, list[Pip]]
    under_correction: Collection[str]


def rows_of(unit: UnitOfWork, tasks: Sequence[sa.RowMapping], scope: Scope) -> list[Row]:
    """The rows of one page of a list, for the person who looks; at most six queries whatever their number."""
    if not tasks:
        return []
    sights = sights_of(unit, scope.actor, {task["business_key"]: task["applicant_id"] for task in tasks})
    office = [task for task in tasks if _stands(sights[task["business_key"]], Standing.OFFICE)]
    scored = [task["business_key"] for task in office if task["role"] in APART]
    mended = [task["business_key"] for task in office if task["role"] in APPLICANT_ROLES]
    facts = _Facts(
        scope, names_of(unit.connection, [task["assignee_id"] for task in tasks]),
        organisation_names(unit.connection, [task["applicant_id"] for task in tasks], language()),
        sights, pips_of(unit.connection, scored, now=scope.now),
        open_corrections(unit.session, mended) if mended else (),
    )  # fmt: skip
    return [_row(task, facts) for task in tasks]


def _stands(sight: Sight | None, standing: Standing) -> bool:
    return sight is not None and sight.standing is standing


def _row(task: sa.RowMapping, facts: _Facts) -> Row:
    scope, sight = facts.scope, facts.sights[task["business_key"]]
    is_open, is_office = task["status"] == "open", _stands(sight, Standing.OFFICE)
    is_seen = sight is None or sight.sees_task(task)
    pips = facts.pips.get(task["business_key"], ()) if task["role"] in APART else ()
    return Row(
        task_id=task["id"],
        case_number=task["business_key"],
        subject=_subject(task, sight, facts),
        title=pick(task),
        role=task["role"],
        process_version=task["process_version"],
        due=due_of(task["due_at"], scope.now) if is_open else None,
        trouble=trouble_of(
            task["instance_status"], in_error=task["is_in_error"] and is_office,
            is_under_correction=is_open and task["business_key"] in facts.under_correction,
        ),
        holding=_holding(task, facts, pips) if is_seen else Holding("wait", gettext("at work")),
        is_claimable=_is_claimable(task, scope),
        age_days=age_days(task["created_at"], scope.now),
        since=task["created_at"],
        ended_at=task["ended_at"],
        is_urgent=task["is_urgent"] and is_office,
        is_flagged=task["is_flagged"] and is_office,
        is_returned=task["is_returned"] and is_open and is_seen,
        snoozed_until=task["snoozed_until"],
        last_words=_when(task["last_at"], scope.now) if is_office and task["last_at"] else "",
        pips=pips,
        case_url="" if is_seen else url_for("cases.show", instance_id=task["instance_id"]),
    )  # fmt: skip


def _holding(task: sa.RowMapping, facts: _Facts, pips: Sequence[Pip]) -> Holding:
    """Who has it; of a step that a whole panel does, how many are still at it."""
    at_work = sum(pip.state not in ("done", "out") for pip in pips)
    if at_work:
        return Holding("other", ngettext("%(num)d expert at work", "%(num)d experts at work", at_work))
    actor, now = facts.scope.actor, facts.scope.now
    return holding_of(task, actor.person_id, facts.names, task["draft_at"], now, desk=actor.desk)


def _subject(task: sa.RowMapping, sight: Sight | None, facts: _Facts) -> str:
    """Whom it is about; an expert reads it in the list once they have declared no interest."""
    if task["role"] in APART and not (_stands(sight, Standing.OFFICE) or (sight is not None and sight.is_admitted)):
        return ""
    return facts.applicants.get(task["applicant_id"]) or str(task["subject"])


def _is_claimable(task: sa.RowMapping, scope: Scope) -> bool:
    is_free = task["status"] == "open" and task["assignee_id"] is None and task["instance_status"] == "running"
    return is_free and scope.actor.may_take(
        role=task["role"], organisation_id=task["organisation_id"], applicant_id=task["applicant_id"]
    )


def trouble_of(instance_status: str, *, in_error: bool, is_under_correction: bool = False) -> Holding | None:
    """What keeps the office from going on with a case; None: nothing does."""
    if instance_status == "suspended":
        return Holding("suspended", gettext("suspended"))
    if instance_status == "cancelled":
        return Holding("suspended", gettext("cancelled"))
    if in_error:
        return Holding("error", gettext("in error, administrators told"))
    if is_under_correction:
        return Holding("paused", gettext("under correction, clock paused"))
    return None


def holding_of(
    task: sa.RowMapping, person_id: int, names: dict[int | None, str], draft_at: datetime | None, now: datetime, *,
    desk: frozenset[int] = frozenset(),
) -> Holding:  # fmt: skip
    """Who has the task: me, me with a draft, me for somebody absent, somebody else since when, nobody.

    Args:
        desk: the reader with everybody whom they stand in for.
    """
    if task["status"] != "open":
        return Holding("", gettext("done") if task["status"] == "completed" else gettext("withdrawn"))
    if task["assignee_id"] is None:
        return Holding("free", gettext("nobody yet"))
    if task["assignee_id"] == person_id:
        if draft_at is None:
            return Holding("mine", gettext("me"))
        return Holding("draft", gettext("me, draft %(when)s", when=_when(draft_at, now)))
    name, since = names.get(task["assignee_id"], ""), task["claimed_at"] or task["created_at"]
    if task["assignee_id"] in desk:
        return Holding("mine", gettext("me, for %(name)s", name=name))
    return Holding("other", gettext("%(name)s, since %(when)s", name=name, when=_when(since, now)))


def _when(at: datetime, now: datetime) -> str:
    """The time of day for today, else the day."""
    return clock_time(at) if local(at).date() == local(now).date() else day(at)
