"""Accounts in a real browser: passkeys by a virtual authenticator, codes from a phone, roles by two people, registration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.credit_code import with_check_digit
from app.domain.forgotten_password import answer_resets
from app.domain.organisation import Organisation
from app.domain.outbox import OutboxEmail
from app.domain.person import Person
from app.domain.role_grant import RoleGrant
from tests.people import PASSWORD

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)
NEW = "another good phrase"
CODE = with_check_digit("91640100MA7699999")


@pytest.fixture
def named(windows: Any, live_server: Any) -> Iterator[Any]:
    """Windows that reach the site by a name: a passkey is bound to one, and to no bare address."""
    windows.url = live_server.url.replace("127.0.0.1", "localhost")
    yield windows
    windows.url = live_server.url


def give_device(page: Any) -> Any:
    """A device with a fingerprint reader that always agrees."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def mend(site: Any, login: str, **values: Any) -> None:
    with unit_of_work(site.parts.database) as unit:
        unit.connection.execute(sa.update(Person).where(Person.login == login).values(**values))


def last_link(site: Any) -> str:
    """The path of the last link that was mailed."""
    with reading(site.parts.database) as unit:
        link = unit.session.scalar(
            sa.select(OutboxEmail.link).where(OutboxEmail.is_secret).order_by(OutboxEmail.id.desc()).limit(1)
        )
    return re.sub(r"^https?://[^/]+", "", link or "")


