"""The inbox as people work a day in it: keys, filters, layouts, many at once, what is new, with a phone and without scripts."""

from __future__ import annotations

from typing import Any

import pytest

from tests import answers
from tests.walk import Walk

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="module")
def walk(live_server: Any) -> Walk:
    """One case whose application has been handed in."""
    walk = Walk(live_server.parts, live_server.cast)
    walk.submitted()
    return walk


def test_the_inbox_is_accessible_in_every_layout_and_fits(
    sign_in: Any, walk: Walk, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    for size in (DESK, PHONE):
        page = sign_in("reviewer_b", size=size)
        for name, address in (
            ("list", "/inbox?view=claimable&q=state:free 宁夏"), ("panel", "/inbox?view=claimable&panel=due"),
            ("mistake", "/inbox?view=claimable&q=stpe:x"), ("split", "/inbox?view=claimable&layout=split"),
            ("work", "/inbox?view=claimable&layout=work"), ("absence", "/inbox/absence"), ("keys", "/account/keys"),
            ("save-view", "/inbox/views/new?view=claimable&q=due:<3d"),
        ):  # fmt: skip
            page.goto(address)
            expect_accessible(page)
            expect_no_sideways_scrolling(page)
            screenshot(page, f"inbox-{name}-{size[0]}")


def test_a_day_can_be_worked_by_keys_alone(sign_in: Any, walk: Walk, expect_accessible: Any, screenshot: Any) -> None:
    page = sign_in("reviewer_a")
    page.goto("/inbox?view=claimable")

    page.keyboard.press("?")
    page.locator("dialog[open]", has_text="收件箱按键").wait_for()
    expect_accessible(page)
    screenshot(page, "inbox-help-1440")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("[data-at]").get_by_text("核验合规性").count() == 1
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.locator("#task-form").wait_for()
    page.wait_for_load_state()  # a key that comes before the scripts is nobody's
    page.keyboard.press("f")
    page.get_by_role("status").filter(has_text="已标记").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.id") == "query"
    page.keyboard.type("flag:yes")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=flag*")
    assert page.locator(".ql-chip", has_text="标记：是").count() == 1
    assert page.locator("[data-row]").count() == 1


def test_filters_are_written_by_the_panel_and_taken_off_by_their_chips(sign_in: Any, walk: Walk) -> None:
    page = sign_in("supervisor", scripts=False)
    page.goto("/inbox?view=coming")
    page.get_by_text("筛选", exact=True).click()
    page.locator("#f-step").fill("verify")
    page.locator("[name=f_state][value=other]").check()
    page.get_by_role("button", name="应用").click()

    assert page.locator("#query").input_value() == "step:verify state:other"
    assert page.locator("tr[data-row]").count() == 1
    page.get_by_label("去掉“状态：在他人手中”").click()
    assert page.locator("tr[data-row]").count() == 2
    page.get_by_role("link", name="保存为视图").first.click()
    page.locator("#name").fill("将至的核验")
    page.get_by_role("button", name="保存视图").click()
    assert "将至的核验 2" in page.locator("h1").inner_text()


def test_many_are_put_aside_at_once_and_taken_up_again(
    sign_in: Any, walk: Walk, expect_accessible: Any, screenshot: Any
) -> None:
    page = sign_in("reviewer_b")
    page.goto("/inbox?view=claimable")
    assert not page.locator(".ql-bulk").is_visible()
    page.locator(".c-pick input").first.check()
    page.get_by_text("已选 1 件").wait_for()
    screenshot(page, "inbox-chosen-1440")
    page.locator(".ql-bulk button[value=snooze]").click()
    page.locator("#days").fill("2")
    expect_accessible(page)
    screenshot(page, "inbox-bulk-1440")
    page.locator("main form .btn-primary").click()
    page.get_by_role("status").filter(has_text="1 件中已办 1 件").wait_for()
    expect_accessible(page)
    page.goto("/inbox?view=snoozed&layout=split")

    page.locator(".ql-more > summary").click()
    expect_accessible(page)
    page.get_by_role("button", name="放回列表").click()
    page.get_by_role("status").filter(has_text="任务已回到您的列表").wait_for()


def test_new_work_is_announced_and_nothing_moves_until_it_is_loaded(sign_in: Any, walk: Walk, screenshot: Any) -> None:
    page = sign_in("supervisor")
    page.goto("/inbox?view=claimable")
    assert page.locator(".ql-empty").is_visible()
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity())
    walk.act("verify_compliance", "reviewer_b", answers.compliance())

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # what the clock would do in twenty seconds
    page.locator(".ql-strip", has_text="有 1 件新任务").wait_for()
    assert page.locator(".ql-empty").is_visible()
    screenshot(page, "inbox-news-1440")
    page.locator(".ql-strip a").click()

    page.locator("tr[data-row]").first.wait_for()
    assert not page.locator(".ql-strip").is_visible()


def test_the_inbox_says_in_english_where_a_query_goes_wrong(sign_in: Any, walk: Walk, expect_accessible: Any) -> None:
    page = sign_in("auditor", locale="en")
    page.get_by_role("button", name="English").click()
    page.goto("/inbox?view=mine&q=due:soon")

    said = page.get_by_role("alert").inner_text()

    assert "“due” cannot read “soon”." in said
    assert "For example: due:<3d" in said
    expect_accessible(page)
