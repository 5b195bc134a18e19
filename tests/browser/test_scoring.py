"""The scoring desk and the secretary's panels in the browser: experts declare, are replaced, score, discuss; the panel closes.

One panel of five, led on through the engine from one scene to the next; each test is one scene of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import answers
from tests.browser.conftest import PHONE
from tests.certification_story import PASSING, SUBMIT
from tests.walk import Walk

pytestmark = pytest.mark.browser

LOW = PASSING | {"agency.professional_ability": 2, "agency.service_record": 2, "agency.quality_management": 2}
"""The agency 34.00: more than thirty points below the others."""
NEEDING_REASONS = ("professional_ability", "service_record", "quality_management")


@pytest.fixture(scope="module")
def walk(live_server: Any) -> Walk:
    """A case with two items whose panel has been drawn; the tests of this file go on from one another's stage."""
    walk = Walk(live_server.parts, live_server.cast)
    walk.drawn(items=2)
    return walk


@pytest.fixture
def look(expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any) -> Callable[[Page, str], None]:
    """Look at a page: axe, its width, a picture."""

    def check(page: Page, name: str) -> None:
        expect_accessible(page)
        expect_no_sideways_scrolling(page)
        screenshot(page, name)

    return check


@pytest.fixture
def secretary(sign_in: Any) -> Page:
    """The supervisor, at the panel."""
    page: Page = sign_in("supervisor")
    page.goto("/panels/2026-00001")
    return page


def send(page: Page) -> None:
    """Go on to the page before sending, and send."""
    page.locator(SUBMIT).click()
    page.wait_for_url("**/check**")
    page.locator("[data-send]").click()
    page.wait_for_url(lambda url: "/check" not in url)


def words(page: Page) -> str:
    """What the page says."""
    return page.locator("main").inner_text()


def seat(page: Page, name: str) -> str:
    """What the panel's page says of an expert."""
    return page.locator(".ql-seat", has=page.get_by_role("heading", name=name, exact=True)).inner_text()


def name_of(walk: Walk, person_id: int) -> str:
    """An expert of the cast is called by the number of their login."""
    return f"专家{walk.login_of(person_id).removeprefix('expert_')}"


def test_an_expert_who_declares_an_interest_is_replaced_and_reads_nothing(
    sign_in: Any, walk: Walk, secretary: Page, look: Any
) -> None:
    task = walk.open("declare_interests")[0]
    expert = sign_in(walk.login_of(task.assignee_id))
    expert.goto(f"/tasks/{task.id}")
    assert "3600" not in words(expert)  # the papers are closed until it is answered
    look(expert, "declaration")
    expert.locator("[name=declaration][value=conflict]").check()
    expert.locator("[name=explanation]").fill("我的配偶在该机构任职。")
    send(expert)
    walk.pass_time(minutes=1)

    secretary.reload()
    assert "已替换：声明有利益关系：我的配偶在该机构任职。" in seat(secretary, name_of(walk, task.assignee_id))
    assert len(walk.open("declare_interests")) == 5
    expert.goto("/inbox")
    assert "2026-00001" not in words(expert)


def test_the_supervisor_reminds_an_expert_and_replaces_another_by_hand(walk: Walk, secretary: Page, look: Any) -> None:
    person = walk.open("declare_interests")[0].assignee_id
    name = name_of(walk, person)
    secretary.get_by_role("button", name=f"提醒{name}", exact=True).click()
    assert "已提醒该专家" in words(secretary)
    secretary.get_by_label(f"替换{name}", exact=True).locator("visible=true").first.click()
    secretary.get_by_role("button", name=f"替换{name}").click()
    assert "请写明理由" in words(secretary)
    look(secretary, "panel-reason-missing")
    secretary.locator("details[open] [name=reason]").fill("本人来电说本周住院。")
    secretary.get_by_role("button", name=f"替换{name}").click()
    assert "席位将由抽取名单中的下一位专家接替" in words(secretary)
    walk.pass_time(minutes=1)

    secretary.reload()
    assert "本人来电说本周住院。" in seat(secretary, name)
    assert person not in [task.assignee_id for task in walk.open("declare_interests")]
    look(secretary, "panel-open")


