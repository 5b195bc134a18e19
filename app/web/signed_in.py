"""Who asks: the signed-in person of a session, or the person of a bearer token; loaded once a request.

A session is a signed cookie with the person, the epoch it was made in and two instants. It ends when it lies idle, when it is
too old, or when the person's epoch has moved on (password changed, signed out everywhere).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import g, request, session

from app.db import UnitOfWork, reading
from app.domain.api_token import person_of_token
from app.domain.calendar import local_day
from app.domain.person import Person
from app.domain.role_grant import roles_held
from app.domain.substitution import absent_of
from app.engine.actor import Actor, Grant
from app.web.context import context

TOUCH_AFTER = timedelta(minutes=1)
"""How often the cookie's "last seen" is renewed; not at each request, so that answers stay cacheable."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who asks, with what they may be."""

    person_id: int
    name: str
    language: str
    actor: Actor
    by_token: bool

    @property
    def roles(self) -> frozenset[str]:
        """The roles held in any organisation."""
        return frozenset(grant.role for grant in self.actor.grants)

    def organisation_as(self, role: str) -> int | None:
        """The organisation in which the person holds a role; the first of several."""
        return min((grant.organisation_id for grant in self.actor.grants if grant.role == role), default=None)


def begin_session(person: Person, *, now: datetime) -> None:
    """Sign the person in: a fresh session, with nothing left of the one before."""
    language = session.get("language")
    session.clear()
    session.update(person_id=person.id, epoch=person.session_epoch, began_at=_stamp(now), seen_at=_stamp(now))
    session["language"] = language or person.language
    session.permanent = True


def end_session() -> None:
    """Sign out; the language stays."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def visitor() -> Visitor | None:
    """Who asks; None for the public."""
    if "visitor" not in g:
        g.visitor = _by_token() if _bearer() else _by_session()
    found: Visitor | None = g.visitor
    return found


def signed_in() -> Visitor:
    """Who asks, where the permission table lets nobody else come."""
    found = visitor()
    if found is None:
        raise RuntimeError("this view is not behind the permission table")
    return found


def actor_of(connection: sa.Connection, person_id: int) -> Actor:
    """A person with the roles that they hold now."""
    grants = frozenset(Grant(role, organisation) for role, organisation in roles_held(connection, person_id))
    return Actor(person_id, grants)


def has_bearer() -> bool:
    """Whether the request carries a token, good or bad: then it needs no CSRF token."""
    return bool(_bearer())


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _by_token() -> Visitor | None:
    with reading(context().database) as unit:
        person_id = person_of_token(unit.connection, _bearer())
        return _load(unit, person_id, epoch=None, by_token=True) if person_id else None


def _by_session() -> Visitor | None:
    person_id = session.get("person_id")
    if not isinstance(person_id, int):
        return None
    now = datetime.now(UTC)
    if _has_ended(now):
        end_session()
        return None
    if now - _moment("seen_at") > TOUCH_AFTER:
        session["seen_at"] = _stamp(now)
    with reading(context().database) as unit:
        found = _load(unit, person_id, epoch=session.get("epoch"), by_token=False)
    if found is None:
        end_session()
    return found


def _load(unit: UnitOfWork, person_id: int, *, epoch: int | None, by_token: bool) -> Visitor | None:
    row = unit.connection.execute(
        sa.select(Person.id, Person.name, Person.language, Person.session_epoch).where(
            Person.id == person_id, Person.is_active
        )
    ).first()
    if row is None or (not by_token and row.session_epoch != epoch):
        return None
    return Visitor(row.id, row.name, row.language, _actor(unit, row.id), by_token)


def _actor(unit: UnitOfWork, person_id: int) -> Actor:
    """The person with those whom they stand in for today."""
    actor = actor_of(unit.connection, person_id)
    today = local_day(context().now(unit))
    absent = [actor_of(unit.connection, one) for one in absent_of(unit.connection, person_id, today=today)]
    return replace(actor, absent=frozenset(absent)) if absent else actor


def _has_ended(now: datetime) -> bool:
    """Sessions live by the wall clock, also where a demo's clock is moved by hand."""
    settings = context().settings
    return now - _moment("seen_at") > timedelta(minutes=settings.session_idle_minutes) or now - _moment(
        "began_at"
    ) > timedelta(hours=settings.session_max_hours)


def _moment(key: str) -> datetime:
    return datetime.fromtimestamp(session.get(key, 0), UTC)


def _stamp(now: datetime) -> int:
    return int(now.timestamp())
