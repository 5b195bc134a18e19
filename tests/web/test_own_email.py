"""One's own e-mail address in the browser."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.outbox import OutboxEmail
from app.domain.person import Person
from tests.people import PASSWORD


@pytest.fixture
def link(parts):
    """The path of the last link that went out."""

    def find():
        with reading(parts.database) as unit:
            query = sa.select(OutboxEmail.link).where(OutboxEmail.template == "email_change")
            return (
                "/account/" + unit.session.scalars(query.order_by(OutboxEmail.id.desc())).first().split("/account/")[1]
            )

    return find


def email_of(parts, person_id):
    """Where mail to somebody goes."""
    with reading(parts.database) as unit:
        return unit.session.get_one(Person, person_id).email


def test_everybody_changes_their_own_address_by_a_link_to_the_new_one(client_of, parts, cast, link):
    client = client_of("agency")
    assert "没有登记邮箱" in client.get("/account").text
    given = {"email": "han@example.cn", "password": PASSWORD}

    page = client.post("/account/email", data=given, follow_redirects=True).text
    assert "链接已发往 han@example.cn" in page
    assert email_of(parts, cast["agency"]) == ""
    assert "han@example.cn" in client.get(link()).text
    assert "电子邮箱已修改" in client.post(link(), follow_redirects=True).text

    assert email_of(parts, cast["agency"]) == "han@example.cn"
    assert client.get(link()).status_code == 404


def test_the_link_is_nothing_to_others_and_asks_strangers_to_sign_in(client_of, parts, cast, link):
    client_of("agency").post("/account/email", data={"email": "han@example.cn", "password": PASSWORD})

    assert client_of("reviewer_a").post(link()).status_code == 404
    assert "/sign-in" in client_of(None).get(link()).headers["Location"]
    assert email_of(parts, cast["agency"]) == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"password": "wrong"}, "现在的密码不对"), ({"email": "han at example"}, "name@example.cn")],
)
def test_what_is_wrong_is_said_and_the_address_stays_typed(client_of, wrong, said):
    given = {"email": "han@example.cn", "password": PASSWORD, **wrong}
    answer = client_of("agency").post("/account/email", data=given)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{given["email"]}"' in answer.text


def test_an_address_that_is_not_confirmed_is_called_so(client_of, parts, cast):
    with unit_of_work(parts.database) as unit:
        unit.session.get_one(Person, cast["agency"]).email = "han@example.cn"

    assert "未确认" in client_of("agency").get("/account").text
