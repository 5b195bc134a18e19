"""What is issued and who is told when something is decided in a certification: called by the handlers that decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.documents import drafts
from app.documents.content import field_words
from app.documents.drafts import CertificateFacts, PointToMend
from app.domain.certificate import Certificate
from app.domain.certification import CertificationApplication, application_of_case
from app.domain.correction import CorrectionRequest
from app.domain.interests import conflicted_people
from app.domain.issued_document import IssuedDocument, issue
from app.domain.message import tell
from app.domain.notice import Notice
from app.domain.organisation import Organisation
from app.domain.recipients import members_of
from app.domain.role_grant import Role, people_with
from app.domain.service_item import items_of


def certified(session: Session, application_id: int, *, number: str, by: int | None, now: datetime) -> None:
    """Issue the decision letter and the certificate, and tell the agency (A8.6)."""
    given = session.get_one(Certificate, number)
    facts = CertificateFacts(number, given.valid_from, given.valid_until)
    letters = [
        issue(session, drafts.decision_to_certify(session, application_id, facts, now=now), by=by, now=now),
        issue(session, drafts.certificate(session, application_id, facts, now=now), by=by, now=now),
    ]
    values = {"certificate_number": number, "valid_until": given.valid_until}
    _tell_agency(session, application_id, "certified", values, now, letters)


def refused(
    session: Session, application_id: int, *, review_until: datetime | None, by: int | None, now: datetime
) -> None:
    """Issue the decision letter with reasons, article and remedy, and tell the agency (A8.7).

    Args:
        review_until: None if the one review has been had already.
    """
    application = session.get_one(CertificationApplication, application_id)
    reason, article = {"zh": application.why("zh"), "en": application.why("en")}, application.article
    draft = drafts.refusal(session, application_id, reason=reason, article=article, review_until=review_until, now=now)
    letters = [issue(session, draft, by=by, now=now)]
    values: dict[str, Any] = {"reason": reason, "article": article}
    if review_until is None:
        _tell_agency(session, application_id, "refused_finally", values, now, letters)
    else:
        _tell_agency(session, application_id, "refused", {**values, "review_until": review_until}, now, letters)


def corrections_asked(session: Session, request: CorrectionRequest, *, by: int | None, now: datetime) -> None:
    """Issue the correction notice with every point, and tell the agency (A8.2)."""
    application = application_of_case(session, request.case_number)
    if application is None or request.ends_at is None:
        raise LookupError("a request that was sent has an application and an end")
    application_id = application.id
    points = _points(session, application_id, request.points)
    draft = drafts.correction_notice(session, application_id, points, due_at=request.ends_at, now=now)
    letter = issue(session, draft, by=by, now=now)
    values = {"count": len(points), "due_at": request.ends_at}
    _tell_agency(session, application_id, "correction_asked", values, now, [letter])


def lapsed(session: Session, application_id: int, *, ended_at: datetime, now: datetime) -> None:
    """Issue the letter that the application has lapsed, and tell the agency (A8.2)."""
    letter = issue(session, drafts.lapse(session, application_id, ended_at=ended_at, now=now), by=None, now=now)
    _tell_agency(session, application_id, "lapsed", {}, now, [letter])


def notice_published(session: Session, notice: Notice, *, now: datetime) -> None:
    """Tell the agency until when anybody can object (A8.6)."""
    values = {"notice_number": notice.number, "ends_at": notice.ends_at}
    _tell_agency(session, notice.application_id, "notice_published", values, now)


def objections_received(session: Session, notice: Notice, *, now: datetime) -> None:
    """Tell the agency and the supervisors that the conclusion waits; who objects is nobody's business here (A8.6)."""
    values = {"notice_number": notice.number}
    _tell_agency(session, notice.application_id, "objection_received", values, now)
    number = session.get_one(CertificationApplication, notice.application_id).case_number
    applicant_id = session.get_one(CertificationApplication, notice.application_id).organisation_id
    supervisors = set(people_with(session.connection(), Role.SUPERVISOR))
    supervisors -= conflicted_people(session.connection(), applicant_id, supervisors)  # who is tied learns nothing
    tell(session, to=supervisors, template="objection_received", values=values, case_number=number, now=now)


def objection_examined(session: Session, notice: Notice, *, upheld: bool, now: datetime) -> None:
    """Tell the agency what came of an objection (A8.6)."""
    values = {"notice_number": notice.number, "finding": _UPHELD if upheld else _DISMISSED}
    _tell_agency(session, notice.application_id, "objection_examined", values, now)


def scored(session: Session, seat_id: int, *, declared_at: datetime, now: datetime) -> None:
    """Issue an expert's receipt; it lies among their letters (A8.3, A8.4)."""
    draft = drafts.receipt(session, seat_id, declared_at=declared_at, now=now)
    issue(session, draft, by=draft.person_id, now=now)


def review_decided(
    session: Session, application_id: int, *, overturned: bool, reason: str, by: int | None, now: datetime
) -> None:
    """Issue the decision on a review, and tell the agency (A8.7)."""
    finding = _OVERTURNED if overturned else _CONFIRMED
    draft = drafts.decision_on_review(session, application_id, finding=finding, reason=reason, now=now)
    letter = issue(session, draft, by=by, now=now)
    _tell_agency(session, application_id, "review_decided", {"finding": finding}, now, [letter])


_UPHELD = {"zh": "异议成立，结论须重新作出", "en": "upheld; the conclusion must be made anew"}
_DISMISSED = {"zh": "异议不成立，公示继续", "en": "dismissed; the notice goes on"}
_OVERTURNED = {"zh": "撤销原决定，恢复办理", "en": "the refusal is set aside; the case goes on"}
_CONFIRMED = {"zh": "维持原决定", "en": "the decision stands"}


def _tell_agency(
    session: Session, application_id: int, template: str, values: Mapping[str, Any], now: datetime,
    letters: Sequence[IssuedDocument] = (),
) -> None:  # fmt: skip
    application = session.get_one(CertificationApplication, application_id)
    agency = session.get_one(Organisation, application.organisation_id)
    named = {"agency": {"zh": agency.name("zh"), "en": agency.name("en")}, **values}
    people = members_of(session, agency.id, role=Role.AGENCY)
    tell(
        session, to=people, template=template, values=named, case_number=application.case_number, now=now,
        documents=[one.id for one in letters],
    )  # fmt: skip


def _points(session: Session, application_id: int, points: Sequence[Mapping[str, Any]]) -> list[PointToMend]:
    names = [item.name for item in items_of(session, application_id)]
    return [PointToMend(_what(point["pointer"], names), point["reason"], point["article"]) for point in points]


def _what(pointer: str, names: Sequence[str]) -> dict[str, str]:
    """The words of a pointer into the application: `/licence`, `/items`, `/items/1`."""
    field, _, place = pointer.removeprefix("/").partition("/")
    return field_words("item", name=names[int(place)]) if place else field_words(field)
