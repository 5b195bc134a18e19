"""What is issued and who is told between an application for a voucher and the voucher: called by whoever decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.documents.content import Content, field_words, voucher_label, write
from app.domain.calendar import local_day
from app.domain.contract import ServiceContract, contract_of
from app.domain.correction import CorrectionRequest
from app.domain.issued_document import DocumentDraft, issue
from app.domain.message import tell
from app.domain.money_words import in_capitals, yuan
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.queue_entry import QueueEntry
from app.domain.queue_record import people_before
from app.domain.recipients import members_of
from app.domain.role_grant import Role, people_with
from app.domain.service_item import ServiceItem
from app.domain.voucher import Voucher, VoucherFacts
from app.domain.voucher_application import VoucherApplication, application_for
from app.domain.wording import LANGUAGES

_LAPSES = {
    "confirmation": ("服务机构没有在期限内确认合同。", "A9.1"),
    "correction": ("补正期限内没有收到补正材料。", "A9.2"),
    "deposit": ("保证金没有在期限内足额到账。", "A9.3"),
}
_STEPS = {
    "refused": {"zh": "不予发放", "en": "No voucher"},
    "lapsed": {"zh": "申请失效", "en": "The application has lapsed"},
    "withdrawn": {"zh": "已撤回", "en": "Withdrawn"},
    "expired": {"zh": "服务券到期失效", "en": "The voucher has expired"},
    "voided": {"zh": "服务券已作废", "en": "The voucher is void"},
}


def received(session: Session, application: VoucherApplication, *, confirm_until: datetime, now: datetime) -> None:
    """Issue the receipt of submission, tell the enterprise, and ask the agency to confirm (A9.1)."""
    values = {**_facts(session, application), "confirm_until": confirm_until, "ticket": application.ticket}
    _issue(session, "voucher_received", application, values, by=application.submitted_by, now=now)
    told = {"ticket": application.ticket, "item": values["item"], "due_at": confirm_until}
    _tell(session, application, "voucher_received", told, now)
    asked = {"enterprise": values["enterprise"], "item": values["item"], "due_at": confirm_until}
    _tell(session, application, "voucher_confirm", asked, now, of_agency=True)


def queued(session: Session, application: VoucherApplication, entry: QueueEntry, *, now: datetime) -> None:
    """Tell the enterprise that its money is reserved, or how many wait before it (A11.6)."""
    if entry.state == "reserved":
        values: dict[str, Any] = {"receipt": entry.receipt, "amount": money(entry.reserved_fen)}
        _tell(session, application, "voucher_reserved", values, now)
    elif entry.state == "waiting":
        values = {"receipt": entry.receipt, "before": people_before(session, entry)}
        _tell(session, application, "voucher_waiting", values, now)


def promoted(session: Session, case_number: str, entry: QueueEntry, *, now: datetime) -> None:
    """Tell an enterprise that waited that its money is reserved now."""
    application = application_for(session, case_number)
    if application is not None:
        queued(session, application, entry, now=now)


def review_overdue(session: Session, application: VoucherApplication, *, now: datetime) -> None:
    """Tell the supervisors that a first review is overdue (A9.2)."""
    enterprise = session.get_one(Organisation, application.enterprise_id)
    supervisors = people_with(session.connection(), Role.SUPERVISOR)
    values = {"enterprise": _names(enterprise)}
    tell(
        session, to=supervisors, template="review_overdue", values=values, case_number=application.case_number, now=now
    )


def corrections_asked(
    session: Session, application: VoucherApplication, request: CorrectionRequest, *, by: int | None, now: datetime
) -> None:
    """Issue the correction notice with every point, and tell the enterprise (A9.2)."""

    def rows(language: str) -> list[list[Any]]:
        return [
            [field_words(point["pointer"].removeprefix("/"))[language], point["reason"], point["article"]]
            for point in request.points
        ]

    values = _facts(session, application) | {"count": len(request.points), "due_at": request.ends_at}
    _issue(session, "voucher_correction", application, values, by=by, now=now, rows=rows)
    told = {"count": len(request.points), "due_at": request.ends_at}
    _tell(session, application, "voucher_correction", told, now)


def granted(
    session: Session, application: VoucherApplication, deposit_fen: int, *, by: int | None, now: datetime
) -> None:
    """Issue the letter with face value and deposit, and tell the enterprise (A6.3, A9.3)."""
    face = money(application.granted_fen or 0)
    known = {"face": face, "deposit": money(deposit_fen), "due_at": application.deposit_ends_at}
    _issue(session, "voucher_granted", application, _facts(session, application) | known, by=by, now=now)
    told = {"face": yuan(application.granted_fen or 0), "deposit": yuan(deposit_fen), "due_at": known["due_at"]}
    _tell(session, application, "voucher_granted", told, now)


def issued(session: Session, voucher: Voucher, *, by: int | None, now: datetime) -> None:
    """Issue the voucher's paper, verified by its own number, and tell holder and agency (A9.4)."""
    issue(session, _paper(session, voucher, now=now), by=by, now=now)
    application = _application(session, voucher.case_number)
    values = {"number": voucher.number, "face": yuan(voucher.face_fen), "valid_until": voucher.valid_until}
    _tell(session, application, "voucher_issued", values, now)
    _tell(session, application, "voucher_issued", values, now, of_agency=True)


def ending(session: Session, number: str, *, now: datetime) -> None:
    """Tell holder and agency that a voucher will end (A11.10)."""
    voucher = session.get_one(Voucher, number)
    days = (voucher.valid_until - local_day(now)).days
    values = {"number": number, "days": days, "valid_until": voucher.valid_until}
    application = _application(session, voucher.case_number)
    _tell(session, application, "voucher_ending", values, now)
    _tell(session, application, "voucher_ending", values, now, of_agency=True)


