"""Lists of cases: an applicant's own, or all for the office; by number, the latest first, paged by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine.actor import Actor
from app.engine.inbox_views import not_kept_out
from app.engine.tables import instance, process_definition, user_task
from app.web.due import Due, due_of
from app.web.inbox_rows import Holding, holding_of, trouble_of
from app.web.languages import language, pick
from app.web.people import holders_of, organisation_names
from app.web.visibility import APPLICANT_ROLES, OFFICE_ROLES, Sight, sights_of
from app.web.whose_move import Move, move_of, records_of


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list."""

    id: int
    number: str
    process: str
    subject: str
    started_at: datetime
    changed_at: datetime
    status: str
    trouble: Holding | None
    move: Move


@dataclass(frozen=True, slots=True)
class OpenStep:
    """One open task of a case."""

    task_id: int
    title: str
    role: str
    holding: Holding
    due: Due | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page and where the next begins; None: this is the last."""

    rows: Sequence[CaseRow]
    next_before: int | None


def list_cases(
    unit: UnitOfWork, actor: Actor, *, now: datetime, text: str = "", before: int | None = None, limit: int = 30,
    among: sa.Select[tuple[int]] | None = None,
) -> CasePage:  # fmt: skip
    """The cases that a person may see.

    Args:
        text: only cases whose number or subject holds it.
        before: only cases older than this one.
        among: only these cases, by id.
    """
    query = (
        sa.select(*[column for column in instance.c if column.name != "state"], *_TITLES)
        .join(process_definition, process_definition.c.id == instance.c.definition_id)
        .where(_theirs(actor))
        .order_by(instance.c.id.desc())
        .limit(limit + 1)
    )
    if text:
        query = query.where(
            sa.or_(*(one.icontains(text, autoescape=True) for one in (instance.c.business_key, instance.c.subject)))
        )
    if before is not None:
        query = query.where(instance.c.id < before)
    if among is not None:
        query = query.where(instance.c.id.in_(among))
    found = unit.connection.execute(query).mappings().all()
    rows = _rows(unit, found[:limit], actor, now)
    return CasePage(rows, rows[-1].id if len(found) > limit else None)


_TITLES = (process_definition.c.title_zh, process_definition.c.title_en)


def _theirs(actor: Actor) -> sa.ColumnElement[bool]:
    """What the list is made from; how far one sees into each case, `visibility` says."""
    applicants = sorted({grant.organisation_id for grant in actor.grants if grant.role in APPLICANT_ROLES})
    own = instance.c.organisation_id.in_(applicants)
    if any(grant.role in OFFICE_ROLES for grant in actor.grants):
        return sa.or_(own, not_kept_out(actor))
    return own


def _rows(unit: UnitOfWork, cases: Sequence[sa.RowMapping], actor: Actor, now: datetime) -> list[CaseRow]:
    """The lines of one page; six queries whatever their number."""
    numbers = [case["business_key"] for case in cases]
    sights = sights_of(unit, actor, {case["business_key"]: case["organisation_id"] for case in cases})
    records = records_of(unit.session, numbers)
    names = organisation_names(unit.connection, [case["organisation_id"] for case in cases], language())
    tasks = open_tasks_by_case(unit.connection, [case["id"] for case in cases])
    rows = []
    for case in cases:
        sight = sights[case["business_key"]]
        if sight is None:
            raise LookupError(f"case {case['business_key']} is listed to somebody who may not see it")
        move = move_of(case, records[case["business_key"]], tasks.get(case["id"], ()), sight, now=now)
        rows.append(_row(case, names.get(case["organisation_id"]) or case["subject"], move))
    return rows


def _row(case: sa.RowMapping, applicant: str, move: Move) -> CaseRow:
    return CaseRow(
        case["id"],
        case["business_key"],
        pick(case),
        applicant,
        case["started_at"],
        case["changed_at"],
        case["status"],
        trouble_of(case["status"], in_error=False),
        move,
    )


def open_steps(unit: UnitOfWork, tasks: Sequence[sa.RowMapping], sight: Sight, *, now: datetime) -> list[OpenStep]:
    """The open tasks of a case that the reader may see, as its page lists them."""
    tasks = [task for task in tasks if sight.sees_task(task)]
    names = holders_of(unit.connection, tasks, sight)
    return [
        OpenStep(
            task["id"], pick(task), task["role"], holding_of(task, sight.person_id, names, None, now),
            due_of(task["due_at"], now),
        )
        for task in tasks
    ]  # fmt: skip


def open_tasks_of(connection: sa.Connection, instance_id: int) -> Sequence[sa.RowMapping]:
    """The open user tasks of a case, oldest first."""
    return open_tasks_by_case(connection, [instance_id]).get(instance_id, ())


def open_tasks_by_case(connection: sa.Connection, instance_ids: Sequence[int]) -> dict[int, Sequence[sa.RowMapping]]:
    """The open user tasks of cases by the case's id; a case without any is left out."""
    query = sa.select(user_task).where(user_task.c.instance_id.in_(instance_ids), user_task.c.status == "open")
    found: dict[int, list[sa.RowMapping]] = {}
    for task in connection.execute(query.order_by(user_task.c.id)).mappings():
        found.setdefault(task["instance_id"], []).append(task)
    return dict(found)
