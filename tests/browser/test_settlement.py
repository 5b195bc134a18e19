"""A settlement as its people walk it: done in part, claimed, inspected, reviewed, and signed by a second person."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.certification_story import PDF, SUBMIT, Story
from tests.settlement_story import SettlementStory, told_settlement

pytestmark = pytest.mark.browser


def take(walk: Story, login: str, element: str) -> Page:
    """A person opens the task and takes it."""
    page, task_id = walk.page(login), walk.task(element)
    page.goto(f"/tasks/{task_id}")
    page.locator(f"form[action='/tasks/{task_id}/claim'] button").click()
    page.locator("#task-form").wait_for()
    return page


def evaluate(walk: Story) -> None:
    """The enterprise accepts 60 % and marks what it got."""
    page = take(walk, "owner", "evaluate_service")
    for mark in ("result", "speed", "attitude", "price"):
        page.locator(f"[name={mark}]").fill("4")
    page.locator("[name=delivery][value=partly]").check()
    page.locator("[name=remark]").fill("第三份报告没有交付。")
    page.locator(SUBMIT).click()
    page.locator(".ql-errors, [aria-invalid=true]").first.wait_for()
    page.locator("[name=share_done_percent]").fill("60")
    walk.see(page, "task-evaluation")
    walk.send(page, SUBMIT, "task-evaluation")


def claim(walk: Story) -> None:
    """The agency's first sum is a fen short and is refused at the list; the second adds up."""
    page = take(walk, "agency", "claim_settlement")
    page.locator("[name='receipts.0.number']").fill("6400000012345678")
    page.locator("[name='receipts.0.issued_on']").fill("2026-11-03")
    page.locator("[name='receipts.0.amount_fen']").fill("2399.99")
    page.locator("[name='receipts.0.file']").set_input_files([PDF])
    page.locator("[name=truthful]").check()
    page.locator(SUBMIT).click()
    page.wait_for_load_state()
    assert "发票合计 2,399.99 元，须等于合同金额减面值，即 2,400.00 元" in page.locator("main").inner_text()
    walk.see(page, "task-claim-refused")
    page.goto(f"/tasks/{walk.task('claim_settlement')}")
    page.locator("[name='receipts.0.amount_fen']").fill("2400")
    walk.send(page, SUBMIT, "task-claim")


def inspect(walk: Story) -> None:
    """A reviewer has been there and found nothing."""
    page = take(walk, "reviewer_a", "inspect_service")
    page.locator("[name=way][value=visit]").check()
    page.locator("[name=inspected_on]").fill("2026-11-04")
    page.locator("[name=finding][value=none]").check()
    page.locator("[name=report]").fill("到企业现场核对了两份报告。")
    walk.see(page, "task-inspection")
    walk.send(page, SUBMIT)


def review(walk: Story) -> Page:
    """Another reviewer sees every record compared and the share proposed."""
    page = take(walk, "reviewer_b", "review_claim")
    shown = page.locator(".ql-side").inner_text()
    assert "60%" in shown
    assert "2,736.00" in shown
    assert "全部一致" in shown
    walk.see(page, "task-review")
    walk.send(page, "[name=outcome][value=accept]:visible", "task-review")
    return page


def test_what_is_done_in_part_is_paid_in_part_with_a_second_signature(
    windows: Any, live_server: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    """Each in their own window, in Chinese; the letter is read at the end."""

    def look(page: Page, name: str) -> None:
        expect_accessible(page)
        expect_no_sideways_scrolling(page)
        screenshot(page, name)

    case: SettlementStory = told_settlement(
        live_server.parts.database, settled=live_server.cast, runtime=live_server.parts.runtime
    )
    walk = Story(live_server, windows, look=look)
    walk.move_clock(case.now)
    case.issue()
    evaluate(walk)
    claim(walk)
    inspect(walk)
    review(walk)
    page = take(walk, "supervisor", "sign_settlement")
    walk.see(page, "task-signature")
    walk.send(page, "[name=outcome][value=sign]:visible", "task-signature")

    owner = walk.page("owner")
    owner.goto("/letters")
    owner.get_by_role("link", name="结算决定书").click()
    assert "按 60% 结算" in owner.locator("article").inner_text()
    assert "退还企业" in owner.locator("article").inner_text()
    look(owner, "letter-settlement")
    assert case.settlement().signed_by == live_server.cast["supervisor"]
