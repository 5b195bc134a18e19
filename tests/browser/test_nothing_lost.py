"""Nothing typed is lost in the browser: the server dies, the sign-in ends, a second window writes."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.domain.person import Person
from tests.people import PASSWORD
from tests.walk import Walk

pytestmark = pytest.mark.browser

STATUS = "[data-autosave-status]"


@pytest.fixture(scope="module")
def walk(live_server: Any) -> Walk:
    """A case whose application has been handed in."""
    walk = Walk(live_server.parts, live_server.cast)
    walk.submitted()
    return walk


@pytest.fixture
def page(sign_in: Any, walk: Walk) -> Any:
    """Reviewer A's window at a task of theirs."""
    page = sign_in("reviewer_a")
    page.goto(f"/tasks/{walk.task('verify_authenticity')}")
    claim = page.locator(".ql-outcome form button")
    if claim.count():
        claim.click()
    page.locator("#task-form").wait_for()
    return page


def saved(page: Any) -> None:
    """Wait until the page says that the draft is saved."""
    page.locator(STATUS, has_text="已自动保存").wait_for()


def test_what_was_typed_while_the_server_was_dead_is_saved_when_it_lives_again(
    page: Any, live_server: Any, windows: Any, expect_accessible: Any, screenshot: Any
) -> None:
    remarks = page.locator("[name=remarks]")
    remarks.fill("服务器停机前写的")
    live_server.server.kill()
    remarks.press_sequentially("，停机时又写的")

    page.locator(f"{STATUS}.ql-bad", has_text="还没有保存").wait_for()
    screenshot(page, "autosave-retry-1440")
    live_server.server.start()

    page.locator(STATUS, has_text="已自动保存").wait_for(timeout=40_000)
    page.reload()
    assert page.locator("[name=remarks]").input_value() == "服务器停机前写的，停机时又写的"
    expect_accessible(page)


def test_who_leaves_before_it_is_saved_is_warned(page: Any) -> None:
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("[name=remarks]").fill("还没有保存的")

    page.close(run_before_unload=True)
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    saved(page)


def test_an_ended_sign_in_is_renewed_in_place_and_the_draft_saved(
    page: Any, live_server: Any, expect_accessible: Any, screenshot: Any
) -> None:
    with unit_of_work(live_server.parts.database) as unit:
        unit.session.execute(
            sa.update(Person)
            .where(Person.id == live_server.cast["reviewer_a"])
            .values(session_epoch=Person.session_epoch + 1)
        )
    page.locator("[name=remarks]").fill("登录过期之后写的")
    dialog = page.locator("dialog[data-sign-in-again]")
    dialog.locator("[name=login]").wait_for()
    expect_accessible(page)
    screenshot(page, "sign-in-again-1440")

    dialog.locator("[name=login]").fill("reviewer_a")
    dialog.locator("[name=password]").fill("wrong")
    dialog.locator("button.btn-primary").click()
    dialog.get_by_role("alert").wait_for()
    dialog.locator("[name=login]").fill("reviewer_a")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("button.btn-primary").click()

    saved(page)
    assert not dialog.is_visible()
    page.locator("[name=remarks]").fill("然后接着写")
    page.wait_for_timeout(200)
    page.locator("[name=_action][value=save_draft]:visible").last.click()
    page.get_by_role("status").filter(has_text="草稿已保存").wait_for()
    assert page.locator("[name=remarks]").input_value() == "然后接着写"


def test_a_second_window_is_told_and_chooses_what_stays(
    page: Any, windows: Any, walk: Walk, expect_accessible: Any, expect_no_sideways_scrolling: Any, screenshot: Any
) -> None:
    second = page.context.new_page()
    second.goto(page.url)
    page.locator("[name=remarks]").fill("第一个窗口写的")
    saved(page)
    second.locator("[name=remarks]").fill("第二个窗口写的")
    second.locator("[data-autosave-difference]:visible").click()

    choice = second.locator("[name='_take:/remarks']")
    choice.first.wait_for()
    assert second.locator("[name=remarks]").input_value() == "第二个窗口写的"
    expect_accessible(second)
    screenshot(second, "two-windows-1440")
    second.set_viewport_size({"width": 390, "height": 844})
    expect_no_sideways_scrolling(second)
    screenshot(second, "two-windows-390")
    choice.last.check()
    second.locator("[name=_action][value=save_draft]:visible").last.click()

    second.get_by_role("status").filter(has_text="草稿已保存").wait_for()
    assert second.locator("[name=remarks]").input_value() == "第一个窗口写的"
