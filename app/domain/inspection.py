"""Which claims are inspected, and what was found (A11.1).

A claim is picked when any of these holds, in this order:
- least: fewer claims of its month than the bureau asks for have been picked, so that no month goes without;
- risk: the records say why (`Risk`);
- random: the first eight hex digits of SHA-256 of "seed|case number", taken modulo 10,000, lie below the share in
  hundredths of a percent. Each month has a seed of its own, drawn and kept before its first claim: anybody who has the
  seed draws the same claims again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.calendar import local_day
from app.domain.evaluation import Delivery, ServiceEvaluation
from app.domain.settlement_errors import InspectionMissingError

PAIR_VOUCHERS = 3
"""From so many evaluated services between the same two parties on they are looked at."""


class Risk(StrEnum):
    """Why a claim is looked at that chance did not pick."""

    DISPUTED = "disputed"
    """The enterprise did not accept the delivery."""
    SERIOUS_BEFORE = "serious_before"
    """An earlier inspection of the agency found something serious."""
    SAME_PARTIES = "same_parties"
    """The same two parties settle again and again."""
    DIFFERENCES = "differences"
    """Contract, voucher, receipts, bank line and delivery do not say the same."""


class Finding(StrEnum):
    """What an inspection found."""

    NONE = "none"
    MINOR = "minor"
    SERIOUS = "serious"


class InspectionMonth(Base):
    """The seed of a month's random picks."""

    __tablename__ = "inspection_month"

    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True, comment="2026-11, in Shanghai")
    seed: Mapped[str] = mapped_column(sa.String(64))
    drawn_at: Mapped[datetime] = mapped_column(Instant)


class InspectionPick(Base):
    """Whether one claim is inspected and why; and then what was found."""

    __tablename__ = "inspection_pick"
    __table_args__ = (
        sa.CheckConstraint("cause IN ('', 'least', 'risk', 'random')", name="cause"),
        sa.CheckConstraint("finding IN ('none', 'minor', 'serious')", name="finding"),
        sa.CheckConstraint("finding IS NULL OR cause <> ''", name="only_picked_found"),
        sa.CheckConstraint("(finding IS NULL) = (inspected_at IS NULL)", name="found_when"),
        sa.Index("ix_inspection_pick_month", "month"),
        sa.Index("ix_inspection_pick_agency_id", "agency_id"),
    )

    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    month: Mapped[str] = mapped_column(sa.ForeignKey("inspection_month.month"))
    ticket: Mapped[int] = mapped_column(comment="0 to 9,999")
    share_percent: Mapped[int] = mapped_column(comment="of the claims, that were to be picked at random")
    cause: Mapped[str] = mapped_column(sa.String(6), comment="'': not picked")
    risks: Mapped[list[str]] = mapped_column(Json)
    picked_at: Mapped[datetime] = mapped_column(Instant)
    finding: Mapped[str | None] = mapped_column(sa.String(8))
    report: Mapped[str] = mapped_column(sa.Text, server_default="")
    inspected_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    inspected_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def is_picked(self) -> bool:
        """Whether the claim is inspected."""
        return self.cause != ""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many claims the bureau wants to have inspected."""

    share_percent: int
    least_per_month: int


def ticket_of(seed: str, case_number: str) -> int:
    """The lot of a claim, 0 to 9,999: the same for anybody who has the seed."""
    return int(hashlib.sha256(f"{seed}|{case_number}".encode()).hexdigest()[:8], 16) % 10_000


def pick(
    session: Session, case_number: str, quota: Quota, *, agency_id: int, risks: Sequence[Risk], now: datetime
) -> InspectionPick:
    """Say whether a claim is inspected; once for a case: sent anew, it keeps its lot."""
    kept = session.get(InspectionPick, case_number)
    if kept is not None:
        return kept
    month = _month(session, now)
    ticket = ticket_of(month.seed, case_number)
    picked = InspectionPick(
        case_number=case_number, agency_id=agency_id, month=month.month, ticket=ticket,
        share_percent=quota.share_percent, cause=_cause(session, month.month, ticket, quota, risks),
        risks=[str(one) for one in risks], picked_at=now,
    )  # fmt: skip
    session.add(picked)
    session.flush()
    return picked


def risks_of(session: Session, evaluation: ServiceEvaluation, *, differs: bool) -> list[Risk]:
    """What the records say against settling a claim without looking."""
    agency_id = evaluation.agency_id
    found_serious = sa.select(InspectionPick.case_number).where(
        InspectionPick.agency_id == agency_id, InspectionPick.finding == Finding.SERIOUS
    )
    services = sa.select(sa.func.count()).where(
        ServiceEvaluation.agency_id == agency_id, ServiceEvaluation.enterprise_id == evaluation.enterprise_id
    )
    holds = {
        Risk.DISPUTED: evaluation.delivery == Delivery.NO,
        Risk.SERIOUS_BEFORE: session.scalar(found_serious.limit(1)) is not None,
        Risk.SAME_PARTIES: (session.scalar(services) or 0) >= PAIR_VOUCHERS,
        Risk.DIFFERENCES: differs,
    }
    return [risk for risk, it_holds in holds.items() if it_holds]


def record_finding(
    session: Session, case_number: str, finding: str, *, report: str, by: int, now: datetime
) -> InspectionPick:
    """Keep what an inspection found."""
    picked = session.get_one(InspectionPick, case_number)
    picked.finding, picked.report = Finding(finding), report
    picked.inspected_by, picked.inspected_at = by, now
    session.flush()
    return picked


def finding_of(session: Session, case_number: str) -> str:
    """What was found, for the table of shares; `not_inspected` if the claim was not picked.

    Raises:
        InspectionMissingError: the claim is picked and nobody has looked yet.
    """
    picked = session.get_one(InspectionPick, case_number)
    if picked.is_picked and picked.finding is None:
        raise InspectionMissingError(case_number)
    return picked.finding or "not_inspected"


def _cause(session: Session, month: str, ticket: int, quota: Quota, risks: Sequence[Risk]) -> str:
    picked = sa.select(sa.func.count()).where(InspectionPick.month == month, InspectionPick.cause != "")
    if (session.scalar(picked) or 0) < quota.least_per_month:
        return "least"
    if risks:
        return "risk"
    return "random" if ticket < quota.share_percent * 100 else ""


def _month(session: Session, now: datetime) -> InspectionMonth:
    """The month's row, locked until the caller's transaction ends: two claims at once cannot both be the first."""
    day = local_day(now)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"month": f"{day.year}-{day.month:02d}", "seed": secrets.token_hex(16), "drawn_at": now}
    session.execute(dialect.insert(InspectionMonth).values(row).on_conflict_do_nothing())
    return session.scalars(
        sa.select(InspectionMonth).where(InspectionMonth.month == row["month"]).with_for_update()
    ).one()
