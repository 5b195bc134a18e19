"""Evidence that comes with an objection: judged like every upload, kept under its SHA-256, read by those who examine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError
from app.domain.stored_file import JPEG, PDF, PNG, FileStorage, Upload, digest_of, judge, tidy_name

MOST_FILES = 3
MOST_MIB = 5
"""For each; anybody may send one, so that both are less than what applicants may send."""
MEDIA_TYPES = (PDF, PNG, JPEG)
"""What a browser shows without running anything."""


class ObjectionFile(Base):
    """One file of one objection; whoever objects may have no account, so it is no upload of a person."""

    __tablename__ = "objection_file"
    __table_args__ = (
        sa.CheckConstraint("length(sha256) = 64", name="sha256_hex"),
        sa.CheckConstraint("size_bytes > 0", name="size_positive"),
        sa.UniqueConstraint("objection_id", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(sa.ForeignKey("objection.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64), comment="hex, of the bytes; names them in storage")
    name: Mapped[str] = mapped_column(sa.String(255), comment="as the person's machine called it")
    media_type: Mapped[str] = mapped_column(sa.String(100), comment="judged by content")
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    sent_at: Mapped[datetime] = mapped_column(Instant)


class TooManyFilesError(DomainError):
    """An objection carries so many files at most."""

    code = "too_many_files"
    rule = "A8.6"
    message_zh = f"最多附 {MOST_FILES} 个文件。请合并或挑选最要紧的。"
    message_en = f"At most {MOST_FILES} files: join them, or choose those that matter most."


def check_evidence(uploads: Sequence[Upload]) -> None:
    """Raise TooManyFilesError, FileEmptyError, FileTooLargeError, FileTypeRefusedError."""
    if len(uploads) > MOST_FILES:
        raise TooManyFilesError
    for upload in uploads:
        judge(upload)


def keep_evidence(
    session: Session, storage: FileStorage, objection_id: int, uploads: Sequence[Upload], *, now: datetime
) -> None:
    """Keep the files of an objection, the same content once; raise as `check_evidence` does."""
    check_evidence(uploads)
    for digest, upload in {digest_of(one.content): one for one in uploads}.items():
        storage.write(digest, upload.content)
        session.add(
            ObjectionFile(
                objection_id=objection_id, sha256=digest, name=tidy_name(upload.name), media_type=judge(upload),
                size_bytes=len(upload.content), sent_at=now,
            )
        )  # fmt: skip
    session.flush()


def evidence_of(session: Session, objection_ids: Collection[int]) -> dict[int, list[ObjectionFile]]:
    """The files of objections, by objection; one query."""
    found: dict[int, list[ObjectionFile]] = {}
    query = sa.select(ObjectionFile).where(ObjectionFile.objection_id.in_(list(objection_ids)))
    for file in session.scalars(query.order_by(ObjectionFile.id)):
        found.setdefault(file.objection_id, []).append(file)
    return found
