"""Interest of the special account, posted by finance into the purse of a year (滚动计入, A11.14)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.account import Account
from app.domain.bank_line import LineState, line_to_use, use_line
from app.domain.ledger import EntryKind, Line, Posting, post


def post_interest(session: Session, line_id: int, policy_year: int, *, now: datetime, actor_id: int) -> None:
    """Post a line in suspense as interest into a year's purse; who waits in the queue is promoted by the caller.

    Raises UnknownBankLineError, BankLineTakenError.
    """
    line = line_to_use(session, line_id, LineState.SUSPENSE)
    line.policy_year = policy_year
    use_line(line, LineState.INTEREST, now=now, actor_id=actor_id)
    posting = Posting(
        EntryKind.INTEREST, [Line(Account.SUSPENSE, Account.FUND_AVAILABLE, line.amount_fen)], policy_year, "A11.14",
        f"interest:{line.serial_number}", note=line.serial_number,
    )  # fmt: skip
    post(session, posting, now=now, actor_id=actor_id)
