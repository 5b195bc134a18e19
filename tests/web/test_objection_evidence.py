"""Files that come with an objection: judged like every upload, there for those who examine and for nobody else (A8.6)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.objection import Objection
from app.domain.objection_file import MOST_FILES, MOST_MIB, ObjectionFile
from app.domain.role_grant import Role
from app.domain.shareholding import Holding, record_shareholding
from app.domain.stored_file import MIB
from app.web.demo.pdf import small_pdf
from tests.people import BEGINNING, person
from tests.walk import Walk

WRITTEN = {"name": "周正", "email": "zhou@example.cn", "phone": "", "grounds": "其案例系冒用。"}
PDF = small_pdf(["Evidence"])
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
ADDRESS = "/public/notices/1/object"


@pytest.fixture
def walk(parts: Any, cast: dict[str, int]) -> Walk:
    """A certification whose notice stands, and a supervisor who holds a share of the applicant."""
    made = Walk(parts, cast)
    made.announced()
    with unit_of_work(parts.database) as unit:
        tied = person(unit.session, "tied", "温栖谷", Role.SUPERVISOR, cast["operator"]).id
        holding = Holding(cast["agency_firm"], 500, date(2026, 1, 1), holder_person_id=tied)
        record_shareholding(unit.session, holding, by=None, now=BEGINNING)
    return made


def send(client: Any, *files: tuple[str, bytes], **more: str) -> Any:
    evidence = [(io.BytesIO(content), name) for name, content in files]
    return client.post(ADDRESS, data=WRITTEN | more | {"evidence": evidence}, content_type="multipart/form-data")


def kept(walk: Walk) -> list[tuple[str, str]]:
    with reading(walk.parts.database) as unit:
        return [
            (one.name, one.media_type)
            for one in unit.session.scalars(sa.select(ObjectionFile).order_by(ObjectionFile.id))
        ]


def test_whoever_examines_reads_the_evidence_in_the_case(walk: Walk, client_of: Any) -> None:
    assert (
        send(client_of("reviewer_a"), ("照片.png", PNG), ("a/b\\证明.pdf", PDF), ("again.pdf", PDF)).status_code == 302
    )
    assert [media_type for _, media_type in kept(walk)] == ["image/png", "application/pdf"]

    client = client_of("supervisor")
    case = client.get(f"/cases/{walk.case}").text
    task = client.get(f"/tasks/{walk.task('examine_objection')}").text
    file = client.get("/objections/files/2")

    assert all('href="/objections/files/2"' in page for page in (case, task))
    assert (file.data, file.mimetype, file.headers["X-Content-Type-Options"]) == (PDF, "application/pdf", "nosniff")


@pytest.mark.parametrize(
    ("login", "status"),
    [("supervisor", 200), ("tied", 404), ("reviewer_a", 403), ("bureau", 403), ("agency", 403), ("expert_1", 403)],
)
def test_nobody_else_does(walk: Walk, client_of: Any, login: str, status: int) -> None:
    send(client_of("reviewer_a"), ("证明.pdf", PDF))

    client = client_of(login)

    assert client.get("/objections/files/1").status_code == status
    if login in {"reviewer_a", "agency"}:
        assert "/objections/files/" not in client.get(f"/cases/{walk.case}").text


def test_evidence_of_an_objection_that_was_never_confirmed_is_nobodys(walk: Walk, client_of: Any) -> None:
    assert send(client_of(None), ("证明.pdf", PDF)).status_code == 200

    assert len(kept(walk)) == 1
    assert client_of("supervisor").get("/objections/files/1").status_code == 404


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("run.exe", b"MZ" + b"\0" * 64)], "文件内容不是允许的类型"),
        ([("page.pdf", b"<script>alert(1)</script>")], "文件内容不是允许的类型"),
        ([("empty.pdf", b"")], "文件是空的"),
        ([("large.pdf", PDF + b"\0" * (MOST_MIB * MIB))], f"请上传 {MOST_MIB} MB 以内的文件"),
        ([(f"{number}.pdf", PDF) for number in range(MOST_FILES + 1)], f"最多附 {MOST_FILES} 个文件"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    walk: Walk, client_of: Any, files: list[tuple[str, bytes]], said: str
) -> None:
    answer = send(client_of(None), *files)

    assert answer.status_code == 422
    assert said in answer.text
    assert "其案例系冒用。" in answer.text
    assert kept(walk) == []
    with reading(walk.parts.database) as unit:
        assert unit.session.scalars(sa.select(Objection)).all() == []


def test_files_of_a_form_with_another_mistake_are_to_be_chosen_again(walk: Walk, client_of: Any) -> None:
    answer = send(client_of(None), ("证明.pdf", PDF), name="")

    assert answer.status_code == 422
    assert "请重新选择文件" in answer.text
    assert kept(walk) == []
