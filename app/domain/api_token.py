"""Tokens by which a machine acts as a person; only their hash is kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.person import Person
from app.domain.secret_hash import secret_hash


class ApiToken(Base):
    """One token of one person."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, comment="sha256, hex: the token has 256 bits")
    issued_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: valid")


def issue_token(session: Session, person_id: int, *, now: datetime) -> str:
    """Make a token and return it: it is shown once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.add(ApiToken(person_id=person_id, token_hash=secret_hash(token), issued_at=now))
    session.flush()
    return token


def is_by_token(hash_of: sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    """Whether a `person` in the same statement is the one whose token has this hash, and it is not revoked."""
    return sa.and_(ApiToken.token_hash == hash_of, ApiToken.revoked_at.is_(None), ApiToken.person_id == Person.id)


def tokens_of(session: Session, person_id: int) -> Sequence[ApiToken]:
    """A person's tokens that are valid, the latest first."""
    return session.scalars(
        sa.select(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
    ).all()


def revoke_token(session: Session, person_id: int, token_id: int, *, now: datetime) -> bool:
    """Make a token of this person worthless; False: it is not theirs, or was revoked."""
    done = session.execute(
        sa.update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    return isinstance(done, sa.CursorResult) and done.rowcount == 1
