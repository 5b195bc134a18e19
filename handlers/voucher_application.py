"""What the machine does between an application for a voucher and the voucher (A2, A5–A7, A9, A11.6, A11.7, A11.10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.documents import voucher_letters as letters
from app.domain import correction, purse, queue_record, voucher, voucher_queue
from app.domain.calendar import deadline, end_of, local_day
from app.domain.case_parameter import fix_parameters
from app.domain.commitment import CommitmentState
from app.domain.contract import ContractEntry, Parties, free_contract, keep_contract
from app.domain.correction import Point
from app.domain.enterprise import has_priority
from app.domain.voucher_application import (
    Ending,
    VoucherApplication,
    Wish,
    end_application,
    grant,
    hand_in,
    mark_issued,
)
from app.domain.voucher_checks import check_anew, check_offer, check_review, needs_signature, wanted_fen
from app.domain.voucher_ending import give_back
from app.domain.voucher_errors import CorrectedOnceError
from app.domain.voucher_queue import Place
from app.engine.operations import Answer, Call

KEYS = (
    "voucher_percent", "voucher_cap_fen", "enterprise_year_cap_fen", "smallest_voucher_fen",
    "agency_confirmation_working_days", "price_tolerance_percent", "split_window_days", "first_review_working_days",
    "voucher_correction_working_days", "deposit_working_days", "voucher_valid_days", "voucher_ends_with_year",
    "voucher_reminder_first_days", "voucher_reminder_last_days", "signature_working_days", "expired_counts",
)  # fmt: skip
"""The parameters that a case keeps as they were on the day on which it was handed in."""
ARTICLES = {
    "contract_number": "A9.1", "signed_on": "A9.1", "starts_on": "A9.1", "ends_on": "A9.1", "contract_fen": "A9.1",
    "contract_file": "A9.1", "purpose": "A7.1", "requested_fen": "A6.1",
}  # fmt: skip
"""What a reviewer may ask to have corrected, with the article that wants it."""
YEAR_IS_USED_UP = "排队期间，贵单位本年度的申领额度已用于其他申请，余额不足最小面额（A6.2）。下一年度可以再申请。"
YEAR_IS_OVER = "申请所属年度已经结束，排队期间资金未能到位；服务券不能跨年使用（A11.10）。本年度可以重新申请。"
CONTRACT_FIELDS = ("contract_number", "signed_on", "starts_on", "ends_on", "contract_fen", "contract_file")
"""A correction of any of these must be confirmed by the agency again."""


def open_application(call: Call, *, organisation_id: int, item_id: int) -> dict[str, Any]:
    """Take the application in: item, contract, computed checks, the parameters and deadlines of this case (A9.1)."""
    session, sent, today = call.unit.session, call.last_answer("submit_application"), local_day(call.now)
    fixed = fix_parameters(session, call.business_key, KEYS, on=today)
    offer = check_offer(session, organisation_id, item_id, contract_fen=sent.answers["contract_fen"], on=today,
                        tolerance_percent=fixed["price_tolerance_percent"])  # fmt: skip
    wish = Wish(
        organisation_id, offer.agency_id, item_id, offer.category, offer.price_fen, sent.answers["purpose"],
        sent.answers["requested_fen"], bool(sent.answers.get("accepts_smaller")),
    )  # fmt: skip
    application = hand_in(session, call.business_key, wish, submitted_by=sent.answered_by, now=call.now)
    _keep_contract(session, application, sent)
    wanted_fen(session, application)
    check_anew(session, application, on=today)
    letters.received(session, application, confirm_until=deadline(session, call.now, fixed[KEYS[4]]), now=call.now)
    return {
        "application_id": application.id,
        "case_number": call.business_key,
        "agency_id": offer.agency_id,
        "deadlines": {
            "confirmation": fixed["agency_confirmation_working_days"],
            "first_review": fixed["first_review_working_days"],
            "correction": fixed["voucher_correction_working_days"],
            "signature": fixed["signature_working_days"],
            "deposit": fixed["deposit_working_days"],
        },
    }


def join_queue(call: Call, *, application_id: int) -> dict[str, Any]:
    """Join the queue; if it is this application's turn and the purse holds it, the money is reserved at once (A11.6)."""
    session = call.unit.session
    application = session.get_one(VoucherApplication, application_id)
    place = Place(
        case_number=application.case_number,
        enterprise_id=application.enterprise_id,
        agency_id=application.agency_id,
        policy_year=application.policy_year,
        ticket=application.ticket,
        category=application.category,
        is_priority=has_priority(session, application.enterprise_id, on=local_day(application.submitted_at)),
        accepts_smaller=application.accepts_smaller,
        wanted_fen=wanted_fen(session, application),
        smallest_fen=_parameter(call, "smallest_voucher_fen"),
        year_limit_fen=_parameter(call, "enterprise_year_cap_fen"),
    )
    entry = voucher_queue.join(session, place, now=call.now)
    letters.queued(session, application, entry, now=call.now)
    return {"reserved_fen": entry.reserved_fen}


