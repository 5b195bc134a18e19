"""Names of persons and organisations by their ids, one query a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.interests import conflicted_people
from app.domain.organisation import Organisation
from app.domain.person import Person
from app.domain.role_grant import RoleGrant
from app.engine.actor import Actor, Grant
from app.web.navigation import role_name
from app.web.visibility import Sight


def names_of(connection: sa.Connection, ids: Iterable[int | None]) -> dict[int | None, str]:
    """The names of persons."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    rows = connection.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def holders_of(connection: sa.Connection, tasks: Iterable[Any], sight: Sight) -> dict[int | None, str]:
    """The names of those who hold tasks of one case, as far as the reader may know them; else their role."""
    tasks = list(tasks)
    names = names_of(connection, [task["assignee_id"] for task in tasks if sight.sees_name(task)])
    return {task["assignee_id"]: role_name(task["role"]) for task in tasks} | names


def organisation_names(connection: sa.Connection, ids: Iterable[int | None], language: str) -> dict[int | None, str]:
    """The names of organisations in the reader's language."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    rows = connection.execute(
        sa.select(Organisation.id, Organisation.name_zh, Organisation.name_en).where(Organisation.id.in_(wanted))
    )
    return {row.id: row.name_en if language == "en" and row.name_en else row.name_zh for row in rows}


def organisation_name(session: Session, organisation_id: int | None, language: str) -> str:
    """An organisation's name in the reader's language; "" for none."""
    found = session.get(Organisation, organisation_id) if organisation_id is not None else None
    return found.name(language) if found else ""


def who_may_take(
    connection: sa.Connection, *, role: str, organisation_id: int | None, applicant_id: int | None
) -> list[tuple[int, str]]:
    """The persons who may be given a task, by name: the engine's own rule, asked of everybody with the role.

    Whoever belongs or is tied to the applicant is not among them. The number of queries does not grow with the persons.
    """
    grants: dict[int, set[Grant]] = {}
    for row in connection.execute(_HELD, {"role": role}):
        grants.setdefault(row.person_id, set()).add(Grant(row.role, row.organisation_id))
    kept_out = conflicted_people(connection, applicant_id, grants) if organisation_id is None else frozenset()
    able = [
        person_id
        for person_id, held in grants.items()
        if person_id not in kept_out
        and Actor(person_id, frozenset(held)).may_take(
            role=role, organisation_id=organisation_id, applicant_id=applicant_id
        )
    ]
    return sorted(((one, name) for one, name in names_of(connection, able).items() if one), key=lambda pair: pair[1])


_WITH_ROLE = sa.select(RoleGrant.person_id).where(
    RoleGrant.role == sa.bindparam("role"), RoleGrant.revoked_at.is_(None)
)
_HELD = (
    sa.select(RoleGrant.person_id, RoleGrant.role, RoleGrant.organisation_id)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(RoleGrant.person_id.in_(_WITH_ROLE), RoleGrant.revoked_at.is_(None), Person.is_active)
)
