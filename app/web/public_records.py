"""What the public reads: agencies with their items, notices with their last day, verdicts on numbers; as pages and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.documents.content import Content
from app.domain.agency import certified_agencies
from app.domain.certificate import certificate
from app.domain.certification import CertificationApplication
from app.domain.issued_document import document_by_code
from app.domain.notice import Notice, notices
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.service_item import ServiceItem, listed_items
from app.domain.voucher import NamedVoucher, named_voucher
from app.web.due import Due, due_of
from app.web.languages import language
from app.web.results import Result, result_of
from app.web.words import category_name


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    """A certified agency as the public sees it."""

    organisation_id: int
    name: str
    credit_code: str
    address: str
    phone: str
    certificate_number: str
    certified_on: date
    valid_until: date
    items: Sequence[ServiceItem]

    @property
    def categories(self) -> list[str]:
        """The categories of what it offers, each once."""
        return list(dict.fromkeys(category_name(item.category) for item in self.items))


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """A notice with what it is about."""

    id: int
    number: str
    case_number: str
    agency: str
    credit_code: str
    address: str
    published_at: datetime
    ends_at: datetime
    due: Due
    is_open: bool
    """Whether one can still object."""
    status: str
    """How the application stands: open, certified, refused."""
    result: Result


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a number: `valid`, `used`, `expired`, `voided`, `withdrawn`, `unknown`; of a letter's code: `issued`."""

    status: str
    number: str
    agency: AgencyRecord | None = None
    letter: LetterRecord | None = None
    voucher: NamedVoucher | None = None


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """What whoever holds a letter may compare it with."""

    title: str
    number: str
    addressee: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """Where an objection is sent."""

    name: str
    address: str
    phone: str


def agency_records(session: Session, *, on: date, text: str = "") -> list[AgencyRecord]:
    """Every agency that is certified on a day, by name; two queries whatever their number.

    Args:
        text: only those whose name or credit code holds it.
    """
    found = certified_agencies(session, on=on, text=text)
    items = _listed(session, [agency.organisation_id for agency, _ in found])
    return [
        _agency(one.certificate_number, one.certified_on, one.valid_until, of, items.get(of.id, ()))
        for one, of in found
    ]


def _listed(session: Session, organisation_ids: Sequence[int]) -> dict[int, list[ServiceItem]]:
    query = sa.select(ServiceItem).where(
        ServiceItem.organisation_id.in_(organisation_ids), ServiceItem.status == "listed"
    )
    found: dict[int, list[ServiceItem]] = {}
    for item in session.scalars(query.order_by(ServiceItem.id)):
        found.setdefault(item.organisation_id, []).append(item)
    return found


def _agency(
    number: str, certified_on: date, valid_until: date, organisation: Organisation, items: Sequence[ServiceItem]
) -> AgencyRecord:
    return AgencyRecord(
        organisation.id,
        organisation.name(language()),
        organisation.credit_code,
        organisation.address,
        organisation.phone,
        number,
        certified_on,
        valid_until,
        items,
    )


def notice_records(session: Session, *, now: datetime) -> list[NoticeRecord]:
    """Every notice, the latest first."""
    return [_notice(session, one, now) for one in notices(session)]


def notice_record(session: Session, notice_id: int, *, now: datetime) -> NoticeRecord | None:
    """One notice; None for an id that was never given."""
    found = session.get(Notice, notice_id)
    return _notice(session, found, now) if found else None


def operator_contact(session: Session) -> Contact:
    """The operator's office, which takes objections."""
    query = sa.select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR).order_by(Organisation.id)
    found = session.scalars(query).first()
    return Contact(found.name(language()), found.address, found.phone) if found else Contact("", "", "")


def verdict_on(session: Session, number: str, *, on: date) -> Verdict:
    """Whether the number of a certificate or a voucher is genuine and valid on a day."""
    given = named_voucher(session, number)
    if given is not None:
        state = given.voucher.state
        return Verdict("valid" if state == "live" else state, number, voucher=given)
    found = certificate(session, number)
    if found is None:
        letter = _letter(session, number)
        return Verdict("issued" if letter else "unknown", number, letter=letter)
    held, organisation = found
    items = listed_items(session, organisation.id)
    record = _agency(held.number, held.certified_on, held.valid_until, organisation, items)
    if held.status == "withdrawn":
        return Verdict("withdrawn", number, record)
    return Verdict("valid" if held.valid_until >= on else "expired", number, record)


def _letter(session: Session, code: str) -> LetterRecord | None:
    document = document_by_code(session, code)
    if document is None:
        return None
    content = Content.from_json(document.contents[language()])
    return LetterRecord(content.title, document.number, content.addressee, document.issued_at)


def agency_json(record: AgencyRecord) -> dict[str, Any]:
    """An agency for machines; money in fen."""
    return {
        "id": record.organisation_id, "name": record.name, "credit_code": record.credit_code,
        "certificate_number": record.certificate_number, "certified_on": record.certified_on.isoformat(),
        "valid_until": record.valid_until.isoformat(),
        "service_items": [
            {
                "id": item.id, "name": item.name, "category": item.category, "content": item.content,
                "price_fen": item.price_fen, "delivery_standard": item.delivery_standard,
            }
            for item in record.items
        ],
    }  # fmt: skip


def notice_json(record: NoticeRecord) -> dict[str, Any]:
    """A notice for machines; scores in hundredths of a point."""
    return {
        "id": record.id, "number": record.number, "case_number": record.case_number, "agency": record.agency,
        "credit_code": record.credit_code, "published_at": record.published_at.isoformat(),
        "ends_at": record.ends_at.isoformat(), "is_open": record.is_open, "status": record.status,
        "score_hundredths": record.result.score_hundredths,
        "service_items": [
            {
                "name": item.name, "category": item.category, "price_fen": item.price_fen,
                "score_hundredths": item.score_hundredths, "is_listed": item.is_passed,
            }
            for item in record.result.items
        ],
    }  # fmt: skip


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict for machines; it names the agency only for a number that was given."""
    found: dict[str, Any] = {"number": verdict.number, "status": verdict.status, "kind": None}
    if verdict.agency is not None:
        found |= {
            "kind": "certificate", "agency": verdict.agency.name, "credit_code": verdict.agency.credit_code,
            "certified_on": verdict.agency.certified_on.isoformat(),
            "valid_until": verdict.agency.valid_until.isoformat(),
        }  # fmt: skip
    if verdict.letter is not None:
        found |= {
            "kind": "letter", "title": verdict.letter.title, "letter_number": verdict.letter.number,
            "addressee": verdict.letter.addressee, "issued_at": verdict.letter.issued_at.isoformat(),
        }  # fmt: skip
    if verdict.voucher is not None:
        one = verdict.voucher
        found |= {
            "kind": "voucher", "holder": one.enterprise.name(language()), "agency": one.agency.name(language()),
            "service_item": one.item.name, "face_fen": one.voucher.face_fen,
            "valid_until": one.voucher.valid_until.isoformat(),
        }  # fmt: skip
    return found


def _notice(session: Session, notice: Notice, now: datetime) -> NoticeRecord:
    application = session.get_one(CertificationApplication, notice.application_id)
    organisation = session.get_one(Organisation, application.organisation_id)
    due = due_of(notice.ends_at, now)
    if due is None:
        raise LookupError(f"notice {notice.number} has no last day")
    return NoticeRecord(
        notice.id, notice.number, application.case_number, organisation.name(language()), organisation.credit_code,
        organisation.address, notice.published_at, notice.ends_at, due, notice.is_open(now), application.status,
        result_of(session, application),
    )  # fmt: skip
