"""What the enterprise says of the service: four marks, a text, and whether it accepts the delivery (A10.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.settlement_errors import NotEvaluatedError, ShareDoneMissingError

MARKS = ("result", "speed", "attitude", "price")
"""What is marked, each from 1 to 5."""
LOWEST, HIGHEST = 1, 5


class Delivery(StrEnum):
    """Whether the delivery is accepted."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class ServiceEvaluation(Base):
    """The one evaluation of a case, by the enterprise or, if it keeps silent, by a reviewer who has telephoned."""

    __tablename__ = "service_evaluation"
    __table_args__ = (
        *(sa.CheckConstraint(f"{mark} BETWEEN {LOWEST} AND {HIGHEST}", name=mark) for mark in MARKS),
        sa.CheckConstraint("delivery IN ('yes', 'partly', 'no')", name="delivery"),
        sa.CheckConstraint("(delivery = 'partly') = (share_done_percent IS NOT NULL)", name="partly_has_share"),
        sa.CheckConstraint("share_done_percent BETWEEN 1 AND 99", name="share_done"),
        sa.Index("ix_service_evaluation_agency_id", "agency_id"),
    )

    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    result: Mapped[int]
    speed: Mapped[int]
    attitude: Mapped[int]
    price: Mapped[int]
    remark: Mapped[str] = mapped_column(sa.Text)
    delivery: Mapped[str] = mapped_column(sa.String(6))
    share_done_percent: Mapped[int | None] = mapped_column(comment="of what was agreed; NULL unless partly")
    is_by_telephone: Mapped[bool] = mapped_column(comment="a reviewer asked, the enterprise had not answered in time")
    evaluated_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    evaluated_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def satisfaction_hundredths(self) -> int:
        """The mean of the four marks in hundredths, rounded down: 4, 4, 5, 4 are 425."""
        return (self.result + self.speed + self.attitude + self.price) * 100 // len(MARKS)

    @property
    def done_percent(self) -> int:
        """The share of the service that was accepted."""
        return {Delivery.YES: 100, Delivery.NO: 0}.get(Delivery(self.delivery), self.share_done_percent or 0)


@dataclass(frozen=True, slots=True)
class EvaluationEntry:
    """An evaluation as somebody gives it."""

    result: int
    speed: int
    attitude: int
    price: int
    remark: str
    delivery: str
    share_done_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Who evaluates, about whom, and how they came to know."""

    enterprise_id: int
    agency_id: int
    person_id: int
    is_by_telephone: bool


def record_evaluation(
    session: Session, case_number: str, entry: EvaluationEntry, by: Evaluator, *, now: datetime
) -> ServiceEvaluation:
    """Keep the evaluation of a case; raise ShareDoneMissingError if delivery and share do not fit together."""
    if (entry.delivery == Delivery.PARTLY) != (entry.share_done_percent is not None):
        raise ShareDoneMissingError(entry.delivery, entry.share_done_percent)
    evaluation = ServiceEvaluation(
        case_number=case_number, enterprise_id=by.enterprise_id, agency_id=by.agency_id, result=entry.result,
        speed=entry.speed, attitude=entry.attitude, price=entry.price, remark=entry.remark, delivery=entry.delivery,
        share_done_percent=entry.share_done_percent, is_by_telephone=by.is_by_telephone, evaluated_by=by.person_id,
        evaluated_at=now,
    )  # fmt: skip
    session.add(evaluation)
    session.flush()
    return evaluation


def evaluation_of(session: Session, case_number: str) -> ServiceEvaluation:
    """The evaluation of a case; raise NotEvaluatedError if there is none yet."""
    found = session.get(ServiceEvaluation, case_number)
    if found is None:
        raise NotEvaluatedError(case_number)
    return found
