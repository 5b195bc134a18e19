"""Telling cases that waited for money what came of it: each in a transaction of its own, found by an index (A11.6)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.documents.voucher_letters import promoted
from app.domain.queue_entry import entry_of
from app.domain.queue_record import mark_told, past_years, untold_cases
from app.domain.voucher_queue import close_years
from app.engine.errors import Conflict, MessageNotAwaitedError
from app.engine.messages import Message, correlate_message
from app.engine.runtime import Runtime


def tell_promoted(database: sa.Engine, runtime: Runtime, *, now: datetime) -> int:
    """Let every case go on whose money has been reserved while it waited, or whose year is over; return how many went.

    A case that is suspended is told once it is resumed.
    """
    with reading(database) as unit:
        is_late = bool(past_years(unit.session, now=now))
    if is_late:
        with unit_of_work(database) as unit:
            close_years(unit.session, now=now)
    with reading(database) as unit:
        waiting = untold_cases(unit.session)
    return sum(_tell(database, runtime, number, reserved_fen, now) for number, reserved_fen in waiting)


def _tell(database: sa.Engine, runtime: Runtime, case_number: str, reserved_fen: int, now: datetime) -> bool:
    message = Message("money_reserved", case_number, {"reserved_fen": reserved_fen})
    try:
        with unit_of_work(database) as unit:
            entry = entry_of(unit.session, case_number)
            if entry is None or entry.told_at is not None:
                return False
            mark_told(unit.session, case_number, now=now)
            promoted(unit.session, case_number, entry, now=now)
            unit.flush()
            correlate_message(unit, runtime, message, now=now)
    except (MessageNotAwaitedError, Conflict):
        return False
    return True
