"""The loops of a certification as their people walk them: corrections, an objection, a review, a withdrawal."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.notice import Notice
from app.domain.outbox import OutboxEmail
from tests import answers
from tests.certification_story import PDF, SUBMIT, Story
from tests.walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture
def told(
    windows: Any, live_server: Any, expect_accessible: Any, screenshot: Any, expect_no_sideways_scrolling: Any
) -> Any:
    """A story whose every page is looked at, and a walk on the same site that brings it to a stage."""

    def look(page: Any, name: str) -> None:
        page.evaluate("scrollTo(0, 0)")
        expect_accessible(page)
        screenshot(page, f"{name}-1440")
        page.set_viewport_size({"width": 390, "height": 844})
        expect_no_sideways_scrolling(page)
        page.evaluate("scrollTo(0, 0)")
        expect_accessible(page)
        screenshot(page, f"{name}-390")
        page.set_viewport_size({"width": 1440, "height": 900})

    walk = Walk(live_server.parts, live_server.cast)
    if "second_supervisor" not in live_server.cast:
        walk.second_supervisor()
    return Story(live_server, windows, look=look), walk


def test_an_agency_corrects_what_the_reviewers_ask_for_and_the_reviewer_sees_what_changed(told: Any) -> None:
    story, walk = told
    walk.submitted(2)
    walk.act("verify_compliance", "reviewer_b", answers.compliance() | answers.asks(("item", 2)))
    reviewer = story.claim("reviewer_a", "verify_authenticity")
    for name in ("licence_is_authentic", "qualifications_are_authentic", "cases_are_authentic"):
        reviewer.locator(f"[name={name}][value=holds]").check()
    reviewer.locator("[name=remarks]").fill("执照照片不清楚。")
    reviewer.locator("[name=_add][value=corrections]").click()
    reviewer.locator("[name='corrections.0.field']").select_option("licence")
    reviewer.locator("[name='corrections.0.reason']").fill("照片反光，看不清登记号。请重新扫描。")
    story.see(reviewer, "task-asking-for-corrections")
    story.send(reviewer, "[name=outcome][value=corrections]", "task-asking-for-corrections")

    agency = story.page("agency")
    agency.goto(f"/cases/{walk.case}")
    assert "轮到您：补正申请材料" in agency.locator("main").inner_text()
    story.see(agency, "case-to-correct")
    agency.goto(f"/tasks/{walk.task('mend_application')}")
    if agency.locator("form[action$='/claim'] button").count():
        agency.locator("form[action$='/claim'] button").first.click()
    agency.locator("#task-form").wait_for()
    assert agency.locator("[name=staff]").count() == 0
    agency.locator("[name=licence]").set_input_files([PDF])
    agency.locator("[name='items.1.price_fen']").fill("2500")
    story.see(agency, "task-correcting")
    story.send(agency, SUBMIT, "task-correcting")

    reviewer.goto(f"/tasks/{walk.task('verify_authenticity')}")
    words = reviewer.locator("main").inner_text()
    assert "2,500.00" in words
    story.see(reviewer, "task-corrected")
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity("refused"))
    walk.act("verify_compliance", "reviewer_b", answers.compliance())

    agency.goto(f"/tasks/{walk.task('request_review')}")
    if agency.locator("form[action$='/claim'] button").count():
        agency.locator("form[action$='/claim'] button").first.click()
    agency.locator("[name=grounds]").fill("补正后的执照清晰可查。")
    story.see(agency, "task-asking-for-review")
    story.send(agency, "[name=outcome][value=ask]", "task-asking-for-review")
    supervisor = story.claim("second_supervisor", "examine_review")
    supervisor.locator("#task-form [name=reason]").fill("执照与登记不符，情况属实。")
    story.see(supervisor, "task-review")
    story.send(supervisor, "[name=outcome][value=upheld]", "task-review")
    agency.goto(f"/cases/{walk.case}")
    assert "复核：维持不予认定" in agency.locator("main").inner_text()
    story.see(agency, "case-refused-on-review")


def test_anybody_objects_and_is_answered_then_the_agency_withdraws(told: Any, windows: Any) -> None:
    story, walk = told
    walk.announced()
    with reading(walk.parts.database) as unit:
        notice_id = unit.session.scalars(sa.select(sa.func.max(Notice.id))).one()
    public = windows.open()
    public.goto(f"/public/notices/{notice_id}")
    public.get_by_role("link", name="提出异议").click()
    public.locator("[name=name]").fill("周正")
    public.locator("[name=email]").fill("zhou")
    public.locator("[name=grounds]").fill("其第三个案例系冒用，原企业可以作证。")
    public.locator("main form .btn-primary").click()
    public.locator("[name=email][aria-invalid]").wait_for()
    assert public.locator("[name=grounds]").input_value().startswith("其第三个案例")
    story.see(public, "object-with-an-error")
    public.locator("[name=email]").fill("zhou@example.cn")
    public.locator("main form .btn-primary").click()
    public.get_by_role("heading", name="还差一步").wait_for()
    story.see(public, "objection-sent")
    with reading(walk.parts.database) as unit:
        link = unit.session.scalars(
            sa.select(OutboxEmail.link).where(OutboxEmail.template == "objection_contact")
        ).one()
    public.goto(re.sub(r"^https?://[^/]+", "", link))
    story.see(public, "objection-to-confirm")
    public.locator("main form .btn-primary").click()
    public.get_by_role("heading", name="您的异议正在审查").wait_for()

    supervisor = story.claim("second_supervisor", "examine_objection")
    assert "冒用" in supervisor.locator(".ql-side").inner_text()
    supervisor.locator("[name=finding]").fill("已与原企业核实，案例属实。")
    story.see(supervisor, "task-objection")
    story.send(supervisor, "[name=outcome][value=dismissed]", "task-objection")
    public.reload()
    assert "已与原企业核实" in public.locator("main").inner_text()
    story.see(public, "objection-answered")

    agency = story.page("agency")
    agency.goto(f"/cases/{walk.case}")
    agency.get_by_role("link", name="撤回申请").click()
    story.see(agency, "withdraw")
    agency.locator("[name=reason]").fill("业务调整，暂不申请。")
    agency.locator("main form .btn-outline-danger").click()
    agency.wait_for_url(f"**/cases/{walk.case}")
    assert "已撤回" in agency.locator("main").inner_text()
    story.see(agency, "case-withdrawn")
