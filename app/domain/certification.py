"""Applications for certification, the checks that are computed for them, and how they end (A4.1, A8.1, A8.5–A8.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain import credit_code
from app.domain.affiliation import affiliates_of_operator
from app.domain.bad_credit import bad_credit_of
from app.domain.calendar import local_day
from app.domain.errors import ApplicationConcludedError, ApplicationStillOpenError, ItemOutsideCategoriesError
from app.domain.organisation import Organisation
from app.domain.service_item import ServiceItem

LAPSED = {"zh": "补正期限内没有收到补正材料。", "en": "The corrections did not come in time."}


class CertificationApplication(Base):
    """One application of one agency."""

    __tablename__ = "certification_application"
    __table_args__ = (
        sa.CheckConstraint("status IN ('open', 'certified', 'refused', 'lapsed', 'withdrawn')", name="status"),
        sa.CheckConstraint("status <> 'refused' OR length(reason) > 0", name="refusal_has_reason"),
        sa.Index(
            "uq_certification_application_open", "organisation_id", unique=True,
            sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80), unique=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    categories: Mapped[list[str]] = mapped_column(Json)
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(sa.String(10), server_default="open")
    score_hundredths: Mapped[int | None] = mapped_column(comment="of the agency; NULL until the panel has closed")
    spread_hundredths: Mapped[int | None] = mapped_column(comment="highest minus lowest total")
    concluded_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(sa.Text, server_default="")
    reason_en: Mapped[str] = mapped_column(
        sa.Text, server_default="", comment="the same where the machine wrote it; '': a person did, in one language"
    )
    article: Mapped[str] = mapped_column(sa.String(12), server_default="", comment="of a refusal (A8.7)")

    def why(self, language: str) -> str:
        """The reason of its end in the reader's language, as far as it has one."""
        return self.reason_en if language == "en" and self.reason_en else self.reason


class ApplicationCheck(Base):
    """One rule that the machine checked, with the figures it was checked on; reviewers see both."""

    __tablename__ = "application_check"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    article: Mapped[str] = mapped_column(sa.String(12))
    holds: Mapped[bool]
    figures: Mapped[dict[str, Any]] = mapped_column(Json)


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """A service item as the agency describes it."""

    name: str
    category: str
    content: str
    price_fen: int
    delivery_standard: str


def open_application(
    session: Session,
    organisation_id: int,
    *,
    case_number: str,
    categories: Sequence[str],
    items: Sequence[ItemEntry],
    submitted_by: int,
    now: datetime,
) -> CertificationApplication:
    """Take an application in, with its items and the computed checks.

    Raises:
        ApplicationStillOpenError: the organisation has another one under way.
        ItemOutsideCategoriesError: an item is of a category that is not applied for.
    """
    refuse_second(session, organisation_id)
    _refuse_stray_items(categories, items)
    application = CertificationApplication(
        case_number=case_number,
        organisation_id=organisation_id,
        categories=list(categories),
        submitted_at=now,
        submitted_by=submitted_by,
        status="open",
    )
    session.add(application)
    session.flush()
    _propose(session, application, items)
    session.add_all(_checks(session, application))
    session.flush()
    return application


def mend_application(
    session: Session, application_id: int, *, categories: Sequence[str], items: Sequence[ItemEntry]
) -> CertificationApplication:
    """Take the corrected categories and items in place of the former, and check everything anew (A8.2).

    Raises:
        ItemOutsideCategoriesError: an item is of a category that is not applied for.
    """
    _refuse_stray_items(categories, items)
    application = session.get_one(CertificationApplication, application_id)
    application.categories = list(categories)
    session.execute(sa.delete(ServiceItem).where(ServiceItem.application_id == application_id))
    session.execute(sa.delete(ApplicationCheck).where(ApplicationCheck.application_id == application_id))
    session.flush()
    session.expire_all()
    _propose(session, application, items)
    session.add_all(_checks(session, application))
    session.flush()
    return application


def lapse_application(session: Session, application_id: int, *, now: datetime) -> None:
    """End an application whose corrections did not come in time (A8.2)."""
    _end(session, application_id, "lapsed", LAPSED, "A8.2", now)


