"""Reviews (复核) of a refusal: once, on request, by people who did not decide (A8.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.certification import CertificationApplication, failing_checks, refuse_second
from app.domain.errors import IneligibleAgencyError


class Review(Base):
    """The one review of an application's refusal."""

    __tablename__ = "review"
    __table_args__ = (sa.CheckConstraint("outcome IN ('upheld', 'overturned')", name="outcome"),)

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"), primary_key=True)
    grounds: Mapped[str] = mapped_column(sa.Text)
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    refused_for: Mapped[str] = mapped_column(sa.Text, comment="the reasons of the refusal that was reviewed")
    refused_for_en: Mapped[str] = mapped_column(
        sa.Text, server_default="", comment="the same where the machine wrote it; '': a person did, in one language"
    )
    refused_article: Mapped[str] = mapped_column(sa.String(12))
    outcome: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.Text)
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(Instant)

    def why_refused(self, language: str) -> str:
        """What was refused for, in the reader's language, as far as it was worded in it."""
        return self.refused_for_en if language == "en" and self.refused_for_en else self.refused_for


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What the agency wrote when it asked for the review."""

    grounds: str
    asked_by: int
    asked_at: datetime


def record_review(
    session: Session, application_id: int, asked: ReviewRequest,
    *, overturned: bool, reason: str, by: int, now: datetime,
) -> Review:  # fmt: skip
    """Keep the review; a refusal that is set aside opens the application again.

    Raises:
        IneligibleAgencyError: it would be set aside against a computed check (A4.1, A11.9).
        ApplicationStillOpenError: the agency has applied anew meanwhile.
    """
    application = session.get_one(CertificationApplication, application_id)
    review = Review(
        application_id=application_id, grounds=asked.grounds, asked_by=asked.asked_by, asked_at=asked.asked_at,
        refused_for=application.reason, refused_for_en=application.reason_en, refused_article=application.article,
        outcome="overturned" if overturned else "upheld", reason=reason, decided_by=by, decided_at=now,
    )  # fmt: skip
    if overturned:
        failing = failing_checks(session, application_id)
        if failing:
            raise IneligibleAgencyError([check.name for check in failing], failing[0].article)
        refuse_second(session, application.organisation_id)
        application.status, application.reason, application.reason_en, application.article = "open", "", "", ""
        application.concluded_at = None
    session.add(review)
    session.flush()
    return review


def review_of(session: Session, application_id: int) -> Review | None:
    """The review of an application; None: there was none."""
    return session.get(Review, application_id)
