"""Accounts, organisations, requests for roles, colleagues, audit, links: what administrators and strangers see and may."""

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
from app.domain.outbox import OutboxEmail
from app.domain.person import Person
from app.domain.role_grant import RoleGrant, roles_held
from app.domain.role_request import waiting_requests
from app.domain.security_event import EventKind, SecurityEvent, note
from app.factory import create_app
from app.settings import AppEnv
from app.web.context import EXTENSION, Context
from tests.people import PASSWORD

CODE = with_check_digit("91640100MA7699999")
NEW = "another good phrase"
ROLE = {"role": "supervisor", "reason": "接替苏明远"}


def operator_code(parts: Context, cast: dict[str, int]) -> str:
    with reading(parts.database) as unit:
        return str(unit.session.get_one(Organisation, cast["operator"]).credit_code)


def last_link(parts: Context) -> str:
    with reading(parts.database) as unit:
        link = unit.session.scalar(
            sa.select(OutboxEmail.link).where(OutboxEmail.is_secret).order_by(OutboxEmail.id.desc()).limit(1)
        )
    return re.sub(r"^https?://[^/]+", "", link or "")


def words(answer: Any) -> str:
    """The page without the tokens of its forms, which change from second to second."""
    return re.sub(r'(csrf.token" (?:value|content))="[^"]*"', r"\1", answer.text)


def held(parts: Context, person_id: int) -> set[str]:
    with reading(parts.database) as unit:
        return {role for role, _ in roles_held(unit.connection, person_id)}


def invite(client: Any, login: str = "tian", **more: str) -> Any:
    return client.post(
        "/people/new", data={"name": "田沐粟", "login": login, "email": "tian@example.cn", "language": "zh", **more}
    )


def test_an_invited_person_sets_a_password_by_the_link_and_works(
    client_of: Any, parts: Context, cast: dict[str, int]
) -> None:
    system = client_of("system")
    page = invite(system).headers["Location"]
    given = {"role": "reviewer", "organisation": operator_code(parts, cast), "reason": "新入职"}
    assert system.post(f"{page}/roles", data=given).status_code == 302
    client, link = client_of(None), last_link(parts)
    assert "tian" in client.get(link).text

    assert client.post(link, data={"password": NEW}).headers["Location"] == "/"

    assert client.get("/inbox").status_code == 200
    assert client_of(None).get(link).status_code == 404


def test_a_bad_invitation_is_explained_and_loses_nothing_typed(client_of: Any) -> None:
    system = client_of("system")
    for wrong in ({"login": "reviewer_a"}, {"email": "tian"}, {"name": ""}):
        answer = invite(system, **{"phone": "0951-5550001", **wrong})
        assert answer.status_code == 422
        assert "0951-5550001" in answer.text


def test_a_mistyped_address_is_corrected_until_a_password_is_set(client_of: Any, parts: Context) -> None:
    system = client_of("system")
    page, wrong = invite(system).headers["Location"], last_link(parts)
    assert system.post(f"{page}/email", data={"email": "tian"}).status_code == 422

    assert system.post(f"{page}/email", data={"email": "tian.musu@example.cn"}).status_code == 302

    client = client_of(None)
    assert client.get(wrong).status_code == 404
    assert client.post(last_link(parts), data={"password": NEW}).status_code == 302
    refused = system.post(f"{page}/email", data={"email": "mine@example.cn"})
    assert refused.status_code == 422
    assert "不能由管理员修改" in refused.text


def test_people_are_found_by_name_login_role_and_organisation(client_of: Any) -> None:
    system = client_of("system")

    def found(query: str) -> set[str]:
        return set(re.findall(r'href="/people/\d+">([^<]+)<', system.get(f"/people?{query}").text))

    assert found("q=马砚秋") == found("q=REVIEWER_A") == {"马砚秋"}
    assert found("role=reviewer") == {"马砚秋", "纪安澜"}
    assert found("q=砺信") == {"韩知白"}
    assert found("q=%25") == set()


def test_a_powerful_role_waits_for_the_other_administrator(
    client_of: Any, parts: Context, cast: dict[str, int]
) -> None:
    one, other = client_of("system"), client_of("system_b")
    one.post(f"/people/{cast['reviewer_b']}/roles", data={**ROLE, "organisation": operator_code(parts, cast)})
    assert held(parts, cast["reviewer_b"]) == {"reviewer"}
    with reading(parts.database) as unit:
        (request,) = waiting_requests(unit.session)
    assert one.post(f"/role-requests/{request.id}/approve").status_code == 422
    assert "由别人决定" in one.get("/role-requests").text

    assert other.post(f"/role-requests/{request.id}/approve").status_code == 302

    assert held(parts, cast["reviewer_b"]) == {"reviewer", "supervisor"}
    assert "何静安" in one.get(f"/people/{cast['reviewer_b']}").text
    assert other.post(f"/role-requests/{request.id}/approve").status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [{"role": "emperor"}, {"organisation": "91640100"}, {"reason": " "}, {"until_on": "2020-01-01"}, {"from_on": "soon"},
     {"role": "expert"}],
)  # fmt: skip
def test_a_bad_request_for_a_role_is_explained(
    client_of: Any, parts: Context, cast: dict[str, int], wrong: dict[str, str]
) -> None:
    given = {**ROLE, "organisation": operator_code(parts, cast), **wrong}

    answer = client_of("system").post(f"/people/{cast['reviewer_b']}/roles", data=given)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert held(parts, cast["reviewer_b"]) == {"reviewer"}