def test_a_passkey_is_added_renamed_used_and_removed(
    named: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    page = named.sign_in("agency")
    give_device(page)
    page.goto("/account")
    page.get_by_role("button", name="添加通行密钥").click()
    page.get_by_text("通行密钥已添加").wait_for()
    page.locator("summary", has_text="改名").click()
    page.get_by_label(re.compile("的新名称")).fill("办公室的电脑")
    page.get_by_role("button", name="改名").click()
    page.get_by_text("办公室的电脑").first.wait_for()
    expect_no_sideways_scrolling(page)
    screenshot(page, "account-passkeys-1440")
    looking = named.sign_in("agency")  # axe comes through the debugger, and its leaving would take the device away
    looking.goto("/account")
    looking.locator("summary", has_text="改名").click()
    expect_accessible(looking)
    page.get_by_role("button", name="退出", exact=True).first.click()
    page.wait_for_url("**/sign-in")

    with page.expect_request("**/sign-in/passkey") as sent:
        page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    assert "韩知白" in page.locator(".ql-top").inner_text()
    headers = {
        "X-CSRFToken": page.locator("meta[name=csrf-token]").get_attribute("content"),
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    replayed = page.request.post("/sign-in/passkey", data=sent.value.post_data, headers=headers)
    assert replayed.status == 422

    page.goto("/account")
    page.get_by_role("button", name="移除办公室的电脑").click()
    page.get_by_text("通行密钥已移除").wait_for()
    page.get_by_role("button", name="退出", exact=True).first.click()
    page.wait_for_url("**/sign-in")
    page.get_by_role("button", name="用通行密钥登录").click()

    problem = page.locator("[data-passkey-problem]")
    problem.wait_for()
    assert "没有对应的有效账号" in problem.inner_text()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_codes_from_a_phone_are_set_up_and_asked_for(
    windows: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any, size: Any
) -> None:
    login = "reviewer_a" if size == DESK else "reviewer_b"
    page = windows.sign_in(login, size=size)
    page.goto("/account/second-factor")
    assert page.locator(".ql-qr").evaluate("image => image.naturalWidth > 100")
    screenshot(page, f"second-factor-{size[0]}")
    phone = pyotp.TOTP(page.locator(".ql-secret").inner_text().strip())
    page.locator("#code").fill("000000")
    page.get_by_role("button", name="启用").click()
    assert page.locator("#code").get_attribute("aria-invalid") == "true"
    expect_accessible(page)
    expect_no_sideways_scrolling(page)
    page.locator("#code").fill(phone.now())
    page.get_by_role("button", name="启用").click()
    codes = page.locator(".ql-recovery li").all_inner_texts()
    assert len(codes) == 10
    screenshot(page, f"recovery-codes-{size[0]}")

    again = windows.open(size=size)
    again.goto("/sign-in?next=/account")
    again.locator("#login").fill(login)
    again.locator("#password").fill(PASSWORD)
    again.locator("main form button.btn-primary").click()
    again.wait_for_url("**/second-step")
    expect_accessible(again)
    expect_no_sideways_scrolling(again)
    again.locator("#code").fill("000000")
    again.get_by_role("button", name="继续").click()
    assert "验证码不对" in again.get_by_role("alert").inner_text()
    expect_accessible(again)
    screenshot(again, f"second-step-{size[0]}")
    again.locator("#code").fill(codes[0])
    again.get_by_role("button", name="继续").click()

    again.wait_for_url("**/account")
    expect_accessible(again)


def test_one_administrator_asks_and_the_other_approves(
    windows: Any, live_server: Any, expect_accessible: Any, screenshot: Any
) -> None:
    with reading(live_server.parts.database) as unit:
        code = unit.session.get_one(Organisation, live_server.cast["operator"]).credit_code
    mend(live_server, "system_b", language="en")
    one, other = windows.sign_in("system"), windows.sign_in("system_b")
    one.goto(f"/people/{live_server.cast['finance']}")
    one.locator("#role").select_option("supervisor")
    one.locator("#organisation").fill(code)
    one.locator("#give-reason").fill("接替苏明远")
    one.get_by_role("button", name="授予角色").click()
    one.get_by_text("等待第二名管理员批准").wait_for()
    expect_accessible(one)
    screenshot(one, "person-1440")
    one.goto("/role-requests")
    assert one.get_by_role("button", name="批准").count() == 0
    expect_accessible(one)

    other.goto("/role-requests")
    expect_accessible(other)
    screenshot(other, "role-requests-en-1440")
    other.get_by_role("button", name=re.compile("Approve")).click()
    other.get_by_text("The role is approved.").wait_for()

    with reading(live_server.parts.database) as unit:
        held = unit.session.scalars(
            sa.select(RoleGrant.role).where(RoleGrant.person_id == live_server.cast["finance"]).order_by(RoleGrant.id)
        ).all()
    assert held == ["finance", "supervisor"]


def test_an_organisation_registers_on_a_phone_and_its_colleague_comes_in(
    windows: Any, live_server: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    page = windows.open(size=PHONE)
    page.goto("/sign-in")
    page.get_by_role("link", name="服务机构注册").click()
    page.locator("#credit_code").fill(CODE[:-1] + "*")
    page.locator("#contact").fill("田沐粟")
    page.get_by_role("button", name="发送链接给我").click()
    assert page.locator("#credit_code").get_attribute("aria-invalid") == "true"
    assert page.locator("#contact").input_value() == "田沐粟"
    expect_accessible(page)
    expect_no_sideways_scrolling(page)
    screenshot(page, "register-390")
    for name, value in (
        ("credit_code", CODE), ("name_zh", "宁夏新机构"), ("responsible_person", "魏长礼"), ("email", "tian@example.cn"),
    ):  # fmt: skip
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="发送链接给我").click()
    page.get_by_text("请查收邮件").wait_for()
    page.goto(last_link(live_server))
    expect_accessible(page)
    page.locator("#password").fill(NEW)
    page.get_by_role("button", name="完成注册").click()
    page.wait_for_url("**/cases")
    page.goto("/members")
    page.get_by_label("姓名").fill("方砺新")
    page.get_by_label("电子邮箱").fill("fang@example.cn")
    page.get_by_role("button", name="发出邀请").click()
    page.get_by_text("邀请已发出").wait_for()
    expect_accessible(page)
    screenshot(page, "members-390")

    colleague = windows.open(scripts=False)
    colleague.goto(last_link(live_server))
    colleague.locator("#password").fill(NEW)
    colleague.get_by_role("button", name="设置密码并继续").click()
    colleague.goto("/members")

    assert colleague.get_by_text("由管理成员的同事邀请新成员").is_visible()
    assert colleague.get_by_text("tian@example.cn").count() == 0


def test_a_forgotten_password_is_set_anew_by_mail(windows: Any, live_server: Any, expect_accessible: Any) -> None:
    mend(live_server, "auditor", email="luo@example.cn", language="en")
    page = windows.open(locale="en")
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgotten password").click()
    expect_accessible(page)
    page.locator("#login").fill("auditor")
    page.get_by_role("button", name="Send the link").click()
    page.get_by_text("If somebody has that login").wait_for()
    expect_accessible(page)
    with unit_of_work(live_server.parts.database) as unit:
        answer_resets(unit.session, now=datetime.now(UTC))
    page.goto(last_link(live_server))
    expect_accessible(page)
    page.locator("#password").fill(NEW)
    page.get_by_role("button", name="Set the password and go on").click()

    page.wait_for_url(lambda url: "password-reset" not in url)
    page.goto("/audit")
    assert "password set by a link" in page.locator(".ql-audit").inner_text()


@pytest.mark.parametrize(("locale", "size"), [("zh-CN", DESK), ("en", PHONE)], ids=["desk", "phone"])
def test_the_administrators_pages_are_accessible_and_fit(
    windows: Any, live_server: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any, locale: str,
    size: Any,
) -> None:  # fmt: skip
    mend(live_server, "system", language=locale[:2])
    page = windows.sign_in("system", size=size)
    paths = ("/people", f"/people/{live_server.cast['agency']}", "/people/new", "/organisations", "/organisations/new",
             f"/organisations/{live_server.cast['agency_firm']}", "/role-requests", "/audit", "/audit/refusals",
             "/audit/roles")  # fmt: skip
    for path in paths:
        page.goto(path)
        expect_accessible(page)
        expect_no_sideways_scrolling(page)
        screenshot(page, f"system{path.replace('/', '-')}-{locale}-{size[0]}")
