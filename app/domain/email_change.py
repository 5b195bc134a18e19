"""Another e-mail address for one's own account: a link to the new one proves it, and the old one is told.

Whoever reads an account's mail can reset its password. So the present password is asked for, the link is good only for
whoever is signed in as that person (an address that was mistyped belongs to a stranger), and links that went to the old
address are good no more.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.account_change import WORDS, note_change
from app.domain.account_link import LinkSpentError, spend_links
from app.domain.errors import DomainError
from app.domain.message import tell_address
from app.domain.outbox import can_be_mailed
from app.domain.password import is_right
from app.domain.person import Person, WrongCredentialsError
from app.domain.registration import EmailNotUsableError
from app.domain.secret_hash import secret_hash
from app.domain.security_event import EventKind

LASTS = timedelta(hours=2)
"""How long the link may be followed; at the very end of it, it may not."""
LINKS_PER_HOUR = 3
"""To one person's choice of addresses."""
MAILS_A_DAY = 3
"""To one address, whoever asks, so that nobody's mailbox is flooded in our name; more are silently not sent."""
ADDRESS_MAX_CHARACTERS = 200


class EmailChange(Base):
    """That a person wants another address; the latest one counts."""

    __tablename__ = "email_change"
    __table_args__ = (
        sa.CheckConstraint("expires_at > asked_at", name="expires_later"),
        sa.Index("ix_email_change_person_id_asked_at", "person_id", "asked_at"),
        sa.Index("ix_email_change_email_asked_at", "email", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(sa.String(ADDRESS_MAX_CHARACTERS), comment="in lower case")
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, comment="sha256, hex: the token has 256 bits")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    spent_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: neither used nor replaced by a later one")


class TooManyChangesError(DomainError):
    """A person is sent three links an hour at most."""

    code = "too_many_email_changes"
    message_zh = "一小时内最多发三次确认链接。请查收已经发出的邮件，或一小时后再试。"
    message_en = "At most three links are sent in an hour. Look for those that have gone out, or try again in an hour."


def ask_email_change(session: Session, person: Person, email: str, *, password: str, site: str, now: datetime) -> None:
    """Send a link to the new address; earlier ones are good no more.

    Args:
        site: the address of the site, without a path.

    Raises WrongCredentialsError, EmailNotUsableError, TooManyChangesError.
    """
    if not is_right(person.password_hash, password):
        raise WrongCredentialsError
    address = email.strip().lower()
    if len(address) > ADDRESS_MAX_CHARACTERS or not can_be_mailed(address):
        raise EmailNotUsableError
    if _asked(session, EmailChange.person_id == person.id, since=now - timedelta(hours=1)) >= LINKS_PER_HOUR:
        raise TooManyChangesError
    _spend_all(session, person.id, now=now)
    token = secrets.token_urlsafe(32)
    change = EmailChange(
        person_id=person.id, email=address, token_hash=secret_hash(token), asked_at=now, expires_at=now + LASTS
    )
    session.add(change)
    session.flush()
    if _asked(session, EmailChange.email == address, since=now - timedelta(days=1)) <= MAILS_A_DAY:
        values = {"link": f"{site}/account/email/{token}", "valid_until": change.expires_at}
        tell_address(
            session, address, name=person.name, language=person.language, template="email_change", values=values, now=now
        )  # fmt: skip


def change_behind(session: Session, person_id: int, token: str, *, now: datetime) -> EmailChange:
    """What a link would change; looking does not use it, since mail scanners look too. Raise LinkSpentError."""
    found = session.scalar(
        sa.select(EmailChange).where(
            EmailChange.token_hash == secret_hash(token),
            EmailChange.person_id == person_id,
            EmailChange.spent_at.is_(None),
            EmailChange.expires_at > now,
        )
    )
    if found is None:
        raise LinkSpentError
    return found


def confirm_email_change(session: Session, person: Person, token: str, *, address: str, now: datetime) -> None:
    """Let mail go to the new address from now on, and tell the old one; raise LinkSpentError.

    Args:
        address: the network that the confirmation came from.
    """
    change = change_behind(session, person.id, token, now=now)
    _spend(session, change.id, now=now)
    values = {"what": WORDS[EventKind.EMAIL_CHANGED], "changed_at": now, "link": "/account"}
    tell_address(
        session, person.email, name=person.name, language=person.language, template="account_changed", values=values,
        now=now,
    )  # fmt: skip
    person.email, person.email_confirmed_at = change.email, now
    spend_links(session, person.id, now=now)
    session.flush()
    note_change(session, EventKind.EMAIL_CHANGED, person.id, by=person.id, address=address, now=now)


def waiting_change(session: Session, person_id: int, *, now: datetime) -> EmailChange | None:
    """The address that a person has asked for and not confirmed yet."""
    query = sa.select(EmailChange).where(
        EmailChange.person_id == person_id, EmailChange.spent_at.is_(None), EmailChange.expires_at > now
    )
    return session.scalar(query.order_by(EmailChange.id.desc()).limit(1))


def _asked(session: Session, whose: sa.ColumnElement[bool], *, since: datetime) -> int:
    query = sa.select(sa.func.count()).where(whose, EmailChange.asked_at > since)
    return int(session.execute(query.select_from(EmailChange)).scalar_one())


def _spend(session: Session, change_id: int, *, now: datetime) -> None:
    """One conditional UPDATE: of two who follow the link at once, one comes too late."""
    done = session.execute(
        sa.update(EmailChange)
        .where(EmailChange.id == change_id, EmailChange.spent_at.is_(None))
        .values(spent_at=now)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(done, sa.CursorResult) or done.rowcount != 1:
        raise LinkSpentError


def _spend_all(session: Session, person_id: int, *, now: datetime) -> None:
    session.execute(
        sa.update(EmailChange)
        .where(EmailChange.person_id == person_id, EmailChange.spent_at.is_(None))
        .values(spent_at=now)
        .execution_options(synchronize_session=False)
    )
