"""Keeps a form of a task that is posted after the sign-in has run out; `app.web.kept_posts` brings it back."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import g, request, url_for

from app.db import UnitOfWork, unit_of_work
from app.domain.kept_post import SentTooLate, keep_post
from app.domain.stored_file import FileStorage, StoredFileError, Upload, store_file, tidy_name
from app.web.context import context
from app.web.signed_in import visitor

KEPT_ENDPOINT = "tasks.complete"
FILES_MAX = 20


def keep_this_post() -> str | None:
    """Keep the form that is being posted for the person whose sign-in has timed out; the address that brings it back.

    It has passed the check of its CSRF token. None: nobody known sent it, or it is no form of a task.
    """
    return _keep(g.get("timed_out_person_id"))


def keep_of_stale_page() -> str | None:
    """The same for a page that is older than the sign-in of whoever posts it: its CSRF token was another session's.

    The browser itself must say that one of our pages sent it; then it becomes a draft and no more.
    """
    who = visitor() if request.method == "POST" else None
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return _keep(who.person_id) if who is not None and is_ours else None


def _keep(person_id: int | None) -> str | None:
    if request.method != "POST" or request.endpoint != KEPT_ENDPOINT or person_id is None:
        return None
    now = datetime.now(UTC)
    fields = [(name, text) for name, texts in request.form.lists() for text in texts if name != "csrf_token"]
    with unit_of_work(context().database) as unit:
        sent = SentTooLate(request.path[:200], fields, _store_files(unit, person_id, now))
        is_kept = keep_post(unit.session, person_id, sent, now=now)
    return url_for("kept_posts.bring_back") if is_kept else None


def _store_files(unit: UnitOfWork, person_id: int, now: datetime) -> dict[str, list[dict[str, str]]]:
    """The files that came along, stored as the person's own; one that cannot be taken is left out."""
    settings = context().settings
    storage, stored = FileStorage(settings.storage_url), dict[str, list[dict[str, str]]]()
    files = [(name, file) for name, files in request.files.lists() for file in files if file.filename]
    for name, file in files[:FILES_MAX]:
        upload = Upload(file.filename or "", file.stream.read(), max_mib=settings.upload_max_mib)
        try:
            record = store_file(unit.session, storage, upload, person_id, now=now)
        except StoredFileError:
            continue
        stored.setdefault(name, []).append({"file": record.sha256, "name": tidy_name(upload.name)})
    return stored
