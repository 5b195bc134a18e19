"""Objecting on the web: open to everybody, counts once the link was followed, nothing of it is public (A8.6)."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.notice import Notice
from app.domain.objection import Objection
from app.domain.outbox import OutboxEmail
from tests.walk import Walk

WRITTEN = {"name": "周正", "email": "zhou@example.cn", "phone": "", "grounds": "其案例系冒用，原企业可作证。"}


@pytest.fixture
def notice_id(walk: Any) -> int:
    walk.announced()
    with reading(walk.parts.database) as unit:
        return int(unit.session.scalars(sa.select(Notice.id)).one())


@pytest.fixture
def walk(parts: Any, cast: dict[str, int]) -> Walk:
    """A certification that can be led to any stage."""
    return Walk(parts, cast)


@pytest.fixture
def client(client_of: Any) -> Any:
    """Somebody from the street."""
    return client_of(None)


def raised(walk: Any) -> list[Objection]:
    with reading(walk.parts.database) as unit:
        return list(unit.session.scalars(sa.select(Objection)))


def mails(walk: Any, template: str) -> list[OutboxEmail]:
    with reading(walk.parts.database) as unit:
        return list(unit.session.scalars(sa.select(OutboxEmail).where(OutboxEmail.template == template)))


def test_an_objection_by_somebody_unknown_counts_once_its_link_is_followed(
    client: Any, walk: Any, notice_id: int
) -> None:
    sent = client.post(f"/public/notices/{notice_id}/object", data=WRITTEN)
    assert (sent.status_code, raised(walk)[0].status) == (200, "unconfirmed")
    assert "zhou@example.cn" in sent.text
    assert walk.open("examine_objection") == []
    (mail,) = mails(walk, "objection_contact")
    assert mail.address == "zhou@example.cn"
    link = re.sub(r"^https?://[^/]+", "", mail.link)

    assert "请确认联系方式" in client.get(link).text
    assert walk.open("examine_objection") == []  # looking is not confirming
    client.post(f"{link}/confirm")
    client.post(f"{link}/confirm")

    assert raised(walk)[0].status == "examining"
    assert len(walk.open("examine_objection")) == 1
    assert "您的异议正在审查" in client.get(link).text


def test_whoever_is_signed_in_is_known(client: Any, walk: Any, client_of: Any, notice_id: int) -> None:
    client = client_of("expert_1")
    answer = client.post(f"/public/notices/{notice_id}/object", data=WRITTEN | {"email": "e@example.cn"})

    assert answer.status_code == 302
    (objection,) = raised(walk)
    assert (objection.status, objection.person_id) == ("examining", walk.cast["expert_1"])
    assert mails(walk, "objection_contact") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"), ({"name": "名" * 61}, "name"), ({"email": "zhou"}, "email"), ({"email": ""}, "email"),
        ({"grounds": " "}, "grounds"), ({"grounds": "据" * 4001}, "grounds"), ({"phone": "1" * 31}, "phone"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    client: Any, walk: Any, notice_id: int, change: dict[str, str], field: str
) -> None:
    answer = client.post(f"/public/notices/{notice_id}/object", data=WRITTEN | change)

    assert (answer.status_code, raised(walk)) == (422, [])
    assert f'id="{field}-error"' in answer.text
    kept = next(value for name, value in WRITTEN.items() if value and name not in change)
    assert kept in answer.text


def test_after_the_last_day_no_objection_is_taken(client: Any, walk: Any, notice_id: int) -> None:
    walk.pass_time(days=10)

    assert "不再接收异议" in client.get(f"/public/notices/{notice_id}/object").text
    answer = client.post(f"/public/notices/{notice_id}/object", data=WRITTEN)
    assert (answer.status_code, raised(walk)) == (422, [])
    assert "公示期已满" in answer.text


@pytest.mark.parametrize("path", ["/public/notices/99/object", "/public/objections/guessed"])
def test_what_is_not_there_is_not_found(client: Any, notice_id: int, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post("/public/objections/guessed/confirm").status_code == 404
    assert notice_id


def test_who_objected_is_for_the_office_alone(client: Any, walk: Any, client_of: Any, notice_id: int) -> None:
    client_of("expert_1").post(f"/public/notices/{notice_id}/object", data=WRITTEN)

    assert "周正" in client_of("supervisor").get(f"/cases/{walk.case}").text
    for page in (client_of("agency").get(f"/cases/{walk.case}"), client.get(f"/public/notices/{notice_id}")):
        assert page.status_code == 200
        assert "周正" not in page.text
        assert "冒用" not in page.text


def test_the_answer_goes_to_whoever_objected(walk: Any, client_of: Any, notice_id: int) -> None:
    client_of("expert_1").post(f"/public/notices/{notice_id}/object", data=WRITTEN)
    walk.second_supervisor()
    walk.act("examine_objection", "second_supervisor", {"finding": "经查不实。", "outcome": "dismissed"})

    (mail,) = mails(walk, "objection_answered")
    assert mail.address == "zhou@example.cn"
    assert "经查不实。" in str(mail.texts)
