"""What is written to whom about which case: each function drafts one kind of document from the records, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.documents.content import Content, label, write
from app.domain.calendar import SHANGHAI, local_day
from app.domain.case_parameter import parameters_of_case
from app.domain.certification import CertificationApplication
from app.domain.issued_document import DocumentDraft
from app.domain.organisation import Organisation, operator_of
from app.domain.panel import Panel, PanelSeat
from app.domain.person import Person
from app.domain.score import Score
from app.domain.service_item import items_of
from app.domain.wording import LANGUAGES


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says of itself."""

    number: str
    valid_from: date
    valid_until: date
    """The last day."""


@dataclass(frozen=True, slots=True)
class PointToMend:
    """One correction that is asked for, in words of both languages where there are any."""

    what: str | Mapping[str, str]
    reason: str
    article: str


def decision_to_certify(
    session: Session, application_id: int, facts: CertificateFacts, *, now: datetime
) -> DocumentDraft:
    """The decision letter of a certified agency: score, items, certificate (A8.6)."""
    application = session.get_one(CertificationApplication, application_id)
    figures = parameters_of_case(session, application.case_number, on=local_day(application.submitted_at))
    values = {
        "certificate_number": facts.number,
        "valid_from": facts.valid_from,
        "valid_until": facts.valid_until,
        "score": _points(application.score_hundredths),
        "pass_mark": _points(figures["agency_pass_mark_hundredths"]),
    }
    items = items_of(session, application_id)

    def rows(language: str) -> list[list[str]]:
        return [
            [
                item.name,
                _points(item.score_hundredths),
                label("listed" if item.status == "listed" else "not_listed", language),
                "A8.5",
            ]
            for item in items
        ]

    return _to_applicant(session, "certified", application, values, rows, now)


def certificate(session: Session, application_id: int, facts: CertificateFacts, *, now: datetime) -> DocumentDraft:
    """The certificate of an agency with its listed items; it is verified by its own number (A8.6)."""
    application = session.get_one(CertificationApplication, application_id)
    agency = session.get_one(Organisation, application.organisation_id)
    items = [item for item in items_of(session, application_id) if item.status == "listed"]
    operator = operator_of(session)

    def say_facts(language: str) -> list[tuple[str, str]]:
        span = label("span", language, valid_from=facts.valid_from, valid_until=facts.valid_until)
        return [
            (label("certificate_number", language), facts.number),
            (label("credit_code", language), agency.credit_code),
            (label("validity", language), span),
        ]

    def content(language: str) -> Content:
        return write(
            "certificate", language, {}, letterhead=_name(operator, language), addressee=agency.name(language),
            on=local_day(now), rows=[[item.name] for item in items], facts=say_facts(language),
        )  # fmt: skip

    return DocumentDraft(
        "certificate", application.case_number, _both(content), organisation_id=agency.id, number=facts.number
    )


def refusal(
    session: Session,
    application_id: int,
    *,
    reason: Mapping[str, str],
    article: str,
    review_until: datetime | None,
    now: datetime,
) -> DocumentDraft:
    """The decision letter of a refused application: reasons, article, and how to ask for a review (A8.7).

    Args:
        review_until: None if the one review has been had already: then the decision is final.
    """
    application = session.get_one(CertificationApplication, application_id)
    kind = "refused" if review_until is not None else "refused_finally"
    values = {"reason": reason, "article": article, "review_until": review_until}
    return _to_applicant(session, kind, application, values, _no_rows, now)


def correction_notice(
    session: Session, application_id: int, points: Sequence[PointToMend], *, due_at: datetime, now: datetime
) -> DocumentDraft:
    """What is to be mended, all at once, with reason and article, and by when (A8.2)."""
    application = session.get_one(CertificationApplication, application_id)

    def rows(language: str) -> list[list[Any]]:
        return [[_in(one.what, language), one.reason, one.article] for one in points]

    values = {"count": len(points), "due_at": due_at}
    return _to_applicant(session, "correction", application, values, rows, now)


def lapse(session: Session, application_id: int, *, ended_at: datetime, now: datetime) -> DocumentDraft:
    """The corrections did not come in time (A8.2)."""
    application = session.get_one(CertificationApplication, application_id)
    return _to_applicant(session, "lapsed", application, {"ended_at": ended_at}, _no_rows, now)


def decision_on_review(
    session: Session, application_id: int, *, finding: Mapping[str, str], reason: str, now: datetime
) -> DocumentDraft:
    """What the review on request has found (A8.7)."""
    application = session.get_one(CertificationApplication, application_id)
    return _to_applicant(session, "review", application, {"finding": finding, "reason": reason}, _no_rows, now)


def receipt(session: Session, seat_id: int, *, declared_at: datetime, now: datetime) -> DocumentDraft:
    """What one expert did in a panel and when; nothing of the others, nor how many there are (A8.3)."""
    seat = session.get_one(PanelSeat, seat_id)
    application_id = session.get_one(Panel, seat.panel_id).application_id
    application = session.get_one(CertificationApplication, application_id)
    agency = session.get_one(Organisation, application.organisation_id)
    expert = session.get_one(Person, seat.person_id)
    operator = operator_of(session)
    scored_at = session.scalar(sa.select(sa.func.max(Score.given_at)).where(Score.seat_id == seat_id)) or now

    def content(language: str) -> Content:
        values = {"case_number": application.case_number, "agency": agency.name(language)}
        rows = [[label("declared", language), _moment(declared_at)], [label("scored", language), _moment(scored_at)]]
        return write(
            "receipt", language, values, letterhead=_name(operator, language), addressee=expert.name,
            on=local_day(now), rows=rows,
        )  # fmt: skip

    return DocumentDraft("receipt", application.case_number, _both(content), person_id=expert.id)


def _to_applicant(
    session: Session,
    kind: str,
    application: CertificationApplication,
    values: Mapping[str, Any],
    rows: Callable[[str], Sequence[Sequence[Any]]],
    now: datetime,
) -> DocumentDraft:
    agency, operator = session.get_one(Organisation, application.organisation_id), operator_of(session)
    known = {"submitted_on": local_day(application.submitted_at), "case_number": application.case_number, **values}

    def content(language: str) -> Content:
        return write(
            kind, language, known, letterhead=_name(operator, language), addressee=agency.name(language),
            on=local_day(now), rows=rows(language),
        )  # fmt: skip

    return DocumentDraft(kind, application.case_number, _both(content), organisation_id=agency.id)


def _both(content: Callable[[str], Content]) -> dict[str, Any]:
    return {language: content(language).as_json() for language in LANGUAGES}


def _no_rows(_language: str) -> list[list[str]]:
    return []


def _name(organisation: Organisation | None, language: str) -> str:
    return organisation.name(language) if organisation else ""


def _in(text: str | Mapping[str, str], language: str) -> str:
    return text if isinstance(text, str) else text[language]


def _points(hundredths: int | None) -> str:
    return "" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
