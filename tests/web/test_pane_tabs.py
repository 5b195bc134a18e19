"""The tabs of the work pane: what each counts and shows, and to whom."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.engine.tables import user_task
from tests import answers
from tests.walk import Walk


@pytest.fixture
def walk(parts: Any, cast: dict[str, int]) -> Walk:
    """A case to be led to a stage."""
    return Walk(parts, cast)


def counts(page: str) -> dict[str, int]:
    """What the tabs count, by their address."""
    found = re.findall(r'href="[^"]*tab=(\w+)[^"]*"(?: aria-current="page")?>[^<]* <span>(\d+)</span>', page)
    return {tab: int(number) for tab, number in found}


def mended(walk: Walk) -> int:
    """A case whose agency has mended the licence, as asked, and its staff, unasked; the reviewer's task."""
    walk.submitted(2)
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("licence", None)))
    walk.act("verify_compliance", "reviewer_b", answers.compliance() | answers.asks(("item", 2)))
    sent = answers.application(2, licence=walk.licence, qualifications=[walk.licence], staff=77)
    sent["items"][1]["price_fen"] = 250_000
    walk.act("mend_application", "agency", sent)
    return walk.task("verify_authenticity")


def test_versions_show_field_by_field_what_the_applicant_changed_and_mark_what_was_not_asked_for(walk, client_of):
    task_id = mended(walk)

    page = client_of("reviewer_a").get(f"/tasks/{task_id}?tab=versions").text.partition("<main")[2]

    rows = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, re.DOTALL)]
    price, staff = (next(row for row in rows if word in row) for word in ("公布价", "专职服务人员"))
    assert ("3,600.00" in price, "2,500.00" in price, "要求之外" in price) == (True, True, False)
    assert ("12" in staff, "77" in staff, "要求之外" in staff) == (True, True, True)
    panel = next(row for row in rows if "专家人数" in row)
    assert ("A8.3" in panel, "5 名专家" in panel, "2016-12-01" in panel) == (True, True, True)


def test_an_applicant_reads_their_changes_without_the_offices_marks(walk, client_of):
    mended(walk)
    agency, own = client_of("agency"), task_of(walk, "mend_application")

    page = agency.get(f"/tasks/{own}?tab=versions").text

    assert "77" in page
    assert "要求之外" not in page
    assert "tab=reviews" not in page


def test_reviews_show_the_findings_of_the_office_and_nothing_of_the_panel_before_it_closes(walk, client_of):
    walk.declared()
    for task in walk.open("score_application")[:4]:
        walk.complete(task.id, task.assignee_id, answers.scores(80, 80))
    task_id = task_of(walk, "verify_authenticity")

    page = client_of("supervisor").get(f"/tasks/{task_id}?tab=reviews").text.partition("<main")[2]

    assert "核验真实性" in page
    assert "已在登记系统核对。" in page
    assert "见材料第四项。" not in page
    assert "80.00" not in page


def test_reviews_show_the_panels_result_once_it_has_closed(walk, client_of):
    walk.scored(82, 75)

    page = client_of("supervisor").get(f"/tasks/{walk.task('conclude')}?tab=reviews").text

    assert "82.00" in page
    assert "已在登记系统核对。" in page


def test_tabs_count_what_their_reader_may_see(walk, client_of):
    walk.scored()
    task_id = walk.task("conclude")

    found = counts(client_of("supervisor").get(f"/tasks/{task_id}").text)

    assert found["reviews"] == 3
    assert found["talk"] == 0
    assert found["materials"] == found["versions"]
    assert found["course"] > 10


def test_an_experts_tabs_count_the_same_whatever_the_others_do(walk, client_of):
    walk.declared()
    first, *others = walk.open("score_application")
    expert = client_of(walk.login_of(first.assignee_id))
    before = counts(expert.get(f"/tasks/{first.id}").text)

    for task in others[:3]:
        walk.complete(task.id, task.assignee_id, answers.scores(80, 80))

    assert counts(expert.get(f"/tasks/{first.id}").text) == before


def task_of(walk: Walk, element: str) -> int:
    """The task of an element that is done."""
    query = sa.select(user_task.c.id).where(user_task.c.element_id == element, user_task.c.status == "completed")
    with reading(walk.parts.database) as unit:
        return int(unit.connection.execute(query).scalar_one())
