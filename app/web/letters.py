"""Letters (文书): what was sent to the reader and their organisations, as pages and as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading
from app.documents.content import Content, kind_title, label
from app.documents.render import qr_svg, verification_url
from app.documents.rendering import file_name, pdf_of
from app.domain.issued_document import IssuedDocument, documents_for, documents_of_case
from app.engine.errors import UnknownInstanceError
from app.engine.tables import instance
from app.web.context import context
from app.web.excel import EXPORT_MAX_ROWS, wants_excel
from app.web.languages import language
from app.web.post_files import letters_file
from app.web.signed_in import signed_in
from app.web.visibility import Sight, Standing, case_for

blueprint = Blueprint("letters", __name__, url_prefix="/letters")

PAGE_ROWS = 30


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list."""

    id: int
    title: str
    number: str
    case_number: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter as the page shows it, like the paper."""

    content: Content
    number: str
    to: str
    foot: tuple[str, ...]
    """Verification code and what the paper counts for; empty before it is issued."""
    qr: str
    """An address with the QR code's picture; "" before it is issued."""


@blueprint.get("")
def list_letters() -> str | Response:
    """What was sent to me and to my organisations."""
    limit = EXPORT_MAX_ROWS if wants_excel() else PAGE_ROWS + 1
    before, actor = request.args.get("before", type=int), signed_in().actor
    with reading(context().database) as unit:
        found = documents_for(unit.session, actor.person_id, sorted(actor.organisations), before=before, limit=limit)
        if wants_excel():
            return letters_file([_line(one) for one in found])
        rows = [_line(one) for one in found[:PAGE_ROWS]]
    older = url_for("letters.list_letters", before=rows[-1].id) if len(found) > PAGE_ROWS else ""
    return render_template("letters/list.html", rows=rows, older=older)


@blueprint.get("/<int:document_id>")
def show(document_id: int) -> str:
    """One letter in the reader's language; the Chinese one is what counts."""
    with reading(context().database) as unit:
        document = _visible(unit, document_id)
        return render_template("letters/show.html", document=document, letter=view_of(document))


@blueprint.get("/<int:document_id>/qr.svg")
def show_qr(document_id: int) -> Response:
    """The QR code of a letter."""
    with reading(context().database) as unit:
        document = _visible(unit, document_id)
    url = verification_url(context().settings.root_url, document.code)
    return Response(qr_svg(url), mimetype="image/svg+xml")


@blueprint.get("/<int:document_id>.pdf")
def show_pdf(document_id: int) -> Response:
    """The PDF; made now if no worker has made it yet."""
    with reading(context().database) as unit:
        document = _visible(unit, document_id)
        unit.session.expunge(document)
    response = Response(pdf_of(context().database, context().settings, document), mimetype="application/pdf")
    name = quote(file_name(document, "zh"), safe="")
    response.headers["Content-Disposition"] = f"inline; filename=\"{document.code}.pdf\"; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def letters_of_case(unit: UnitOfWork, case_number: str, sight: Sight) -> list[LetterLine]:
    """The letters of a case: all of them for the office, to an applicant its own, not those to the other party."""
    return [
        _line(one)
        for one in documents_of_case(unit.session, case_number)
        if sight.standing is Standing.OFFICE or one.organisation_id in sight.organisations
    ]


def last_document_id(unit: UnitOfWork) -> int:
    """The id of the latest document of all."""
    return int(unit.connection.execute(sa.select(sa.func.coalesce(sa.func.max(IssuedDocument.id), 0))).scalar_one())


def letters_since(unit: UnitOfWork, case_number: str, last_id: int) -> tuple[LetterView, ...]:
    """What has been issued to a case's applicant after the document `last_id`, without number and code.

    Called where a decision is rehearsed, so that the page before sending shows the letter word for word.
    """
    found = [one for one in documents_of_case(unit.session, case_number) if one.id > last_id]
    return tuple(draft_view(one.contents) for one in reversed(found))


def draft_view(contents: Mapping[str, Any]) -> LetterView:
    """A letter that has not been issued yet, in the reader's language."""
    content = Content.from_json(contents[language()])
    return LetterView(content, label("draft_number", content.language), _to(content), (), "")


def view_of(document: IssuedDocument) -> LetterView:
    """An issued letter in the reader's language."""
    content = Content.from_json(document.contents[language()])
    foot = (label("verify", content.language, code=document.code), label("electronic", content.language))
    qr = url_for("letters.show_qr", document_id=document.id)
    return LetterView(content, document.number, _to(content), foot, qr)


def _to(content: Content) -> str:
    return label("to", content.language, addressee=content.addressee)


def _line(document: IssuedDocument) -> LetterLine:
    title = kind_title(document.kind, language())
    return LetterLine(document.id, title, document.number, document.case_number, document.issued_at)


def _visible(unit: UnitOfWork, document_id: int) -> IssuedDocument:
    """A document that is for these eyes: one's own, one's organisation's, or of a case that one may see."""
    document, actor = unit.session.get(IssuedDocument, document_id), signed_in().actor
    if document is None:
        raise NotFound
    if document.person_id is not None:
        if document.person_id != actor.person_id:
            raise NotFound
        return document
    if document.organisation_id not in actor.organisations and not _sees_case(unit, document.case_number):
        raise NotFound
    return document


def _sees_case(unit: UnitOfWork, case_number: str) -> bool:
    cases = sa.select(instance.c.id).where(instance.c.business_key == case_number).order_by(instance.c.id)
    for case_id in unit.connection.execute(cases).scalars():
        try:
            _case, sight = case_for(unit, case_id, signed_in().actor)
        except UnknownInstanceError:
            continue
        if sight.standing is Standing.OFFICE:
            return True
    return False
