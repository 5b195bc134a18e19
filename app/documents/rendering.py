"""Making the PDFs of issued documents: by a worker soon after, or at once for whoever opens one earlier."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
import structlog
import typst

from app.db import UnitOfWork, reading, unit_of_work
from app.documents.content import Content, kind_title
from app.documents.fonts import FontsMissingError
from app.documents.render import Rendered, render
from app.domain.issued_document import IssuedDocument, keep_pdf, waiting_documents
from app.domain.outbox import OutboxEmail, letters_with
from app.domain.stored_file import FileMissingError, FileStorage
from app.settings import Settings

MOST_AT_ONCE = 20
MADE_AHEAD_DAYS = 35
"""A letter that nobody has opened for so long, and no worker has made, waits until somebody opens it."""
_log = structlog.get_logger()


def render_waiting(database: sa.Engine, settings: Settings, *, since: datetime | None = None) -> int:
    """Make what has not been made; return how many. Typst works outside any transaction.

    What cannot be made now is logged and waits, and holds nothing else up. What was issued before `since` is made when
    somebody opens it.
    """
    with reading(database) as unit:
        documents = list(waiting_documents(unit.session, limit=MOST_AT_ONCE, since=since))
        unit.session.expunge_all()
    return sum(_make(database, settings, document) for document in documents)


def pdf_of(database: sa.Engine, settings: Settings, document: IssuedDocument) -> bytes:
    """The PDF of a document, made now if it has not been; raises FileMissingError when its bytes are gone."""
    storage = FileStorage(settings.storage_url)
    if document.sha256 is not None:
        return storage.read(document.sha256)
    made = _render(document, settings)
    with unit_of_work(database) as unit:
        digest = _keep(unit, document.id, made, settings)
    return storage.read(digest)


def pdfs_with(database: sa.Engine, settings: Settings, email: OutboxEmail) -> list[tuple[str, bytes]]:
    """The letters that go with an e-mail, as file name and PDF; none where the setting keeps them here.

    An e-mail never waits for a letter: one that cannot be made now is read on the site later.
    """
    if not settings.smtp_attach_letters:
        return []
    with reading(database) as unit:
        documents = list(letters_with(unit.session, email.id))
        unit.session.expunge_all()
    made = []
    for document in documents:
        try:
            made.append((file_name(document, email.language), pdf_of(database, settings, document)))
        except (FontsMissingError, FileMissingError, typst.TypstError) as error:
            _log.error("letter_not_attached", document=document.id, reason=str(error))
    return made


def file_name(document: IssuedDocument, language: str) -> str:
    """What the PDF of a document is called where people keep it."""
    return f"{kind_title(document.kind, language)}-{document.code}.pdf"


def _make(database: sa.Engine, settings: Settings, document: IssuedDocument) -> bool:
    try:
        made = _render(document, settings)
    except (FontsMissingError, typst.TypstError) as error:
        _log.error("document_not_made", document=document.id, reason=str(error))
        return False
    with unit_of_work(database) as unit:
        _keep(unit, document.id, made, settings)
    return True


def _render(document: IssuedDocument, settings: Settings) -> Rendered:
    content = Content.from_json(document.contents["zh"])
    return render(content, number=document.number, code=document.code, root_url=settings.root_url)


def _keep(unit: UnitOfWork, document_id: int, made: Rendered, settings: Settings) -> str:
    document = unit.session.get_one(IssuedDocument, document_id)
    storage = FileStorage(settings.storage_url)
    keep_pdf(unit.session, storage, document, made.pdf, is_archival=made.is_archival, now=datetime.now(UTC))
    if document.sha256 is None:
        raise LookupError(f"document {document_id} has no PDF")
    return document.sha256
