"""Uploads: judged by content, kept once, and never opened by a guessed SHA-256."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import unit_of_work
from app.domain.person import PersonEntry, register_person
from app.domain.stored_file import (
    DOCX,
    JPEG,
    MIB,
    PDF,
    PNG,
    XLSX,
    FileEmptyError,
    FileMissingError,
    FileStorage,
    FileTooLargeError,
    FileTypeRefusedError,
    StoredFile,
    Upload,
    check_files,
    find_file,
    judge,
    media_type_of,
    store_file,
    tidy_name,
)
from app.forms import Form, read_form

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def png() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "<x/>")
    return buffer.getvalue()


WORD = archive("[Content_Types].xml", "word/document.xml")
EXCEL = archive("[Content_Types].xml", "xl/workbook.xml")


def form() -> Form:
    title = {"title": {"zh": "合同", "en": "Contract"}}
    one = {"type": "object", "x-ql": {**title, "widget": "file", "media_types": [PDF], "max_mib": 1}}
    many = {
        "type": "array",
        "items": {"type": "object", "x-ql": {"widget": "file", "media_types": [PDF, PNG]}},
        "x-ql": title,
    }
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object", "x-ql": title, "properties": {"contract": one, "papers": many},
    }  # fmt: skip
    return read_form(json.dumps(document).encode())


@pytest.fixture
def storage(tmp_path: Path) -> FileStorage:
    return FileStorage(f"file://{tmp_path}/files")


@pytest.fixture
def session(database: sa.Engine) -> Iterator[Session]:
    with unit_of_work(database) as unit:
        yield unit.session


@pytest.fixture
def people(session: Session) -> tuple[int, int]:
    made = [
        register_person(session, PersonEntry(login, login, "correct horse battery"), now=NOW, is_cheap=True)
        for login in ("ma", "su")
    ]
    return made[0].id, made[1].id


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF_BYTES, PDF), (png(), PNG), (b"\xff\xd8\xff\xe0" + b"\0" * 40, JPEG), (WORD, DOCX), (EXCEL, XLSX),
        (b"MZ" + b"\0" * 100, "application/x-msdownload"), (b"<html><script>", ""), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (archive("a.txt"), ""), (archive("word/document.xml"), ""), (b"PK\x03\x04garbage", ""), (b"\0", ""),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), ""),
        (archive("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"), ""),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), ""),
    ],
)  # fmt: skip
def test_the_type_is_what_the_content_says(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


def test_an_archive_that_unpacks_to_a_mountain_is_no_document() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "x")
        for number in range(11):
            file.writestr(f"word/{number or 'document.xml'}", b"\0" * 20 * MIB)

    assert media_type_of(buffer.getvalue()) == ""


def test_a_name_makes_no_type() -> None:
    with pytest.raises(FileTypeRefusedError) as caught:
        judge(Upload("合同.pdf", b"<html>"))

    assert caught.value.media_type == ""
    assert "扩展名" in caught.value.message_zh


def test_a_type_that_the_field_does_not_ask_for_is_refused() -> None:
    with pytest.raises(FileTypeRefusedError):
        judge(Upload("a.png", png(), [PDF]))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileEmptyError):
        judge(Upload("a.pdf", b""))


@pytest.mark.parametrize(("size_bytes", "is_refused"), [(MIB - 1, False), (MIB, False), (MIB + 1, True)])
def test_a_file_may_be_as_large_as_the_field_allows(size_bytes: int, is_refused: bool) -> None:
    upload = Upload("a.pdf", PDF_BYTES.ljust(size_bytes, b" "), [PDF], max_mib=1)

    if is_refused:
        with pytest.raises(FileTooLargeError) as caught:
            judge(upload)
        assert "1 MB" in caught.value.message_zh
        assert "1 MB" in caught.value.message_en
    else:
        assert judge(upload) == PDF


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("合同.pdf", "合同.pdf"), ("C:\\Users\\ma\\合同.pdf", "合同.pdf"), ("../../etc/passwd", "passwd"), ("a\x00\n.pdf", "a.pdf"),
        ("", "file"), ("..", "file"), ("/", "file"), ("x" * 300 + ".pdf", "x" * 251 + ".pdf"), ("a\u202efdp.exe", "afdp.exe"),
    ],
)  # fmt: skip
def test_a_name_is_only_a_name(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy


def test_a_stored_file_is_read_back_under_its_hash(
    session: Session, storage: FileStorage, people: tuple[int, int]
) -> None:
    record = store_file(session, storage, Upload("合同.pdf", PDF_BYTES), people[0], now=NOW)

    assert record.sha256 == hashlib.sha256(PDF_BYTES).hexdigest()
    assert (record.name, record.media_type, record.size_bytes) == ("合同.pdf", PDF, len(PDF_BYTES))
    assert record.uploaded_at == NOW
    assert storage.read(record.sha256) == PDF_BYTES
    assert find_file(session, record.sha256) is record
    assert find_file(session, "0" * 64) is None


def test_the_same_content_is_kept_once_with_a_record_for_each_person(
    session: Session, storage: FileStorage, people: tuple[int, int], tmp_path: Path
) -> None:
    records = [
        store_file(session, storage, Upload("a.pdf", PDF_BYTES), person, now=NOW) for person in (*people, people[0])
    ]

    assert records[0] is records[2]
    assert records[0].id != records[1].id
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1


def test_bytes_that_were_altered_or_lost_are_not_given(storage: FileStorage, tmp_path: Path) -> None:
    digest = hashlib.sha256(PDF_BYTES).hexdigest()
    storage.write(digest, PDF_BYTES)
    (tmp_path / "files" / digest[:2] / digest).write_bytes(b"altered")

    with pytest.raises(FileMissingError):
        storage.read(digest)
    with pytest.raises(FileMissingError):
        storage.read("0" * 64)


def test_what_is_written_once_stays_as_it_is(storage: FileStorage) -> None:
    digest = hashlib.sha256(PDF_BYTES).hexdigest()
    storage.write(digest, PDF_BYTES)

    storage.write(digest, b"something else")

    assert storage.read(digest) == PDF_BYTES


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"sha256": "short"}, "ck_stored_file_sha256_hex"), ({"size_bytes": 0}, "ck_stored_file_size_positive"),
        ({}, "uq_stored_file_sha256_uploaded_by"),
    ],
)  # fmt: skip
def test_the_database_itself_refuses(
    session: Session, people: tuple[int, int], change: dict[str, Any], constraint: str
) -> None:
    row = {
        "sha256": "a" * 64,
        "name": "a",
        "media_type": PDF,
        "size_bytes": 1,
        "uploaded_by": people[0],
        "uploaded_at": NOW,
    }
    session.add(StoredFile(**row))
    session.flush()

    with pytest.raises(sa.exc.IntegrityError) as caught, session.begin_nested():
        session.execute(sa.insert(StoredFile).values({**row, **change}))

    known_to_sqlite = {"uq_stored_file_sha256_uploaded_by": "stored_file.sha256, stored_file.uploaded_by"}
    assert constraint in str(caught.value) or known_to_sqlite.get(constraint, "?") in str(caught.value)


class TestReferences:
    """Files that answers refer to."""

    def test_an_own_file_of_the_right_kind_is_accepted(
        self, session: Session, storage: FileStorage, people: tuple[int, int]
    ) -> None:
        record = store_file(session, storage, Upload("a.pdf", PDF_BYTES), people[0], now=NOW)

        assert check_files(session, form(), {"contract": {"file": record.sha256, "name": "a.pdf"}}, {}, people[0]) == []

    def test_a_guessed_hash_opens_nothing(
        self, session: Session, storage: FileStorage, people: tuple[int, int]
    ) -> None:
        record = store_file(session, storage, Upload("a.pdf", PDF_BYTES), people[0], now=NOW)
        answers = {"contract": {"file": record.sha256, "name": "a"}, "papers": [{"file": "0" * 64, "name": "b"}]}

        errors = check_files(session, form(), answers, {}, people[1])

        assert [(each.pointer, each.code) for each in errors] == [
            ("/contract", "unknown_file"),
            ("/papers", "unknown_file"),
        ]

    def test_a_file_that_stood_there_before_may_stay(
        self, session: Session, storage: FileStorage, people: tuple[int, int]
    ) -> None:
        record = store_file(session, storage, Upload("a.pdf", PDF_BYTES), people[0], now=NOW)
        answers = {"contract": {"file": record.sha256, "name": "a.pdf"}}

        assert check_files(session, form(), answers, answers, people[1]) == []

    def test_a_file_in_a_field_of_another_type_is_refused(
        self, session: Session, storage: FileStorage, people: tuple[int, int]
    ) -> None:
        picture = store_file(session, storage, Upload("a.png", png()), people[0], now=NOW)
        reference = {"file": picture.sha256, "name": "a.png"}

        errors = check_files(session, form(), {"contract": reference, "papers": [reference]}, {}, people[0])

        assert [(each.pointer, each.code, each.text.zh) for each in errors] == [
            ("/contract", "file_type", "合同请上传 PDF 文件。")
        ]

    def test_a_file_too_large_for_its_field_is_refused(
        self, session: Session, storage: FileStorage, people: tuple[int, int]
    ) -> None:
        large = store_file(session, storage, Upload("a.pdf", PDF_BYTES.ljust(MIB + 1), [PDF]), people[0], now=NOW)

        errors = check_files(session, form(), {"contract": {"file": large.sha256, "name": "a.pdf"}}, {}, people[0])

        assert [(each.pointer, each.code) for each in errors] == [("/contract", "file_size")]
