"""The scoring desk and the secretary's panels in a browser: scores that lie far apart are discussed, then the panel closes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import PHONE
from tests.certification_story import OPENED_AT, PASSING, SUBMIT, Story

pytestmark = pytest.mark.browser

LOW = PASSING | {"agency.professional_ability": 2, "agency.service_record": 2, "agency.quality_management": 2}
"""The agency 34.00: more than thirty points below the others."""
NEEDING_REASONS = ("professional_ability", "service_record", "quality_management")


def test_a_divergent_panel_is_discussed_and_closed(
    windows: Any, live_server: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    def look(page: Any, name: str) -> None:
        expect_accessible(page)
        expect_no_sideways_scrolling(page)
        screenshot(page, name)

    story = Story(live_server, windows)
    story.move_clock(OPENED_AT)
    story.apply()
    story.verify("reviewer_a", "verify_authenticity")
    story.verify("reviewer_b", "verify_compliance")
    story.draw()
    logins = {person_id: login for login, person_id in live_server.cast.items() if login.startswith("expert_")}

    secretary = story.page("supervisor")
    secretary.goto("/panels")
    assert "1 个专家组正在评审" in secretary.locator("h1").inner_text()
    look(secretary, "panels-open")
    secretary.get_by_role("link", name="2026-00001").click()
    secretary.get_by_role("button", name=re.compile("^提醒")).first.click()
    assert "已提醒该专家" in secretary.locator("main").inner_text()
    look(secretary, "panel-open")

    for number, (task_id, person_id) in enumerate(story.tasks("declare_interests")):
        page = story.page(logins[person_id])
        page.goto(f"/tasks/{task_id}")
        page.locator("[name=declaration][value=none]").check()
        story.send(page, SUBMIT)
        page.locator("[data-next]").click()
        story.give(page, LOW if number == 0 else PASSING)
        if number == 0:
            page.locator(".ql-crit").nth(1).locator("textarea").wait_for()  # a low score opens its reason
            assert "差" in page.locator(".ql-crit").nth(1).locator("[aria-current=true]").inner_text()
            for name in NEEDING_REASONS:
                page.locator(f"[name='agency.{name}.reason']").fill("材料中没有相应证明。")
            look(page, "scoring-desk")
        story.send(page, SUBMIT)

    page = story.claim("supervisor", "call_discussion")
    assert "总分 81.00，81.00，81.00，81.00，34.00" in page.locator("main").inner_text()
    look(page, "call-discussion")
    page.locator("[name=question]").fill("团队和业绩有哪些证明？")
    story.send(page, SUBMIT)

    first, *others = story.tasks("revise_scores")
    page = story.page(logins[first[1]])
    page.goto(f"/tasks/{first[0]}")
    assert "团队和业绩有哪些证明？" in page.locator("main").inner_text()
    page.locator("[name='agency.professional_ability.score_hundredths']").fill("20")
    page.locator(SUBMIT).click()
    page.locator(".ql-error").first.wait_for()
    assert "请写明为什么改" in page.locator("main").inner_text()
    look(page, "revise-scores-reason-missing")
    page.locator("[name='agency.professional_ability.reason']").fill("附件四证明团队稳定。")
    story.send(page, SUBMIT)
    page.goto("/receipts")
    page.get_by_role("link", name="2026-00001").click()
    assert "附件四证明团队稳定。" in page.locator("main").inner_text()
    look(page, "receipt")
    for task_id, person_id in others:
        page = story.page(logins[person_id])
        page.goto(f"/tasks/{task_id}")
        story.send(page, SUBMIT)

    secretary.goto("/panels/2026-00001")
    assert "已评完：81.00" in secretary.locator("h1").inner_text()
    look(secretary, "panel-closed")
    secretary.goto("/panels")
    look(secretary, "panels-closed")
    secretary.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for name, path in (("panels", "/panels"), ("panel", "/panels/2026-00001"), ("pool", "/experts")):
        secretary.goto(path)
        look(secretary, f"{name}-390")


def test_the_panels_speak_english(windows: Any, live_server: Any, expect_accessible: Any) -> None:
    page = Story(live_server, windows, language="en").page("supervisor")
    page.goto("/panels")
    assert "Pool of experts" in page.locator("main").inner_text()
    expect_accessible(page)
    page.goto("/experts")
    assert "experts can be drawn" in page.locator("h1").inner_text()
    expect_accessible(page)
