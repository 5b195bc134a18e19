"""Takes uploads of a form in, and gives stored files out: with the right type, never to be run by a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage as UploadedFile
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from app.domain.stored_file import (
    JPEG,
    MIB,
    PDF,
    PNG,
    FileStorage,
    MayRead,
    StoredFileError,
    Upload,
    find_file,
    store_file,
    tidy_name,
)
from app.forms import FieldError, Form, field_error

_SHOWN_IN_PLACE = frozenset({PDF, PNG, JPEG})
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_POLICIES = {PDF: f"{_NOTHING}; object-src 'self'"}
"""Everything else is sandboxed as well; a browser's own PDF viewer does not open in a sandbox."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of the uploads of one post: references for `answers_from_html`, and what was refused."""

    references: Mapping[str, list[dict[str, str]]]
    errors: tuple[FieldError, ...]


def take_uploads(
    session: Session, storage: FileStorage, form: Form, uploads: Mapping[str, list[UploadedFile]], person_id: int,
    *, now: datetime, max_mib: int,
) -> Taken:  # fmt: skip
    """Store the files that came with a posted form, each judged by the rule of its field.

    Names that are no file field are passed over.

    Args:
        uploads: `dict(request.files.lists())`.
        max_mib: the system's own limit (`Settings.upload_max_mib`); a field may ask for less.
    """
    references: dict[str, list[dict[str, str]]] = {}
    errors: list[FieldError] = []
    for name, files in uploads.items():
        field = form.field_at(tuple(name.split(".")))
        rule = field.files if field else None
        if rule is None:
            continue
        for file in files[: rule.max_count + 1]:
            if not file.filename:
                continue
            limit = min(rule.max_mib, max_mib)
            upload = Upload(file.filename, file.stream.read(limit * MIB + 1), rule.media_types, limit)
            try:
                record = store_file(session, storage, upload, person_id, now=now)
            except StoredFileError as error:
                errors.append(field_error(form, "/" + name.replace(".", "/"), error.code))
            else:
                references.setdefault(name, []).append({"file": record.sha256, "name": tidy_name(upload.name)})
    return Taken(references, tuple(errors))


def send_file(session: Session, storage: FileStorage, sha256: str, may_read: MayRead, name: str = "") -> Response:
    """The answer that carries a stored file. Forbidden whether it is not there or not theirs: nobody learns which.

    PDF and pictures are shown in place; all else is saved. Raises FileMissingError when the bytes are gone.
    """
    record = find_file(session, sha256)
    if record is None or not may_read(record):
        raise Forbidden
    return file_response(storage, sha256, media_type=record.media_type, name=name or record.name)


def file_response(storage: FileStorage, sha256: str, *, media_type: str, name: str) -> Response:
    """The answer that carries a content; who may read it was asked before. Raises FileMissingError."""
    response = Response(storage.read(sha256), mimetype=media_type)
    how = "inline" if media_type in _SHOWN_IN_PLACE else "attachment"
    names = f"filename=\"{_plain(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = f"{how}; {names}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _POLICIES.get(media_type, f"{_NOTHING}; sandbox")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(sha256)
    return response


def _plain(name: str) -> str:
    """The name for browsers that only read ASCII."""
    return "".join(c if c.isascii() and c.isprintable() and c not in '"\\;%' else "_" for c in name)
