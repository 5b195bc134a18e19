"""An interest that appears while an expert is at work replaces them at once: after a record, and by a worker's sweep (A8.3).

What the expert may read closes with the record itself, since every page asks for ties; this gives the seat to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
import structlog

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.late_interest import tied_seats
from app.engine.errors import Conflict, MessageNotAwaitedError
from app.engine.messages import Message, correlate_message
from app.engine.runtime import Runtime
from app.engine.tables import subscription

WITHDRAW = "withdraw_seat"
"""The message by which the diagram takes a seat from its holder."""

_log = structlog.get_logger()


def replace_tied(database: sa.Engine, runtime: Runtime, *, now: datetime) -> int:
    """Give the seats of experts who are tied to their applicant to the next of the draw; return how many.

    A case that somebody is writing to at this moment, or that stands still, is left to the next run.
    """
    with reading(database) as unit:  # a look costs no write lock
        seats = _replaceable(unit)
    return sum(_replace(database, runtime, seat_id, now=now) for seat_id in seats)


def _replaceable(unit: UnitOfWork) -> Sequence[int]:
    """Tied seats for whose withdrawal the diagram waits."""
    tied = [one.seat_id for one in tied_seats(unit.session)]
    if not tied:
        return []
    query = sa.select(subscription.c.correlation).where(
        subscription.c.message == WITHDRAW, subscription.c.correlation.in_([str(one) for one in tied])
    )
    awaited = set(unit.connection.execute(query).scalars())
    return [one for one in tied if str(one) in awaited]


def _replace(database: sa.Engine, runtime: Runtime, seat_id: int, *, now: datetime) -> bool:
    try:
        with unit_of_work(database) as unit:
            correlate_message(unit, runtime, Message(WITHDRAW, str(seat_id), {}), now=now)
    except (Conflict, MessageNotAwaitedError) as busy:
        _log.info("seat_replaced_later", seat_id=seat_id, cause=type(busy).__name__)
        return False
    return True
