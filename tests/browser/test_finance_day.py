"""Finance's day: import the bank's lines, recognise a deposit, send a wrong one back, pay, close the day; with keys and phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.db import unit_of_work
from app.domain.fund_plan import PlanEntry, fund_year
from app.domain.purse import Payable, expect_deposit, issue, reserve, settle
from tests.books import NOON, YEAR, Bank, firms, voucher_case
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

DEPOSIT_FEN = 250_000


@pytest.fixture(scope="module")
def bank(live_server: Any) -> Bank:
    """A purse, a case that is to be paid, one whose deposit is awaited; the bank goes on from there."""
    bank, cast = Bank(), live_server.cast
    with unit_of_work(live_server.parts.database) as unit:
        session = unit.session
        live_server.parts.clock.set(unit, NOON)
        plan = PlanEntry(YEAR, 1_000_000)
        fund_year(
            session,
            plan,
            serial_number=bank.came_in(1_000_000),
            bureau_id=cast["bureau"],
            finance_id=cast["finance"],
            now=NOON,
        )
        agency, [paid, waits] = firms(session, enterprises=2)
        for number, enterprise in ((1, paid), (2, waits)):
            reserve(session, voucher_case(number, agency, enterprise), 240_000, now=NOON)
            expect_deposit(session, f"2026-{number:05d}", DEPOSIT_FEN, now=NOON)
    return bank


def test_a_day_of_finance_from_the_statement_to_the_closed_day(
    bank: Bank, live_server: Any, sign_in: Any, tmp_path: Path, expect_accessible: Any,
    expect_no_sideways_scrolling: Any, screenshot: Any,
) -> None:  # fmt: skip
    page = sign_in("finance")
    bank.came_in(DEPOSIT_FEN, remark="保证金 2026-00001", name="宁夏第0企业")
    bank.came_in(DEPOSIT_FEN, name="个人代付")
    bank.came_in(1_000, remark="保证金 2026-00002", name="宁夏第1企业", account="6217000000000001")
    _import(page, bank, tmp_path, expect_accessible, screenshot)
    assert "匹配保证金 1 笔" in page.get_by_role("status").inner_text()

    page.get_by_text("是保证金……").click()
    page.get_by_label("待收金额恰好相同的案件").select_option("2026-00002")
    expect_accessible(page)
    page.get_by_role("button", name="确认保证金").click()
    assert "案件 2026-00002 的保证金已确认" in page.get_by_role("status").inner_text()
    assert "没有待认领的来款" in page.locator("h1").inner_text()

    _settle(live_server)
    page.get_by_role("link", name="付款", exact=True).click()
    assert page.locator("h1").inner_text() == "2 笔付款，4,763.00 元"  # the settlement, and the wrong deposit back
    page.get_by_role("button", name="生成银行付款文件").click()
    expect_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="PC-2026-0001.csv").click()
    assert "4753.00" in download.value.path().read_text("utf-8-sig")

    bank.went_out(475_300, remark="ZF-2026-00002")
    bank.went_out(1_000, remark="ZF-2026-00001")
    _import(page, bank, tmp_path, expect_accessible, screenshot)
    assert "确认付款 2 笔" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="对账", exact=True).click()
    page.get_by_role("button", name="关账 2026-11-03").press("Enter")
    assert "2026-11-03 已关账：账实相符" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="账务核对", exact=True).click()
    page.get_by_role("button", name="立即核对").click()
    assert page.locator("h1").inner_text() == "五项全部成立"
    expect_accessible(page)

    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for address in ("/purse?year=2026", "/deposits", "/payments?state=all", "/bank", "/reconciliation?month=2026-11"):
        page.goto(address)
        expect_no_sideways_scrolling(page)
        expect_accessible(page)


def test_the_purse_is_read_with_its_charts_and_without_any_script(bank: Bank, sign_in: Any, windows: Any) -> None:
    page = sign_in("bureau")
    page.goto("/purse?year=2026")
    page.wait_for_selector(".ql-plot svg")
    assert not page.locator("#months").is_visible()
    page.get_by_text("看表").first.click()
    assert page.locator("#months").is_visible()
    reserved = page.locator("dl", has_text="已预留").get_by_role("link")
    amount = reserved.inner_text()
    reserved.click()
    assert page.locator("h1").inner_text().endswith(f"，{amount} 元")

    plain = windows.sign_in("bureau", scripts=False)
    plain.goto("/purse?year=2026")
    assert plain.locator("#months").is_visible()
    assert not plain.locator(".ql-plot").first.is_visible()


def _import(page: Any, bank: Bank, folder: Path, expect_accessible: Any, screenshot: Any) -> None:
    """Choose the bank's file, look at it, book it."""
    file = folder / f"{bank.number}.csv"
    file.write_bytes(bank.statement())
    page.goto("/bank/import")
    page.get_by_label("流水文件（CSV）").set_input_files(str(file))
    page.get_by_role("button", name="查看文件内容").click()
    expect_accessible(page)
    screenshot(page, f"bank-preview-{bank.number}")
    page.get_by_role("button", name="笔入账").click()


def _settle(live_server: Any) -> None:
    """The first case comes to its end."""
    with unit_of_work(live_server.parts.database) as unit:
        issue(unit.session, "2026-00001", "Q2026-00001", DEPOSIT_FEN, now=NOON)
        settle(unit.session, "2026-00001", Payable(240_000, DEPOSIT_FEN, 14_700), now=NOON)
