"""Documents that have been issued: number, verification code, what they say, and the PDF by its content's hash.

What a document says is fixed when it is issued; the PDF is made from that afterwards, by a worker or by the first reader.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.calendar import local_day
from app.domain.stored_file import FileStorage
from app.domain.yearly_number import next_in_year

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is mistaken for something else when it is typed from paper."""
_SERIES = {
    "receipt": ("receipt", "券回"),
    "voucher_": ("voucher_letter", "券发"),
    "settlement": ("settlement", "券结"),
    "payment_": ("payment_letter", "券付"),
}
_LETTERS = ("letter", "券认")
"""How the numbers of a kind are counted and begin; by the start of the kind's name."""


class IssuedDocument(Base):
    """One document to one organisation or to one person."""

    __tablename__ = "issued_document"
    __table_args__ = (
        sa.CheckConstraint("(organisation_id IS NULL) <> (person_id IS NULL)", name="one_addressee"),
        sa.CheckConstraint("(sha256 IS NULL) = (rendered_at IS NULL)", name="rendered_has_hash"),
        sa.Index("ix_issued_document_case_number", "case_number"),
        sa.Index("ix_issued_document_organisation_id", "organisation_id"),
        sa.Index("ix_issued_document_person_id", "person_id"),
        sa.Index(
            "ix_issued_document_waiting", "id",
            sqlite_where=sa.text("sha256 IS NULL"), postgresql_where=sa.text("sha256 IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    case_number: Mapped[str] = mapped_column(sa.String(80))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), comment="to its members")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="to this person alone")
    number: Mapped[str] = mapped_column(sa.String(40), unique=True, comment="券认〔2026〕41 号, or of the certificate")
    code: Mapped[str] = mapped_column(sa.String(20), unique=True, comment="what the public verifies it by")
    contents: Mapped[dict[str, Any]] = mapped_column(Json, comment="what it says, by language")
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: the clock led to it")
    sha256: Mapped[str | None] = mapped_column(sa.String(64), comment="of the PDF, hex; NULL: not made yet")
    size_bytes: Mapped[int | None]
    rendered_at: Mapped[datetime | None] = mapped_column(Instant, comment="by the machine's clock")
    is_archival: Mapped[bool | None] = mapped_column(comment="PDF/A; false: a character that no font has forbade it")


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A document that could be issued: shown before a decision, issued by it."""

    kind: str
    case_number: str
    contents: Mapping[str, Any]
    """What it says, by language, as JSON."""
    organisation_id: int | None = None
    person_id: int | None = None
    number: str = ""
    """Of a certificate, which is verified by its number; "": the next of the year."""


def issue(session: Session, draft: DocumentDraft, *, by: int | None, now: datetime) -> IssuedDocument:
    """Issue a document: from now on it has a number, a code, and lies with whom it is for."""
    number = draft.number or _next_number(session, draft.kind, local_day(now).year)
    document = IssuedDocument(
        kind=draft.kind, case_number=draft.case_number, organisation_id=draft.organisation_id,
        person_id=draft.person_id, number=number, code=draft.number or _fresh_code(), contents=dict(draft.contents),
        issued_at=now, issued_by=by,
    )  # fmt: skip
    session.add(document)
    session.flush()
    return document


def documents_of_case(session: Session, case_number: str) -> Sequence[IssuedDocument]:
    """What was sent to the applicant of a case, the latest first; what went to single persons is not among it."""
    query = sa.select(IssuedDocument).where(
        IssuedDocument.case_number == case_number, IssuedDocument.organisation_id.is_not(None)
    )
    return session.scalars(query.order_by(IssuedDocument.id.desc())).all()


def documents_for(
    session: Session, person_id: int, organisation_ids: Sequence[int], *, before: int | None = None, limit: int = 30
) -> Sequence[IssuedDocument]:
    """What was sent to a person and to their organisations, the latest first; those older than the document `before`."""
    mine = sa.or_(IssuedDocument.person_id == person_id, IssuedDocument.organisation_id.in_(organisation_ids))
    query = sa.select(IssuedDocument).where(mine).order_by(IssuedDocument.id.desc()).limit(limit)
    return session.scalars(query if before is None else query.where(IssuedDocument.id < before)).all()


def document_by_code(session: Session, code: str) -> IssuedDocument | None:
    """The document of a verification code; None for one that was never given."""
    return session.scalar(sa.select(IssuedDocument).where(IssuedDocument.code == code))


def waiting_documents(session: Session, *, limit: int, since: datetime | None = None) -> Sequence[IssuedDocument]:
    """Documents whose PDF has not been made, the oldest first; with `since`, none that was issued before."""
    query = sa.select(IssuedDocument).where(IssuedDocument.sha256.is_(None)).order_by(IssuedDocument.id)
    if since is not None:
        query = query.where(IssuedDocument.issued_at >= since)
    return session.scalars(query.limit(limit)).all()


def keep_pdf(
    session: Session, storage: FileStorage, document: IssuedDocument, pdf: bytes, *, is_archival: bool, now: datetime
) -> None:
    """Keep the PDF of a document under its SHA-256; whoever made it first has made it for all."""
    digest = hashlib.sha256(pdf).hexdigest()
    storage.write(digest, pdf)
    session.execute(
        sa.update(IssuedDocument)
        .where(IssuedDocument.id == document.id, IssuedDocument.sha256.is_(None))
        .values(sha256=digest, size_bytes=len(pdf), rendered_at=now, is_archival=is_archival)
    )
    session.refresh(document)


def _next_number(session: Session, kind: str, year: int) -> str:
    series, sign = next((one for start, one in _SERIES.items() if kind.startswith(start)), _LETTERS)
    return f"{sign}〔{year}〕{next_in_year(session, series, year=year)} 号"


def _fresh_code() -> str:
    """40 random bits, in two groups of four."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"L-{signs[:4]}-{signs[4:]}"
