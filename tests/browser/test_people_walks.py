"""An expert is taken into the pool by two people, and a person changes their own e-mail address."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.expert import Expert
from app.domain.organisation import Organisation
from app.domain.outbox import OutboxEmail
from app.domain.person import Person
from tests.browser.conftest import PHONE
from tests.browser.test_people import last_link
from tests.people import PASSWORD, person

pytestmark = pytest.mark.browser


def test_a_supervisor_proposes_an_expert_and_the_bureau_takes_them_in(
    windows: Any, live_server: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any
) -> None:
    with unit_of_work(live_server.parts.database) as unit:
        newcomer = person(unit.session, "newcomer", "温栖谷").id
        employer = unit.session.scalars(
            sa.select(Organisation.credit_code).where(Organisation.name_zh == "宁夏第3研究院")
        ).one()
    supervisor = windows.sign_in("supervisor")
    supervisor.goto("/experts")
    supervisor.get_by_label("账号").fill("newcomer")
    supervisor.locator("[name=employer_code]").fill(employer)
    supervisor.locator("#reason").fill("信用管理师，十二年")
    supervisor.get_by_role("button", name="提名").click()
    supervisor.locator("#fields-error").wait_for()
    assert supervisor.locator("#reason").input_value() == "信用管理师，十二年"
    expect_accessible(supervisor)
    supervisor.get_by_role("checkbox", name="信用").check()
    supervisor.get_by_role("button", name="提名").click()
    supervisor.get_by_text("是您提名的，由他人决定").wait_for()
    assert supervisor.get_by_role("button", name="批准入库").count() == 0

    bureau = windows.sign_in("bureau", size=PHONE)
    bureau.goto("/experts")
    expect_accessible(bureau)
    expect_no_sideways_scrolling(bureau)
    bureau.get_by_role("button", name="批准入库").click()
    bureau.get_by_text("专家库已更新").wait_for()

    with reading(live_server.parts.database) as unit:
        assert unit.session.get_one(Expert, newcomer).left_at is None
    supervisor.reload()
    assert "温栖谷" in supervisor.locator("table").inner_text()


def test_an_own_address_counts_once_its_link_was_opened_in_english_too(
    windows: Any, live_server: Any, expect_accessible: Any, expect_no_sideways_scrolling: Any
) -> None:
    with unit_of_work(live_server.parts.database) as unit:
        unit.connection.execute(sa.update(Person).where(Person.login == "reviewer_b").values(language="en"))
    page = windows.sign_in("reviewer_b", size=PHONE, locale="en")
    page.goto("/account/email")
    page.get_by_label("New e-mail address").fill("ji at example")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Send the link").click()
    page.locator("#email[aria-invalid=true]").wait_for()
    assert page.locator("#email").input_value() == "ji at example"
    expect_accessible(page)
    expect_no_sideways_scrolling(page)
    page.locator("#email").fill("ji@example.cn")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Send the link").click()
    page.get_by_role("status").get_by_text("ji@example.cn").wait_for()

    page.goto(last_link(live_server))
    page.get_by_role("heading", name="Confirm the e-mail address").wait_for()
    expect_accessible(page)
    page.get_by_role("button", name="Confirm the e-mail address").click()
    page.get_by_role("status").wait_for()

    with reading(live_server.parts.database) as unit:
        kept = unit.session.scalars(sa.select(Person.email).where(Person.login == "reviewer_b")).one()
        assert unit.session.scalar(sa.select(OutboxEmail.id).where(OutboxEmail.address == "ji@example.cn"))
    assert kept == "ji@example.cn"
