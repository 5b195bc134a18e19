"""Rows of the inbox: what one line of the list says about a user task, in words and shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext

from app.engine.tables import incident, instance, process_definition, task_draft
from app.web.due import Due, age_days, due_of
from app.web.languages import clock_time, day, language, local, pick
from app.web.people import names_of, organisation_names


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
    """Suspended or in error; then the due time is not what matters."""
    holding: Holding
    is_claimable: bool
    age_days: int
    since: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows of one page need beside themselves."""

    person_id: int
    now: datetime
    names: dict[int | None, str]
    applicants: dict[int | None, str]
    drafts: dict[int, datetime]
    troubled: set[int]
    versions: dict[int, int]


def rows_of(connection: sa.Connection, tasks: Sequence[sa.RowMapping], person_id: int, *, now: datetime) -> list[Row]:
    """The rows of one page of a list, for the person who looks; five queries whatever their number."""
    if not tasks:
        return []
    facts = _Facts(
        person_id, now, names_of(connection, [task["assignee_id"] for task in tasks]),
        organisation_names(connection, [task["applicant_id"] for task in tasks], language()),
        _drafts(connection, [task["id"] for task in tasks], person_id),
        _in_error(connection, [task["instance_id"] for task in tasks]),
        _versions(connection, [task["instance_id"] for task in tasks]),
    )  # fmt: skip
    return [_row(task, facts) for task in tasks]


def _row(task: sa.RowMapping, facts: _Facts) -> Row:
    return Row(
        task_id=task["id"],
        case_number=task["business_key"],
        subject=facts.applicants.get(task["applicant_id"]) or task["subject"],
        title=pick(task),
        role=task["role"],
        process_version=facts.versions.get(task["instance_id"], 0),
        due=due_of(task["due_at"], facts.now) if task["status"] == "open" else None,
        trouble=trouble_of(task["instance_status"], in_error=task["instance_id"] in facts.troubled),
        holding=holding_of(task, facts.person_id, facts.names, facts.drafts.get(task["id"]), facts.now),
        is_claimable=task["status"] == "open" and task["assignee_id"] is None,
        age_days=age_days(task["created_at"], facts.now),
        since=task["created_at"],
        ended_at=task["ended_at"],
    )


def trouble_of(instance_status: str, *, in_error: bool) -> Holding | None:
    """What keeps a case from going on; None: nothing does."""
    if instance_status == "suspended":
        return Holding("suspended", gettext("suspended"))
    if instance_status == "cancelled":
        return Holding("suspended", gettext("cancelled"))
    if in_error:
        return Holding("error", gettext("in error, administrators told"))
    return None


def holding_of(
    task: sa.RowMapping, person_id: int, names: dict[int | None, str], draft_at: datetime | None, now: datetime
) -> Holding:
    """Who has the task: me, me with a draft, somebody else since when, nobody."""
    if task["status"] == "completed":
        return Holding("", gettext("done"))
    if task["status"] == "cancelled":
        return Holding("", gettext("withdrawn"))
    if task["assignee_id"] is None:
        return Holding("free", gettext("nobody yet"))
    if task["assignee_id"] == person_id:
        if draft_at is None:
            return Holding("mine", gettext("me"))
        return Holding("draft", gettext("me, draft %(when)s", when=_when(draft_at, now)))
    name, since = names.get(task["assignee_id"], ""), task["claimed_at"] or task["created_at"]
    return Holding("other", gettext("%(name)s, since %(when)s", name=name, when=_when(since, now)))


def _when(at: datetime, now: datetime) -> str:
    """The time of day for today, else the day."""
    return clock_time(at) if local(at).date() == local(now).date() else day(at)


def _drafts(connection: sa.Connection, task_ids: Sequence[int], person_id: int) -> dict[int, datetime]:
    rows = connection.execute(
        sa.select(task_draft.c.user_task_id, task_draft.c.saved_at).where(
            task_draft.c.person_id == person_id, task_draft.c.user_task_id.in_(task_ids)
        )
    )
    return {row.user_task_id: row.saved_at for row in rows}


def _in_error(connection: sa.Connection, instance_ids: Sequence[int]) -> set[int]:
    rows = connection.execute(
        sa.select(incident.c.instance_id).where(
            incident.c.resolved_at.is_(None), incident.c.instance_id.in_(set(instance_ids))
        )
    )
    return set(rows.scalars())


def _versions(connection: sa.Connection, instance_ids: Sequence[int]) -> dict[int, int]:
    rows = connection.execute(
        sa.select(instance.c.id, process_definition.c.version)
        .join(process_definition, process_definition.c.id == instance.c.definition_id)
        .where(instance.c.id.in_(set(instance_ids)))
    )
    return {row.id: row.version for row in rows}