def escalate_review(call: Call, *, application_id: int) -> None:
    """The first review is overdue: the supervisors are told (A9.2)."""
    letters.review_overdue(
        call.unit.session, call.unit.session.get_one(VoucherApplication, application_id), now=call.now
    )


def weigh_review(call: Call, *, application_id: int) -> dict[str, Any]:
    """Compute everything anew, hold the review to it, and say whether a supervisor signs (A9.2, A6.3, A7.1)."""
    session, reviewed = call.unit.session, call.last_answer("first_review")
    application = session.get_one(VoucherApplication, application_id)
    today = local_day(call.now)
    failing = [one for one in check_anew(session, application, on=today) if not one.holds]
    if reviewed.answers["outcome"] == "corrections" and call.answers("mend_application"):
        raise CorrectedOnceError
    if reviewed.answers["outcome"] == "passed":
        check_review(session, application, reviewed.answers, failing)
    return {
        "needs_signature": needs_signature(application.category, reviewed.answers, failing),
        "reviewer_id": reviewed.answered_by,
    }


def send_corrections(call: Call, *, application_id: int, working_days: int) -> dict[str, Any]:
    """Ask the enterprise for everything that is missing, once (A9.2)."""
    session, reviewed = call.unit.session, call.last_answer("first_review")
    points = [
        Point(f"/{row['field']}", ARTICLES[row["field"]], row["reason"], reviewed.answered_by)
        for row in reviewed.answers["corrections"]
    ]
    asked = correction.ask_corrections(session, call.business_key, points, changed=(), now=call.now)
    sent = correction.send_request(session, asked.id, working_days=working_days, now=call.now)
    application = session.get_one(VoucherApplication, application_id)
    letters.corrections_asked(session, application, sent, by=call.actor_id, now=call.now)
    return {"correction_id": sent.id, "ends_at": _iso(sent.ends_at)}


def take_corrections(call: Call, *, application_id: int, correction_id: int) -> dict[str, Any]:
    """Take what was corrected, compute everything anew, and say whether the agency must confirm again (A9.2)."""
    session, today = call.unit.session, local_day(call.now)
    before, after = call.last_answer("submit_application"), call.last_answer("mend_application")
    application = session.get_one(VoucherApplication, application_id)
    application.purpose = after.answers["purpose"]
    check_offer(session, application.enterprise_id, application.item_id, contract_fen=after.answers["contract_fen"],
                on=today, tolerance_percent=_parameter(call, "price_tolerance_percent"))  # fmt: skip
    application.requested_fen = after.answers["requested_fen"]
    _keep_contract(session, application, after)
    wanted_fen(session, application)
    check_anew(session, application, on=today)
    changed = correction.changed_fields(before.answers, after.answers)
    correction.take_mended(session, correction_id, changed=changed, now=call.now)
    return {"contract_changed": any(before.answers.get(one) != after.answers.get(one) for one in CONTRACT_FIELDS)}


def grant_amount(call: Call, *, application_id: int, working_days: int) -> dict[str, Any]:
    """Fix the face value, give the rest of the reserve to the next in the queue, and ask for the deposit (A6.3, A9.3)."""
    session = call.unit.session
    application = session.get_one(VoucherApplication, application_id)
    granted_fen = int(call.last_answer("first_review").answers["granted_fen"])
    voucher_queue.lower(session, call.business_key, granted_fen, cause="A9.2", now=call.now)
    ends_at = deadline(session, call.now, working_days)
    if _parameter(call, "voucher_ends_with_year"):  # a voucher that is issued later could never be used
        ends_at = min(ends_at, end_of(date(application.policy_year, 12, 31)))
    grant(session, application_id, granted_fen=granted_fen, deposit_ends_at=ends_at)
    deposit_fen = letters.voucher_facts(session, application).contract_fen - granted_fen
    purse.expect_deposit(session, call.business_key, deposit_fen, now=call.now)
    letters.granted(session, application, deposit_fen, by=call.actor_id, now=call.now)
    return {"deposit_fen": deposit_fen, "ends_at": _iso(ends_at)}


