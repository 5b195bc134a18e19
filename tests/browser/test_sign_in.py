"""The way in, in a real browser: by keyboard, without scripts, in both languages, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import PASSWORD

pytestmark = pytest.mark.browser

DESK, PHONE, NARROWEST = (1440, 900), (390, 844), (320, 640)
PUBLIC = ("/sign-in", "/public/agencies", "/public/notices", "/public/verify", "/accessibility", "/nothing-here")


def test_one_signs_in_by_keyboard_alone(windows: Any) -> None:
    page = windows.open()
    page.goto("/sign-in")

    page.locator("#login").focus()
    page.keyboard.type("reviewer_a")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/inbox")
    assert "马砚秋" in page.locator(".ql-top").inner_text()


def test_the_skip_link_comes_first_and_leads_to_the_content(page: Any) -> None:
    page.goto("/sign-in")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "ql-skip"
    page.keyboard.press("Enter")

    page.wait_for_url("**#main")


def test_a_wrong_password_is_said_in_words_and_the_login_stays(page: Any, screenshot: Any) -> None:
    page.goto("/sign-in")
    page.locator("#login").fill("jianlan")
    page.locator("#password").fill("wrong password")
    page.locator("main form button.btn-primary").click()

    alert = page.get_by_role("alert")
    assert "没有登录成功" in alert.inner_text()
    assert page.locator("#login").input_value() == "jianlan"
    assert page.locator("#password").input_value() == ""
    assert page.locator("#password").get_attribute("aria-invalid") == "true"
    screenshot(page, "sign-in-failed-1440")


def test_everything_works_without_scripts(windows: Any) -> None:
    page = windows.sign_in("reviewer_a", scripts=False)
    assert page.url.endswith("/inbox")

    page.get_by_role("button", name="退出").click()

    page.wait_for_url("**/sign-in")
    assert "您已退出" in page.locator("main").inner_text()


def test_one_lands_where_one_wanted_to_go(page: Any) -> None:
    page.goto("/account")
    page.locator("#login").fill("reviewer_a")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button.btn-primary").click()

    page.wait_for_url("**/account**")
    assert page.locator("h1").inner_text() == "马砚秋"


def test_the_language_changes_by_one_click_and_stays(windows: Any) -> None:
    page = windows.sign_in("reviewer_b")
    page.get_by_role("button", name="English").click()

    page.wait_for_selector("html[lang=en]")
    page.goto("/account")

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("button", name="Change the password").is_visible()
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang=zh-CN]")


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(windows: Any) -> None:
    page = windows.open(size=PHONE)
    page.goto("/public/agencies")
    button = page.get_by_role("button", name="菜单")

    button.press("Enter")
    assert page.locator("#main-nav").is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")

    assert not page.locator("#main-nav").is_visible()
    assert button.evaluate("button => button === document.activeElement")


def test_the_check_of_accessibility_finds_a_fault_under_the_strict_policy(page: Any, expect_accessible: Any) -> None:
    page.goto("/sign-in")
    page.evaluate("document.querySelector('label').remove()")

    with pytest.raises(AssertionError, match="label"):
        expect_accessible(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_on_a_phone_every_place_can_be_reached(
    windows: Any, expect_no_sideways_scrolling: Any, screenshot: Any, scripts: bool
) -> None:
    page = windows.sign_in("reviewer_a", size=PHONE, scripts=scripts)
    if scripts:
        page.get_by_role("button", name="菜单").click()
        expect_no_sideways_scrolling(page)

    screenshot(page, f"menu-390-{'scripts' if scripts else 'plain'}")
    page.locator("#main-nav").get_by_role("link", name="账号信息").click()

    page.wait_for_url("**/account")
    assert page.locator("h1").inner_text() == "马砚秋"


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_public_pages_are_accessible_and_fit(
    windows: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any, locale: str, size: Any
) -> None:
    page = windows.open(locale=locale, size=size)
    for path in PUBLIC:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == locale
        expect_accessible(page)
        expect_no_sideways_scrolling(page)
        screenshot(page, f"{path.strip('/').replace('/', '-')}-{locale}-{size[0]}")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_account_is_accessible_also_where_something_is_wrong(
    sign_in: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any, size: Any
) -> None:
    page = sign_in("supervisor", size=size)
    page.goto("/account")
    expect_accessible(page)
    page.locator("#old").fill("not my password")
    page.locator("#new").fill("another good phrase")
    page.get_by_role("button", name="修改密码").click()

    assert page.locator("#old").get_attribute("aria-invalid") == "true"
    expect_accessible(page)
    expect_no_sideways_scrolling(page)
    screenshot(page, f"account-{size[0]}")


def test_the_way_in_fits_the_narrowest_window(windows: Any, expect_no_sideways_scrolling: Any) -> None:
    page = windows.open(size=NARROWEST, locale="en")
    for path in PUBLIC:
        page.goto(path)
        expect_no_sideways_scrolling(page)


def test_signing_in_works_on_postgresql_too(browser: Any, live_server_on_postgresql: Any) -> None:
    context = browser.new_context(base_url=live_server_on_postgresql.url, locale="zh-CN")
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("#login").fill("reviewer_a")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button.btn-primary").click()

    page.wait_for_url("**/inbox")
    context.close()
