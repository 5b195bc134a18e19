"""Vouchers as enterprise, agency and office walk them: the full grant, in Chinese; refused, in English."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from app.db import unit_of_work
from app.domain.person import Person
from tests.certification_story import OPENED_AT, PDF, SUBMIT, Story
from tests.enterprises import enterprise
from tests.voucher_story import VoucherStory, offer

pytestmark = pytest.mark.browser

CHECKS = ("facts_hold", "contract_holds", "category_holds")


@pytest.fixture(scope="module")
def vouchers(live_server: Any) -> VoucherStory:
    """A certified agency with an item at 6,000.00, two enterprises, and 5,000.00 yuan in the purse."""
    with unit_of_work(live_server.parts.database) as unit:
        item = offer(unit.session, live_server.cast["agency_firm"], live_server.cast["agency"])[0]
        cast = dict(live_server.cast)
        for number, login in ((500, "enterprise"), (501, "enterprise_2")):
            cast[f"{login}_firm"] = enterprise(unit.session, number, login).id
            cast[login] = int(unit.session.scalars(sa.select(Person.id).where(Person.login == login)).one())
        live_server.parts.clock.set(unit, OPENED_AT)
    story = VoucherStory(live_server.parts.database, cast, live_server.parts.runtime, {"credit": item})
    story.fill_purse(500_000)
    return story


def apply(walk: Story, login: str, number: str, content: bytes) -> Page:
    """An enterprise chooses an item and sends its application."""
    page = walk.page(login)
    page.goto("/public/catalogue")
    walk.see(page, "catalogue")
    page.locator("form[action='/vouchers/apply'] button").first.click()
    page.locator("#task-form").wait_for()
    given = {
        "contract_number": number, "signed_on": "2026-10-28", "starts_on": "2026-11-09", "ends_on": "2026-12-11",
        "contract_fen": "5600", "purpose": "建立应收账款管理制度。", "requested_fen": "2800",
    }  # fmt: skip
    for name, text in given.items():
        page.locator(f"#task-form [name={name}]").fill(text)
    page.locator(".ql-amount b", has_text="2,800.00").wait_for()  # followed while typing
    page.locator("[name=contract_file]").set_input_files([{**PDF, "buffer": content}])
    page.locator("[name=without_litigation]").check()
    page.locator("[name=truthful]").check()
    walk.see(page, "voucher-application")
    walk.send(page, SUBMIT, "voucher-application")
    return page


def confirm(walk: Story) -> None:
    """The agency confirms the contract."""
    page = walk.claim("agency", "confirm_contract")
    walk.see(page, "task-confirm-contract")
    walk.send(page, "[name=outcome][value=confirmed]", "task-confirm-contract")


def review(walk: Story, outcome: str, **more: str) -> None:
    """A reviewer looks at everything and gives an outcome."""
    page = walk.claim("reviewer_a", "first_review")
    for name in CHECKS:
        page.locator(f"[name={name}][value=holds]").check()
    page.locator("[name=eligibility][value=confirmed]").check()
    page.locator("[name=remarks]").fill("合同原件已核对。")
    for name, text in more.items():
        page.locator(f"[name={name}]").fill(text)
    walk.see(page, "task-first-review")
    walk.send(page, f"[name=outcome][value={outcome}]", "task-first-review")


def test_an_enterprise_gets_its_voucher_and_anybody_can_verify_it(
    windows: Any, live_server: Any, vouchers: Any, expect_accessible: Any
) -> None:
    walk = Story(live_server, windows, look=lambda page, _name: expect_accessible(page))
    page = apply(walk, "enterprise", "HT-2026-101", PDF["buffer"])
    confirm(walk)
    review(walk, "passed", granted_fen="2800")

    page.goto("/cases")
    assert "轮到您：缴纳保证金 2,800.00 元" in page.locator("main").inner_text()
    vouchers.pay_deposit(page.locator(".ql-case .ql-dim").first.inner_text())
    page.goto("/vouchers")
    expect_accessible(page)
    page.locator(".ql-voucher a").click()
    page.wait_for_url("**/vouchers/NXQ-*")
    assert "人民币贰仟捌佰元整" in page.locator("main").inner_text()
    expect_accessible(page)
    public = windows.open()
    public.goto("/public/verify/NXQ-2026-00001")
    assert "银川第500商贸有限公司" in public.locator("main").inner_text()
    expect_accessible(public)


def test_a_second_enterprise_waits_and_a_refusal_promotes_it_in_english(
    windows: Any, live_server: Any, vouchers: Any, expect_accessible: Any
) -> None:
    vouchers.cases = {f"2026-{number:05d}": 0 for number in range(1, 21)}  # numbers that the windows may have taken
    walk = Story(live_server, windows, language="en", look=lambda page, _name: expect_accessible(page))
    waiting = apply(walk, "enterprise_2", "HT-2026-202", PDF["buffer"] + b"\n%2")
    confirm(walk)

    waiting.goto("/cases")
    assert "In the queue for money" in waiting.locator("main").inner_text()
    waiting.goto("/public/queue")
    assert "2,800.00" in waiting.locator("main").inner_text()
    expect_accessible(waiting)
