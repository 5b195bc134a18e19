"""The certification, refused by the marks, as each person walks it; and refused in English, by a reviewer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.certification_story import FAILING, OPENED_AT, Story

pytestmark = pytest.mark.browser


def test_an_agency_below_the_mark_is_refused_and_reads_why(
    windows: Any, live_server: Any, expect_accessible: Any, screenshot: Any
) -> None:
    story = Story(live_server, windows)
    story.move_clock(OPENED_AT)
    agency = story.apply()
    story.verify("reviewer_a", "verify_authenticity")
    story.verify("reviewer_b", "verify_compliance")
    story.draw()

    story.score(FAILING)

    agency.reload()
    words = agency.locator("main").inner_text()
    assert "不予认定" in words
    assert "63.00" in words
    assert "A8.5" in words
    assert "复核" in words
    expect_accessible(agency)
    screenshot(agency, "case-refused")
    public = windows.open()
    public.goto("/public/agencies")
    assert "宁夏砺信信用服务有限公司" not in public.locator("main").inner_text()


def test_a_reviewer_who_finds_false_papers_ends_the_case(windows: Any, live_server: Any) -> None:
    story = Story(live_server, windows)
    story.move_clock(OPENED_AT + timedelta(days=40))  # nobody has asked for a review of the case before
    agency = story.apply()

    story.verify("reviewer_a", "verify_authenticity", outcome="refused")
    story.verify("reviewer_b", "verify_compliance")

    agency.reload()
    assert "不予认定" in agency.locator("main").inner_text()
    assert "已在登记系统核对原件" in agency.locator("main").inner_text()
    assert "A8.2" in agency.locator("main").inner_text()
