"""What is issued and who is told while a voucher is settled: called by the handlers of the settlement (A10, A11.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.documents.content import Content, write
from app.domain.calendar import local_day
from app.domain.evaluation import ServiceEvaluation
from app.domain.issued_document import DocumentDraft, IssuedDocument, issue
from app.domain.message import tell
from app.domain.money_words import in_capitals, yuan
from app.domain.organisation import Organisation, operator_of
from app.domain.recipients import members_of
from app.domain.role_grant import Role
from app.domain.settlement import Settlement
from app.domain.wording import LANGUAGES

_Rows = Callable[[str], Sequence[Sequence[str]]]


def evaluation_asked(
    session: Session, case_number: str, enterprise_id: int, *, due_at: datetime, now: datetime
) -> None:
    """Ask the enterprise to evaluate the service (A10.1)."""
    _tell(session, case_number, enterprise_id, Role.ENTERPRISE, "evaluation_asked", {"due_at": due_at}, now)


def evaluation_due(session: Session, case_number: str, enterprise_id: int, *, due_at: datetime, now: datetime) -> None:
    """Remind the enterprise that a reviewer will telephone if it keeps silent (A10.1)."""
    _tell(session, case_number, enterprise_id, Role.ENTERPRISE, "evaluation_due", {"due_at": due_at}, now)


def claim_opened(session: Session, case_number: str, agency_id: int, *, now: datetime) -> None:
    """Tell the agency that the service is evaluated and can be claimed (A10.2)."""
    _tell(session, case_number, agency_id, Role.AGENCY, "claim_opened", {}, now)


def claim_returned(session: Session, case_number: str, agency_id: int, *, reason: str, now: datetime) -> None:
    """Tell the agency why its claim comes back (A10.3)."""
    _tell(session, case_number, agency_id, Role.AGENCY, "claim_returned", {"reason": reason}, now)


def settled(session: Session, settlement: Settlement, *, why: Mapping[str, str], by: int | None, now: datetime) -> None:
    """Issue the decision to both parties and a payment order to each that is paid, and tell them (A10.3, A11.2)."""
    for organisation_id in (settlement.agency_id, settlement.enterprise_id):
        issue(session, _decision(session, settlement, organisation_id, why, now), by=by, now=now)
    for payee_id, amount_fen, rows in _payments(settlement):
        if amount_fen:
            issue(session, _order(session, settlement, payee_id, amount_fen, rows, now), by=by, now=now)
    share = f"{settlement.share_percent}%"
    for organisation_id, role, amount_fen in (
        (settlement.agency_id, Role.AGENCY, settlement.agency_fen),
        (settlement.enterprise_id, Role.ENTERPRISE, settlement.enterprise_fen),
    ):
        values = {"share": share, "amount": yuan(amount_fen)}
        _tell(session, settlement.case_number, organisation_id, role, "settlement_decided", values, now)


def paid(session: Session, settlement: Settlement, *, now: datetime) -> list[IssuedDocument]:
    """Issue a receipt to each that was paid, and tell them (A10.3)."""
    issued = []
    roles = {settlement.agency_id: Role.AGENCY, settlement.enterprise_id: Role.ENTERPRISE}
    for payee_id, amount_fen, _rows in _payments(settlement):
        if amount_fen:
            issued.append(issue(session, _receipt(session, settlement, payee_id, amount_fen, now), by=None, now=now))
            values = {"amount": yuan(amount_fen)}
            _tell(session, settlement.case_number, payee_id, roles[payee_id], "payment_made", values, now)
    return issued


def why_so(evaluation: ServiceEvaluation, finding: str) -> dict[str, str]:
    """What the share follows from, in words: the share done, satisfaction, inspection."""
    satisfaction = f"{evaluation.satisfaction_hundredths // 100}.{evaluation.satisfaction_hundredths % 100:02d}"
    by = ("（审核员电话回访代评）", " (asked by telephone)") if evaluation.is_by_telephone else ("", "")
    found_zh, found_en = _FOUND[finding]
    return {
        "zh": f"企业验收完成比例 {evaluation.done_percent}%，满意度 {satisfaction} 分（满分 5.00）{by[0]}，{found_zh}。",
        "en": f"The enterprise accepted {evaluation.done_percent} % as done, satisfaction {satisfaction} of 5.00{by[1]}; {found_en}.",
    }


_FOUND = {
    "not_inspected": ("未抽查", "not inspected"),
    "none": ("检查未发现问题", "the inspection found nothing"),
    "minor": ("检查发现轻微问题", "the inspection found something minor"),
    "serious": ("检查发现严重问题", "the inspection found something serious"),
}


def _decision(
    session: Session, settlement: Settlement, organisation_id: int, why: Mapping[str, str], now: datetime
) -> DocumentDraft:
    own = "" if settlement.reason in ("", why["zh"]) else f"\n{settlement.reason}"
    reason = {language: text + own for language, text in why.items()}
    values = {
        "share": f"{settlement.share_percent}%",
        "contract": _amount(settlement.contract_fen),
        "face": _amount(settlement.face_fen),
        "agency_amount": _amount(settlement.agency_fen),
        "agency_capitals": in_capitals(settlement.agency_fen),
    }
    rows = _reckoning(settlement)
    return _draft(session, "settlement", settlement, organisation_id, values, rows, now, reason)


def _reckoning(one: Settlement) -> _Rows:
    share, rate = (
        f"{one.share_percent}%",
        f"{one.fee_hundredths_percent // 100}.{one.fee_hundredths_percent % 100:02d}%",
    )

    def rows(language: str) -> list[list[str]]:
        said = {
            "zh": ("服务券支付", "保证金支付", "监理服务费", "付服务机构", "退回资金池", "退还企业", "支付合计减服务费"),
            "en": ("Paid from the voucher", "Paid from the deposit", "Supervision fee", "To the agency", "Back to the purse",
                   "Back to the enterprise", "paid less fee"),
        }[language]  # fmt: skip
        return [
            [said[0], f"{yuan(one.face_fen)} × {share}", yuan(one.voucher_fen), "A11.2"],
            [said[1], f"{yuan(one.deposit_fen)} × {share}", yuan(one.deposit_part_fen), "A11.2"],
            [said[2], f"{yuan(one.contract_fen)} × {rate}", yuan(one.fee_fen), "A11.12"],
            [said[3], said[6], yuan(one.agency_fen), "A10.3"],
            [said[4], f"{yuan(one.face_fen)} − {yuan(one.voucher_fen)}", yuan(one.returned_fen), "A11.2"],
            [said[5], f"{yuan(one.deposit_fen)} − {yuan(one.deposit_part_fen)}", yuan(one.enterprise_fen), "A11.2"],
        ]

    return rows


def _payments(one: Settlement) -> tuple[tuple[int, int, _Rows], ...]:
    """Who is paid how much, and what it is made up of."""

    def to_agency(language: str) -> list[list[str]]:
        said = {"zh": ("服务券", "保证金", "减：监理服务费"), "en": ("Voucher", "Deposit", "Less supervision fee")}[
            language
        ]
        return [
            [said[0], yuan(one.voucher_fen), "A11.2"],
            [said[1], yuan(one.deposit_part_fen), "A11.2"],
            [said[2], yuan(-one.fee_fen), "A11.12"],
        ]

    def to_enterprise(language: str) -> list[list[str]]:
        said = {"zh": "保证金余额", "en": "Rest of the deposit"}[language]
        return [[said, yuan(one.enterprise_fen), "A11.2"]]

    return (one.agency_id, one.agency_fen, to_agency), (one.enterprise_id, one.enterprise_fen, to_enterprise)


def _order(
    session: Session, settlement: Settlement, payee_id: int, amount_fen: int, rows: _Rows, now: datetime
) -> DocumentDraft:
    return _draft(session, "payment_order", settlement, payee_id, _money(amount_fen), rows, now)


def _receipt(session: Session, settlement: Settlement, payee_id: int, amount_fen: int, now: datetime) -> DocumentDraft:
    values = {**_money(amount_fen), "paid_on": local_day(now)}
    return _draft(session, "payment_receipt", settlement, payee_id, values, lambda _language: [], now)


def _draft(
    session: Session, kind: str, settlement: Settlement, organisation_id: int, values: Mapping[str, Any], rows: _Rows,
    now: datetime, reason: str | Mapping[str, str] = "",
) -> DocumentDraft:  # fmt: skip
    addressee, operator = session.get_one(Organisation, organisation_id), operator_of(session)

    def content(language: str) -> Content:
        known = {
            "case_number": settlement.case_number, "voucher_number": settlement.voucher_number,
            "payee": addressee.name(language), **values,
            "reason": reason if isinstance(reason, str) else reason[language],
        }  # fmt: skip
        return write(
            kind, language, known, letterhead=operator.name(language) if operator else "",
            addressee=addressee.name(language), on=local_day(now), rows=rows(language),
        )  # fmt: skip

    contents = {language: content(language).as_json() for language in LANGUAGES}
    return DocumentDraft(kind, settlement.case_number, contents, organisation_id=organisation_id)


def _money(amount_fen: int) -> dict[str, Any]:
    return {"amount": _amount(amount_fen), "capitals": in_capitals(amount_fen)}


def _amount(amount_fen: int) -> dict[str, str]:
    return {"zh": f"{yuan(amount_fen)} 元", "en": f"{yuan(amount_fen)} yuan"}


def _tell(
    session: Session, case_number: str, organisation_id: int, role: Role, template: str, values: Mapping[str, Any],
    now: datetime,
) -> None:  # fmt: skip
    people = members_of(session, organisation_id, role=role)
    tell(session, to=people, template=template, values=values, case_number=case_number, now=now)
