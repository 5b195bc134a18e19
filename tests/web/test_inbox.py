"""The inbox: views with counts, rows in every state, search, pages, all of it in the address."""

from __future__ import annotations

import pytest

from app.db import unit_of_work
from app.engine.incidents import open_incident
from app.web.inbox_rows import trouble_of
from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


def test_an_empty_view_says_what_would_appear_there(walk, client_of):
    page = client_of("reviewer_a").get("/inbox").text

    assert "您手上没有任务" in page
    assert "data-zero" in page


def test_views_are_counted_and_list_what_they_count(walk, client_of):
    walk.submitted()
    client = client_of("reviewer_a")
    client.post(f"/tasks/{walk.task('verify_authenticity')}/claim")

    mine, claimable = client.get("/inbox?view=mine").text, client.get("/inbox?view=claimable").text

    assert "待办 1</h1>" in mine
    assert "核验真实性" in mine
    assert "核验真实性" not in claimable
    assert "可认领 1</h1>" in claimable


def test_a_row_says_who_has_the_task_and_until_when(walk, client_of):
    walk.submitted()
    client = client_of("reviewer_a")
    client.post(f"/tasks/{walk.task('verify_authenticity')}/claim")

    page = client.get("/inbox").text

    assert 'data-state="mine">我</span>' in page
    assert "余 5 个工作日" in page
    assert "11 月 9 日（周一）" in page


def test_a_row_whose_last_day_has_passed_is_overdue(walk, client_of):
    walk.submitted()
    walk.pass_time(days=9)

    page = client_of("reviewer_a").get("/inbox?view=overdue").text

    assert 'data-state="overdue">逾期 2 个工作日</span>' in page


def test_a_row_with_a_draft_says_so(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    client.post(f"/tasks/{task_id}/claim")
    client.post(f"/tasks/{task_id}/draft", data={"remarks": "记", "draft_version": "0"})

    assert 'data-state="draft">我，草稿 09:00</span>' in client.get("/inbox").text


def test_a_row_of_a_case_in_error_says_so(walk, client_of, parts):
    walk.submitted()
    with unit_of_work(parts.database) as unit:
        open_incident(
            unit, walk.case, engine_task_id=1, element_id="open_application", failure=OSError("no disk"), now=walk.now
        )

    assert 'data-state="error">出错，已报管理员</span>' in client_of("reviewer_a").get("/inbox?view=claimable").text


@pytest.mark.parametrize(
    ("status", "in_error", "state"),
    [
        ("running", False, None),
        ("running", True, "error"),
        ("suspended", True, "suspended"),
        ("completed", False, None),
    ],
)
def test_what_keeps_a_case_from_going_on_is_told_by_shape_and_words(app, status, in_error, state):
    with app.test_request_context():
        found = trouble_of(status, in_error=in_error)

    assert (found.state if found else None) == state


@pytest.mark.parametrize("layout", ["list", "split"])
def test_while_the_applicant_corrects_the_offices_row_says_that_its_clock_stands_still(walk, client_of, layout):
    walk.under_correction()

    page = client_of("reviewer_a").get(f"/inbox?view=waiting&layout={layout}", follow_redirects=True).text

    assert 'data-state="paused">补正中，暂停计时</span>' in page.partition('class="ql-items"')[2]
    assert page.count("data-row") == 1


def test_the_applicants_own_clock_runs_while_they_correct(walk, client_of):
    walk.under_correction()

    page = client_of("agency").get("/inbox?view=claimable").text

    assert "暂停计时" not in page.partition('class="ql-items"')[2]
    assert "余 10 个工作日" in page.partition('class="ql-items"')[2]


def test_the_pane_of_a_case_under_correction_says_why_its_clock_stands_still(walk, client_of):
    walk.under_correction()

    page = client_of("reviewer_a").get(f"/tasks/{walk.task('mend_application')}").text

    assert 'data-state="paused">补正中，暂停计时</span>，补正至 11' in page
    assert "目前无人能处理" not in page


def test_the_search_finds_number_subject_and_step(walk, client_of):
    walk.submitted()
    client = client_of("reviewer_a")

    for text, count in (("2026-00001", 2), ("砺信", 2), ("合规", 1), ("查无此事", 0)):
        page = client.get("/inbox", query_string={"view": "claimable", "q": text}).text
        assert page.count("认领 2026-00001") == count, text


def test_a_filter_in_use_is_shown_and_can_be_removed(walk, client_of):
    page = client_of("reviewer_a").get("/inbox?q=砺信").text

    assert "提到“砺信”" in page
    assert 'aria-label="去掉“提到“砺信””"' in page


def test_the_split_layout_opens_the_first_task_beside_the_list(walk, client_of):
    walk.submitted()
    client = client_of("reviewer_a")

    answer = client.get("/inbox?view=claimable&layout=split")
    page = client.get(answer.headers["Location"]).text

    assert f"task={walk.task('verify_authenticity')}" in answer.headers["Location"]
    assert "专营企业信用管理咨询。" in page
    assert "下一件" in page


def test_lists_page_by_key(walk, client_of, app):
    walk.submitted()
    from app.web import inbox

    client = client_of("reviewer_a")
    whole = inbox.PAGE_SIZE
    try:
        inbox.PAGE_SIZE = 1
        first = client.get("/inbox?view=claimable").text
        address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        second = client.get(address).text
    finally:
        inbox.PAGE_SIZE = whole

    assert ("核验真实性" in first, "核验合规性" in first) == (True, False)
    assert ("核验真实性" in second, "核验合规性" in second) == (False, True)
    assert "第一页" in second


def test_a_cursor_that_is_none_is_refused_in_words(client_of):
    assert client_of("reviewer_a").get("/inbox?cursor=nonsense").status_code == 422


@pytest.mark.parametrize("address", ["/inbox?view=nonsense", "/inbox?layout=nonsense", "/inbox?task=x", "/inbox?tab=x"])
def test_what_the_address_says_wrongly_is_as_if_it_were_not_there(client_of, address):
    assert client_of("reviewer_a").get(address).status_code == 200


def test_a_foreign_task_in_the_address_is_not_there(walk, client_of):
    walk.drawn()
    task = walk.open("declare_interests")[0]
    stranger = next(f"expert_{n}" for n in range(1, 13) if walk.cast[f"expert_{n}"] != task.assignee_id)

    assert client_of(stranger).get(f"/inbox?task={task.id}&layout=split").status_code == 404


def test_the_inbox_speaks_english(walk, client_of):
    walk.submitted()
    client = client_of("reviewer_a")
    client.post("/language/en")

    page = client.get("/inbox?view=claimable").text

    assert "Can be claimed 2</h1>" in page
    assert "5 working days left" in page
