"""Links by which somebody sets a password: an invitation, or a reset. Single use, with an end; only their hash is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.account_change import note_change
from app.domain.errors import DomainError
from app.domain.password import hash_password
from app.domain.person import Person, end_all_sessions
from app.domain.secret_hash import secret_hash
from app.domain.security_event import EventKind, note
from app.domain.sign_in_attempt import forget_failures


class LinkPurpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- a word


LASTS = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.PASSWORD_RESET: timedelta(hours=1)}
"""How long a link may be followed; at the very end of it, it may not."""


class AccountLink(Base):
    """One link sent to one person."""

    __tablename__ = "account_link"
    __table_args__ = (
        sa.CheckConstraint("purpose IN ('invitation', 'password_reset')", name="purpose"),
        sa.CheckConstraint("expires_at > issued_at", name="expires_later"),
        sa.Index("ix_account_link_person_id_issued_at", "person_id", "issued_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(sa.String(16))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, comment="sha256, hex: the token has 256 bits")
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: the person asked for it")
    expires_at: Mapped[datetime] = mapped_column(Instant)
    spent_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: neither used nor replaced by a later one")


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A link just made: the token is shown to nobody but whoever reads the mail."""

    token: str
    expires_at: datetime


class LinkSpentError(DomainError):
    """Unknown, used, replaced or too old: the answer never says which."""

    code = "link_spent"
    message_zh = "这个链接不能用了：已经用过、已过期或已被新的链接代替。请重新申请，或请邀请您的人再发一次。"
    message_en = "This link is good no more: used, too old or replaced by a later one. Ask for another."


def issue_link(session: Session, person_id: int, purpose: LinkPurpose, *, by: int | None, now: datetime) -> IssuedLink:
    """Make a link; earlier ones of the person are good no more."""
    spend_links(session, person_id, now=now)
    token = secrets.token_urlsafe(32)
    expires_at = now + LASTS[purpose]
    session.add(
        AccountLink(
            person_id=person_id, purpose=purpose, token_hash=secret_hash(token), issued_at=now, issued_by=by,
            expires_at=expires_at,
        )
    )  # fmt: skip
    session.flush()
    return IssuedLink(token, expires_at)


def link_holder(session: Session, token: str, purpose: LinkPurpose, *, now: datetime) -> Person:
    """Whom a link lets in; looking does not use it, since mail scanners look too. Raise LinkSpentError."""
    found = session.scalar(
        sa.select(Person)
        .join(AccountLink, AccountLink.person_id == Person.id)
        .where(
            AccountLink.token_hash == secret_hash(token),
            AccountLink.purpose == purpose,
            AccountLink.spent_at.is_(None),
            AccountLink.expires_at > now,
            Person.is_active,
        )
    )
    if found is None:
        raise LinkSpentError
    return found


def follow_link(
    session: Session, token: str, purpose: LinkPurpose, *, password: str, address: str, now: datetime,
    is_cheap: bool = False,
) -> Person:  # fmt: skip
    """Set the password by a link, once; every session ends, and the address is known to be theirs.

    Raises LinkSpentError; PasswordTooWeakError, and then the link is still good.
    """
    person = link_holder(session, token, purpose, now=now)
    password_hash = hash_password(password, is_cheap=is_cheap)
    _spend(session, token, now=now)
    person.password_hash = password_hash
    person.email_confirmed_at = now
    end_all_sessions(person)
    forget_failures(session, person.login)
    spend_links(session, person.id, now=now)
    session.flush()
    if purpose is LinkPurpose.PASSWORD_RESET:
        note_change(session, EventKind.PASSWORD_RESET, person.id, by=person.id, address=address, now=now)
    else:  # whoever has just been invited knows
        note(
            session, EventKind.PASSWORD_RESET, by=person.id, about=person.id, address=address, now=now, purpose=purpose
        )
    return person


def links_since(session: Session, person_id: int, *, since: datetime) -> int:
    """How many links a person has been sent since an instant."""
    query = sa.select(sa.func.count()).where(AccountLink.person_id == person_id, AccountLink.issued_at > since)
    return int(session.execute(query.select_from(AccountLink)).scalar_one())


def spend_links(session: Session, person_id: int, *, now: datetime) -> None:
    """Make every link of a person worthless."""
    session.execute(
        sa.update(AccountLink)
        .where(AccountLink.person_id == person_id, AccountLink.spent_at.is_(None))
        .values(spent_at=now)
        .execution_options(synchronize_session=False)
    )


def _spend(session: Session, token: str, *, now: datetime) -> None:
    """One conditional UPDATE: of two who follow the link at once, one comes too late."""
    done = session.execute(
        sa.update(AccountLink)
        .where(AccountLink.token_hash == secret_hash(token), AccountLink.spent_at.is_(None))
        .values(spent_at=now)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(done, sa.CursorResult) or done.rowcount != 1:
        raise LinkSpentError
