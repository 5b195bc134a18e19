"""Accounts, organisations, requests for roles, audit: what administrators see and may, and nobody else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.credit_code import with_check_digit
from app.domain.organisation import Organisation
from app.domain.role_grant import RoleGrant
from app.domain.role_request import waiting_requests
from app.domain.security_event import EventKind, SecurityEvent, note
from app.web.context import Context
from tests.account_words import NEW, held, last_link

CODE = with_check_digit("91640100MA7699999")
ROLE = {"role": "supervisor", "reason": "接替苏明远"}


def operator_code(parts: Context, cast: dict[str, int]) -> str:
    with reading(parts.database) as unit:
        return str(unit.session.get_one(Organisation, cast["operator"]).credit_code)


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
