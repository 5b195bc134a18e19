"""The mailbox: what e-mail has been sent, is waiting, or was refused.

In a demo, where no mail server is set up, everybody reads here the e-mails that they would have got, and system administrators
all of them. Elsewhere system administrators see to whom and whether, never what: a password reset would let them in.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading
from app.documents.rendering import file_name
from app.domain.message_template import template, templates
from app.domain.outbox import OutboxEmail, letters_with
from app.domain.role_grant import Role
from app.mail.compose import view_of
from app.settings import AppEnv
from app.web.context import context
from app.web.excel import EXPORT_MAX_ROWS, wants_excel
from app.web.languages import language
from app.web.people import names_of
from app.web.post_files import emails_file
from app.web.signed_in import signed_in

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")

PAGE_ROWS = 50


@blueprint.get("")
def list_emails() -> str | Response:
    """The latest e-mails, or those before one."""
    before = request.args.get("before", type=int)
    limit = EXPORT_MAX_ROWS if wants_excel() else PAGE_ROWS + 1
    with reading(context().database) as unit:
        query = _visible().order_by(OutboxEmail.id.desc()).limit(limit)
        if before is not None:
            query = query.where(OutboxEmail.id < before)
        found = unit.session.scalars(query).all()
        names = names_of(unit.connection, [one.person_id for one in found])
    titles = {one.key: one.title[language()] for one in templates()}
    if wants_excel():
        subjects = {one.id: one.subject if is_demo_mailbox() else titles[one.template] for one in found}
        return emails_file(found, names, subjects, {key: words for key, (_, words) in _states().items()})
    rows = found[:PAGE_ROWS]
    older = url_for("mailbox.list_emails", before=rows[-1].id) if len(found) > PAGE_ROWS else ""
    return render_template(
        "mailbox/list.html",
        titles=titles,
        states=_states(),
        rows=rows,
        names=names,
        older=older,
        is_readable=is_demo_mailbox(),
        sees_all=_sees_all(),
    )


@blueprint.get("/<int:email_id>")
def show(email_id: int) -> str:
    """One e-mail as its reader would see it; in a demo alone."""
    if not is_demo_mailbox():
        raise NotFound
    with reading(context().database) as unit:
        email = _one(unit, email_id)
        attached = [file_name(one, email.language) for one in letters_with(unit.session, email.id)]
        served = template(email.template).is_served
        view = view_of(
            email.texts or {"subject": email.subject, "body": ""}, email.language, link=email.link,
            root_url=context().settings.root_url, is_served=served,
        )  # fmt: skip
    return render_template(
        "mailbox/show.html", email=email, view=view, attached=attached if context().settings.smtp_attach_letters else ()
    )


def is_demo_mailbox() -> bool:
    """Whether e-mails stay here to be read: no mail server, and not in production."""
    settings = context().settings
    return settings.env is not AppEnv.PRODUCTION and not settings.smtp_host


def has_mailbox() -> bool:
    """Whether whoever asks finds anything there."""
    return is_demo_mailbox() or _sees_all()


def _states() -> dict[str, tuple[str, str]]:
    """How an e-mail stands: the mark, and in words."""
    return {
        "waiting": ("wait", gettext("waits")), "sending": ("wait", gettext("being sent")), "sent": ("", gettext("sent")),
        "kept": ("", gettext("kept here")), "failed": ("error", gettext("could not be sent")),
    }  # fmt: skip


def _sees_all() -> bool:
    return Role.SYSTEM_ADMIN in signed_in().roles


def _visible() -> sa.Select[OutboxEmail]:
    if _sees_all():
        return sa.select(OutboxEmail)
    if not is_demo_mailbox():
        raise NotFound
    return sa.select(OutboxEmail).where(OutboxEmail.person_id == signed_in().person_id)


def _one(unit: UnitOfWork, email_id: int) -> OutboxEmail:
    found = unit.session.scalar(_visible().where(OutboxEmail.id == email_id))
    if found is None:
        raise NotFound
    return found
