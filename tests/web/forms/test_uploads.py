"""Uploads over the wire: stored under the rule of their field, given back so that no browser runs them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage as UploadedFile
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden

from app.db import unit_of_work
from app.domain.person import PersonEntry, register_person
from app.domain.stored_file import FileStorage, Upload, store_file
from app.forms import Form, answers_from_html
from app.web.uploads import send_file, take_uploads

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def storage(tmp_path: Path) -> FileStorage:
    return FileStorage(f"file://{tmp_path}/files")


@pytest.fixture
def session(database: sa.Engine) -> Iterator[Session]:
    with unit_of_work(database) as unit:
        yield unit.session


@pytest.fixture
def person(session: Session) -> int:
    return register_person(session, PersonEntry("ma", "马砚秋", "correct horse battery"), now=NOW, is_cheap=True).id


def file(name: str, content: bytes) -> UploadedFile:
    return UploadedFile(io.BytesIO(content), filename=name)


def test_uploads_become_answers(session: Session, storage: FileStorage, person: int, form: Form) -> None:
    uploads = {
        "licence": [file("C:\\执照.pdf", PDF)],
        "papers": [file("a.pdf", PDF), file("b.pdf", PDF + b"b"), file("", b"")],
    }

    taken = take_uploads(session, storage, form, uploads, person, now=NOW, max_mib=20)
    answers, _ = answers_from_html(form, MultiDict(), {}, uploads=taken.references)

    assert taken.errors == ()
    assert answers["licence"]["name"] == "执照.pdf"
    assert [each["name"] for each in answers["papers"]] == ["a.pdf", "b.pdf"]
    assert storage.read(answers["licence"]["file"]) == PDF


def test_each_field_refuses_by_its_own_rule(session: Session, storage: FileStorage, person: int, form: Form) -> None:
    uploads = {
        "licence": [file("a.pdf", PDF.ljust(2 * 1024 * 1024 + 1))], "papers": [file("a.pdf", b"<html>"), file("b.pdf", b"")],
        "organisation": [file("a.pdf", PDF)], "nobody": [file("a.pdf", PDF)], "staff.0.name": [file("a.pdf", PDF)],
    }  # fmt: skip

    taken = take_uploads(session, storage, form, uploads, person, now=NOW, max_mib=20)

    assert taken.references == {}
    assert [(each.pointer, each.code) for each in taken.errors] == [
        ("/licence", "file_size"), ("/papers", "file_type"), ("/papers", "file_empty"),
    ]  # fmt: skip


def test_the_system_may_allow_less_than_a_field(
    session: Session, storage: FileStorage, person: int, form: Form
) -> None:
    uploads = {"licence": [file("a.pdf", PDF.ljust(1024 * 1024 + 1))]}

    taken = take_uploads(session, storage, form, uploads, person, now=NOW, max_mib=1)

    assert [each.code for each in taken.errors] == ["file_size"]


def test_a_download_says_what_it_is_and_cannot_run(session: Session, storage: FileStorage, person: int) -> None:
    record = store_file(session, storage, Upload('合"同\r\n;x.pdf', PDF), person, now=NOW)

    response = send_file(session, storage, record.sha256, lambda _record: True)

    assert response.get_data() == PDF
    assert response.mimetype == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        response.headers["Content-Disposition"]
        == "inline; filename=\"____x.pdf\"; filename*=UTF-8''%E5%90%88%22%E5%90%8C%3Bx.pdf"
    )
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"].startswith("private")


def test_nobody_learns_whether_a_file_is_missing_or_forbidden(
    session: Session, storage: FileStorage, person: int
) -> None:
    record = store_file(session, storage, Upload("a.pdf", PDF), person, now=NOW)

    with pytest.raises(Forbidden):
        send_file(session, storage, record.sha256, lambda _record: False)
    with pytest.raises(Forbidden):
        send_file(session, storage, "0" * 64, lambda _record: True)
    with pytest.raises(Forbidden):
        send_file(session, storage, "../../etc/passwd", lambda _record: True)
