"""Enterprises: the figures that they declare of themselves, and what the office records of them (A5.1, A5.2, A11.7).

Both are dated rows that are added and never altered: what counted on any day can be read for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.calendar import local_day
from app.domain.enterprise_errors import FiguresOutOfRangeError, FiguresOutOfTimeError, NoEnterpriseError
from app.domain.organisation import Organisation, OrganisationKind

MOST_EMPLOYEES = 1_000_000
MOST_YUAN = 10**13
"""Ten thousand billion yuan: no figure of a firm is larger, a slip of the hand is."""


class Industry(StrEnum):
    """The 16 industries of the national standard of 2011 (工信部联企业〔2011〕300号)."""

    AGRICULTURE = "agriculture"
    INDUSTRY = "industry"
    CONSTRUCTION = "construction"
    WHOLESALE = "wholesale"
    RETAIL = "retail"
    TRANSPORT = "transport"
    WAREHOUSING = "warehousing"
    POST = "post"
    ACCOMMODATION = "accommodation"
    CATERING = "catering"
    INFORMATION_TRANSMISSION = "information_transmission"
    SOFTWARE = "software"
    REAL_ESTATE = "real_estate"
    PROPERTY_MANAGEMENT = "property_management"
    LEASING_BUSINESS = "leasing_business"
    OTHER = "other"


class LegalForm(StrEnum):
    """What an enterprise is in law; which of them is an independent legal person is decided by the table (A5.1)."""

    COMPANY = "company"
    COOPERATIVE = "cooperative"
    OTHER_LEGAL_PERSON = "other_legal_person"
    PARTNERSHIP = "partnership"
    SOLE_PROPRIETORSHIP = "sole_proprietorship"
    SOLE_TRADER = "sole_trader"
    BRANCH = "branch"


class CreditRating(StrEnum):
    """The region's SME credit rating; A and better go ahead in the queue (A11.7)."""

    NONE = "none"
    AAA = "AAA"
    AA = "AA"
    A = "A"
    B = "B"
    C = "C"


AHEAD = frozenset({CreditRating.AAA, CreditRating.AA, CreditRating.A})


def _one_of(column: str, kinds: type[StrEnum]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(str(one)) for one in kinds)})", name=column)


