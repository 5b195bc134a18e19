"""Ending a voucher or an application from outside its diagram: withdrawal by the enterprise, voiding by a supervisor (A2.2, A11.5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain import purse, voucher_queue
from app.domain.calendar import local_day
from app.domain.commitment import CommitmentState
from app.domain.contract import free_contract
from app.domain.settlement import is_begun
from app.domain.settlement_errors import ServiceReportedError
from app.domain.voucher import Voucher, end_voucher, voucher_for
from app.domain.voucher_application import Ending, VoucherApplication, end_application


def void_voucher(session: Session, number: str, *, reason: str, by: int, now: datetime) -> Voucher:
    """Void a live voucher: its face value goes back to the purse, the deposit to the enterprise.

    Raises:
        VoucherNotLiveError: it has been used, has expired or was voided.
    """
    ended = end_voucher(session, number, "voided", by=by, why=reason, article="A11.5", now=now)
    give_back(session, ended, CommitmentState.VOIDED, cause="A11.5", now=now)
    return ended


def withdraw(
    session: Session, application: VoucherApplication, *, reason: str, by: int, now: datetime
) -> VoucherApplication:
    """The enterprise takes its application back, or its voucher while that is unused; what was kept for it is free.

    Raises:
        ServiceReportedError: the service was reported as done; then it is settled, not withdrawn.
        VoucherNotLiveError: it was used, has expired or was voided.
    """
    if is_begun(session, application.case_number):
        raise ServiceReportedError(application.case_number)
    given = voucher_for(session, application.case_number)
    if given is not None:
        end_voucher(session, given.number, "withdrawn", by=by, why=reason, article="A2.2", now=now)
        give_back(session, given, CommitmentState.VOIDED, cause="A2.2", now=now)
    end_application(session, application.id, Ending.WITHDRAWN, reason=reason, article="A6.2", now=now)
    free_contract(session, application.case_number)
    if given is None:
        voucher_queue.leave(session, application.case_number, cause="A6.2", now=now)
    return application


def give_back(
    session: Session, ended: Voucher, why: CommitmentState, *, cause: str, now: datetime, still_counts: bool = False
) -> None:
    """What an unused voucher was worth goes back to the purse and to the next in the queue."""
    purse.give_back(session, ended.case_number, why, now=now, still_counts=still_counts)
    voucher_queue.promote(session, local_day(ended.issued_at).year, now=now, cause=cause)