def test_a_role_is_taken_away_for_a_reason(client_of: Any, parts: Context, cast: dict[str, int]) -> None:
    system = client_of("system")
    path = f"/people/{cast['reviewer_b']}/roles/reviewer/{cast['operator']}/revoke"
    assert system.post(path, data={"reason": ""}).status_code == 422

    assert system.post(path, data={"reason": "调离"}).status_code == 302

    assert held(parts, cast["reviewer_b"]) == set()
    assert system.post(path, data={"reason": "调离"}).status_code == 404
    with reading(parts.database) as unit:
        row = unit.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == cast["reviewer_b"])).one()
    assert (row.revoked_by, row.revoke_reason) == (cast["system"], "调离")


def test_a_closed_account_is_out_at_once_and_opens_again_without_a_role(client_of: Any, cast: dict[str, int]) -> None:
    system, reviewer = client_of("system"), client_of("reviewer_b")
    system.post(f"/people/{cast['reviewer_b']}/close", data={"reason": "休假"})
    assert reviewer.get("/inbox").status_code == 302

    system.post(f"/people/{cast['reviewer_b']}/reopen", data={"reason": "回来"})

    reviewer = client_of("reviewer_b")
    assert reviewer.get("/account").status_code == 200
    assert reviewer.get("/inbox").status_code == 403


def test_the_last_administrator_cannot_be_closed(client_of: Any, cast: dict[str, int]) -> None:
    system = client_of("system")
    assert system.post(f"/people/{cast['system_b']}/close", data={"reason": "离职"}).status_code == 302

    answer = system.post(f"/people/{cast['system']}/close", data={"reason": "离职"})

    assert answer.status_code == 422
    assert "最后一名系统管理员" in answer.text


def test_an_organisation_is_added_by_a_right_credit_code(client_of: Any, cast: dict[str, int]) -> None:
    system = client_of("system")
    typed = {"credit_code": CODE.lower(), "name_zh": "宁夏新机构", "kind": "agency"}

    page = system.get(system.post("/organisations/new", data=typed).headers["Location"]).text

    assert CODE in page
    assert "登记地在宁夏" in page


@pytest.mark.parametrize(
    "wrong", [{"credit_code": CODE[:-1] + "9"}, {"credit_code": CODE[:-1]}, {"kind": "bank"}, {"name_zh": ""}]
)
def test_an_organisation_with_something_wrong_is_not_added(client_of: Any, wrong: dict[str, str]) -> None:
    assert not CODE.endswith("9")
    typed = {"credit_code": CODE, "name_zh": "宁夏新机构", "kind": "agency", "address": "解放街 1 号"} | wrong

    answer = client_of("system").post("/organisations/new", data=typed)

    assert answer.status_code == 422
    assert "解放街 1 号" in answer.text


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


def test_the_audit_holds_sign_ins_refusals_and_roles(client_of: Any, parts: Context, cast: dict[str, int]) -> None:
    client_of("reviewer_b").get("/people")
    client_of(None).post("/sign-in", data={"login": "reviewer_b", "password": "wrong password"})
    client_of("system").post(
        f"/people/{cast['reviewer_b']}/roles", data={**ROLE, "organisation": operator_code(parts, cast)}
    )

    for reader in ("auditor", "system"):
        client = client_of(reader)
        assert "登录失败" in client.get("/audit", query_string={"q": "reviewer_b"}).text
        assert "accounts.list_accounts" in client.get("/audit/refusals").text
        assert "接替苏明远" in client.get("/audit/roles").text
        assert "reviewer_b" not in client.get("/audit/roles", query_string={"q": "bureau"}).text
        assert client.get("/audit/anything").status_code == 404


def test_the_audit_is_filtered_by_kind_and_day_and_paged(client_of: Any, parts: Context) -> None:
    auditor = client_of("auditor")
    with unit_of_work(parts.database) as unit:
        for _ in range(60):
            note(unit.session, EventKind.SIGN_IN_FAILED, by=None, about=None, now=datetime.now(UTC))
    first = auditor.get("/audit", query_string={"kind": "sign_in_failed"}).text + auditor.get("/audit").text

    assert "before=" in first
    assert "没有符合条件" in auditor.get("/audit", query_string={"until": "2020-01-01"}).text
    assert "没有符合条件" in auditor.get("/audit", query_string={"since": "2999-01-01"}).text
    assert auditor.get("/audit", query_string={"since": "nonsense", "before": "nonsense"}).status_code == 200


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


def test_lists_ask_the_database_a_fixed_number_of_times(client_of: Any, parts: Context) -> None:
    system, counted = client_of("system"), []
    sa.event.listen(parts.database, "before_cursor_execute", lambda *given: counted.append(given[2]))

    def statements(path: str) -> int:
        counted.clear()
        system.get(path)
        return len(counted)

    before = {path: statements(path) for path in ("/people", "/organisations", "/audit/roles")}
    for number in range(8):
        invite(system, f"person{number}")

    assert {path: statements(path) for path in before} == before


def test_a_refusal_names_the_page_and_not_what_was_sent(client_of: Any, parts: Context) -> None:
    client_of("agency").get("/people?q=secret-word")

    with reading(parts.database) as unit:
        row = unit.session.scalars(sa.select(SecurityEvent).where(SecurityEvent.kind == "refused")).one()
    assert row.detail == {"endpoint": "accounts.list_accounts", "method": "GET"}
