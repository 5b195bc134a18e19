"""An enterprise declares its figures and watches the amount while it types; the bureau lowers the limit from today on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.db import unit_of_work
from tests.books import fill_purse
from tests.browser.conftest import PHONE, Site
from tests.enterprises import enterprise

pytestmark = pytest.mark.browser
NUMBER = "64010219900307707X"


@pytest.fixture(scope="module")
def firm(live_server: Site) -> int:
    """An enterprise that has declared nothing, and a purse of 9,000.00; it is 24 November 2026."""
    with unit_of_work(live_server.parts.database) as unit:
        live_server.parts.clock.set(unit, datetime(2026, 11, 24, 2, tzinfo=UTC))
        fill_purse(unit.session, 900_000)
        return enterprise(unit.session, figures=None).id


def test_figures_amount_and_parameter_belong_together(
    firm: int,
    sign_in: Any,
    expect_accessible: Any,
    expect_no_sideways_scrolling: Any,
) -> None:
    page = sign_in("enterprise", size=PHONE)
    page.goto("/enterprise")
    for name, value in (("year", "2025"), ("industry", "retail"), ("legal_form", "company")):
        page.select_option(f"[name={name}]", value)
    for name, text in (("employees", "12"), ("revenue", "400"), ("assets", "150.5"), ("identity_number", NUMBER)):
        page.fill(f"[name={name}]", text)
    for name in ("is_in_business", "is_growing", "is_in_order"):
        page.locator(f".ql-seg label:has([name={name}][value=yes])").click()
        page.locator(f"[name={name}][value=yes]:checked").wait_for(state="attached")
    page.get_by_role("button", name="申报这些数据").click()
    page.get_by_role("heading", name="贵企业可以申领服务券").wait_for()
    expect_accessible(page)
    expect_no_sideways_scrolling(page)

    page.goto("/vouchers/amount")
    page.locator("[name=contract_fen]").press_sequentially("5600")
    page.locator(".ql-grant b", has_text="2,800.00").wait_for()
    page.locator("[name=requested_fen]").press_sequentially("2900.50")
    page.locator("[data-binds]", has_text="合同金额的 50 %").wait_for()
    page.locator("[name=contract_fen]").fill("8000")
    page.locator(".ql-grant b", has_text="2,900.50").wait_for()
    assert page.url.endswith("/vouchers/amount")
    expect_accessible(page)
    expect_no_sideways_scrolling(page)

    bureau = sign_in("bureau")
    bureau.goto("/parameters/voucher_cap_fen")
    for name, text in (("value", "2,000.00"), ("effective_on", "2026-11-24"), ("reason", "宁非公发〔2026〕8 号")):
        bureau.fill(f"[name={name}]", text)
    bureau.get_by_role("button", name="保存调整").click()
    bureau.locator(".ql-fig", has_text="2,000.00").wait_for()
    expect_accessible(bureau)

    page.locator("[name=contract_fen]").fill("8000.00")
    page.locator("[data-binds]", has_text="单项上限").wait_for()
    assert page.locator(".ql-grant b").inner_text() == "2,000.00"


def test_without_scripts_the_form_computes_the_same(firm: int, sign_in: Any) -> None:
    page = sign_in("enterprise", scripts=False)
    page.goto("/vouchers/amount")
    page.fill("[name=contract_fen]", "3000")
    page.get_by_role("button", name="测算").click()

    assert page.locator(".ql-grant b").inner_text() == "1,500.00"
    assert page.locator("[name=contract_fen]").input_value() == "3000"