class EnterpriseFigures(Base):
    """What an enterprise declared of itself on a day; the latest row counts."""

    __tablename__ = "enterprise_figures"
    __table_args__ = (
        _one_of("industry", Industry),
        _one_of("legal_form", LegalForm),
        sa.CheckConstraint("employees >= 0 AND revenue_yuan >= 0 AND assets_yuan >= 0", name="not_negative"),
        sa.Index("ix_enterprise_figures_organisation_id", "organisation_id"),
        sa.Index("ix_enterprise_figures_responsible_hash", "responsible_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    year: Mapped[int] = mapped_column(comment="the business year that the figures are of")
    industry: Mapped[str] = mapped_column(sa.String(30))
    employees: Mapped[int]
    revenue_yuan: Mapped[int] = mapped_column(sa.BigInteger)
    assets_yuan: Mapped[int] = mapped_column(sa.BigInteger, comment="total assets at the end of the year")
    legal_form: Mapped[str] = mapped_column(sa.String(30))
    is_in_business: Mapped[bool]
    is_growing: Mapped[bool]
    is_in_order: Mapped[bool] = mapped_column(comment="run in order: taxes, wages and accounts, as declared")
    responsible_hash: Mapped[str] = mapped_column(
        sa.String(64), server_default="", comment="keyed hash of the responsible person's number (A11.4); '': not given"
    )
    responsible_last_four: Mapped[str] = mapped_column(sa.String(4), server_default="")
    declared_on: Mapped[date] = mapped_column(comment="the first day on which it counts, in Shanghai")
    declared_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    declared_at: Mapped[datetime] = mapped_column(Instant)


class EnterpriseStanding(Base):
    """What the office recorded of an enterprise: 专精特新, and its credit rating; the latest row counts (A11.7)."""

    __tablename__ = "enterprise_standing"
    __table_args__ = (
        _one_of("credit_rating", CreditRating),
        sa.CheckConstraint("length(source) > 0", name="has_source"),
        sa.Index("ix_enterprise_standing_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    is_specialised: Mapped[bool] = mapped_column(comment="on the region's list of 专精特新 firms")
    credit_rating: Mapped[str] = mapped_column(sa.String(4))
    source: Mapped[str] = mapped_column(sa.String(200), comment="the list or paper that says so")
    effective_on: Mapped[date] = mapped_column(comment="the first day on which it counts, in Shanghai")
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Figures:
    """What an enterprise declares; money in whole yuan."""

    year: int
    industry: Industry
    employees: int
    revenue_yuan: int
    assets_yuan: int
    legal_form: LegalForm
    is_in_business: bool
    is_growing: bool
    is_in_order: bool
    responsible_hash: str = ""
    responsible_last_four: str = ""


def declare_figures(session: Session, enterprise_id: int, figures: Figures, *, by: int, now: datetime) -> None:
    """Add a declaration; it counts from today on.

    Raises NoEnterpriseError, FiguresOutOfRangeError, FiguresOutOfTimeError.
    """
    enterprise_of(session, enterprise_id)
    on = local_day(now)
    for name, most in (("employees", MOST_EMPLOYEES), ("revenue_yuan", MOST_YUAN), ("assets_yuan", MOST_YUAN)):
        if not 0 <= getattr(figures, name) <= most:
            raise FiguresOutOfRangeError(name, getattr(figures, name), most)
    if not on.year - 2 <= figures.year <= on.year:
        raise FiguresOutOfTimeError(figures.year, on.year)
    session.add(
        EnterpriseFigures(
            organisation_id=enterprise_id, declared_on=on, declared_by=by, declared_at=now, **asdict(figures)
        )
    )
    session.flush()


def record_standing(
    session: Session,
    enterprise_id: int,
    *,
    is_specialised: bool,
    credit_rating: CreditRating,
    source: str,
    by: int,
    now: datetime,
) -> None:
    """Add what the region's lists say of an enterprise; it counts from today on. Raises NoEnterpriseError."""
    enterprise_of(session, enterprise_id)
    session.add(
        EnterpriseStanding(
            organisation_id=enterprise_id, is_specialised=is_specialised, credit_rating=credit_rating, source=source,
            effective_on=local_day(now), recorded_by=by, recorded_at=now,
        )
    )  # fmt: skip
    session.flush()


def enterprise_of(session: Session, enterprise_id: int) -> Organisation:
    """The organisation that is an enterprise; raise NoEnterpriseError for any other."""
    found = session.get(Organisation, enterprise_id)
    if found is None or found.kind != OrganisationKind.ENTERPRISE:
        raise NoEnterpriseError(enterprise_id)
    return found


def figures_on(session: Session, enterprise_id: int, *, on: date) -> EnterpriseFigures | None:
    """The declaration that counts on a day; None: nothing had been declared."""
    table = EnterpriseFigures
    query = sa.select(table).where(table.organisation_id == enterprise_id, table.declared_on <= on)
    return session.scalar(query.order_by(table.id.desc()).limit(1))


def declarations_of(session: Session, enterprise_id: int) -> Sequence[EnterpriseFigures]:
    """Every declaration of an enterprise, the latest first."""
    table = EnterpriseFigures
    return session.scalars(
        sa.select(table).where(table.organisation_id == enterprise_id).order_by(table.id.desc())
    ).all()


def standing_on(session: Session, enterprise_id: int, *, on: date) -> EnterpriseStanding | None:
    """What the office had recorded of an enterprise by that day; None: nothing."""
    table = EnterpriseStanding
    query = sa.select(table).where(table.organisation_id == enterprise_id, table.effective_on <= on)
    return session.scalar(query.order_by(table.id.desc()).limit(1))


def has_priority(session: Session, enterprise_id: int, *, on: date) -> bool:
    """Whether an enterprise goes ahead of others in the queue: 专精特新, or rated A or better (A11.7)."""
    found = standing_on(session, enterprise_id, on=on)
    return found is not None and (found.is_specialised or found.credit_rating in AHEAD)
