"""What would come of sending a task: the completion itself, done in a transaction of which nothing is kept.

So the page before sending promises nothing that the diagram, the tables and the handlers would not do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from app.db import UnitOfWork, rehearsing
from app.domain.message import Message
from app.domain.recipients import members_of
from app.engine import user_tasks
from app.engine.actor import Actor
from app.engine.instances import read_instance
from app.engine.user_tasks import Completion
from app.web.case_list import open_tasks_of
from app.web.context import context
from app.web.languages import language, pick
from app.web.letters import LetterView, last_document_id, letters_since
from app.web.visibility import Sight, Standing
from app.web.whose_move import Move, move_of, records_of


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to the applicant, word for word."""

    subject: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What sending would bring, as far as the sender may know it."""

    move: Move
    letters: tuple[Letter, ...] = ()
    papers: tuple[LetterView, ...] = ()
    """The letters (文书) that would be issued to the applicant."""


def rehearse(task: Any, sight: Sight, answers: Mapping[str, Any], *, actor: Actor, now: datetime) -> Outlook:
    """Complete the task, look, and undo it; raises whatever completing it would raise."""
    with rehearsing(context().database) as unit:
        before = unit.connection.execute(sa.select(sa.func.coalesce(sa.func.max(Message.id), 0))).scalar_one()
        last_paper = last_document_id(unit)
        user_tasks.complete_task(unit, context().runtime, task["id"], Completion(answers), actor=actor, now=now)
        unit.flush()
        move = next_move(unit, task["instance_id"], sight, now=now)
        is_office = sight.standing is Standing.OFFICE
        letters = _letters(unit, task, before) if is_office else ()
        papers = letters_since(unit, task["business_key"], last_paper) if is_office else ()
    return Outlook(move, letters, papers)


def next_move(unit: UnitOfWork, instance_id: int, sight: Sight, *, now: datetime) -> Move:
    """Whose move a case is now. An expert learns of their own tasks alone, so that nobody counts the others (A8.3)."""
    tasks = open_tasks_of(unit.connection, instance_id)
    if sight.standing is Standing.EXPERT:
        return _experts_move([task for task in tasks if task["assignee_id"] == sight.person_id])
    case = read_instance(unit.connection, instance_id)
    record = records_of(unit.session, [case["business_key"]])[case["business_key"]]
    return move_of(case, record, tasks, sight, now=now)


def _experts_move(own: Sequence[Any]) -> Move:
    if own:
        return Move(gettext("Your move: %(step)s", step=pick(own[0])), is_yours=True)
    return Move(gettext("Nothing more is asked of you in this case"))


def _letters(unit: UnitOfWork, task: Any, before: int) -> tuple[Letter, ...]:
    """What the applicant's people would be told, each message once."""
    if task["applicant_id"] is None:
        return ()
    people = members_of(unit.session, task["applicant_id"])
    written = unit.session.scalars(
        sa.select(Message)
        .where(Message.id > before, Message.person_id.in_(people), Message.case_number == task["business_key"])
        .order_by(Message.id)
    )
    texts = {one.template: one.texts[language()] for one in written}
    return tuple(Letter(one["subject"], tuple(one["body"].split("\n"))) for one in texts.values())
