"""Guessing at passwords: five wrong ones within fifteen minutes lock a login for fifteen minutes.

What is counted is the login that was typed, whether somebody has it or not, so that neither answer nor time taken tells
which logins exist. Whoever knows a login can keep its owner out for a while; the limit by address makes that dear.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db import Instant, metadata

FAILURES_BEFORE_LOCK = 5
WINDOW = timedelta(minutes=15)
"""Within which the failures fall, from the first on."""
LOCK_LASTS = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)

sign_in_attempt = sa.Table(
    "sign_in_attempt",
    metadata,
    sa.Column("login_hash", sa.String(64), primary_key=True, comment="sha256, hex: what was typed may be a password"),
    sa.Column("failed_count", sa.Integer, nullable=False, comment="wrong tries since first_failed_at"),
    sa.Column("first_failed_at", Instant, nullable=False),
    sa.Column("locked_until", Instant, comment="NULL: not locked"),
    sa.CheckConstraint("failed_count > 0", name="failed_count_positive"),
)
sa.Index("ix_sign_in_attempt_first_failed_at", sign_in_attempt.c.first_failed_at)


def is_locked(session: Session, login: str, *, now: datetime) -> bool:
    """Whether the login is locked; its row stays locked until the caller's transaction ends."""
    until = session.execute(
        sa.select(sign_in_attempt.c.locked_until).where(sign_in_attempt.c.login_hash == _hash(login)).with_for_update()
    ).scalar()
    return until is not None and now < until


def count_failure(session: Session, login: str, *, now: datetime) -> None:
    """Count a wrong try, and lock the login at the fifth of a window; one statement, so no two tries count as one."""
    row = sign_in_attempt.c
    begins_anew = row.first_failed_at <= now - WINDOW
    locks = sa.and_(~begins_anew, row.failed_count + 1 >= FAILURES_BEFORE_LOCK)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(sign_in_attempt)
        .values(login_hash=_hash(login), failed_count=1, first_failed_at=now)
        .on_conflict_do_update(
            index_elements=["login_hash"],
            set_={
                "failed_count": sa.case((begins_anew, 1), else_=row.failed_count + 1),
                "first_failed_at": sa.case((begins_anew, sa.bindparam(None, now, Instant)), else_=row.first_failed_at),
                "locked_until": sa.case((locks, sa.bindparam(None, now + LOCK_LASTS, Instant)), else_=sa.null()),
            },
        )
    )


def forget_failures(session: Session, login: str) -> None:
    """Begin to count anew: the right password came."""
    session.execute(sa.delete(sign_in_attempt).where(sign_in_attempt.c.login_hash == _hash(login)))


def forget_old_failures(session: Session, *, now: datetime) -> None:
    """Drop what is older than a day and locks nobody any more."""
    session.execute(sa.delete(sign_in_attempt).where(sign_in_attempt.c.first_failed_at < now - KEPT_FOR))


def _hash(login: str) -> str:
    return hashlib.sha256(login.encode()).hexdigest()
