"""Files that people upload: judged by their content, kept once under their SHA-256, never changed, never trusted.

    StoredFileError
    ├── FileEmptyError            nothing in it
    ├── FileTooLargeError         more bytes than the field or the system allows
    ├── FileTypeRefusedError      its content is of no type that the field allows, whatever its name says
    └── FileMissingError          the record is there, the bytes are gone or were altered

The bytes lie where `Settings.storage_url` says (any address that fsspec understands), outside the web root. Two people
who upload the same content share the bytes, and each has a record of their own.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import filetype
import fsspec
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.forms import FieldError, Form, field_error, files_of

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = frozenset({PDF, PNG, JPEG, DOCX, XLSX})
MIB = 1024 * 1024

_NAME_MAX_CHARACTERS = 255
_ZIP_START = b"PK\x03\x04"
_OFFICE_MARKS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_MACRO_MARK = "vbaProject.bin"
_ZIP_MOST_ENTRIES = 5_000
_ZIP_MOST_BYTES = 200 * MIB
"""Unpacked; more is a bomb or no document that anybody reads."""


class StoredFile(Base):
    """One upload of one content by one person."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True, comment="hex, of the bytes; names them in storage")
    name: Mapped[str] = mapped_column(sa.String(_NAME_MAX_CHARACTERS), comment="as the person's machine called it")
    media_type: Mapped[str] = mapped_column(sa.String(100), comment="judged by content")
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    uploaded_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        sa.UniqueConstraint("sha256", "uploaded_by"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256_hex"),
        sa.CheckConstraint("size_bytes > 0", name="size_positive"),
    )


class StoredFileError(Exception):
    """A file cannot be taken or given; `message_zh` and `message_en` say what to do."""

    code = "stored_file"
    message_zh = "请换一个文件。"
    message_en = "Choose another file."


class FileEmptyError(StoredFileError):
    """The file has no content."""

    code = "file_empty"
    message_zh = "文件是空的，请重新选择。"
    message_en = "The file is empty; choose another."


class FileTooLargeError(StoredFileError):
    """The file has more bytes than allowed."""

    code = "file_size"

    def __init__(self, max_mib: int) -> None:
        self.max_mib = max_mib
        self.message_zh = f"请上传 {max_mib} MB 以内的文件。"
        self.message_en = f"Upload a file of at most {max_mib} MB."
        super().__init__(self.message_en)


class FileTypeRefusedError(StoredFileError):
    """The content is of no allowed type; `media_type` is what it was taken for, "" if nothing known."""

    code = "file_type"
    message_zh = "文件内容不是允许的类型；改扩展名没有用，请上传 PDF、图片、DOCX 或 XLSX 中允许的一种。"
    message_en = "The content is of no allowed type, whatever the name says; upload one of the types listed."

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type
        super().__init__(f"refused content type {media_type or 'unknown'}")


class FileMissingError(StoredFileError):
    """The bytes of a recorded file are gone from storage or no longer have its SHA-256."""

    code = "file_missing"
    message_zh = "这份文件暂时打不开，请告知系统管理员。"
    message_en = "This file cannot be opened at present; tell the system administrator."


class FileStorage:
    """Where the bytes lie, by SHA-256; written once."""

    def __init__(self, url: str) -> None:
        self._system, root = cast("tuple[Any, str]", fsspec.core.url_to_fs(url))
        self._root = root.rstrip("/")

    def write(self, sha256: str, content: bytes) -> None:
        """Keep the bytes unless they are there already. Written beside and moved, so no reader sees half a file."""
        path = self._path(sha256)
        if self._system.exists(path):
            return
        self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
        beside = f"{path}.{secrets.token_hex(6)}.part"
        self._system.pipe_file(beside, content)
        self._system.mv(beside, path)

    def read(self, sha256: str) -> bytes:
        """The bytes; raises FileMissingError when they are gone or altered."""
        try:
            content = cast("bytes", self._system.cat_file(self._path(sha256)))
        except FileNotFoundError as error:
            raise FileMissingError(sha256) from error
        if digest_of(content) != sha256:
            raise FileMissingError(sha256)
        return content

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}"


@dataclass(frozen=True, slots=True)
class Upload:
    """What arrived: its name and bytes, and what its field allows."""

    name: str
    content: bytes
    media_types: Iterable[str] = MEDIA_TYPES
    max_mib: int = 20


