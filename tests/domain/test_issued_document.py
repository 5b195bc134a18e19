"""Issued documents: numbered by kind and year, verified by a code, kept once."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.issued_document import (
    DocumentDraft,
    IssuedDocument,
    document_by_code,
    documents_for,
    documents_of_case,
    issue,
    keep_pdf,
    waiting_documents,
)
from app.domain.stored_file import FileStorage
from tests.people import BEGINNING

CASE = "2026-00001"


def letter(world: Any, kind: str = "refused", **more: Any) -> IssuedDocument:
    to = more or {"organisation_id": world.cast["agency_firm"]}
    return issue(world.session, DocumentDraft(kind, CASE, {"zh": {}, "en": {}}, **to), by=None, now=BEGINNING)


def test_letters_and_receipts_are_numbered_apart_and_a_certificate_by_itself(world: Any) -> None:
    first, second = letter(world), letter(world, "correction")
    receipt = letter(world, "receipt", person_id=world.cast["expert_1"])
    certificate = letter(world, "certificate", organisation_id=world.cast["agency_firm"], number="NXJG-2026-0001")

    assert [first.number, second.number, receipt.number] == ["券认〔2026〕1 号", "券认〔2026〕2 号", "券回〔2026〕1 号"]
    assert certificate.number == certificate.code == "NXJG-2026-0001"
    assert re.fullmatch(r"L-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", first.code)
    assert first.code != second.code
    assert document_by_code(world.session, first.code) is first
    assert document_by_code(world.session, "L-0000-0000") is None


def test_a_case_lists_what_went_to_its_applicant_and_a_person_what_is_theirs(world: Any) -> None:
    expert, firm = world.cast["expert_1"], world.cast["agency_firm"]
    old, new = letter(world), letter(world)
    receipt = letter(world, "receipt", person_id=expert)

    assert list(documents_of_case(world.session, CASE)) == [new, old]
    assert list(documents_for(world.session, expert, [])) == [receipt]
    assert list(documents_for(world.session, world.cast["agency"], [firm])) == [new, old]
    assert list(documents_for(world.session, world.cast["agency"], [firm], before=new.id)) == [old]


def test_the_first_pdf_is_kept_and_stays(world: Any, tmp_path: Path) -> None:
    storage, made = FileStorage(f"file://{tmp_path}"), letter(world)
    assert list(waiting_documents(world.session, limit=5)) == [made]

    for pdf in (b"%PDF-first", b"%PDF-second"):
        keep_pdf(world.session, storage, made, pdf, is_archival=True, now=BEGINNING)

    assert made.sha256 == hashlib.sha256(b"%PDF-first").hexdigest()
    assert (made.size_bytes, storage.read(made.sha256)) == (10, b"%PDF-first")
    assert list(waiting_documents(world.session, limit=5)) == []


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ({"person_id": 1}, "one_addressee"),
        ({"organisation_id": None}, "one_addressee"),
        ({"sha256": "0" * 64}, "rendered_has_hash"),
    ],
)
def test_the_database_holds_one_addressee_and_a_date_for_each_pdf(world: Any, bad: dict[str, Any], name: str) -> None:
    letter(world)

    with pytest.raises(IntegrityError, match=f"ck_issued_document_{name}"), world.session.begin_nested():
        world.session.execute(sa.update(IssuedDocument).values(**bad))