def voucher_ended(
    session: Session, voucher: Voucher, *, reason: str = "", article: str, by: int | None, now: datetime
) -> None:
    """Issue the letter about a voucher that expired or was voided, and tell holder and agency (A11.10, A11.5)."""
    application = _application(session, voucher.case_number)
    known = {
        "number": voucher.number, "face": money(voucher.face_fen), "valid_until": voucher.valid_until,
        "reason": reason, "article": article,
    }  # fmt: skip
    _issue(session, f"voucher_{voucher.state}", application, _facts(session, application) | known, by=by, now=now)
    told = {"what": _STEPS[voucher.state], "reason": reason or voucher.number, "article": article}
    _tell(session, application, "voucher_ended", told, now)
    _tell(session, application, "voucher_ended", told, now, of_agency=True)


def ended(session: Session, application: VoucherApplication, *, by: int | None, now: datetime) -> None:
    """Issue the letter about a refusal, a lapse or a withdrawal with reason and article, and tell the enterprise."""
    known = {"reason": application.reason, "article": application.article}
    _issue(session, f"voucher_{application.status}", application, _facts(session, application) | known, by=by, now=now)
    told = {"what": _STEPS[application.status], **known}
    _tell(session, application, "voucher_ended", told, now)


def lapse_reason(stage: str) -> tuple[str, str]:
    """Why an application lapses at a stage, and by which article."""
    return _LAPSES[stage]


def voucher_facts(session: Session, application: VoucherApplication) -> VoucherFacts:
    """What the voucher of a granted application will say."""
    contract = _contract(session, application.case_number)
    return VoucherFacts(
        application.case_number, application.enterprise_id, application.agency_id, application.item_id,
        application.granted_fen or 0, contract.amount_fen,
    )  # fmt: skip


def money(fen: int) -> dict[str, str]:
    """An amount as letters write it: with its capitals in Chinese."""
    return {"zh": f"{yuan(fen)} 元（{in_capitals(fen)}）", "en": f"{yuan(fen)} yuan"}


def _paper(session: Session, voucher: Voucher, *, now: datetime) -> DocumentDraft:
    holder, agency = (session.get_one(Organisation, one) for one in (voucher.enterprise_id, voucher.agency_id))
    item, contract = session.get_one(ServiceItem, voucher.item_id), _contract(session, voucher.case_number)

    def content(language: str) -> Content:
        said = {
            "number": voucher.number, "credit_code": holder.credit_code, "face": money(voucher.face_fen)[language],
            "agency": agency.name(language), "item": item.name,
            "contract": f"{contract.number} · {yuan(voucher.contract_fen)}", "validity": voucher.valid_until.isoformat(),
        }  # fmt: skip
        return write(
            "voucher", language, {}, letterhead=_letterhead(session, language), addressee=holder.name(language),
            on=local_day(now), facts=[(voucher_label(name, language), value) for name, value in said.items()],
            rows=[[voucher_label(one, language)] for one in ("rule_named", "rule_once", "rule_ends")],
        )  # fmt: skip

    contents = {language: content(language).as_json() for language in LANGUAGES}
    return DocumentDraft(
        "voucher", voucher.case_number, contents, organisation_id=voucher.enterprise_id, number=voucher.number
    )


def _facts(session: Session, application: VoucherApplication) -> dict[str, Any]:
    """What every letter about an application can name."""
    contract = _contract(session, application.case_number)
    return {
        "submitted_on": local_day(application.submitted_at), "case_number": application.case_number,
        "enterprise": _names(session.get_one(Organisation, application.enterprise_id)),
        "agency": _names(session.get_one(Organisation, application.agency_id)),
        "item": session.get_one(ServiceItem, application.item_id).name,
        "contract": money(contract.amount_fen), "requested": money(application.requested_fen),
    }  # fmt: skip


def _issue(
    session: Session, kind: str, application: VoucherApplication, values: Mapping[str, Any], *, by: int | None,
    now: datetime, rows: Callable[[str], Sequence[Sequence[Any]]] = lambda _language: [],
) -> None:  # fmt: skip
    enterprise = session.get_one(Organisation, application.enterprise_id)

    def content(language: str) -> Content:
        return write(
            kind, language, values, letterhead=_letterhead(session, language), addressee=enterprise.name(language),
            on=local_day(now), rows=rows(language),
        )  # fmt: skip

    contents = {language: content(language).as_json() for language in LANGUAGES}
    draft = DocumentDraft(kind, application.case_number, contents, organisation_id=enterprise.id)
    issue(session, draft, by=by, now=now)


def _tell(
    session: Session, application: VoucherApplication, template: str, values: Mapping[str, Any], now: datetime,
    *, of_agency: bool = False,
) -> None:  # fmt: skip
    home, role = (application.agency_id, Role.AGENCY) if of_agency else (application.enterprise_id, Role.ENTERPRISE)
    people = members_of(session, home, role=role)
    link = {"link": "/inbox"} if of_agency else {}
    tell(session, to=people, template=template, values={**values, **link}, case_number=application.case_number, now=now)


def _letterhead(session: Session, language: str) -> str:
    query = sa.select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR).order_by(Organisation.id)
    operator = session.scalars(query.limit(1)).first()
    return operator.name(language) if operator else ""


def _names(organisation: Organisation) -> dict[str, str]:
    return {language: organisation.name(language) for language in LANGUAGES}


def _application(session: Session, case_number: str) -> VoucherApplication:
    found = application_for(session, case_number)
    if found is None:
        raise LookupError(f"case {case_number} has no application")
    return found


def _contract(session: Session, case_number: str) -> ServiceContract:
    found = contract_of(session, case_number)
    if found is None:
        raise LookupError(f"case {case_number} has no contract")
    return found
