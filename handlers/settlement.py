"""What the machine does from the completed service to the money with both parties (A10.1–A10.3, A11.1, A11.2, A11.12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.documents import settlement_letters as letters
from app.domain import evaluation, inspection, purse, service_file, settlement, voucher, voucher_queue
from app.domain.calendar import deadline, local_day
from app.domain.case_parameter import fix_parameters
from app.domain.claim import ClaimEntry, ReceiptEntry
from app.domain.claim import record_claim as keep_claim
from app.domain.commitment import commitment_of
from app.domain.crosscheck import CheckedField, compare, differing, gather, terms_of
from app.domain.evaluation import MARKS, EvaluationEntry, Evaluator
from app.domain.inspection import InspectionPick, Quota
from app.domain.payment import open_payments
from app.domain.settlement import Verdict
from app.domain.settlement_errors import (
    DifferencesUnexplainedError,
    ReceiptRepeatedError,
    ReceiptsDoNotAddUpError,
    ReceiptUsedError,
    ShareUnreasonedError,
)
from app.engine.errors import AnswersInvalidError
from app.engine.operations import Answer, Call
from app.forms import FieldError
from app.forms.text import Text

KEYS = (
    "evaluation_working_days", "evaluation_grace_working_days", "settlement_working_days", "signature_working_days",
    "inspection_percent", "inspection_least_per_month", "supervision_fee_hundredths_percent",
)  # fmt: skip
"""The parameters that a case keeps as they were on the day on which the service was reported as done."""


def open_settlement(call: Call, *, case_number: str, organisation_id: int) -> dict[str, Any]:
    """Fix the deadlines of this settlement and ask the enterprise for its evaluation (A10.1)."""
    session = call.unit.session
    fixed = fix_parameters(session, case_number, KEYS, on=local_day(call.now))
    days, grace = fixed["evaluation_working_days"], fixed["evaluation_grace_working_days"]
    remind_at, telephone_at = (deadline(session, call.now, span) for span in (days, days + grace))
    letters.evaluation_asked(session, case_number, organisation_id, due_at=remind_at, now=call.now)
    return {
        "deadlines": {
            "evaluation": days,
            "settlement": fixed["settlement_working_days"],
            "signature": fixed["signature_working_days"],
        },
        "reminder_at": _iso(remind_at),
        "telephone_at": _iso(telephone_at),
    }


def remind_enterprise(call: Call, *, case_number: str, organisation_id: int, telephone_at: str) -> None:
    """The evaluation has not come in time: remind the enterprise before a reviewer telephones (A10.1)."""
    until = datetime.fromisoformat(telephone_at)
    letters.evaluation_due(call.unit.session, case_number, organisation_id, due_at=until, now=call.now)


def record_evaluation(call: Call, *, case_number: str, organisation_id: int, agency_id: int) -> None:
    """Keep what the enterprise said, by itself or on the telephone, and ask the agency for its claim (A10.1, A11.1)."""
    session, (sent, is_by_telephone) = call.unit.session, _evaluation_sent(call)
    entry = EvaluationEntry(
        **{mark: sent.answers[mark] for mark in MARKS},
        remark=str(sent.answers["remark"]),
        delivery=sent.answers["delivery"],
        share_done_percent=sent.answers.get("share_done_percent"),
    )
    by = Evaluator(organisation_id, agency_id, sent.answered_by, is_by_telephone)
    kept = evaluation.record_evaluation(session, case_number, entry, by, now=call.now)
    figures = {
        "satisfaction_hundredths": kept.satisfaction_hundredths,
        "done_percent": kept.done_percent,
        "is_by_telephone": is_by_telephone,
    }
    service_file.enter(session, case_number, "evaluation", figures, parties=(agency_id, organisation_id), now=call.now)
    letters.claim_opened(session, case_number, agency_id, now=call.now)


def record_claim(call: Call, *, case_number: str, agency_id: int) -> dict[str, Any]:
    """Take the claim with its receipts, and say whether it is inspected before it is reviewed (A10.2, A11.1)."""
    session, sent = call.unit.session, call.last_answer("claim_settlement")
    rows = sent.answers["receipts"]
    receipts = [
        ReceiptEntry(row["number"], date.fromisoformat(row["issued_on"]), row["amount_fen"], row["file"]["file"])
        for row in rows
    ]
    entry = ClaimEntry(agency_id, sent.answered_by, receipts)
    try:
        keep_claim(session, case_number, entry, own_part_fen=terms_of(session, case_number).deposit_fen, now=call.now)
    except (ReceiptRepeatedError, ReceiptUsedError, ReceiptsDoNotAddUpError) as error:
        raise AnswersInvalidError(_at_receipts(error, receipts)) from error
    fixed = fix_parameters(session, case_number, KEYS, on=local_day(call.now))
    given = evaluation.evaluation_of(session, case_number)
    picked = inspection.pick(
        session, case_number, Quota(fixed["inspection_percent"], fixed["inspection_least_per_month"]),
        agency_id=agency_id, risks=inspection.risks_of(session, given, differs=bool(differing(_compared(call)))),
        now=call.now,
    )  # fmt: skip
    return {"needs_inspection": picked.is_picked and picked.finding is None}


def record_inspection(call: Call, *, case_number: str) -> None:
    """Keep what the inspection found, in the service files of both parties too (A11.1)."""
    session, sent = call.unit.session, call.last_answer("inspect_service")
    found = inspection.record_finding(
        session, case_number, sent.answers["finding"], report=sent.answers["report"], by=sent.answered_by, now=call.now
    )
    parties = (found.agency_id, evaluation.evaluation_of(session, case_number).enterprise_id)
    figures = {"finding": found.finding, "cause": found.cause}
    service_file.enter(session, case_number, "inspection", figures, parties=parties, now=call.now)


def prepare_review(call: Call, *, case_number: str) -> dict[str, Any]:
    """Give the table what it judges the share by: satisfaction, the share done, the inspection (A10.3)."""
    session = call.unit.session
    given = evaluation.evaluation_of(session, case_number)
    return {
        "satisfaction": given.satisfaction_hundredths,
        "done_percent": given.done_percent,
        "finding": inspection.finding_of(session, case_number),
    }


def weigh_review(call: Call, *, case_number: str, proposed_percent: int) -> dict[str, Any]:
    """Compare the records anew, hold the review to them, and say what is paid and whether a supervisor signs (A10.3)."""
    answers = call.last_answer("review_claim").answers
    if answers["outcome"] == "return":
        return {"share_percent": proposed_percent, "needs_signature": False}
    differences = differing(_compared(call))
    if differences and not answers.get("differences_explained", "").strip():
        raise AnswersInvalidError([_at("/differences_explained", DifferencesUnexplainedError(differences))])
    try:
        share = settlement.share_decided(
            proposed_percent=proposed_percent, wanted_percent=answers.get("share_percent"),
            reason=answers.get("reason", ""),
        )  # fmt: skip
    except ShareUnreasonedError as error:
        raise AnswersInvalidError([_at("/share_percent", error)]) from error
    picked = call.unit.session.get_one(InspectionPick, case_number)
    signature = settlement.needs_signature(
        share_percent=share, proposed_percent=proposed_percent, is_picked=picked.is_picked, differs=bool(differences)
    )
    return {"share_percent": share, "needs_signature": signature}


def return_claim(call: Call, *, case_number: str, agency_id: int) -> None:
    """Tell the agency why its claim comes back; it can send it anew (A10.3)."""
    reason = str(call.last_answer("review_claim").answers["reason"])
    letters.claim_returned(call.unit.session, case_number, agency_id, reason=reason, now=call.now)


def settle(
    call: Call, *, case_number: str, proposed_percent: int, share_percent: int, needs_signature: bool
) -> dict[str, Any]:
    """Divide the money, end the voucher, order the payments, and tell both parties (A10.3, A11.2, A11.12)."""
    session, terms = call.unit.session, terms_of(call.unit.session, case_number)
    rate = fix_parameters(session, case_number, KEYS, on=local_day(call.now))["supervision_fee_hundredths_percent"]
    parts = settlement.divide(terms, share_percent, fee_hundredths_percent=rate)
    given, finding = evaluation.evaluation_of(session, case_number), inspection.finding_of(session, case_number)
    why = letters.why_so(given, finding)
    verdict = _verdict(call, proposed_percent, share_percent, why["zh"], needs_signature=needs_signature)
    settled = settlement.record_settlement(session, case_number, terms, verdict, parts, now=call.now)
    _book(call, case_number, parts)
    voucher.end_voucher(
        session,
        terms.voucher_number,
        "used",
        by=call.actor_id,
        why="服务完成，已经结算。",
        article="A10.3",
        now=call.now,
    )
    letters.settled(session, settled, why=why, by=call.actor_id, now=call.now)
    return {"open_payments": len(open_payments(session, case_number))}


def _book(call: Call, case_number: str, parts: settlement.Parts) -> None:
    """Book the settlement; what goes back to the purse is promised to whoever waits next (A11.2, A11.6)."""
    session = call.unit.session
    year = commitment_of(session, case_number).policy_year
    voucher_queue.hold(session, year)
    payable = purse.Payable(parts.voucher_fen, parts.deposit_part_fen, parts.fee_fen)
    purse.settle(session, case_number, payable, now=call.now, actor_id=call.actor_id)
    if parts.returned_fen:
        voucher_queue.promote(session, year, now=call.now, cause="A11.2")


def record_payment(call: Call, *, case_number: str) -> dict[str, Any]:
    """The bank has paid: say how many payments are still open (A10.3)."""
    return {"open_payments": len(open_payments(call.unit.session, case_number))}


def close_settlement(call: Call, *, case_number: str) -> None:
    """Everything is paid: issue the receipts, and enter the settlement into both service files (A10.3, A11.1)."""
    session = call.unit.session
    paid = settlement.note_paid(session, case_number, now=call.now)
    letters.paid(session, paid, now=call.now)
    figures = {"share_percent": paid.share_percent, "agency_fen": paid.agency_fen, "fee_fen": paid.fee_fen}
    service_file.enter(
        session, case_number, "settlement", figures, parties=(paid.agency_id, paid.enterprise_id), now=call.now
    )


def _evaluation_sent(call: Call) -> tuple[Answer, bool]:
    """What was answered, and whether by a reviewer who telephoned."""
    telephoned = call.answers("telephone_evaluation")
    return (telephoned[-1], True) if telephoned else (call.last_answer("evaluate_service"), False)


def _compared(call: Call) -> tuple[CheckedField, ...]:
    reported = call.answers("report_completion")
    delivered_on = date.fromisoformat(reported[-1].answers["delivered_on"]) if reported else None
    return compare(gather(call.unit.session, call.business_key, delivered_on=delivered_on))


def _verdict(call: Call, proposed_percent: int, share_percent: int, why: str, *, needs_signature: bool) -> Verdict:
    """What was decided by whom; the signature counts only if it came after the review."""
    reviewed, signed = call.last_answer("review_claim"), call.answers("sign_settlement")
    signed_by = signed[-1].answered_by if needs_signature and signed and _is_after(signed[-1], reviewed) else None
    own = [str(reviewed.answers.get(name, "")) for name in ("reason", "differences_explained")]
    reason = "\n".join(one for one in own if one) or (why if share_percent < settlement.WHOLE else "")
    return Verdict(proposed_percent, share_percent, reason, needs_signature, reviewed.answered_by, signed_by)


def _is_after(signed: Answer, reviewed: Answer) -> bool:
    return signed.answers["outcome"] == "sign" and signed.answered_at >= reviewed.answered_at


def _at_receipts(
    error: ReceiptRepeatedError | ReceiptUsedError | ReceiptsDoNotAddUpError, receipts: Sequence[ReceiptEntry]
) -> list[FieldError]:
    """The broken rule at the row where it is mended; sums stand at the list."""
    if isinstance(error, ReceiptRepeatedError):
        return [_at(f"/receipts/{error.place - 1}/number", error)]
    if isinstance(error, ReceiptUsedError):
        rows = [place for place, one in enumerate(receipts) if one.number == error.number] or [0]
        return [_at(f"/receipts/{rows[0]}/number", error)]
    return [_at("/receipts", error)]


def _at(pointer: str, error: Any) -> FieldError:
    return FieldError(pointer, error.code, text=Text(error.message_zh, error.message_en))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
