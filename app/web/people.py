"""Names of persons and organisations by their ids, one query a page."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.organisation import Organisation
from app.domain.person import Person
from app.domain.role_grant import people_with
from app.engine.actor import Actor
from app.web.signed_in import actor_of


def names_of(connection: sa.Connection, ids: Iterable[int | None]) -> dict[int | None, str]:
    """The names of persons."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    rows = connection.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


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
    """The persons who may be given a task, by name: the engine's own rule, asked of everybody with the role."""
    able = [
        person_id
        for person_id in people_with(connection, role)
        if _may(actor_of(connection, person_id), role, organisation_id, applicant_id)
    ]
    return sorted(((one, name) for one, name in names_of(connection, able).items() if one), key=lambda pair: pair[1])


def _may(actor: Actor, role: str, organisation_id: int | None, applicant_id: int | None) -> bool:
    return actor.may_take(role=role, organisation_id=organisation_id, applicant_id=applicant_id)
