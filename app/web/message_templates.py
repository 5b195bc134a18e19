"""Templates of messages: what is sent when, rewritten with a preview; every version with who and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain import message_template
from app.domain.message_template import (
    MessageTemplate,
    TemplateChangedError,
    Texts,
    UnknownMessageTemplateError,
    all_texts_in_force,
    rewrite_template,
    texts_in_force,
    versions_of,
)
from app.domain.message_text import NEEDED, PARTS, check_texts, fill
from app.domain.wording import LANGUAGES, say
from app.mail.compose import EmailView, view_of
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import wants_excel
from app.web.languages import language
from app.web.people import names_of
from app.web.post_files import templates_file
from app.web.signed_in import signed_in

blueprint = Blueprint("message_templates", __name__, url_prefix="/templates")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the editor's form holds."""

    seen: int
    """The number of the version that it started from."""
    texts: Texts
    reason: str = ""


@blueprint.get("")
def list_templates() -> str | Response:
    """Every kind of message with the version in force."""
    with reading(context().database) as unit:
        texts = all_texts_in_force(unit.session)
    rows = [(one, texts[one.key]) for one in message_template.templates()]
    if wants_excel():
        return templates_file(rows)
    return render_template("message_templates/list.html", rows=rows)


@blueprint.get("/<string:key>")
def show(key: str) -> str:
    """The editor, with the version in force or, to restore it, an earlier one."""
    kind = _kind(key)
    with reading(context().database) as unit:
        number, texts = texts_in_force(unit.session, key)
        wanted = request.args.get("version", type=int)
        return _page(unit, kind, Draft(number, texts if wanted is None else _version(unit, kind, wanted)))


@blueprint.post("/<string:key>")
def save(key: str) -> Response | tuple[str, int] | str:
    """Show what it would look like, or put it into force; nothing typed is lost."""
    kind = _kind(key)
    texts = {lang: {part: request.form.get(f"{lang}.{part}", "") for part in PARTS} for lang in LANGUAGES}
    draft = Draft(request.form.get("seen", 0, type=int), texts, request.form.get("reason", "").strip())
    errors = {f"{one.language}.{one.part}": message_of(one) for one in check_texts(texts, kind.names)}
    is_preview = request.form.get("act") == "preview"
    if not draft.reason and not is_preview:
        errors["reason"] = gettext("Write why you change it; the history keeps it.")
    with unit_of_work(context().database) as unit:
        if errors:
            return _page(unit, kind, draft, errors), 422
        if is_preview:
            return _page(unit, kind, draft)
        try:
            version = rewrite_template(
                unit.session, key, texts, seen=draft.seen, by=signed_in().person_id, reason=draft.reason,
                now=context().now(unit),
            )  # fmt: skip
        except TemplateChangedError as changed:
            return _page(unit, kind, Draft(changed.number, texts, draft.reason), {"form": message_of(changed)}), 409
    flash(
        gettext("Version %(number)d is in force. Messages that have been sent stay as they are.", number=version.number)
    )
    return redirect(url_for("message_templates.show", key=key))


def _page(unit: UnitOfWork, kind: MessageTemplate, draft: Draft, errors: Mapping[str, str] | None = None) -> str:
    versions = versions_of(unit.session, kind.key)
    return render_template(
        "message_templates/show.html",
        kind=kind, draft=draft, errors=errors or {}, versions=versions, parts=_part_names(), needed=NEEDED,
        names=names_of(unit.connection, [one.written_by for one in versions]),
        samples={one.name: say(one.sample, language()) for one in kind.values},
        previews=[] if errors else [_preview(kind, draft.texts, one) for one in LANGUAGES],
    )  # fmt: skip


def _preview(kind: MessageTemplate, texts: Texts, lang: str) -> EmailView:
    filled = fill(texts[lang], kind.samples, lang)
    return view_of(filled, lang, link="#main", root_url="", is_served=kind.is_served)


def _kind(key: str) -> MessageTemplate:
    try:
        return message_template.template(key)
    except UnknownMessageTemplateError as unknown:
        raise NotFound from unknown


def _version(unit: UnitOfWork, kind: MessageTemplate, number: int) -> Texts:
    if number == 0:
        return kind.texts
    found: Any = next((one for one in versions_of(unit.session, kind.key) if one.number == number), None)
    if found is None:
        raise NotFound
    return dict(found.texts)


def _part_names() -> list[tuple[str, str]]:
    names = {
        "subject": gettext("Subject"),
        "body": gettext("Text"),
        "whose_move": gettext("Whose move"),
        "to_do": gettext("What to do"),
        "latest": gettext("By when"),
        "afterwards": gettext("What comes then"),
        "button": gettext("On the button"),
    }
    return [(part, names[part]) for part in PARTS]
