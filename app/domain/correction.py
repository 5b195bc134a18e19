"""Corrections (补正): what reviewers ask an applicant to mend, field by field, all at once; how it was answered (A8.2).

Fields are named by JSON pointers into the answers: `/licence`, `/items` (which items there are), `/items/1` (the second).
While a request is out, the reviewers' clock stands still.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.calendar import calendar_of, deadline, local_day
from app.domain.errors import CorrectionOfNothingError

WITHOUT_PERMISSION = 2
"""From the third request on a supervisor is asked in any case: A8.2 knows one."""


class CorrectionRequest(Base):
    """One request: everything that the reviewers of one round ask for."""

    __tablename__ = "correction_request"
    __table_args__ = (
        sa.UniqueConstraint("case_number", "round"),
        sa.CheckConstraint("status IN ('asked', 'denied', 'sent', 'mended', 'lapsed')", name="status"),
        sa.CheckConstraint("status IN ('asked', 'denied') OR ends_at IS NOT NULL", name="sent_has_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80))
    round: Mapped[int] = mapped_column(comment="1, 2, 3 … of the case")
    status: Mapped[str] = mapped_column(sa.String(8), server_default="asked")
    points: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, comment="pointer, article, reason, asked_by, was_visible: whether it stood so the time before"
    )
    asked_at: Mapped[datetime] = mapped_column(Instant)
    needs_reason: Mapped[bool] = mapped_column(comment="whether a supervisor must allow it")
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="the supervisor")
    decision_reason: Mapped[str] = mapped_column(sa.Text, server_default="")
    sent_at: Mapped[datetime | None] = mapped_column(Instant, comment="from here the reviewers' clock stands still")
    ends_at: Mapped[datetime | None] = mapped_column(Instant, comment="24:00 of the last working day")
    ended_at: Mapped[datetime | None] = mapped_column(Instant, comment="mended or lapsed")
    outside: Mapped[list[str]] = mapped_column(Json, comment="pointers that were changed without being asked for")

    @property
    def fields(self) -> frozenset[str]:
        """The pointers that are asked for; these unlock, and nothing else."""
        return frozenset(point["pointer"] for point in self.points)


@dataclass(frozen=True, slots=True)
class Point:
    """One field that a reviewer asks to have mended."""

    pointer: str
    article: str
    reason: str
    asked_by: int


def ask_corrections(
    session: Session, case_number: str, points: Sequence[Point], *, changed: Collection[str], now: datetime
) -> CorrectionRequest:
    """Gather what the reviewers of this round ask for.

    Args:
        changed: pointers of what the applicant has changed since the last request; everything else could be seen then.
    """
    before = corrections_of(session, case_number)
    earlier = sum(one.status in ("sent", "mended") for one in before)
    stood = [earlier > 0 and point.pointer not in changed for point in points]
    request = CorrectionRequest(
        case_number=case_number,
        round=len(before) + 1,
        status="asked",
        points=[
            {
                "pointer": point.pointer, "article": point.article, "reason": point.reason,
                "asked_by": point.asked_by, "was_visible": was_visible,
            }
            for point, was_visible in zip(points, stood, strict=True)
        ],
        asked_at=now,
        needs_reason=any(stood) or earlier >= WITHOUT_PERMISSION,
        outside=[],
    )  # fmt: skip
    session.add(request)
    session.flush()
    return request


def decide_request(session: Session, request_id: int, *, by: int, reason: str, allowed: bool) -> CorrectionRequest:
    """Keep the supervisor's decision on a request that needed one."""
    request = session.get_one(CorrectionRequest, request_id)
    request.decided_by, request.decision_reason = by, reason
    if not allowed:
        request.status = "denied"
    session.flush()
    return request


def send_request(session: Session, request_id: int, *, working_days: int, now: datetime) -> CorrectionRequest:
    """Send the request to the applicant, who has so many working days."""
    request, ends_at = session.get_one(CorrectionRequest, request_id), deadline(session, now, working_days)
    request.status, request.sent_at, request.ends_at = "sent", now, ends_at
    session.flush()
    return request


def take_mended(session: Session, request_id: int, *, changed: Collection[str], now: datetime) -> CorrectionRequest:
    """The applicant has answered; what was changed without being asked for is marked."""
    request = session.get_one(CorrectionRequest, request_id)
    request.status, request.ended_at = "mended", now
    request.outside = sorted(pointer for pointer in changed if not _is_asked(pointer, request.fields))
    session.flush()
    return request


def lapse_request(session: Session, request_id: int, *, now: datetime) -> None:
    """The time is over and nothing came (A8.2)."""
    request = session.get_one(CorrectionRequest, request_id)
    request.status, request.ended_at = "lapsed", now
    session.flush()


def corrections_of(session: Session, case_number: str) -> Sequence[CorrectionRequest]:
    """Every request of a case, oldest first."""
    query = sa.select(CorrectionRequest).where(CorrectionRequest.case_number == case_number)
    return session.scalars(query.order_by(CorrectionRequest.round)).all()


def open_corrections(session: Session, case_numbers: Collection[str]) -> dict[str, CorrectionRequest]:
    """The requests that are out now, by case number: those cases' clocks stand still."""
    query = sa.select(CorrectionRequest).where(
        CorrectionRequest.case_number.in_(list(case_numbers)), CorrectionRequest.status == "sent"
    )
    return {request.case_number: request for request in session.scalars(query)}


def is_under_correction(case_number: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a request of the case with this number is out, said to the database."""
    return sa.exists().where(CorrectionRequest.case_number == case_number, CorrectionRequest.status == "sent")


def working_days_left(session: Session, request: CorrectionRequest, *, promised: int, began: datetime) -> int:
    """What is left of the reviewers' working days when the clock runs again; at least one.

    Args:
        promised: their working days when the clock last began to run.
        began: when the case first came to them.
    """
    before = [one.ended_at for one in corrections_of(session, request.case_number) if one.round < request.round]
    running_since = max([began, *(at for at in before if at is not None)])
    stopped = request.sent_at or request.asked_at
    used = calendar_of(session).working_days_between(local_day(running_since), local_day(stopped))
    return max(1, promised - used)


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """Pointers of the fields that differ: a whole field, one row of a list of rows, or the list if rows came or went."""
    found: set[str] = set()
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        one, other = _rows(old), _rows(new)
        if one and other:
            found |= {f"/{name}/{place}" for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b}
        if not (one and other) or len(one) != len(other):
            found.add(f"/{name}")
    return frozenset(found)


def pointer_of(field: str, item_number: int | None, *, items: int) -> str:
    """The pointer that a reviewer means.

    Args:
        field: a field of the application, or `item` for one row of its service items.
        item_number: 1 for the first.
        items: how many there are.

    Raises:
        CorrectionOfNothingError: there is no such item.
    """
    if field != "item":
        return f"/{field}"
    if item_number is None or not 1 <= item_number <= items:
        raise CorrectionOfNothingError(item_number, items)
    return f"/items/{item_number - 1}"


def _rows(value: Any) -> list[Any]:
    """The rows of a list of rows; nothing for everything else, a list of files among it."""
    rows = value if isinstance(value, list) else []
    return rows if all(isinstance(row, Mapping) and "file" not in row for row in rows) else []


def _is_asked(pointer: str, asked: Collection[str]) -> bool:
    """Asking for a list is asking for each of its rows."""
    return pointer in asked or any(pointer.startswith(f"{one}/") for one in asked)
