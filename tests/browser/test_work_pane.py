"""The work pane in the browser: papers beside the checklist, the page before sending."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Any

import pytest

from app.db import unit_of_work
from app.domain.stored_file import FileStorage, Upload, store_file
from app.web.demo.pdf import small_pdf
from tests import answers
from tests.walk import Walk

pytestmark = pytest.mark.browser

PHONE = (390, 844)


def picture(across: int, down: int) -> bytes:
    """A grey PNG."""
    rows = b"".join(b"\0" + b"\x99" * across for _ in range(down))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", across, down, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.fixture(scope="module")
def walk(live_server: Any) -> Walk:
    """A case whose application brought a PDF and a picture, with a task that reviewer A has claimed."""
    walk = Walk(live_server.parts, live_server.cast)
    walk.start()
    files = {}
    with unit_of_work(walk.parts.database) as unit:
        storage = FileStorage(walk.parts.settings.storage_url)
        for name, content in (("licence.pdf", small_pdf(["Business licence"])), ("hall.png", picture(40, 20))):
            record = store_file(unit.session, storage, Upload(name, content), walk.cast["agency"], now=walk.now)
            files[name] = {"file": record.sha256, "name": name}
    sent = answers.application(1) | {"licence": files["licence.pdf"], "qualifications": [files["hall.png"]]}
    walk.act("submit_application", "agency", sent)
    return walk


def open_claimed(page: Any, walk: Walk) -> None:
    """The task of reviewer A, claimed if it is not yet."""
    page.goto(f"/tasks/{walk.task('verify_authenticity')}")
    claim = page.locator(".ql-outcome form button")
    if claim.count():
        claim.click()
    page.locator("#task-form").wait_for()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_papers_are_shown_beside_the_checklist_turned_and_enlarged(
    sign_in: Any, walk: Walk, expect_accessible: Any, screenshot: Any, locale: str
) -> None:
    page = sign_in("reviewer_a")
    if locale == "en":
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("html[lang=en]")
    open_claimed(page, walk)
    viewer = page.locator("[data-viewer]")

    def drawn(place: str) -> None:
        page.locator(f"[data-viewer][data-drawn='{place}']").wait_for()

    drawn("1/1/0/100")
    assert "Business licence" in viewer.locator(".ql-view").inner_text()
    upright = viewer.locator("canvas").bounding_box()
    viewer.locator("[data-act=turn]").click()
    drawn("1/1/90/100")
    lying = viewer.locator("canvas").bounding_box()
    assert (upright["height"] > upright["width"], lying["height"] < lying["width"]) == (True, True)
    viewer.locator(".ql-view").press("+")
    drawn("1/1/90/125")
    viewer.locator("[data-act=after]").click()
    drawn("2/1/0/100")
    assert re.search(r"sha256 [0-9a-f]{4}…[0-9a-f]{4}", viewer.inner_text())
    assert viewer.locator("[data-act=after]").is_disabled()
    expect_accessible(page)
    screenshot(page, f"work-pane-{locale}-1440")
    if locale == "en":
        page.get_by_role("button", name="中文").click()  # the account keeps it for the tests that follow
        page.wait_for_selector("html[lang=zh-CN]")


def test_without_scripts_every_paper_is_a_link_that_opens_it(sign_in: Any, walk: Walk) -> None:
    page = sign_in("reviewer_a", scripts=False)
    open_claimed(page, walk)

    links = page.locator("[data-viewer] a[data-paper]")
    found = [page.request.get(links.nth(number).get_attribute("href")).headers["content-type"] for number in (0, 1)]

    assert found == ["application/pdf", "image/png"]


def test_the_pane_fits_a_phone(
    sign_in: Any, walk: Walk, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    page = sign_in("reviewer_a", size=PHONE)
    open_claimed(page, walk)
    page.locator("[data-viewer][data-drawn]").wait_for()

    expect_accessible(page)
    expect_no_sideways_scrolling(page)
    screenshot(page, "work-pane-390")


def test_talk_reviews_and_versions_are_accessible_and_fit(
    sign_in: Any, walk: Walk, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    task_id = walk.task("verify_compliance")
    supervisor = sign_in("supervisor")
    supervisor.goto(f"/tasks/{task_id}?tab=talk")
    supervisor.locator("#comment-text").fill("@纪安澜 请看资质证明。")
    supervisor.locator("form[action$='/comments'] button").click()
    supervisor.locator(".ql-says li").wait_for()
    for size in ((1440, 900), PHONE):
        page = sign_in("reviewer_b", size=size)
        for tab in ("talk", "reviews", "versions"):
            page.goto(f"/tasks/{task_id}?tab={tab}")
            if tab == "talk":
                assert page.locator(".ql-says li[data-asks]").is_visible()
            expect_accessible(page)
            expect_no_sideways_scrolling(page)
            screenshot(page, f"pane-{tab}-{size[0]}")
    page.goto(f"/tasks/{task_id}?tab=talk")
    page.locator("#comment-text").fill("@谁也不是")
    page.locator("form[action$='/comments'] button").click()
    page.locator("#comment-error").wait_for()
    expect_accessible(page)
    assert page.locator("#comment-text").input_value() == "@谁也不是"