def issue_voucher(call: Call, *, application_id: int) -> dict[str, Any]:
    """Give the voucher its number and validity; the reserve becomes the voucher's face value (A9.4, A11.10)."""
    session, today = call.unit.session, local_day(call.now)
    application = session.get_one(VoucherApplication, application_id)
    facts = letters.voucher_facts(session, application)
    last = voucher.last_day(
        today, valid_days=_parameter(call, "voucher_valid_days"),
        policy_year=application.policy_year if _parameter(call, "voucher_ends_with_year") else None,
    )  # fmt: skip
    given = voucher.issue_voucher(session, facts, valid_until=last, by=call.actor_id, now=call.now)
    purse.issue(session, call.business_key, given.number, facts.contract_fen - facts.face_fen, now=call.now)
    mark_issued(session, application_id, now=call.now)
    letters.issued(session, given, by=call.actor_id, now=call.now)
    return {
        "voucher_number": given.number,
        "first_reminder_at": _iso(_morning(last, before_days=_parameter(call, "voucher_reminder_first_days"))),
        "last_reminder_at": _iso(_morning(last, before_days=_parameter(call, "voucher_reminder_last_days"))),
        "expires_at": _iso(voucher.end_of_validity(last)),
    }


def remind_parties(call: Call, *, voucher_number: str) -> None:
    """Tell holder and agency that the voucher will end (A11.10)."""
    letters.ending(call.unit.session, voucher_number, now=call.now)


def expire_voucher(call: Call, *, voucher_number: str) -> None:
    """Nobody used it in time: the money goes back to the purse, the deposit to the enterprise (A11.10)."""
    session = call.unit.session
    ended = voucher.end_voucher(
        session, voucher_number, "expired", by=None, why="有效期内未使用。", article="A11.10", now=call.now
    )
    still_counts = bool(_parameter(call, "expired_counts"))
    give_back(session, ended, CommitmentState.EXPIRED, cause="A11.10", now=call.now, still_counts=still_counts)
    letters.voucher_ended(session, ended, article="A11.10", by=None, now=call.now)


def record_lapse(call: Call, *, application_id: int, stage: str) -> None:
    """Something did not come in time: the application lapses, what was reserved goes to the next (A9.1–A9.3)."""
    session = call.unit.session
    if stage == "correction":
        correction.lapse_request(session, correction.corrections_of(session, call.business_key)[-1].id, now=call.now)
    reason, article = letters.lapse_reason(stage)
    application = end_application(session, application_id, Ending.LAPSED, reason=reason, article=article, now=call.now)
    _let_go(session, application, now=call.now)
    letters.ended(session, application, by=None, now=call.now)


def record_refusal(call: Call, *, application_id: int, stage: str) -> None:
    """End the application with the reason and the article of whichever step refused it (A9.1, A9.2, A6.2)."""
    session = call.unit.session
    application = session.get_one(VoucherApplication, application_id)
    reason, article = _why(call, application, stage)
    end_application(session, application_id, Ending.REFUSED, reason=reason, article=article, now=call.now)
    _let_go(session, application, now=call.now)
    letters.ended(session, application, by=call.actor_id, now=call.now)


def _why(call: Call, application: VoucherApplication, stage: str) -> tuple[str, str]:
    if stage == "year_limit":
        is_over = queue_record.why_it_went(call.unit.session, call.business_key) == "A11.10"
        return (YEAR_IS_OVER, "A11.10") if is_over else (YEAR_IS_USED_UP, "A6.2")
    if stage == "confirmation":
        return str(call.last_answer("confirm_contract").answers["remarks"]), "A9.1"
    if stage == "signature":
        return str(call.last_answer("sign_override").answers["reason"]), "A9.2"
    failing = [one for one in check_anew(call.unit.session, application, on=local_day(call.now)) if not one.holds]
    return str(call.last_answer("first_review").answers["remarks"]), failing[0].article if failing else "A9.2"


def _let_go(session: Session, application: VoucherApplication, *, now: datetime) -> None:
    free_contract(session, application.case_number)
    voucher_queue.leave(session, application.case_number, cause=application.article, now=now)


def _keep_contract(session: Session, application: VoucherApplication, sent: Answer) -> None:
    given = sent.answers
    signed_on, starts_on, ends_on = (date.fromisoformat(given[one]) for one in ("signed_on", "starts_on", "ends_on"))
    entry = ContractEntry(
        given["contract_number"], signed_on, starts_on, ends_on, given["contract_fen"], given["contract_file"]["file"]
    )
    parties = Parties(application.enterprise_id, application.agency_id, application.item_id)
    keep_contract(session, application.case_number, parties, entry)


def _parameter(call: Call, key: str) -> int:
    """A figure as this case is decided under it."""
    return fix_parameters(call.unit.session, call.business_key, (key,), on=local_day(call.now))[key]


def _morning(last: date, *, before_days: int) -> datetime:
    """00:00 in Shanghai so many days before the last day."""
    return voucher.end_of_validity(last - timedelta(days=before_days + 1))


def _iso(at: datetime | None) -> str:
    if at is None:
        raise LookupError("what was sent has an end")
    return at.astimezone(UTC).isoformat()
