"""The queue for money: who is reserved next, in order, and every move with its cause, so that anybody can recompute it.

Order: enterprises with priority first (A11.7), then the order of submission (A11.6). The head is reserved when the purse
holds what it asks for; a head that accepts a smaller voucher takes what is left; otherwise everybody behind it waits.
Only a category's share that is used up (A3.1) lets those of other categories pass. The purse itself refuses what it does
not hold: the queue never decides by a figure alone that nothing is oversold.

Locks: whoever changes the queue takes the books first (`lock_books`), as everybody does who moves money: so two never wait
for each other, and moves are numbered in the order in which they are committed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain import purse, year_use
from app.domain.calendar import local_day
from app.domain.ledger import lock_books
from app.domain.queue_entry import ORDER, QueueEntry, QueueMove, QueueYear, entry_of
from app.domain.queue_record import past_years

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Place:
    """What an application joins the queue with."""

    case_number: str
    enterprise_id: int
    agency_id: int
    policy_year: int
    ticket: int
    category: str
    is_priority: bool
    accepts_smaller: bool
    wanted_fen: int
    smallest_fen: int
    year_limit_fen: int


def hold(session: Session, policy_year: int) -> QueueYear:
    """Take the year's queue until the transaction ends."""
    lock_books(session)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(QueueYear)
        .values(policy_year=policy_year, moves=0)
        .on_conflict_do_update(index_elements=["policy_year"], set_={"moves": QueueYear.moves})
    )
    return session.get_one(QueueYear, policy_year, populate_existing=True)


def join(session: Session, place: Place, *, now: datetime) -> QueueEntry:
    """Join the queue and be reserved at once if it is one's turn and the purse holds it (A11.6).

    An application that is in the queue already keeps its place.
    """
    held = hold(session, place.policy_year)
    known = entry_of(session, place.case_number)
    if known is not None:
        return known
    entry = QueueEntry(receipt=_fresh_receipt(), state="waiting", reserved_fen=0, joined_at=now, **asdict(place))
    session.add(entry)
    session.flush()
    run = _Run(session, held, now)
    run.note("joined", entry, "A11.6", _terms(entry))
    run.reserve_in_order()
    if entry.state != "waiting":
        entry.told_at = now  # its own case goes on in this very transaction
    session.flush()
    return entry


def promote(session: Session, policy_year: int, *, now: datetime, cause: str = "A11.6") -> list[str]:
    """Reserve for whoever waits, in order, as far as the purse goes; return the cases that were reserved.

    Call it in the transaction in which money was released or has arrived.

    Args:
        cause: the article by which the money came, as the public reads it.
    """
    held = hold(session, policy_year)
    if _head(session, policy_year, ()) is None:
        return []
    run = _Run(session, held, now)
    run.note("money", None, cause, {})
    return run.reserve_in_order()


def leave(session: Session, case_number: str, *, cause: str, now: datetime) -> list[str]:
    """An application goes, reserved or waiting; what it held goes to the next in order, whose cases are returned.

    Args:
        cause: the article by which it ends.
    """
    entry = entry_of(session, case_number)
    if entry is None:
        return []
    held = hold(session, entry.policy_year)
    session.refresh(entry)
    if entry.state == "left":
        return []
    if entry.state == "reserved":
        purse.release(session, case_number, "left", now=now)
    entry.state, entry.told_at = "left", now
    session.flush()
    run = _Run(session, held, now)
    run.note("left", entry, cause, {})
    return run.reserve_in_order()


def lower(session: Session, case_number: str, to_fen: int, *, cause: str, now: datetime) -> list[str]:
    """A reserved application is granted less; the rest goes to the next in order, whose cases are returned."""
    entry = session.scalars(sa.select(QueueEntry).where(QueueEntry.case_number == case_number)).one()
    held = hold(session, entry.policy_year)
    if to_fen == entry.reserved_fen:
        return []
    purse.lower_reserve(session, case_number, to_fen, now=now)
    entry.reserved_fen = to_fen
    session.flush()
    return _after_lowering(session, held, entry, cause, now)


def is_over(policy_year: int, now: datetime) -> bool:
    """Whether the last day of a policy year is past in Shanghai."""
    return local_day(now).year > policy_year


def close_years(session: Session, *, now: datetime) -> None:
    """Let everybody go who still waits for the money of a year that is over; costs one statement if nobody does."""
    for year in past_years(session, now=now):
        _Run(session, hold(session, year), now).reserve_in_order()


