"""The certification's main path in English, on pages that run longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.certification_story import OPENED_AT, PASSING, Story

pytestmark = pytest.mark.browser


def test_an_agency_is_certified_in_english(
    windows: Any, live_server: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    def look(page: Any, name: str) -> None:
        assert page.locator("html").get_attribute("lang") == "en"
        expect_accessible(page)
        expect_no_sideways_scrolling(page)
        screenshot(page, f"{name}-en")

    story = Story(live_server, windows, language="en", look=look)
    story.move_clock(OPENED_AT)
    agency = story.apply()
    assert "It is with: Reviewer" in agency.locator("h2").first.inner_text()
    story.verify("reviewer_a", "verify_authenticity")
    story.verify("reviewer_b", "verify_compliance")
    story.draw()
    story.score(PASSING)
    story.conclude()
    story.move_clock(OPENED_AT + timedelta(days=8))
    story.file()

    agency.reload()
    assert "Certified" in agency.locator("h2").first.inner_text()
    assert "Valid from" in agency.locator("main").inner_text()
    look(agency, "case-certified")
    public = windows.open(locale="en")
    public.goto("/public/agencies")
    assert "1 agency is certified today" in public.locator("main").inner_text()
