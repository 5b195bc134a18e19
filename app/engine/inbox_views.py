"""The views of an inbox, said to the database: each is one or several ways along an index.

A way is a list of conditions whose first names an index, so that a page of a list costs its rows and not the table's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.db import Instant
from app.engine.actor import Actor
from app.engine.kernel.durations import SHANGHAI
from app.engine.tables import instance, task_snooze, user_task

Condition = sa.ColumnElement[bool]
Way = list[Condition]


class View(StrEnum):
    """What part of the inbox is looked at."""

    MINE = "mine"
    CLAIMABLE = "claimable"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    RETURNED = "returned"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    COMING = "coming"
    DONE = "done"


OF_OTHERS = frozenset({View.WAITING, View.COMING})
"""Views that list what is not on the reader's own desk."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """User tasks of a bundle after which a task of the reader's roles may be the next."""

    bundle_id: int
    role: str
    """The lane of those tasks."""
    places: tuple[tuple[str, str], ...]
    """(process key, element id)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom and when a view is read."""

    actor: Actor
    now: datetime
    upstream: tuple[Upstream, ...] = ()
    """What `coming` looks at; empty for whoever sees no case but their own."""
    apart: frozenset[str] = frozenset()
    """Roles that work apart: whoever has a task of one in a case sees nothing else of that case."""


def ways(view: View, scope: Scope) -> list[Way]:
    """The ways that together are the view; no task lies on two of them."""
    apart: dict[View, Callable[[], list[Way]]] = {
        View.DONE: lambda: [[user_task.c.completed_by == scope.actor.person_id, user_task.c.status == "completed"]],
        View.WAITING: lambda: [_waiting(scope)],
        View.COMING: lambda: [_coming(scope, one) for one in scope.upstream],
        View.SNOOZED: lambda: [[is_snoozed(scope), *way] for way in _desk(scope)],
    }
    found = apart[view]() if view in apart else [[*way, ~is_snoozed(scope)] for way in _awake(view, scope)]
    return [[*way, not_kept_out(scope.actor)] for way in found]


def not_kept_out(actor: Actor) -> Condition:
    """Only cases of organisations that the person is not tied to; whatever lists or counts cases asks this."""
    if not actor.barred:
        return sa.true()
    return sa.or_(instance.c.organisation_id.is_(None), instance.c.organisation_id.not_in(sorted(actor.barred)))


def _awake(view: View, scope: Scope) -> list[Way]:
    if view is View.MINE:
        return _mine(scope)
    if view is View.CLAIMABLE:
        return _claimable(scope)
    return [[*way, _narrower(view, scope)] for way in _desk(scope)]


def instant(name: str, value: datetime) -> sa.BindParameter[datetime]:
    """An instant by name, so that a statement that was built once is asked again at another time."""
    return sa.bindparam(name, value, Instant)


def instants(now: datetime) -> dict[str, datetime]:
    """What the conditions of this module are asked with."""
    return {"now": now, "day_ends": end_of_day(now)}


def end_of_day(now: datetime) -> datetime:
    """24:00 in Shanghai of the day of an instant."""
    day = now.astimezone(SHANGHAI).date() + timedelta(days=1)
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def is_snoozed(scope: Scope) -> Condition:
    """Whether the reader has put the task aside until later than now."""
    return sa.exists().where(
        task_snooze.c.user_task_id == user_task.c.id,
        task_snooze.c.person_id == scope.actor.person_id,
        task_snooze.c.until_at > instant("now", scope.now),
    )


def is_returned() -> Condition:
    """Whether the step was done once in this case and has come back.

    An item of a multi-instance has come back only to whoever did it: a successor learns of no predecessor.
    """
    before = user_task.alias("before")
    return sa.exists().where(
        before.c.instance_id == user_task.c.instance_id,
        before.c.process_key == user_task.c.process_key,
        before.c.element_id == user_task.c.element_id,
        before.c.status == "completed",
        before.c.id < user_task.c.id,
        sa.or_(
            user_task.c.item_key.is_(None),
            sa.and_(
                before.c.item_key == user_task.c.item_key, before.c.completed_by == user_task.c.assignee_id
            ),
        ),
    )  # fmt: skip


def _narrower(view: View, scope: Scope) -> Condition:
    now = instant("now", scope.now)
    if view is View.OVERDUE:
        return user_task.c.sort_at < now
    if view is View.DUE_TODAY:
        ends = instant("day_ends", end_of_day(scope.now))
        return sa.and_(user_task.c.sort_at >= now, user_task.c.sort_at <= ends)
    return is_returned()


def _desk(scope: Scope) -> list[Way]:
    return [*_mine(scope), *_claimable(scope)]


def _mine(scope: Scope) -> list[Way]:
    """What the reader has, and what the absent had claimed before they went."""
    own: Way = [user_task.c.assignee_id == scope.actor.person_id, user_task.c.status == "open"]
    lent = [
        [
            user_task.c.assignee_id == one.person_id, user_task.c.status == "open", user_task.c.claimed_at.is_not(None),
            _may_take(scope.actor), _is_not_apart(scope),
        ]
        for one in sorted(scope.actor.absent, key=lambda one: one.person_id)
    ]  # fmt: skip
    return [own, *lent]


def _claimable(scope: Scope) -> list[Way]:
    """The same as Actor.may_take, one way for each role and for each organisation."""
    free = (user_task.c.status == "open", user_task.c.assignee_id.is_(None))
    return [[condition, *free, *more] for condition, more in _candidacies(scope.actor)]


def _candidacies(actor: Actor) -> list[tuple[Condition, list[Condition]]]:
    roles = sorted({grant.role for grant in actor.grants})
    office = [(user_task.c.role == role, [user_task.c.organisation_id.is_(None), _is_foreign(actor)]) for role in roles]
    own = [
        (user_task.c.organisation_id == grant.organisation_id, [user_task.c.role == grant.role])
        for grant in sorted(actor.grants, key=lambda grant: (grant.role, grant.organisation_id))
    ]
    return [*office, *own]


def _may_take(actor: Actor) -> Condition:
    """Whether a task could be the reader's by role and organisation; never NULL, so that it can be denied."""
    either = [sa.and_(condition, *more) for condition, more in _candidacies(actor)]
    return sa.case((sa.or_(*either), 1), else_=0) == 1 if either else sa.false()


