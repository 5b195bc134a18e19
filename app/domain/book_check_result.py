"""What the check of the books last found: kept, so that the bureau sees it without waiting, and every night has its row."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.book_check import Finding, check_books
from app.domain.calendar import local_day
from app.domain.ledger import LedgerEntry

NIGHT_BEGINS = timedelta(hours=1)
"""After midnight in Shanghai: the nightly check waits until then."""


class BookCheckResult(Base):
    """One check, with every figure that it compared."""

    __tablename__ = "book_check_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(Instant)
    checked_on: Mapped[date] = mapped_column(sa.Date, index=True, comment="the day in Shanghai")
    holds: Mapped[bool]
    entries: Mapped[int] = mapped_column(comment="how many the books had")
    took_ms: Mapped[int]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(Json, comment="number, holds, figures")


def check_and_keep(session: Session, *, now: datetime) -> BookCheckResult:
    """Check the books and keep what was found."""
    began = time.perf_counter()
    findings = check_books(session)
    took_ms = round((time.perf_counter() - began) * 1000)
    made = BookCheckResult(
        checked_at=now, checked_on=local_day(now), holds=all(one.holds for one in findings),
        entries=session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) or 0, took_ms=took_ms,
        findings=_as_json(findings),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def last_check(session: Session) -> BookCheckResult | None:
    """What was found last; None: the books were never checked."""
    return session.scalar(sa.select(BookCheckResult).order_by(BookCheckResult.id.desc()).limit(1))


def is_check_due(session: Session, *, now: datetime) -> bool:
    """Whether this night's check is still to be made."""
    night = local_day(now - NIGHT_BEGINS)
    last = last_check(session)
    return last is None or last.checked_on < night


def _as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "holds": one.holds,
            "figures": [
                {"name": each.name, "of": each.of, "expected": each.expected, "found": each.found}
                for each in one.figures
            ],
        }
        for one in findings
    ]
