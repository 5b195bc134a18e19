"""Letters on their pages: the addressee's and the office's, nobody else's; as paper, as PDF, verified by anybody."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import unit_of_work
from app.documents import fonts
from app.documents.rendering import pdf_of, pdfs_with, render_waiting
from app.domain.issued_document import IssuedDocument
from app.domain.outbox import EmailEntry, OutboxEmail, put_in_outbox
from app.domain.person import Person
from app.domain.stored_file import FileStorage
from tests import answers
from tests.people import BEGINNING
from tests.walk import Walk


@pytest.fixture
def walk(parts: Any, cast: Any) -> Walk:
    return Walk(parts, cast)


def documents(parts: Any) -> dict[str, IssuedDocument]:
    with unit_of_work(parts.database) as unit:
        found = list(unit.session.scalars(sa.select(IssuedDocument).order_by(IssuedDocument.id)))
        unit.session.expunge_all()
    return {one.kind: one for one in found}


@pytest.fixture
def refused(walk: Walk, parts: Any) -> IssuedDocument:
    """The decision letter of a refused application."""
    walk.submitted()
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity("refused") | {"remarks": "<b>执照</b>已注销。"})
    walk.act("verify_compliance", "reviewer_b", answers.compliance())
    return documents(parts)["refused"]


def test_the_applicant_reads_the_letter_in_their_language_and_as_pdf(client_of: Any, refused: IssuedDocument) -> None:
    client = client_of("agency")

    case = client.get("/cases/1").text
    listed = client.get("/letters").text
    page = client.get(f"/letters/{refused.id}").text
    client.post("/language/en")
    english = client.get(f"/letters/{refused.id}").text
    pdf = client.get(f"/letters/{refused.id}.pdf")

    assert all(f'href="/letters/{refused.id}"' in one for one in (case, listed))
    assert "券认〔2026〕1 号" in listed
    assert "&lt;b&gt;执照&lt;/b&gt;已注销。" in page
    assert refused.code in page
    assert "Decision: not certified" in english
    assert (pdf.status_code, pdf.mimetype, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert client.get(f"/letters/{refused.id}/qr.svg").data.startswith(b"<svg")


@pytest.mark.parametrize(
    ("login", "status"),
    [("agency", 200), ("reviewer_a", 200), ("bureau", 200), ("admin", 404), ("expert_1", 404)],
)
def test_a_letter_is_there_for_addressee_and_office_alone(
    client_of: Any, refused: IssuedDocument, login: str, status: int
) -> None:
    client = client_of(login)
    addresses = [f"/letters/{refused.id}", f"/letters/{refused.id}.pdf", f"/letters/{refused.id}/qr.svg"]

    assert [client.get(one).status_code for one in addresses] == [status] * 3
    assert client.get("/letters/4711").status_code == 404


def test_a_receipt_is_there_for_its_expert_alone(client_of: Any, walk: Walk, parts: Any) -> None:
    walk.scored()
    with unit_of_work(parts.database) as unit:
        receipts = list(unit.session.scalars(sa.select(IssuedDocument).where(IssuedDocument.kind == "receipt")))
        unit.session.expunge_all()
    mine, other = receipts[:2]
    client = client_of(walk.login_of(int(mine.person_id or 0)))

    assert client.get(f"/letters/{mine.id}").status_code == 200
    assert client.get(f"/letters/{other.id}").status_code == 404
    assert client_of("supervisor").get(f"/letters/{mine.id}").status_code == 404
    assert client.get("/letters").text.count("专家评审回执") == 2  # once as title, once as the name of its PDF
    assert "专家评审回执" not in client_of("supervisor").get("/cases/1").text


def test_a_worker_makes_the_pdf_once_and_keeps_it_by_its_hash(
    client_of: Any, refused: IssuedDocument, parts: Any
) -> None:
    assert render_waiting(parts.database, parts.settings) == 1
    assert render_waiting(parts.database, parts.settings) == 0

    made = documents(parts)["refused"]
    kept = FileStorage(parts.settings.storage_url).read(made.sha256 or "")
    elsewhere = replace(parts.settings, public_url="https://other.example")
    render_waiting(parts.database, elsewhere)

    assert (made.is_archival, made.size_bytes) == (True, len(kept))
    assert hashlib.sha256(kept).hexdigest() == made.sha256
    assert client_of("agency").get(f"/letters/{made.id}.pdf").data == kept


def test_the_workers_sweeps_make_pdfs_and_take_e_mails_out(app: Flask, refused: IssuedDocument, parts: Any) -> None:
    with unit_of_work(parts.database) as unit:
        put_in_outbox(
            unit.session,
            [EmailEntry("a@q.example", "zh", "lapsed", {"subject": "标题", "body": "正文"})],
            now=BEGINNING,
        )
    sweeps = app.extensions["job_registry"].periodics

    for name in ("render_documents", "send_waiting_emails", "remind_applicants", "tell_of_expiring_certificates"):
        sweeps[name].run()

    assert documents(parts)["refused"].sha256 is not None
    with unit_of_work(parts.database) as unit:
        assert unit.session.scalars(sa.select(OutboxEmail.status)).all() == ["kept"]


@pytest.fixture
def email(parts: Any, cast: Any, request: pytest.FixtureRequest) -> OutboxEmail:
    """The e-mail that tells the agency of the refusal."""
    with unit_of_work(parts.database) as unit:
        unit.session.get_one(Person, cast["agency"]).email = "han@example.cn"
    request.getfixturevalue("refused")
    with unit_of_work(parts.database) as unit:
        found = unit.session.scalars(sa.select(OutboxEmail).where(OutboxEmail.template == "refused")).one()
        unit.session.expunge(found)
    return found


def test_a_decision_goes_with_the_e_mail_that_tells_of_it_where_the_setting_allows(
    client_of: Any, email: OutboxEmail, parts: Any
) -> None:
    ((name, pdf),) = pdfs_with(parts.database, parts.settings, email)

    letter = documents(parts)["refused"]
    assert name == f"不予认定决定书-{letter.code}.pdf"
    assert pdf == pdf_of(parts.database, parts.settings, letter)
    assert name in client_of("agency").get(f"/mailbox/{email.id}").text
    assert pdfs_with(parts.database, replace(parts.settings, smtp_attach_letters=False), email) == []


def test_an_e_mail_does_not_wait_for_a_letter_that_cannot_be_made(
    email: OutboxEmail, parts: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as bare:
        bare.setattr(fonts, "SYSTEM", ())
        bare.setattr(fonts, "PACKAGE", tmp_path)
        fonts.font_folders.cache_clear()
        assert pdfs_with(parts.database, parts.settings, email) == []
    fonts.font_folders.cache_clear()


def test_without_fonts_a_letter_waits_and_is_made_when_there_are_some(
    refused: IssuedDocument, parts: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as bare:
        bare.setattr(fonts, "SYSTEM", ())
        bare.setattr(fonts, "PACKAGE", tmp_path)
        fonts.font_folders.cache_clear()
        assert render_waiting(parts.database, parts.settings) == 0
    assert documents(parts)["refused"].sha256 is None

    fonts.font_folders.cache_clear()
    assert render_waiting(parts.database, parts.settings) == 1


def test_anybody_verifies_a_letter_by_its_code_and_a_certificate_by_its_number(
    client_of: Any, walk: Walk, parts: Any
) -> None:
    walk.certified()
    found = documents(parts)
    client = client_of(None)

    letter = client.get(f"/public/verify/{found['certified'].code}?format=json").json
    certificate = client.get(f"/public/verify/{found['certificate'].code}?format=json").json

    assert (letter["kind"], letter["status"], letter["letter_number"]) == (
        "letter",
        "issued",
        found["certified"].number,
    )
    assert (certificate["kind"], certificate["status"]) == ("certificate", "valid")
    assert "宁夏砺信信用服务有限公司" in client.get(f"/public/verify/{found['certified'].code.lower()}").text
    assert client.get("/public/verify/L-AAAA-AAAA?format=json").json["status"] == "unknown"


def test_the_office_reads_the_letter_before_it_is_sent(client_of: Any, walk: Walk, parts: Any) -> None:
    walk.submitted()
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity())
    client = client_of("reviewer_b")
    task = walk.task("verify_compliance")
    client.post(f"/tasks/{task}/claim")
    given = answers.compliance("refused") | {"remarks": "不在名录内。"}

    page = client.post(f"/tasks/{task}", data=given, follow_redirects=True).text

    assert "不予认定决定书" in page
    assert "不在名录内。" in page
    assert "（签发时编号）" in page
    assert documents(parts) == {}
