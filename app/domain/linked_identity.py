"""Identities of a single sign-on provider (OIDC) that belong to a person here; they bring no role with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError
from app.domain.person import Person
from app.domain.role_grant import POWERFUL, roles_held


class LinkedIdentity(Base):
    """One subject of one provider."""

    __tablename__ = "linked_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    issuer: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(255), comment="the provider's `sub`")
    linked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: by the confirmed address")
    linked_at: Mapped[datetime] = mapped_column(Instant)


class PowerfulIdentityError(DomainError):
    """No single administrator decides by which identity a powerful role is reached."""

    code = "powerful_identity"
    message_zh = "此人有重要角色，不能由管理员关联身份。请本人确认邮箱后用统一登录，系统会自动关联。"
    message_en = (
        "This person holds a powerful role: no administrator links an identity to it. It is linked by itself once the "
        "person has confirmed the same e-mail address here."
    )


def identity(session: Session, issuer: str, subject: str) -> LinkedIdentity | None:
    """The link of a provider's subject; None: there is none yet."""
    return session.scalar(
        sa.select(LinkedIdentity).where(LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject)
    )


def identities_of(session: Session, person_id: int) -> Sequence[LinkedIdentity]:
    """The identities by which a person may sign in."""
    return session.scalars(
        sa.select(LinkedIdentity).where(LinkedIdentity.person_id == person_id).order_by(LinkedIdentity.id)
    ).all()


def link_identity(
    session: Session, person_id: int, *, issuer: str, subject: str, by: int | None, now: datetime
) -> None:
    """Let an identity sign in as a person."""
    session.add(LinkedIdentity(person_id=person_id, issuer=issuer, subject=subject, linked_by=by, linked_at=now))
    session.flush()


def link_by_administrator(
    session: Session, person_id: int, *, issuer: str, subject: str, by: int, now: datetime
) -> None:
    """Let an identity whose address nobody has confirmed sign in as a person; raise PowerfulIdentityError."""
    held = {role for role, _ in roles_held(session.connection(), person_id)}
    if held & POWERFUL:
        raise PowerfulIdentityError
    link_identity(session, person_id, issuer=issuer, subject=subject, by=by, now=now)


def person_by_confirmed_email(session: Session, email: str) -> Person | None:
    """The one open account whose confirmed address this is; None where there is none, or several."""
    found = session.scalars(
        sa.select(Person)
        .where(
            sa.func.lower(Person.email) == email.strip().lower(),
            Person.email_confirmed_at.is_not(None),
            Person.is_active,
        )
        .limit(2)
    ).all()
    return found[0] if email.strip() and len(found) == 1 else None
