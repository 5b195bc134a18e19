"""An agency is refused and reads about it: message, letter like paper, PDF; an administrator rewrites the message."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.issued_document import IssuedDocument
from tests import answers
from tests.browser.conftest import PHONE
from tests.walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture
def letter(live_server: Any) -> int:
    """The id of the decision letter of a refused application."""
    walk = Walk(live_server.parts, live_server.cast)
    walk.submitted()
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity("refused") | {"remarks": "执照已注销。"})
    walk.act("verify_compliance", "reviewer_b", answers.compliance())
    with reading(live_server.parts.database) as unit:
        return unit.session.scalars(sa.select(IssuedDocument.id)).one()


def test_the_agency_is_told_and_reads_the_letter_and_the_office_words_it_anew(
    letter: int, sign_in: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    agency = sign_in("agency", size=PHONE)
    bell = agency.locator(".ql-bell")
    assert bell.inner_text().split() == ["消息", "1", "条未读"]

    bell.click()
    _look(agency, "messages-390", expect_accessible, expect_no_sideways_scrolling, screenshot)
    agency.get_by_role("link", name="不予认定：案件 2026-00001").click()
    expect_accessible(agency)
    assert "执照已注销。" in agency.locator("main").inner_text()
    agency.get_by_role("link", name="查看决定书").click()
    agency.wait_for_url("**/cases/1")
    agency.get_by_role("link", name="不予认定决定书 券认〔2026〕1 号", exact=True).click()
    _look(agency, "letter-390", expect_accessible, expect_no_sideways_scrolling, screenshot)
    assert agency.locator(".ql-letter img").evaluate("one => one.naturalWidth") > 0
    pdf = agency.request.get(f"/letters/{letter}.pdf")
    assert (pdf.status, pdf.body()[:5]) == (200, b"%PDF-")

    admin = sign_in("admin")
    admin.goto("/templates")
    _look(admin, "templates-1440", expect_accessible, expect_no_sideways_scrolling, screenshot)
    admin.get_by_role("link", name="不予认定决定", exact=True).first.click()
    subject = admin.get_by_label("标题").first
    subject.fill("没有通过：{who}")
    admin.get_by_role("button", name="启用").click()
    expect_accessible(admin)
    assert "没有 {who} 这个内容" in admin.get_by_role("alert").inner_text()
    subject.fill("没有通过：案件 {case_number}")
    admin.get_by_role("button", name="预览").click()
    assert admin.get_by_role("heading", name="没有通过：案件 2026-00018").is_visible()
    _look(admin, "template-1440", expect_accessible, expect_no_sideways_scrolling, screenshot)
    admin.get_by_label("修改的原因").fill("更直白。")
    admin.get_by_role("button", name="启用").click()
    assert "第 1 版已启用" in admin.locator("main").inner_text()

    agency.goto(f"/letters/{letter}")
    agency.set_viewport_size({"width": 1440, "height": 900})
    screenshot(agency, "letter-1440")
    agency.goto("/mailbox")
    expect_accessible(agency)


def _look(page: Any, name: str, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any) -> None:
    expect_accessible(page)
    expect_no_sideways_scrolling(page)
    screenshot(page, name)