def _is_foreign(actor: Actor) -> Condition:
    """Whether the case is not that of an organisation that the reader belongs or is tied to."""
    own = sorted(actor.organisations | actor.barred)
    return sa.or_(instance.c.organisation_id.is_(None), instance.c.organisation_id.not_in(own))


def _is_not_apart(scope: Scope) -> Condition:
    """Whether the reader has no task in this case that sets them apart from all the rest of it."""
    other = user_task.alias("apart")
    me = scope.actor.person_id
    return ~sa.exists().where(
        other.c.instance_id == user_task.c.instance_id,
        other.c.role.in_(sorted(scope.apart)),
        sa.or_(other.c.assignee_id == me, other.c.completed_by == me),
    )


def _is_somebody_elses(scope: Scope) -> Condition:
    desk = sorted(scope.actor.desk)
    taken = sa.and_(user_task.c.assignee_id.is_not(None), user_task.c.assignee_id.not_in(desk))
    return sa.or_(taken, sa.and_(user_task.c.assignee_id.is_(None), ~_may_take(scope.actor)))


def _is_first_of_its_step() -> Condition:
    """One row for a step that many do at the same time."""
    other = user_task.alias("earlier")
    return ~sa.exists().where(
        other.c.instance_id == user_task.c.instance_id,
        other.c.element_id == user_task.c.element_id,
        other.c.status == "open",
        other.c.id < user_task.c.id,
    )


def _waiting(scope: Scope) -> Way:
    """What others do in cases in which the reader has done something; an applicant hears of the office's steps alone."""
    mine = user_task.alias("mine")
    touched = sa.select(mine.c.instance_id).where(
        mine.c.completed_by == scope.actor.person_id, mine.c.role.not_in(sorted(scope.apart))
    )
    may_hear = sa.or_(_is_foreign(scope.actor), user_task.c.role.not_in(sorted(scope.apart)))
    return [
        user_task.c.instance_id.in_(touched), user_task.c.status == "open", _is_somebody_elses(scope), may_hear,
        _is_not_apart(scope), _is_first_of_its_step(),
    ]  # fmt: skip


def _coming(scope: Scope, upstream: Upstream) -> Way:
    place = sa.tuple_(user_task.c.process_key, user_task.c.element_id)
    return [
        user_task.c.role == upstream.role, user_task.c.status == "open", instance.c.bundle_id == upstream.bundle_id,
        place.in_(list(upstream.places)), _is_foreign(scope.actor), _is_somebody_elses(scope), _is_not_apart(scope),
        _is_first_of_its_step(),
    ]  # fmt: skip


def joined(way: Sequence[Condition], columns: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    """The tasks of one way, with their cases."""
    return sa.select(*columns).join(instance, instance.c.id == user_task.c.instance_id).where(*way)
