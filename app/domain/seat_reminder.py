"""What a secretary asks of the holder of a seat: to be quicker, or to make way (A8.3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.certification import CertificationApplication
from app.domain.discussion import DiscussionReply, Reply
from app.domain.errors import SeatNotOpenError
from app.domain.message import tell
from app.domain.panel import INBOX, OPEN, Panel, PanelSeat
from app.domain.reminder import remind_by_hand

SCORING = {"zh": "声明利益关系并评分", "en": "Declare interests and score"}
REVISING = {"zh": "复评", "en": "Revise or confirm your scores"}


def remind_seat(session: Session, seat_id: int, *, by: int, now: datetime) -> None:
    """Remind the holder of a seat of what is asked of them, once a day at most.

    Raises:
        SeatNotOpenError: nothing is asked of them.
        RemindedTodayError: they have been reminded by hand today.
    """
    seat = session.get_one(PanelSeat, seat_id)
    reply = session.get(DiscussionReply, seat_id)
    is_revising = reply is not None and reply.reply == Reply.OPEN
    if seat.status not in OPEN and not is_revising:
        raise SeatNotOpenError(seat_id)
    what, due_at = (REVISING, reply.due_at) if reply is not None and is_revising else (SCORING, seat.due_at)
    number = case_number_of(session, seat)
    remind_by_hand(session, seat.person_id, case_number=number, by=by, now=now)
    values = {"what": what, "due_at": due_at, "link": INBOX}
    tell(session, to=[seat.person_id], template="reminder", values=values, case_number=number, now=now)


def case_number_of(session: Session, seat: PanelSeat) -> str:
    """The case that a seat belongs to."""
    application_id = session.get_one(Panel, seat.panel_id).application_id
    return session.get_one(CertificationApplication, application_id).case_number
