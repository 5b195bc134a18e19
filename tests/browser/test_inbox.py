"""The inbox and the work pane in the browser: claims that race, drafts, mistakes, phones, no scripts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.walk import Walk

pytestmark = pytest.mark.browser

DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="module")
def walk(live_server: Any) -> Walk:
    """One case whose application has been handed in; the tests of this file go on from one another's stage."""
    walk = Walk(live_server.parts, live_server.cast)
    walk.submitted(items=2)
    return walk


def test_pages_of_a_new_case_are_accessible_and_fit(
    sign_in: Any, walk: Walk, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    task = walk.task("verify_authenticity")
    for size in (DESK, PHONE):
        page = sign_in("supervisor", size=size)
        for name, address in (
            ("inbox-empty", "/inbox"), ("task-of-others", f"/tasks/{task}"), ("course", f"/tasks/{task}?tab=course"),
            ("versions", f"/tasks/{task}?tab=versions"), ("materials", f"/tasks/{task}?tab=materials"),
            ("cases", "/cases"), ("case", f"/cases/{walk.case}"), ("processes", "/processes"),
            ("version", "/processes/agency_certification/versions/1"),
        ):  # fmt: skip
            page.goto(address)
            expect_accessible(page)
            expect_no_sideways_scrolling(page)
            screenshot(page, f"{name}-{size[0]}")


def test_the_diagram_shows_the_token_and_what_was_passed(sign_in: Any, walk: Walk, screenshot: Any) -> None:
    page = sign_in("reviewer_a")
    page.goto(f"/tasks/{walk.task('verify_authenticity')}?tab=diagram")

    page.locator("[data-diagram][data-state=ready]").wait_for()
    active = page.locator(".djs-element.ql-active").evaluate_all("all => all.map(one => one.dataset.elementId)")
    passed = page.locator(".djs-element.ql-passed").evaluate_all("all => all.map(one => one.dataset.elementId)")

    assert set(active) == {"verify_authenticity", "verify_compliance"}
    assert {"submit_application", "open_application"} <= set(passed)
    screenshot(page, "diagram-1440")


def test_the_loser_of_a_claim_reads_who_has_it(
    sign_in: Any, walk: Walk, expect_accessible: Any, screenshot: Any
) -> None:
    task = walk.task("verify_authenticity")
    first, second = sign_in("reviewer_a"), sign_in("reviewer_b")
    for page in (first, second):
        page.goto("/inbox?view=claimable")
    claim = f"form[action='/tasks/{task}/claim'] button"

    first.locator(claim).click()
    first.locator("#task-form").wait_for()
    second.locator(claim).click()

    assert "马砚秋 已于" in second.get_by_role("alert").inner_text()
    expect_accessible(second)
    screenshot(second, "claim-lost-1440")


def test_a_draft_saves_itself_and_is_there_after_a_reload(sign_in: Any, walk: Walk) -> None:
    page = sign_in("reviewer_a")
    page.goto(f"/tasks/{walk.task('verify_authenticity')}")
    page.locator("[name=remarks]").fill("先记下一笔")
    page.locator("[data-autosave-status]", has_text="已自动保存").wait_for()
    page.locator("[name=remarks]").fill("再记下一笔")
    page.locator("[name=draft_version][value='2']").wait_for(state="attached")

    page.reload()

    assert page.locator("[name=remarks]").input_value() == "再记下一笔"


def test_two_windows_of_one_person_lose_nothing(
    sign_in: Any, walk: Walk, expect_accessible: Any, screenshot: Any
) -> None:
    task = walk.task("verify_authenticity")
    first, second = sign_in("reviewer_a", scripts=False), sign_in("reviewer_a", scripts=False)
    for page, words in ((first, "第一个窗口"), (second, "第二个窗口")):
        page.goto(f"/tasks/{task}")
        page.locator("[name=remarks]").fill(words)
    first.locator("[name=_action][value=save_draft]:visible").last.click()
    first.get_by_role("status").filter(has_text="草稿已保存").wait_for()

    second.locator("[name=_action][value=save_draft]:visible").last.click()

    assert "另一个窗口已保存过" in second.get_by_role("alert").inner_text()
    assert "第一个窗口" in second.locator(".ql-differ").inner_text()
    assert second.locator("[name=remarks]").input_value() == "第二个窗口"
    second.locator("[name=_action][value=save_draft]:visible").last.click()
    second.get_by_role("status").filter(has_text="草稿已保存").wait_for()
    screenshot(second, "draft-1440")


def test_mistakes_are_listed_and_each_leads_to_its_field(
    sign_in: Any, walk: Walk, expect_accessible: Any, screenshot: Any
) -> None:
    page = sign_in("reviewer_a")
    page.goto(f"/tasks/{walk.task('verify_authenticity')}")
    page.locator("[name=remarks]").fill("")

    page.locator("[name=outcome][value=passed]").click()
    summary = page.locator("#errors")
    summary.locator("a", has_text="核验说明").click()

    assert page.evaluate("document.activeElement.id") == "f-remarks"
    assert page.locator("#f-remarks").get_attribute("aria-invalid") == "true"
    expect_accessible(page)
    screenshot(page, "task-errors-1440")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_phone_shows_the_list_or_the_task_never_both(
    sign_in: Any, walk: Walk, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any, locale: str
) -> None:
    page = sign_in("reviewer_b", size=PHONE)
    if locale == "en":
        page.get_by_role("button", name="English").click()
    page.goto("/inbox?view=claimable")
    assert page.locator(".ql-tasks").is_visible()
    expect_accessible(page)
    expect_no_sideways_scrolling(page)
    screenshot(page, f"inbox-390-{locale}")

    page.locator(".ql-tasks tbody a").first.click()
    page.wait_for_url("**task=*", wait_until="load")

    assert not page.locator(".ql-list").is_visible()
    assert page.locator(".ql-work").is_visible()
    expect_accessible(page)
    expect_no_sideways_scrolling(page)
    screenshot(page, f"task-390-{locale}")
    page.locator(".ql-back").click()
    page.locator(".ql-tasks").wait_for()
    if locale == "en":
        page.get_by_role("button", name="中文").click()  # the account keeps it for the tests that follow
        page.wait_for_selector("html[lang=zh-CN]")


def test_everything_can_be_decided_without_scripts(sign_in: Any, walk: Walk) -> None:
    page = sign_in("reviewer_b", scripts=False)
    page.goto("/inbox?view=claimable")
    page.locator(f"form[action='/tasks/{walk.task('verify_compliance')}/claim'] button").click()
    for name in ("is_registered_in_region", "is_able_to_serve", "is_not_on_bad_credit_list", "is_no_affiliate"):
        page.locator(f"[name='{name}'][value=holds]").check()
    page.locator("[name=remarks]").fill("符合第四条。")

    page.locator("[name=outcome][value=passed]").click()
    page.locator("[data-send]").click()

    assert "已提交：核验合规性" in page.get_by_role("status").first.inner_text()
    assert walk.open("verify_compliance") == []


def test_a_process_administrator_reads_what_is_wrong_with_an_upload(
    sign_in: Any, expect_accessible: Any, screenshot: Any
) -> None:
    page = sign_in("admin")
    page.goto("/processes")
    page.locator("#files").set_input_files(
        [{"name": "broken.bpmn", "mimeType": "application/xml", "buffer": b"<definitions/>"}]
    )
    page.locator("#reason").fill("试一试")

    page.get_by_role("button", name="检查并发布").click()

    assert "broken.bpmn" in page.get_by_role("alert").inner_text()
    expect_accessible(page)
    screenshot(page, "deploy-refused-1440")
