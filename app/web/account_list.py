"""Lists of accounts and organisations for system administrators: searched, paged by key, a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.organisation import Organisation
from app.domain.person import Person
from app.domain.role_grant import RoleGrant
from app.web.languages import language

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds, for show."""

    role: str
    organisation_id: int
    organisation: str
    grant: RoleGrant


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in the list."""

    person: Person
    held: Sequence[Held]

    @property
    def state(self) -> str:
        """closed, invited (no password yet), or open."""
        if not self.person.is_active:
            return "closed"
        return "open" if self.person.password_hash or self.person.email_confirmed_at else "invited"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and the id after which the next one begins; None: this is the last."""

    rows: Sequence[Any]
    next_after: int | None


def list_accounts(session: Session, *, text: str = "", role: str = "", after: int = 0, most: int = PAGE_ROWS) -> Page:
    """Accounts by id.

    Args:
        text: only those whose login, name, e-mail, phone or organisation holds it.
        role: only those who hold this role now; "": all.
        after: only those with a greater id.
    """
    query = sa.select(Person).where(Person.id > after).order_by(Person.id).limit(most + 1)
    if text:
        query = query.where(_mentions(text))
    if role:
        query = query.where(
            sa.exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
        )
    found = session.scalars(query).all()
    held = held_by(session, [one.id for one in found[:most]])
    rows = [AccountRow(one, held.get(one.id, ())) for one in found[:most]]
    return Page(rows, rows[-1].person.id if len(found) > most else None)


def list_organisations(
    session: Session, *, text: str = "", kind: str = "", after: int = 0, most: int = PAGE_ROWS
) -> Page:
    """Organisations by id; `text` is looked for in names and credit code."""
    query = sa.select(Organisation).where(Organisation.id > after).order_by(Organisation.id).limit(most + 1)
    if text:
        columns = (Organisation.name_zh, Organisation.name_en, Organisation.credit_code)
        query = query.where(sa.or_(*(one.icontains(text, autoescape=True) for one in columns)))
    if kind:
        query = query.where(Organisation.kind == kind)
    found = session.scalars(query).all()
    rows = found[:most]
    return Page(rows, rows[-1].id if len(found) > most else None)


def held_by(session: Session, person_ids: Sequence[int], *, past: bool = False) -> dict[int, list[Held]]:
    """The roles that persons hold now (or have held), by person; one query whatever their number."""
    query = (
        sa.select(RoleGrant, Organisation)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(
            RoleGrant.person_id.in_(person_ids),
            RoleGrant.revoked_at.is_not(None) if past else RoleGrant.revoked_at.is_(None),
        )
        .order_by(RoleGrant.id)
    )
    held: dict[int, list[Held]] = {}
    for grant, organisation in session.execute(query):
        one = Held(grant.role, organisation.id, organisation.name(language()), grant)
        held.setdefault(grant.person_id, []).append(one)
    return held


def _mentions(text: str) -> sa.ColumnElement[bool]:
    own = (Person.login, Person.name, Person.email, Person.phone)
    names = (Organisation.name_zh, Organisation.name_en, Organisation.credit_code)
    at = (
        sa.exists()
        .where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None))
        .where(RoleGrant.organisation_id == Organisation.id)
        .where(sa.or_(*(one.icontains(text, autoescape=True) for one in names)))
    )
    return sa.or_(*(one.icontains(text, autoescape=True) for one in own), at)
