"""Telling cases of their money: a run of a worker's sweep delivers what the books keep for them, a transaction a case.

A case that does not wait for its message yet is tried again later; what has been told is not told twice.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.case_signal import due_signals, mark_delivered, try_later
from app.engine.errors import Conflict, MessageNotAwaitedError
from app.engine.messages import Message, correlate_message
from app.engine.runtime import Runtime


def deliver_signals(database: sa.Engine, runtime: Runtime, *, now: datetime) -> int:
    """Deliver what is due; return how many cases took theirs."""
    with reading(database) as unit:  # a look costs no write lock
        due = due_signals(unit.session, now=now)
    return sum(_deliver(database, runtime, *one, now=now) for one in due)


def _deliver(
    database: sa.Engine, runtime: Runtime, signal_id: int, case_number: str, message: str, *, now: datetime
) -> bool:
    with unit_of_work(database) as unit:  # first, so that a case that fails keeps no other waiting
        try_later(unit.session, signal_id, now=now)
    try:
        with unit_of_work(database) as unit:
            mark_delivered(unit.session, signal_id, now=now)
            correlate_message(unit, runtime, Message(message, case_number, {}), now=now)
    except (MessageNotAwaitedError, Conflict):
        return False
    return True