@dataclass(slots=True)
class _Run:
    """One change of the queue and the reservations that follow from it."""

    session: Session
    held: QueueYear
    now: datetime

    def note(self, kind: str, entry: QueueEntry | None, cause: str, figures: dict[str, Any]) -> None:
        """Write a move with what the purse holds at that moment."""
        self.held.moves += 1
        year = self.held.policy_year
        known = {"available_fen": purse.available_fen(self.session, year), "shares_left": self._shares(), **figures}
        self.session.add(
            QueueMove(
                policy_year=year, number=self.held.moves, kind=kind, receipt=entry.receipt if entry else None,
                cause=cause, at=self.now, figures=known,
            )
        )  # fmt: skip
        self.session.flush()

    def reserve_in_order(self) -> list[str]:
        """Reserve until the head does not fit; return the cases. Once the year is over, whoever waits goes instead."""
        if is_over(self.held.policy_year, self.now):
            self._send_away()
            return []
        passed: list[str] = []
        reserved: list[str] = []
        while (entry := _head(self.session, self.held.policy_year, passed)) is not None:
            if not self._is_within_year(entry):
                continue
            amount_fen = self._fitting(entry, passed)
            if amount_fen is None:
                if entry.category in passed:
                    continue
                break
            if not purse.reserve(self.session, _claim(entry), amount_fen, now=self.now):
                break
            entry.state, entry.reserved_fen = "reserved", amount_fen
            self.note("reserved", entry, "A11.7" if entry.is_priority else "A11.6", {"amount_fen": amount_fen})
            reserved.append(entry.case_number)
        return reserved

    def _send_away(self) -> None:
        """A year's purse promises nothing after 31 December: no voucher of it could be valid any more (A11.10)."""
        while (entry := _head(self.session, self.held.policy_year, ())) is not None:
            entry.state = "left"
            self.note("left", entry, "A11.10", {})

    def _is_within_year(self, entry: QueueEntry) -> bool:
        """What A6.2 leaves now bounds what is wanted; below the smallest voucher the entry goes."""
        claimed_fen = year_use.claimed_fen(self.session, entry.enterprise_id, entry.policy_year)
        left_fen = entry.year_limit_fen - claimed_fen
        if left_fen < entry.smallest_fen:
            entry.state = "left"
            self.note("left", entry, "A6.2", {})
            return False
        if left_fen < entry.wanted_fen:
            entry.wanted_fen = left_fen
            self.note("lowered", entry, "A6.2", {"wanted_fen": left_fen})
        return True

    def _fitting(self, entry: QueueEntry, passed: list[str]) -> int | None:
        """What can be reserved for the head; None: it waits. A share that is used up passes its category over."""
        purse_fen = purse.available_fen(self.session, entry.policy_year)
        share_fen = self._shares().get(entry.category, purse_fen)
        room_fen = min(purse_fen, share_fen)
        if entry.wanted_fen <= room_fen:
            return entry.wanted_fen
        if entry.accepts_smaller and room_fen >= entry.smallest_fen:
            return room_fen
        if share_fen < purse_fen:
            passed.append(entry.category)
        return None

    def _shares(self) -> dict[str, int]:
        use = year_use.CategoryUse
        query = sa.select(use.category, use.limit_fen - use.used_fen).where(
            use.policy_year == self.held.policy_year, use.limit_fen.is_not(None)
        )
        return {category: int(left or 0) for category, left in self.session.execute(query)}


def _after_lowering(session: Session, held: QueueYear, entry: QueueEntry, cause: str, now: datetime) -> list[str]:
    run = _Run(session, held, now)
    run.note("lowered", entry, cause, {"amount_fen": entry.reserved_fen})
    return run.reserve_in_order()


def _head(session: Session, policy_year: int, passed: Sequence[str]) -> QueueEntry | None:
    query = sa.select(QueueEntry).where(QueueEntry.policy_year == policy_year, QueueEntry.state == "waiting")
    if passed:
        query = query.where(QueueEntry.category.not_in(passed))
    return session.scalars(query.order_by(*ORDER).limit(1)).first()


def _claim(entry: QueueEntry) -> purse.VoucherCase:
    return purse.VoucherCase(
        entry.case_number, entry.enterprise_id, entry.agency_id, entry.category, entry.policy_year, entry.year_limit_fen
    )


def _terms(entry: QueueEntry) -> dict[str, Any]:
    """What the public may know of an entry: nothing that names anybody."""
    return {
        "ticket": entry.ticket, "is_priority": entry.is_priority, "accepts_smaller": entry.accepts_smaller,
        "wanted_fen": entry.wanted_fen, "smallest_fen": entry.smallest_fen, "category": entry.category,
    }  # fmt: skip


def _fresh_receipt() -> str:
    """60 random bits in three groups of four: nobody finds another's by counting."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return f"R-{signs[:4]}-{signs[4:8]}-{signs[8:]}"
