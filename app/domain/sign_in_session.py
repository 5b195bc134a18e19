"""Sessions: one row for each device on which somebody has signed in, so that each can be ended by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant

METHODS = ("password", "second_factor", "passkey", "oidc", "link")
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"),
             ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "macOS"),
            ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux"))  # fmt: skip


class SignInSession(Base):
    """One session of one person."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        sa.CheckConstraint(f"method IN ({', '.join(repr(one) for one in METHODS)})", name="method"),
        sa.Index("ix_sign_in_session_person_id_began_at", "person_id", "began_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    epoch: Mapped[int] = mapped_column(comment="the person's epoch when it began; it ends when that has moved on")
    method: Mapped[str] = mapped_column(sa.String(16), comment="the last proof that was given")
    device: Mapped[str] = mapped_column(
        sa.String(60), comment="browser and system, as the browser says; '': it does not"
    )
    address: Mapped[str] = mapped_column(sa.String(50), comment="the network it came from; '': unknown")
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant, comment="to the minute")
    ended_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: not signed out")


def open_session(
    session: Session, person_id: int, *, epoch: int, method: str, user_agent: str, address: str, now: datetime
) -> int:
    """Begin a session and return its id."""
    row = SignInSession(
        person_id=person_id, epoch=epoch, method=method, device=device_of(user_agent), address=address, began_at=now,
        seen_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def see_session(connection: sa.Connection, session_id: int, *, now: datetime) -> None:
    """Note that a session is in use."""
    connection.execute(sa.update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now))


def close_session(session: Session, person_id: int, session_id: int, *, now: datetime) -> bool:
    """End a session of this person; False: it is not theirs, or has ended."""
    done = session.execute(
        sa.update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    return isinstance(done, sa.CursorResult) and done.rowcount == 1


def open_sessions(
    session: Session, person_id: int, *, epoch: int, idle: timedelta, longest: timedelta, now: datetime
) -> Sequence[SignInSession]:
    """The sessions in which a person may still act, the last used first."""
    return session.scalars(
        sa.select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.epoch == epoch,
            SignInSession.ended_at.is_(None),
            SignInSession.seen_at >= now - idle,
            SignInSession.began_at >= now - longest,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    ).all()


def forget_old_sessions(session: Session, *, older_than: datetime) -> None:
    """Drop rows of sessions that began long ago; the audit keeps the sign-ins."""
    session.execute(sa.delete(SignInSession).where(SignInSession.began_at < older_than))


def device_of(user_agent: str) -> str:
    """Browser and system in two words; '' where they cannot be told."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(re.escape(mark), user_agent)), "")
    return " · ".join(one for one in (browser, system) if one)
