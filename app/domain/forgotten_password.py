"""Forgotten passwords: what was typed is written down and answered later by a worker.

The page does the same work whether anybody has that login, so neither its words nor its time tell. A person is sent at
most three links an hour, whoever asks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.account_link import LinkPurpose, issue_link, links_since
from app.domain.message import tell
from app.domain.person import Person

LINKS_PER_HOUR = 3
_AT_ONCE = 50


class PasswordResetRequest(Base):
    """A login for which somebody asked for a link; deleted once it has been answered."""

    __tablename__ = "password_reset_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(200), comment="as typed, in lower case")
    site: Mapped[str] = mapped_column(sa.String(200), comment="the address of the site, without a path")
    asked_at: Mapped[datetime] = mapped_column(Instant)


def ask_reset(session: Session, login: str, *, site: str, now: datetime) -> None:
    """Write down that somebody has forgotten the password of a login, which may be nobody's."""
    session.add(PasswordResetRequest(login=login.strip().lower()[:200], site=site, asked_at=now))
    session.flush()


def is_reset_asked(connection: sa.Connection) -> bool:
    """Whether a request waits to be answered."""
    return connection.execute(sa.select(PasswordResetRequest.id).limit(1)).first() is not None


def answer_resets(session: Session, *, now: datetime) -> int:
    """Send a link for each request whose login somebody has; return how many requests were answered."""
    waiting = session.scalars(
        sa.select(PasswordResetRequest)
        .order_by(PasswordResetRequest.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for request in waiting:
        person = session.scalar(sa.select(Person).where(Person.login == request.login, Person.is_active))
        if person is not None and links_since(session, person.id, since=now - timedelta(hours=1)) < LINKS_PER_HOUR:
            link = issue_link(session, person.id, LinkPurpose.PASSWORD_RESET, by=None, now=now)
            tell(
                session, to=[person.id], template="password_reset", case_number=None, now=now,
                values={"link": f"{request.site}/password-reset/{link.token}", "valid_until": link.expires_at},
            )  # fmt: skip
        session.delete(request)
    return len(waiting)
