"""The audit of accounts: sign-ins, failures, lock-outs, refusals, changes of roles; rows are added and never changed.

The database itself refuses UPDATE and DELETE on the table. What was typed as a login is not kept: it may be a password.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json

SAME_REFUSAL_WITHIN = timedelta(minutes=1)
"""The same page refused to the same person again within this time is not written down a second time."""


class EventKind(StrEnum):
    """What can happen to an account."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOGIN_LOCKED = "login_locked"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- a word
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- a word
    EMAIL_CHANGED = "email_changed"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    IDENTITY_LINKED = "identity_linked"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 -- a word
    REFUSED = "refused"
    PERSON_INVITED = "person_invited"
    PERSON_CLOSED = "person_closed"
    PERSON_REOPENED = "person_reopened"
    ORGANISATION_REGISTERED = "organisation_registered"
    ROLE_REQUESTED = "role_requested"
    ROLE_REQUEST_REFUSED = "role_request_refused"
    ROLE_REQUEST_WITHDRAWN = "role_request_withdrawn"
    ROLE_GRANTED = "role_granted"
    ROLE_REVOKED = "role_revoked"
    ROLE_ENDED = "role_ended"
    MEMBER_ADMIN_SET = "member_admin_set"
    MEMBER_ADMIN_REMOVED = "member_admin_removed"


SIGN_IN_KINDS = (
    EventKind.SIGNED_IN, EventKind.SIGN_IN_FAILED, EventKind.LOGIN_LOCKED, EventKind.SIGNED_OUT, EventKind.SESSION_ENDED,
    EventKind.PASSWORD_CHANGED, EventKind.PASSWORD_RESET, EventKind.SECOND_FACTOR_SET, EventKind.SECOND_FACTOR_REMOVED,
    EventKind.RECOVERY_CODE_USED, EventKind.PASSKEY_ADDED, EventKind.PASSKEY_REMOVED, EventKind.IDENTITY_LINKED,
    EventKind.TOKEN_REVOKED, EventKind.EMAIL_CHANGED,
)  # fmt: skip
REFUSAL_KINDS = (EventKind.REFUSED,)
ROLE_KINDS = (
    EventKind.PERSON_INVITED, EventKind.PERSON_CLOSED, EventKind.PERSON_REOPENED, EventKind.ORGANISATION_REGISTERED,
    EventKind.ROLE_REQUESTED, EventKind.ROLE_REQUEST_REFUSED, EventKind.ROLE_REQUEST_WITHDRAWN, EventKind.ROLE_GRANTED,
    EventKind.ROLE_REVOKED, EventKind.ROLE_ENDED, EventKind.MEMBER_ADMIN_SET, EventKind.MEMBER_ADMIN_REMOVED,
)  # fmt: skip


class SecurityEvent(Base):
    """One thing that happened to an account."""

    __tablename__ = "security_event"
    __table_args__ = (
        sa.Index("ix_security_event_kind_id", "kind", "id"),
        sa.Index("ix_security_event_person_id_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(30))
    happened_at: Mapped[datetime] = mapped_column(
        Instant, comment="roles: by the programme's clock; else the machine's"
    )
    actor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id"), comment="NULL: nobody known, or the machine"
    )
    person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id"), comment="whom it is about; NULL: nobody has that login"
    )
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), comment="NULL: none")
    address: Mapped[str] = mapped_column(sa.String(50), comment="the network it came from, see `network_of`; '': none")
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


def note(
    session: Session,
    kind: EventKind,
    *,
    by: int | None,
    about: int | None,
    now: datetime,
    organisation_id: int | None = None,
    address: str = "",
    **detail: str,
) -> None:
    """Write down that something happened, in the transaction in which it does."""
    session.add(
        SecurityEvent(
            kind=kind, happened_at=now, actor_id=by, person_id=about, organisation_id=organisation_id, address=address,
            detail=detail,
        )
    )  # fmt: skip


def note_refusal(session: Session, person_id: int, *, endpoint: str, method: str, address: str, now: datetime) -> None:
    """Write down that a person was refused a page, unless that was done within the last minute."""
    latest = session.scalar(
        sa.select(SecurityEvent)
        .where(SecurityEvent.person_id == person_id, SecurityEvent.kind == EventKind.REFUSED)
        .order_by(SecurityEvent.id.desc())
        .limit(1)
    )
    detail = {"endpoint": endpoint, "method": method}
    is_same = latest is not None and latest.detail == detail and now - latest.happened_at < SAME_REFUSAL_WITHIN
    if not is_same:
        note(
            session,
            EventKind.REFUSED,
            by=person_id,
            about=person_id,
            address=address,
            now=now,
            endpoint=endpoint,
            method=method,
        )


def events(
    session: Session,
    kinds: Collection[str],
    *,
    people: Sequence[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[SecurityEvent]:
    """Events of some kinds, the latest first.

    Args:
        people: only what these persons did or what is about them; None: everybody's.
        since: the first instant that counts.
        until: the first instant that counts no more.
        before: only events older than the one with this id.
    """
    query = sa.select(SecurityEvent).where(SecurityEvent.kind.in_(sorted(kinds)))
    if people is not None:
        query = query.where(SecurityEvent.person_id.in_(people) | SecurityEvent.actor_id.in_(people))
    if since is not None:
        query = query.where(SecurityEvent.happened_at >= since)
    if until is not None:
        query = query.where(SecurityEvent.happened_at < until)
    if before is not None:
        query = query.where(SecurityEvent.id < before)
    return session.scalars(query.order_by(SecurityEvent.id.desc()).limit(limit)).all()


def network_of(address: str | None) -> str:
    """An address without its last part: enough to see a pattern, too little to find a household. '' for none."""
    if not address:
        return ""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
