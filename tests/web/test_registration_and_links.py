"""Registration, colleagues, links by mail: what strangers and members see and may; no answer tells who has an account."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import reading, unit_of_work
from app.domain.credit_code import with_check_digit
from app.domain.forgotten_password import answer_resets
from app.domain.organisation import Organisation
from app.domain.person import Person
from app.factory import create_app
from app.settings import AppEnv
from app.web.context import EXTENSION, Context
from tests.account_words import NEW, held, last_link, words
from tests.people import PASSWORD

CODE = with_check_digit("91640100MA7699999")


def register(client: Any, **more: str) -> Any:
    typed = {
        "kind": "agency", "credit_code": CODE, "name_zh": "宁夏新机构", "responsible_person": "魏长礼", "contact": "田沐粟",
        "email": "tian@example.cn", "phone": "",
    }  # fmt: skip
    return client.post("/register", data=typed | more)


def test_an_organisation_registers_itself_and_invites_a_colleague(client_of: Any, parts: Context) -> None:
    client = client_of(None)
    register(client)
    link = last_link(parts)
    assert "宁夏新机构" in client.get(link).text
    assert client.post(link, data={"password": "short"}).status_code == 422
    assert client.post(link, data={"password": NEW}).status_code == 302
    page = client.get("/members").text
    (path,) = re.findall(r'action="(/members/\d+)"', page)

    client.post(path, data={"name": "方砺新", "email": "fang@example.cn"})

    colleague, invitation = client_of(None), last_link(parts)
    assert colleague.post(invitation, data={"password": NEW}).status_code == 302
    assert "宁夏新机构" in colleague.get("/members").text
    assert "fang@example.cn" not in colleague.get("/members").text
    assert colleague.post(path, data={"name": "别人", "email": "x@example.cn"}).status_code == 404


def test_registering_a_known_organisation_looks_like_registering_a_new_one(
    client_of: Any, parts: Context, cast: dict[str, int]
) -> None:
    with reading(parts.database) as unit:
        known = unit.session.get_one(Organisation, cast["agency_firm"]).credit_code
    client = client_of(None)
    answers = [register(client, credit_code=code) for code in (CODE, known)]

    assert answers[0].status_code == answers[1].status_code == 200
    assert words(answers[0]) == words(answers[1])
    refused = client_of(None).post(last_link(parts), data={"password": NEW})
    assert refused.status_code == 422
    assert "已经登记" in refused.text
    assert "韩知白" not in refused.text


def test_a_member_admin_reaches_their_own_organisation_alone(
    client_of: Any, parts: Context, cast: dict[str, int]
) -> None:
    register(client_of(None))
    boss = client_of(None)
    boss.post(last_link(parts), data={"password": NEW})
    stranger = {"name": "别人", "email": "x@example.cn", "reason": "离职"}

    paths = [f"/members/{number}{rest}" for number in (cast["agency_firm"], 999_999)
             for rest in ("", f"/{cast['agency']}/invitation", f"/{cast['agency']}/remove")]  # fmt: skip

    assert {boss.post(path, data=stranger).status_code for path in paths} == {404}
    assert held(parts, cast["agency"]) == {"agency"}


def test_a_system_administrator_says_who_administers_the_members(client_of: Any, cast: dict[str, int]) -> None:
    system, agency = client_of("system"), client_of("agency")
    path = f"/people/{cast['agency']}/organisations/{cast['agency_firm']}/member-admin"
    given = {"name": "方砺新", "email": "fang@example.cn"}
    assert agency.post(f"/members/{cast['agency_firm']}", data=given).status_code == 404

    system.post(path, data={"is_admin": "yes"})
    assert agency.post(f"/members/{cast['agency_firm']}", data=given).status_code == 302
    system.post(path, data={"is_admin": "no"})
    assert agency.post(f"/members/{cast['agency_firm']}", data=given).status_code == 404

    foreign = f"/people/{cast['reviewer_a']}/organisations/{cast['operator']}/member-admin"
    assert system.post(foreign, data={"is_admin": "yes"}).status_code == 404


def test_a_forgotten_password_is_answered_alike_for_every_login(app: Flask, client_of: Any, parts: Context) -> None:
    with unit_of_work(parts.database) as unit:
        unit.connection.execute(sa.update(Person).where(Person.login == "reviewer_a").values(email="ma@example.cn"))
    asking = client_of(None)
    logins = ("reviewer_a", "nobody", "")
    answers = {words(asking.post("/forgotten-password", data={"login": login})) for login in logins}
    assert len(answers) == 1
    with unit_of_work(parts.database) as unit:
        assert answer_resets(unit.session, now=datetime.now(UTC)) == 3
    here, link = client_of("reviewer_a"), last_link(parts)
    client = client_of(None)

    assert client.post(link, data={"password": NEW}).status_code == 302

    assert client.get("/account").status_code == 200
    assert here.get("/account").status_code == 302
    assert app.test_client().post("/sign-in", data={"login": "reviewer_a", "password": PASSWORD}).status_code == 401


@pytest.mark.parametrize("kind", ["invitation", "password-reset", "register"])
def test_a_link_that_was_never_sent_is_good_no_more(client_of: Any, kind: str) -> None:
    client = client_of(None)

    assert client.get(f"/{kind}/made-up").status_code == 404
    assert client.post(f"/{kind}/made-up", data={"password": NEW}).status_code == 404


@pytest.mark.parametrize(
    ("path", "known", "unknown"),
    [
        (
            "/sign-in",
            {"login": "reviewer_a", "password": "wrong password"},
            {"login": "nobody", "password": "wrong password"},
        ),
        ("/forgotten-password", {"login": "reviewer_a"}, {"login": "nobody"}),
    ],
)
def test_the_database_does_the_same_work_whether_a_login_exists_or_not(
    client_of: Any, parts: Context, path: str, known: dict[str, str], unknown: dict[str, str]
) -> None:
    client, done = client_of(None), []
    client.get(path)
    sa.event.listen(parts.database, "before_cursor_execute", lambda *given: done.append(given[2]))

    def statements(typed: dict[str, str]) -> list[str]:
        done.clear()
        client.post(path, data=typed)
        return list(done)

    assert statements(known) == statements(unknown) != []


@pytest.mark.parametrize("path", ["/forgotten-password", "/register", "/invitation/made-up"])
def test_links_and_registrations_are_asked_for_ten_times_a_minute_at_most(app: Flask, path: str) -> None:
    parts: Context = app.extensions[EXTENSION]
    demo = create_app(replace(parts.settings, env=AppEnv.DEMO, rate_limit_storage="memory://"))
    demo.config.update(WTF_CSRF_ENABLED=False)
    client = demo.test_client()

    statuses = [client.post(path, data={}).status_code for _ in range(11)]

    assert 429 not in statuses[:10]
    assert statuses[10] == 429