def withdraw_application(session: Session, application_id: int, *, reason: str, now: datetime) -> None:
    """End an application that the agency takes back; it may apply again at any time.

    Raises:
        ApplicationConcludedError: there is nothing left to take back.
    """
    if session.get_one(CertificationApplication, application_id).status != "open":
        raise ApplicationConcludedError(application_id)
    _end(session, application_id, "withdrawn", {"zh": reason, "en": ""}, "A8.1", now)


def checks_of(session: Session, application_id: int) -> Sequence[ApplicationCheck]:
    """The computed checks of an application."""
    query = sa.select(ApplicationCheck).where(ApplicationCheck.application_id == application_id)
    return session.scalars(query.order_by(ApplicationCheck.article, ApplicationCheck.name)).all()


def failing_checks(session: Session, application_id: int) -> list[ApplicationCheck]:
    """The computed checks that do not hold: no agency is certified with one (A4.1, A11.9)."""
    return [check for check in checks_of(session, application_id) if not check.holds]


def conclude_refused(
    session: Session, application_id: int, *, reason: str, article: str, now: datetime, reason_en: str = ""
) -> CertificationApplication:
    """End an application with a refusal; it states the reason and the article (A8.7).

    Args:
        reason_en: the same in English where the machine wrote it; "": a person did, in one language.
    """
    reasons = {"zh": reason, "en": reason_en}
    return _end(session, application_id, "refused", reasons, article, now)


def application_of_case(session: Session, case_number: str) -> CertificationApplication | None:
    """The application of a case; None before it has been handed in."""
    return session.scalar(
        sa.select(CertificationApplication).where(CertificationApplication.case_number == case_number)
    )


def _end(
    session: Session, application_id: int, status: str, reasons: Mapping[str, str], article: str, now: datetime
) -> CertificationApplication:
    application = session.get_one(CertificationApplication, application_id)
    application.status, application.article = status, article
    application.reason, application.reason_en = reasons["zh"], reasons["en"]
    application.concluded_at = now
    for item in session.scalars(sa.select(ServiceItem).where(ServiceItem.application_id == application_id)):
        item.status = "not_listed"
    session.flush()
    return application


def _propose(session: Session, application: CertificationApplication, items: Sequence[ItemEntry]) -> None:
    session.add_all(
        ServiceItem(
            application_id=application.id,
            organisation_id=application.organisation_id,
            place=place,
            name=item.name,
            category=item.category,
            content=item.content,
            price_fen=item.price_fen,
            delivery_standard=item.delivery_standard,
            status="proposed",
        )
        for place, item in enumerate(items, 1)
    )


def refuse_second(session: Session, organisation_id: int) -> None:
    """Raise ApplicationStillOpenError if an organisation has an application under way (A8.1)."""
    still_open = sa.select(CertificationApplication.id).where(
        CertificationApplication.organisation_id == organisation_id, CertificationApplication.status == "open"
    )
    if session.scalar(still_open) is not None:
        raise ApplicationStillOpenError(organisation_id)


def _refuse_stray_items(categories: Sequence[str], items: Sequence[ItemEntry]) -> None:
    for item in items:
        if item.category not in categories:
            raise ItemOutsideCategoriesError(item.name, item.category)


def _checks(session: Session, application: CertificationApplication) -> list[ApplicationCheck]:
    organisation = session.get_one(Organisation, application.organisation_id)
    code = organisation.credit_code
    affiliates = affiliates_of_operator(session, organisation)
    entries = bad_credit_of(session, organisation, on=local_day(application.submitted_at))
    found: list[tuple[str, str, bool, Mapping[str, Any]]] = [
        ("credit_code", "A4.1", credit_code.is_valid(code), {"credit_code": code}),
        ("region", "A4.1", credit_code.is_of_region(code), {"division": code[2:8]}),
        ("affiliation", "A11.9", not affiliates, {"shared": affiliates}),
        ("bad_credit", "A11.4", not entries, {"entries": [one.since_on.isoformat() for one in entries]}),
    ]
    return [
        ApplicationCheck(application_id=application.id, name=name, article=article, holds=holds, figures=dict(figures))
        for name, article, holds, figures in found
    ]
