"""The main work without a mouse: sign in, claim, fill in, send, score; Tab, Enter, arrows and letters alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import answers
from tests.people import PASSWORD
from tests.walk import Walk

FAR = 150
"""How many times Tab is pressed at most to reach something."""


@dataclass
class Keys:
    """A person at the keyboard."""

    page: Page

    def to(self, selector: str) -> None:
        """Press Tab until the focus is on it; every place on the way shows where the focus is."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            here, is_shown = self.page.evaluate(
                """selector => {
                    const one = document.activeElement, style = getComputedStyle(one);
                    const label = one.closest("label"), around = label ? getComputedStyle(label) : style;
                    const shows = s => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
                    return [one.matches(selector), one === document.body || shows(style) || shows(around)];
                }""",
                selector,
            )
            assert is_shown, (
                f"the focus cannot be seen: {self.page.evaluate('document.activeElement.outerHTML.slice(0, 200)')}"
            )
            if here:
                return
        raise AssertionError(f"Tab does not lead to {selector} on {self.page.url}")

    def type(self, selector: str, text: str) -> None:
        """Fill a field."""
        self.to(selector)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def press(self, selector: str, expected: str) -> None:
        """Press a button or follow a link, and arrive where the address says so."""
        self.to(selector)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: expected in url)

    def sign_in(self, login: str) -> None:
        """From the first page on."""
        self.page.goto("/sign-in")
        self.type("#login", login)
        self.type("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def keys(windows: Any) -> Any:
    return lambda: Keys(windows.open())


def test_an_expert_scores_and_a_supervisor_claims_concludes_and_sends_by_keyboard_alone(
    keys: Any, live_server: Any
) -> None:
    walk = Walk(live_server.parts, live_server.cast)
    walk.declared()
    first, *others = walk.open("score_application")
    walk.set_clock()

    expert = keys()
    expert.sign_in(walk.login_of(first.assignee_id))
    score(expert, f"/tasks/{first.id}")
    for task in others:
        walk.complete(task.id, task.assignee_id, answers.scores(75, 75))
    supervisor = keys()
    supervisor.sign_in("supervisor")
    conclude(supervisor, walk.task("conclude"))

    assert walk.open("conclude") == []


def score(expert: Keys, address: str) -> None:
    """Give three quarters of each weight, look at them, send."""
    page = expert.page
    page.goto(address)
    for _ in range(page.locator("input[type=number]").count()):
        expert.to("input[type=number]")
        weight = float(page.evaluate("document.activeElement.max"))
        page.keyboard.type(str(int(weight * 0.75)))
    expert.press(".ql-outcome button.btn-primary", "/check")
    expert.press("[data-send]", "/sent")


def conclude(supervisor: Keys, task_id: int) -> None:
    """Find the task in the inbox, claim it, write the reason, certify, send."""
    supervisor.press(".ql-rail a[href*='claimable']", "claimable")
    supervisor.press(f"form[action$='/tasks/{task_id}/claim'] button", f"task={task_id}")
    supervisor.type("#f-reason", "达到合格线，专家意见一致。")
    supervisor.press(".ql-outcome button.btn-primary", "/check")
    supervisor.press("[data-send]", "/sent")


def test_a_visitor_skips_to_the_content(keys: Any) -> None:
    visitor = keys()
    visitor.page.goto("/deadlines?from=2026-09-30&days=1")
    visitor.to(".ql-skip")
    visitor.page.keyboard.press("Enter")
    visitor.type("#days", "4")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url(lambda url: url.endswith("days=4"))

    assert visitor.page.locator("#until").inner_text() == "截至 10 月 12 日（周一）24:00"
