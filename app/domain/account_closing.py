"""Closing an account and opening it again; closing takes every role away, so that opening gives none back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.expert import leave_with_role
from app.domain.person import Person, end_all_sessions
from app.domain.role_grant import Role, keep_a_system_admin, revoke_role, roles_held
from app.domain.security_event import EventKind, note


def close_account(session: Session, person: Person, *, by: int, reason: str, now: datetime) -> None:
    """Close an account: every session ends, every role is taken away, nobody signs in by it.

    Were the roles left, one administrator could bring a powerful one back to life alone, by opening the account again.

    Raises:
        LastSystemAdminError: nobody would be left who gives out roles.
    """
    keep_a_system_admin(session, without=person.id)
    for role, organisation_id in sorted(roles_held(session.connection(), person.id)):
        revoke_role(session, person.id, Role(role), organisation_id, by=by, reason=reason, now=now)
    leave_with_role(session, person.id, reason=reason, by=by, now=now)
    person.is_active = False
    end_all_sessions(person)
    note(session, EventKind.PERSON_CLOSED, by=by, about=person.id, now=now, reason=reason)


def reopen_account(session: Session, person: Person, *, by: int, reason: str, now: datetime) -> None:
    """Let the person sign in again, without a role."""
    person.is_active = True
    note(session, EventKind.PERSON_REOPENED, by=by, about=person.id, now=now, reason=reason)
