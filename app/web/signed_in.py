"""Who asks: the signed-in person of a session, or the person of a bearer token; loaded once a request.

A session is a row and a signed cookie that names it, with the person, the epoch it was made in and two instants. It ends when
it lies idle, when it is too old, when it is signed out here or from another device, or when the person's epoch has moved on
(password changed, signed out everywhere).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import g, request, session
from sqlalchemy.orm import Session

from app.db import Instant, UnitOfWork, reading, unit_of_work
from app.domain.api_token import is_by_token
from app.domain.calendar import local_day
from app.domain.interests import barred_organisations
from app.domain.passkey import Passkey
from app.domain.person import Person
from app.domain.role_grant import APPLICANTS, POWERFUL, RoleGrant, is_held, roles_held
from app.domain.secret_hash import secret_hash
from app.domain.security_event import EventKind, network_of, note
from app.domain.sign_in_session import SignInSession, close_session, open_session, see_session
from app.domain.substitution import absent_of, stands_in
from app.domain.totp import TotpSecret
from app.engine.actor import Actor, Grant
from app.settings import SecondFactor
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
    session_id: int | None = None
    """The row of the session; None: by token."""
    has_second_factor: bool = False

    @property
    def lacks_second_factor(self) -> bool:
        """Whether they must set up a second factor before anything else."""
        is_required = context().settings.second_factor is SecondFactor.REQUIRED and not self.by_token
        return is_required and not self.has_second_factor and bool(self.roles & POWERFUL)

    @property
    def roles(self) -> frozenset[str]:
        """The roles held in any organisation."""
        return frozenset(grant.role for grant in self.actor.grants)

    def organisation_as(self, role: str) -> int | None:
        """The organisation in which the person holds a role; the first of several."""
        return min((grant.organisation_id for grant in self.actor.grants if grant.role == role), default=None)


def begin_session(database: Session, person: Person, *, method: str, now: datetime) -> None:
    """Sign the person in: a fresh session, with nothing left of the one before."""
    language = session.get("language")
    session.clear()
    row_id = open_session(
        database, person.id, epoch=person.session_epoch, method=method, user_agent=request.headers.get("User-Agent", ""),
        address=came_from(), now=now,
    )  # fmt: skip
    session.update(
        person_id=person.id, epoch=person.session_epoch, row=row_id, began_at=_stamp(now), seen_at=_stamp(now)
    )
    session["language"] = language or person.language
    session.permanent = True
    note(database, EventKind.SIGNED_IN, by=person.id, about=person.id, address=came_from(), now=now, method=method)


def end_session() -> None:
    """Forget the session in this browser; the language stays."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def sign_out(database: Session, *, now: datetime) -> None:
    """End this session for good, whoever holds a copy of its cookie."""
    who = visitor()
    if (
        who is not None
        and who.session_id is not None
        and close_session(database, who.person_id, who.session_id, now=now)
    ):
        note(database, EventKind.SIGNED_OUT, by=who.person_id, about=who.person_id, address=came_from(), now=now)
    end_session()


def came_from() -> str:
    """The network that the request came from."""
    return network_of(request.remote_addr)


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
    """A person with the roles that they hold now, and the organisations whose cases are kept from them."""
    return _acting(connection, person_id, roles_held(connection, person_id, at=datetime.now(UTC)))


def _acting(connection: sa.Connection, person_id: int, held: Iterable[tuple[str, int]]) -> Actor:
    grants = frozenset(Grant(role, organisation) for role, organisation in held)
    own = {grant.organisation_id for grant in grants if grant.role in APPLICANTS}
    if all(grant.role in APPLICANTS for grant in grants):  # they see their own organisation's cases and no others
        return Actor(person_id, grants)
    return Actor(person_id, grants, barred=barred_organisations(connection, person_id) - own)


def has_bearer() -> bool:
    """Whether the request carries a token, good or bad: then it needs no CSRF token."""
    return bool(_bearer())


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _by_token() -> Visitor | None:
    with reading(context().database) as unit:
        return _load(unit, _BY_TOKEN, {"hash": secret_hash(_bearer())})


def _by_session() -> Visitor | None:
    person_id, row_id = session.get("person_id"), session.get("row")
    if not isinstance(person_id, int) or not isinstance(row_id, int):
        return None
    now = datetime.now(UTC)
    if _has_ended(now):
        g.timed_out_person_id = person_id  # what they post is kept for them: see app.web.late_posts
        end_session()
        return None
    with reading(context().database) as unit:
        asked = {"person": person_id, "row": row_id, "epoch": session.get("epoch")}
        found = _load(unit, _BY_SESSION, asked, row_id=row_id)
    if found is None:
        end_session()
    elif now - _moment("seen_at") > TOUCH_AFTER:
        session["seen_at"] = _stamp(now)
        with unit_of_work(context().database) as unit:
            see_session(unit.connection, row_id, now=now)
    return found


def _load(
    unit: UnitOfWork, whose: sa.Select[*tuple[Any, ...]], asked: dict[str, Any], *, row_id: int | None = None
) -> Visitor | None:
    """The person with their roles; one statement."""
    rows = unit.connection.execute(whose, {**asked, "at": datetime.now(UTC)}).all()
    if not rows:
        return None
    row, held = rows[0], [(row.role, row.organisation_id) for row in rows if row.role is not None]
    actor = _acting(unit.connection, row.id, held)
    return Visitor(
        row.id,
        row.name,
        row.language,
        _with_absent(unit, actor) if row.stands_in else actor,
        row_id is None,
        row_id,
        bool(row.has_second_factor),
    )


def _with_absent(unit: UnitOfWork, actor: Actor) -> Actor:
    """The person with those whom they stand in for today."""
    today = local_day(context().now(unit))
    absent = [actor_of(unit.connection, one) for one in absent_of(unit.connection, actor.person_id, today=today)]
    return replace(actor, absent=frozenset(absent)) if absent else actor


_IS_OPEN = sa.and_(
    SignInSession.person_id == Person.id,
    SignInSession.epoch == Person.session_epoch,
    SignInSession.ended_at.is_(None),
)
_HAS_SECOND_FACTOR = sa.or_(
    sa.exists().where(TotpSecret.person_id == Person.id, TotpSecret.confirmed_at.is_not(None)),
    sa.exists().where(Passkey.person_id == Person.id),
)

_WHO = (
    sa.select(
        Person.id,
        Person.name,
        Person.language,
        Person.session_epoch,
        _HAS_SECOND_FACTOR.label("has_second_factor"),
        stands_in().label("stands_in"),
        RoleGrant.role,
        RoleGrant.organisation_id,
    )
    .outerjoin(RoleGrant, is_held(sa.bindparam("at", type_=Instant)))
    .where(Person.is_active)
)
"""Built once: every request asks it, by token or by session. One row for each role, or one without."""
_BY_TOKEN = _WHO.where(is_by_token(sa.bindparam("hash")))
_BY_SESSION = _WHO.where(
    Person.id == sa.bindparam("person"),
    _IS_OPEN,
    SignInSession.id == sa.bindparam("row"),
    Person.session_epoch == sa.bindparam("epoch"),
)


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
