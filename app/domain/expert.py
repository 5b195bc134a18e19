"""The pool of experts: who they are, whom they work for, what they know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError, NoFieldsError
from app.domain.role_grant import Role, grant_role, revoke_role, roles_held


class Category(StrEnum):
    """The seven directions of use of article 7 (A7.1)."""

    INFORMATISATION = "informatisation"
    TECHNOLOGY = "technology"
    MANAGEMENT = "management"
    LEGAL = "legal"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    CREDIT = "credit"
    OTHER = "other"


class Expert(Base):
    """A person of the pool."""

    __tablename__ = "expert"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    joined_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: in the pool")


class ExpertField(Base):
    """One field that an expert can appraise."""

    __tablename__ = "expert_field"
    __table_args__ = (
        sa.CheckConstraint(f"category IN ({', '.join(repr(str(one)) for one in Category)})", name="category"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.person_id"), primary_key=True)
    category: Mapped[str] = mapped_column(sa.String(24), primary_key=True)


class ExpertPoolChange(Base):
    """That somebody joined the pool, left it, or is now of other fields or another employer; never deleted."""

    __tablename__ = "expert_pool_change"
    __table_args__ = (
        sa.CheckConstraint("change IN ('joined', 'left', 'adjusted')", name="change"),
        sa.CheckConstraint("length(reason) > 0", name="has_reason"),
        sa.Index("ix_expert_pool_change_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.person_id"))
    change: Mapped[str] = mapped_column(sa.String(8))
    reason: Mapped[str] = mapped_column(sa.Text)
    changed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ExpertByPoolError(DomainError):
    """The expert's role comes with a place in the pool: employer and fields, taken in by two people."""

    code = "expert_by_pool"
    rule = "A8.3"
    message_zh = "专家角色随专家入库而来：请提名入库，写明单位和领域，由另一名主管或主管部门批准。"
    message_en = (
        "The role of an expert comes with a place in the pool: propose the person with employer and fields; "
        "another supervisor or the bureau takes them in."
    )


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """What an expert is taken into the pool with."""

    person_id: int
    employer_id: int
    categories: frozenset[Category]


def put_into_pool(session: Session, entry: PoolEntry, *, reason: str, by: int, now: datetime) -> None:
    """Take a person into the pool, again if they had left, or record their new employer and fields.

    They hold the expert's role at their employer from then on, and no longer at a former one. Two people do this:
    `pool_proposal` says who.

    Raises:
        NoFieldsError: nobody can be drawn who appraises nothing.
        AdminMayNotDecideError: the person administers processes or roles.
    """
    if not entry.categories:
        raise NoFieldsError(entry.person_id)
    known = session.get(Expert, entry.person_id)
    change = "adjusted" if known is not None and known.left_at is None else "joined"
    if known is None:
        add_expert(session, entry.person_id, employer_id=entry.employer_id, categories=set(entry.categories), now=now)
    else:
        if known.employer_id != entry.employer_id:
            revoke_role(session, entry.person_id, Role.EXPERT, known.employer_id, by=by, reason=reason, now=now)
        known.employer_id, known.left_at = entry.employer_id, None
        session.execute(sa.delete(ExpertField).where(ExpertField.person_id == entry.person_id))
        session.add_all(ExpertField(person_id=entry.person_id, category=one) for one in sorted(entry.categories))
    grant_role(session, entry.person_id, Role.EXPERT, entry.employer_id, by=by, now=now)
    _note(session, entry.person_id, change, reason=reason, by=by, now=now)


def leave_pool(session: Session, person_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Let a person be drawn no more; the seats that they hold stay theirs, and the role with which they fill them."""
    session.get_one(Expert, person_id).left_at = now
    _note(session, person_id, "left", reason=reason, by=by, now=now)


def leave_with_role(session: Session, person_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Let somebody leave the pool whose expert's role has been taken away; whoever still holds one stays."""
    known = session.get(Expert, person_id)
    if known is None or known.left_at is not None:
        return
    if not any(role == Role.EXPERT for role, _where in roles_held(session.connection(), person_id)):
        leave_pool(session, person_id, reason=reason, by=by, now=now)


def fields_of(session: Session) -> dict[int, list[str]]:
    """What each expert can appraise."""
    found: dict[int, list[str]] = {}
    for row in session.scalars(sa.select(ExpertField).order_by(ExpertField.person_id, ExpertField.category)):
        found.setdefault(row.person_id, []).append(row.category)
    return found


def _note(session: Session, person_id: int, change: str, *, reason: str, by: int, now: datetime) -> None:
    session.flush()
    session.add(ExpertPoolChange(person_id=person_id, change=change, reason=reason, changed_by=by, changed_at=now))
    session.flush()


def add_expert(session: Session, person_id: int, *, employer_id: int, categories: set[Category], now: datetime) -> None:
    """Take a person into the pool."""
    session.add(Expert(person_id=person_id, employer_id=employer_id, joined_at=now))
    session.flush()
    session.add_all(ExpertField(person_id=person_id, category=one) for one in sorted(categories))
    session.flush()
