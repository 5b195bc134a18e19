"""A settlement as its people walk it: done in part, claimed, inspected, reviewed, and signed by a second person."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from app.db import reading, unit_of_work
from app.domain.person import Person
from app.domain.settlement import settlement_of
from tests.certification_story import PDF, SUBMIT, Story
from tests.enterprises import enterprise
from tests.voucher_story import VoucherStory, offer

pytestmark = pytest.mark.browser


def used_voucher(site: Any) -> VoucherStory:
    """A voucher of 2,400.00 for a contract of 5,000.00, whose service the agency has reported as done."""
    with unit_of_work(site.parts.database) as unit:
        item = offer(unit.session, site.cast["agency_firm"], site.cast["agency"])[0]
        firm = enterprise(unit.session, 500, "enterprise")
        member = unit.session.scalars(sa.select(Person.id).where(Person.login == "enterprise")).one()
        cast = {**site.cast, "enterprise_firm": firm.id, "enterprise": member}
    story = VoucherStory(site.parts.database, cast, site.parts.runtime, {"credit": item})
    story.fill_purse(1_000_000)
    story.issued()
    story.pass_time(days=8)
    story.act("report_completion", "agency", {"delivered_on": "2026-11-10", "summary": "三份报告交付两份。"})
    return story


def take(walk: Story, login: str, element: str) -> Page:
    """A person opens the task and takes it."""
    page, task_id = walk.page(login), walk.task(element)
    page.goto(f"/tasks/{task_id}")
    page.locator(f"form[action='/tasks/{task_id}/claim'] button").click()
    page.locator("#task-form").wait_for()
    return page


def evaluate(walk: Story) -> None:
    """The enterprise accepts 60 % and marks what it got."""
    page = take(walk, "enterprise", "evaluate_service")
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
    page.locator("[name='receipts.0.issued_on']").fill("2026-11-10")
    page.locator("[name='receipts.0.amount_fen']").fill("2599.99")
    page.locator("[name='receipts.0.file']").set_input_files([PDF])
    page.locator("[name=truthful]").check()
    page.locator(SUBMIT).click()
    page.wait_for_load_state()
    assert "发票合计 2,599.99 元，须等于合同金额减面值，即 2,600.00 元" in page.locator("main").inner_text()
    walk.see(page, "task-claim-refused")
    page.goto(f"/tasks/{walk.task('claim_settlement')}")
    page.locator("[name='receipts.0.amount_fen']").fill("2600")
    walk.send(page, SUBMIT, "task-claim")


def inspect(walk: Story) -> None:
    """A reviewer has been there and found nothing."""
    page = take(walk, "reviewer_a", "inspect_service")
    page.locator("[name=way][value=visit]").check()
    page.locator("[name=inspected_on]").fill("2026-11-10")
    page.locator("[name=finding][value=none]").check()
    page.locator("[name=report]").fill("到企业现场核对了两份报告。")
    walk.see(page, "task-inspection")
    walk.send(page, SUBMIT)


def review(walk: Story) -> Page:
    """Another reviewer sees every record compared and the share proposed."""
    page = take(walk, "reviewer_b", "review_claim")
    shown = page.locator(".ql-side").inner_text()
    assert "60%" in shown
    assert "2,850.00" in shown
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

    case = used_voucher(live_server)
    walk = Story(live_server, windows, look=look)
    walk.move_clock(case.now)
    evaluate(walk)
    claim(walk)
    inspect(walk)
    review(walk)
    page = take(walk, "supervisor", "sign_settlement")
    walk.see(page, "task-signature")
    walk.send(page, "[name=outcome][value=sign]:visible", "task-signature")

    owner = walk.page("enterprise")
    owner.goto("/letters")
    owner.get_by_role("link", name="结算决定书").first.click()
    assert "按 60% 结算" in owner.locator("article").inner_text()
    assert "退还企业" in owner.locator("article").inner_text()
    look(owner, "letter-settlement")
    with reading(live_server.parts.database) as unit:
        settled = settlement_of(unit.session, case.number)
        assert settled is not None
        assert settled.signed_by == live_server.cast["supervisor"]
