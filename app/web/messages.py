"""Messages to the reader (站内信): the list, one of them, what has been read, and whether e-mail comes too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.message import Message, mark_read, message_of, messages_of, unread_count
from app.domain.outbox import can_be_mailed, choose_email, without_email
from app.domain.person import Person
from app.engine.actor import Actor
from app.engine.errors import UnknownInstanceError
from app.engine.tables import instance, user_task
from app.mail.compose import EmailView, view_of
from app.web.context import context
from app.web.excel import EXPORT_MAX_ROWS, wants_excel
from app.web.languages import language
from app.web.mailbox import has_mailbox
from app.web.post_files import messages_file
from app.web.signed_in import signed_in, visitor
from app.web.visibility import case_for

blueprint = Blueprint("messages", __name__, url_prefix="/messages")

PAGE_ROWS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A message in the list."""

    id: int
    subject: str
    case_number: str
    sent_at: datetime
    is_unread: bool


def unread() -> int:
    """How many messages wait for whoever asks; nobody has none."""
    who = visitor()
    if who is None:
        return 0
    with reading(context().database) as unit:
        return unread_count(unit.connection, who.person_id)


@blueprint.get("")
def list_messages() -> str | Response:
    """The latest, or those before one."""
    limit = EXPORT_MAX_ROWS if wants_excel() else PAGE_ROWS + 1
    before, me = request.args.get("before", type=int), signed_in().person_id
    with reading(context().database) as unit:
        found = messages_of(unit.session, me, before=before, limit=limit)
        if wants_excel():
            return messages_file([_row(one) for one in found])
        rows = [_row(one) for one in found[:PAGE_ROWS]]
        by_email = me not in without_email(unit.session, [me])
        address = unit.session.get_one(Person, me).email
    older = url_for("messages.list_messages", before=rows[-1].id) if len(found) > PAGE_ROWS else ""
    return render_template(
        "messages/list.html", rows=rows, older=older, is_first=before is None, by_email=by_email,
        address=address if can_be_mailed(address) else "", has_mailbox=has_mailbox(),
    )  # fmt: skip


@blueprint.get("/<int:message_id>")
def show(message_id: int) -> str:
    """One message; having opened it is having read it. Somebody else's is not there."""
    who = signed_in()
    with unit_of_work(context().database) as unit:
        message = message_of(unit.session, who.person_id, message_id)
        if message is None:
            raise NotFound
        if message.read_at is None:
            mark_read(unit.session, who.person_id, message_id=message_id, now=context().now(unit))
        view = _view(message, _target(unit, message, who.actor))
    return render_template("messages/show.html", message=message, view=view)


@blueprint.post("/read")
def read_all() -> Response:
    """Mark all of one's messages as read."""
    with unit_of_work(context().database) as unit:
        mark_read(unit.session, signed_in().person_id, now=context().now(unit))
    return redirect(url_for("messages.list_messages"))


@blueprint.post("/email")
def set_email() -> Response:
    """Switch e-mail on or off."""
    by_email = request.form.get("by_email") == "1"
    with unit_of_work(context().database) as unit:
        choose_email(unit.session, signed_in().person_id, by_email=by_email, now=context().now(unit))
    flash(
        gettext("Messages come by e-mail too.")
        if by_email
        else gettext("E-mail is switched off. Decisions and corrections still come by e-mail, as the rules ask.")
    )
    return redirect(url_for("messages.list_messages"))


def _row(message: Message) -> Row:
    texts = message.texts[language()]
    return Row(message.id, texts["subject"], message.case_number or "", message.sent_at, message.read_at is None)


def _view(message: Message, target: str) -> EmailView:
    return view_of(message.texts[language()], language(), link=target, root_url="")


def _target(unit: UnitOfWork, message: Message, actor: Actor) -> str:
    """Where the button leads: the message's own link, the case as far as it is for these eyes, the expert's task; or ""."""
    if message.link or message.case_number is None:
        return message.link
    cases = (
        sa.select(instance.c.id).where(instance.c.business_key == message.case_number).order_by(instance.c.id.desc())
    )
    for case_id in unit.connection.execute(cases).scalars():
        try:
            case_for(unit, case_id, actor)
        except UnknownInstanceError:
            own = sa.select(user_task.c.id).where(
                user_task.c.instance_id == case_id,
                user_task.c.assignee_id == actor.person_id,
                user_task.c.status == "open",
            )
            task_id = unit.connection.execute(own.order_by(user_task.c.id).limit(1)).scalar()
            return url_for("tasks.show", task_id=task_id) if task_id is not None else ""
        return url_for("cases.show", instance_id=case_id)
    return ""
