"""What follows when money has come into the purse."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.voucher_queue import promote


def money_came_in(session: Session, policy_year: int, *, now: datetime, cause: str) -> None:
    """Reserve for whoever waits in the queue, in the transaction in which the money came (A11.6)."""
    promote(session, policy_year, now=now, cause=cause)