def test_an_expert_scores_at_the_desk_with_a_reason_for_what_is_low(sign_in: Any, walk: Walk, look: Any) -> None:
    task = walk.open("declare_interests")[0]
    expert = sign_in(walk.login_of(task.assignee_id))
    expert.goto(f"/tasks/{task.id}")
    expert.locator("[name=declaration][value=none]").check()
    send(expert)
    expert.locator("[data-next]").click()
    for name, value in LOW.items():
        expert.locator(f"[name='{name}.score_hundredths']").fill(str(value))
    expert.locator(".ql-crit").nth(1).locator("textarea").wait_for()  # a low score opens its reason
    assert "差" in expert.locator(".ql-crit").nth(1).locator("[aria-current=true]").inner_text()
    for name in NEEDING_REASONS:
        expert.locator(f"[name='agency.{name}.reason']").fill("材料中没有相应证明。")
    look(expert, "scoring-desk")
    send(expert)

    assert walk.ended("score_application")[0].completed_by == task.assignee_id


def test_an_overdue_expert_is_replaced_and_finds_the_task_gone(
    sign_in: Any, walk: Walk, secretary: Page, look: Any
) -> None:
    late, *others = walk.open("declare_interests")
    for task in others:
        walk.complete(task.id, task.assignee_id, {"declaration": "none"})
    for task in walk.open("score_application"):
        walk.complete(task.id, task.assignee_id, answers.scores(80, 80, 52))
    expert = sign_in(walk.login_of(late.assignee_id))
    expert.goto(f"/tasks/{late.id}")
    walk.pass_time(days=20)

    expert.locator("[name=declaration][value=none]").check()
    expert.locator(SUBMIT).click()
    expert.wait_for_load_state()
    assert expert.locator("[data-send]").count() == 0
    look(expert, "replaced-while-declaring")
    secretary.goto("/panels")
    assert "1 个专家组正在评审" in secretary.locator("h1").inner_text()
    look(secretary, "panels-open")
    secretary.get_by_role("link", name="2026-00001").click()
    assert "已替换：逾期" in seat(secretary, name_of(walk, late.assignee_id))


def test_scores_far_apart_are_discussed_and_the_panel_closes(
    sign_in: Any, walk: Walk, secretary: Page, look: Any
) -> None:
    for task in walk.open("declare_interests"):
        walk.complete(task.id, task.assignee_id, {"declaration": "none"})
    for task in walk.open("score_application"):
        walk.complete(task.id, task.assignee_id, answers.scores(80, 80, 52))

    secretary.goto("/inbox?view=claimable")
    secretary.locator(f"form[action='/tasks/{walk.task('call_discussion')}/claim'] button").click()
    secretary.locator("#task-form").wait_for()
    assert "总分 80.00，80.00，80.00，80.00，34.00" in words(secretary)
    look(secretary, "call-discussion")
    secretary.locator("[name=question]").fill("团队和业绩有哪些证明？")
    send(secretary)

    tasks = {task.assignee_id: task for task in walk.open("revise_scores")}
    low = walk.ended("score_application")[0].completed_by
    expert = sign_in(walk.login_of(low))
    expert.goto(f"/tasks/{tasks.pop(low).id}")
    assert "团队和业绩有哪些证明？" in words(expert)
    expert.locator("[name='agency.professional_ability.score_hundredths']").fill("20")
    expert.locator(SUBMIT).click()
    expert.locator(".ql-error").first.wait_for()
    assert "请写明为什么改" in words(expert)
    look(expert, "revise-scores-reason-missing")
    expert.locator("[name='agency.professional_ability.reason']").fill("附件四证明团队稳定。")
    send(expert)
    expert.goto("/receipts")
    expert.get_by_role("link", name="2026-00001").click()
    assert "附件四证明团队稳定。" in words(expert)
    look(expert, "receipt")

    confirming, *silent = tasks
    second = sign_in(walk.login_of(confirming))
    second.goto(f"/tasks/{tasks[confirming].id}")
    assert "附件四" not in words(second)  # what another revised meanwhile
    send(second)
    assert len(silent) == 3
    walk.pass_time(days=10)

    secretary.goto("/panels/2026-00001")
    assert "已评完：80.00" in secretary.locator("h1").inner_text()
    look(secretary, "panel-closed")


def test_a_closed_panel_fits_a_phone_and_speaks_english(sign_in: Any, look: Any) -> None:
    phone = sign_in("supervisor", size=PHONE)
    for name, path in (("panels", "/panels"), ("panel", "/panels/2026-00001"), ("pool", "/experts")):
        phone.goto(path)
        look(phone, f"{name}-390")
    phone.get_by_role("button", name=re.compile("English")).first.dispatch_event("click")
    phone.wait_for_selector("html[lang=en]")
    assert "experts can be drawn" in phone.locator("h1").inner_text()
    phone.goto("/panels/2026-00001")
    assert "Closed: 80.00" in phone.locator("h1").inner_text()
    look(phone, "panel-en-390")