def store_file(session: Session, storage: FileStorage, upload: Upload, person_id: int, *, now: datetime) -> StoredFile:
    """Keep an upload and return its record; the same content by the same person is the same record.

    Raises FileEmptyError, FileTooLargeError, FileTypeRefusedError. The bytes are written before the transaction
    commits: if it rolls back they stay without a record, which harms nobody.
    """
    media_type = judge(upload)
    digest = digest_of(upload.content)
    found = session.scalars(
        sa.select(StoredFile).where(StoredFile.sha256 == digest, StoredFile.uploaded_by == person_id)
    ).first()
    storage.write(digest, upload.content)
    if found is not None:
        return found
    record = StoredFile(
        sha256=digest, name=tidy_name(upload.name), media_type=media_type, size_bytes=len(upload.content),
        uploaded_by=person_id, uploaded_at=now,
    )  # fmt: skip
    session.add(record)
    session.flush()
    return record


def digest_of(content: bytes) -> str:
    """The SHA-256 of a content, hex: its name in storage."""
    return hashlib.sha256(content).hexdigest()


def judge(upload: Upload) -> str:
    """The media type of the content, if the upload may be kept at all; raises as `store_file` does."""
    if not upload.content:
        raise FileEmptyError
    if len(upload.content) > upload.max_mib * MIB:
        raise FileTooLargeError(upload.max_mib)
    media_type = media_type_of(upload.content)
    if media_type not in MEDIA_TYPES & set(upload.media_types):
        raise FileTypeRefusedError(media_type)
    return media_type


def media_type_of(content: bytes) -> str:
    """What the content is, whatever its name says; "" if nothing known. OOXML with macros is nothing known."""
    if content.startswith(_ZIP_START):
        return _office_type(content)
    kind = filetype.guess(content[:8192])
    return str(kind.mime) if kind else ""


def tidy_name(name: str) -> str:
    """The last part of a file's name, without control characters, at most 255 characters, its end kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(character for character in last if character.isprintable()).strip(" .")
    return clean[-_NAME_MAX_CHARACTERS:] or "file"


def find_file(session: Session, sha256: str) -> StoredFile | None:
    """The oldest record of a content; None if nobody uploaded it. Who may read it is the caller's to judge."""
    return session.scalars(sa.select(StoredFile).where(StoredFile.sha256 == sha256).order_by(StoredFile.id)).first()


def check_files(
    session: Session, form: Form, answers: Mapping[str, Any], previous_answers: Mapping[str, Any], person_id: int
) -> list[FieldError]:
    """What is wrong with the files that answers refer to, in the order of the page.

    A file must have been uploaded by this person or have stood in the previous answers of this very form (a guessed
    SHA-256 opens nothing), and be of a type and size that its field allows.
    """
    referred = files_of(form, answers)
    inherited = {each.sha256 for each in files_of(form, previous_answers)}
    records = _records(session, {each.sha256 for each in referred})
    errors = []
    for each in referred:
        own = [r for r in records if r.sha256 == each.sha256 and (r.uploaded_by == person_id or r.sha256 in inherited)]
        code = _fault(own[0], each.rule.media_types, each.rule.max_mib) if own else "unknown_file"
        if code:
            errors.append(field_error(form, each.pointer, code))
    return errors


def _fault(record: StoredFile, media_types: Iterable[str], max_mib: int) -> str:
    if record.media_type not in media_types:
        return "file_type"
    return "file_size" if record.size_bytes > max_mib * MIB else ""


def _records(session: Session, digests: set[str]) -> list[StoredFile]:
    if not digests:
        return []
    return list(session.scalars(sa.select(StoredFile).where(StoredFile.sha256.in_(digests)).order_by(StoredFile.id)))


def _office_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return ""
    if len(entries) > _ZIP_MOST_ENTRIES or sum(entry.file_size for entry in entries) > _ZIP_MOST_BYTES:
        return ""
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or any(name.endswith(_MACRO_MARK) for name in names):
        return ""
    found = {media_type for mark, media_type in _OFFICE_MARKS.items() if mark in names}
    return found.pop() if len(found) == 1 else ""


MayRead = Callable[[StoredFile], bool]
"""Whether the person who asks may read a file: given by whoever serves it."""
