"""The certification, granted, as each person walks it in their own window."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.certification_story import OPENED_AT, PASSING, Story

pytestmark = pytest.mark.browser


def test_an_agency_is_certified(
    windows: Any, live_server: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    def look(page: Any, name: str) -> None:
        expect_accessible(page)
        expect_no_sideways_scrolling(page)
        screenshot(page, name)

    story = Story(live_server, windows, look=look)
    story.move_clock(OPENED_AT)

    agency = story.apply()
    assert "轮到：审核员" in agency.locator("h2").first.inner_text()

    story.verify("reviewer_a", "verify_authenticity")
    story.verify("reviewer_b", "verify_compliance")
    story.draw()
    story.score(PASSING)
    story.conclude()

    public = windows.open()
    public.goto("/public/notices")
    look(public, "notices")
    public.get_by_role("link", name="拟认定宁夏砺信信用服务有限公司").click()
    assert "11 月 9 日（周一）" in public.locator("article").inner_text()
    assert "81.00" in public.locator("article").inner_text()
    assert "不列入，低于 60.00 分" in public.locator("article").inner_text()
    look(public, "notice")
    agency.reload()
    assert "公示中" in agency.locator("h2").first.inner_text()

    story.move_clock(OPENED_AT + timedelta(days=8))
    story.file()

    public.goto("/public/agencies")
    assert "企业信用管理咨询" in public.locator("main").inner_text()
    assert "信用评级辅导" not in public.locator("main").inner_text()
    look(public, "agencies")
    public.goto("/public/verify/NXJG-2026-0001")
    assert "真实，有效" in public.locator("#verdict").inner_text()
    look(public, "verified")
    agency.reload()
    assert "NXJG-2026-0001" in agency.locator("main").inner_text()
    look(agency, "case-certified")
    for tab in ("materials", "course", "diagram"):
        agency.goto(f"{agency.url.split('?')[0]}?tab={tab}")
        look(agency, f"case-{tab}")
