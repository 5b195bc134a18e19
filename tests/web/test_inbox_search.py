"""Searching the inbox: what each person finds, and that nobody finds by what they may not read."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests import answers
from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


def hits(client, view, query):
    """How many rows a query lists: by the row's checkbox or its link to the case."""
    page = client.get("/inbox", query_string={"view": view, "q": query}).text
    return page.count("data-row")


FOUND = {"2026-00001": 2, "砺信": 2, "91640100MA7600003": 2, "魏长礼": 2, "专营企业信用": 2, "韩知白": 2,
        "营业执照": 2, "合规": 1, "查无此事": 0, "砺信 专营企业": 2, "砺信 -专营企业": 0, '"砺信 专营"': 0,
        "step:authenticity": 1, "步骤：合规": 1, "due:<6d": 2, "due:>=6d": 0, "due:none": 0, "age:<1d": 2,
        "waiting:reviewer": 2, "waiting:agency": 0, "state:free": 2, "state:overdue,free": 2, "-state:free": 0,
        "assignee:none": 2, "assignee:me": 0, "number:00001": 2, 'applicant:"宁夏 砺"': 0, "applicant:宁夏": 2,
        "flag:no": 2, "flag:yes": 0, "process:agency": 2, "started:2026-11": 2, "started:>2026-11-02": 0,
        "started:2026-11-02": 2, "role:supervisor": 0}  # fmt: skip


def test_a_reviewer_finds_by_words_and_by_fields(walk, client_of):
    walk.submitted()
    client = client_of("reviewer_a")

    assert {query: hits(client, "claimable", query) for query in FOUND} == FOUND


@pytest.mark.parametrize(
    ("login", "view", "query", "count"),
    [
        ("reviewer_a", "waiting", "state:paused", 1),
        ("reviewer_a", "waiting", "-state:paused", 0),
        ("reviewer_a", "done", "state:paused", 0),
        ("agency", "claimable", "state:paused", 0),
        ("agency", "claimable", "-state:paused", 1),
    ],
)
def test_cases_under_correction_are_found_by_their_state_by_the_office_alone(
    walk, client_of, login, view, query, count
):
    walk.under_correction()

    assert hits(client_of(login), view, query) == count


def test_the_words_of_an_answer_are_found_the_moment_after_it_was_given(walk, client_of):
    walk.submitted()
    walk.act("verify_authenticity", "reviewer_a", {**answers.authenticity(), "remarks": "登记系统核对无误"})

    assert hits(client_of("reviewer_b"), "claimable", "登记系统核对") == 1


def test_an_expert_finds_by_number_alone_until_they_have_declared(walk, client_of):
    walk.drawn()
    seat = walk.open("declare_interests")[0]
    expert = client_of(walk.login_of(seat.assignee_id))
    secret = ("砺信", "91640100MA7600003", "魏长礼", "专营企业信用", "applicant:宁夏", "马砚秋")

    assert [hits(expert, "mine", query) for query in ("2026-00001", *secret)] == [1, 0, 0, 0, 0, 0, 0]
    assert "砺信" not in expert.get("/inbox").text
    walk.complete(seat.id, seat.assignee_id, {"declaration": "none"})
    assert [hits(expert, "mine", query) for query in ("2026-00001", *secret)] == [1, 1, 1, 1, 1, 1, 0]
    assert "砺信" in expert.get("/inbox").text


def test_nobody_finds_by_what_an_expert_wrote(walk, client_of):
    walk.declared()
    first, second = walk.open("score_application")[:2]
    given = answers.scores(80, 80)
    given["agency"]["qualification"]["reason"] = "独特之语"
    walk.complete(first.id, first.assignee_id, given)

    assert hits(client_of("supervisor"), "waiting", "独特之语") == 0
    assert hits(client_of(walk.login_of(second.assignee_id)), "mine", "独特之语") == 0
    assert hits(client_of(walk.login_of(first.assignee_id)), "done", "独特之语") == 0


def test_an_expert_waits_for_nobody_and_sees_nothing_coming(walk, client_of):
    walk.declared()
    expert = client_of(walk.login_of(walk.open("score_application")[0].assignee_id))

    assert [hits(expert, view, "") for view in ("waiting", "coming", "claimable")] == [0, 0, 0]
    assert "将至" not in expert.get("/inbox").text


def test_an_applicant_waits_for_the_office_without_its_peoples_names(walk, client_of):
    walk.submitted()
    client_of("reviewer_a").post(f"/tasks/{walk.task('verify_authenticity')}/claim")
    agency = client_of("agency")

    page = agency.get("/inbox?view=waiting").text

    assert page.count("data-row") == 2
    assert "马砚秋" not in page
    assert f'href="/cases/{walk.case}"' in page
    assert hits(agency, "waiting", "assignee:马砚秋") == 0
    assert hits(agency, "waiting", "马砚秋") == 0
    assert hits(agency, "waiting", "专营企业信用") == 2


def test_a_query_that_cannot_be_read_says_where_and_what_to_write(walk, client_of):
    walk.submitted()
    page = client_of("reviewer_a").get("/inbox?view=claimable&q=stpe:x").text

    assert "没有“stpe”这个条件。" in page
    assert "在第 1 个字符处。" in page
    assert 'value="stpe:x"' in page
    assert page.count("data-row") == 0


def test_the_filter_panel_writes_the_query(client_of):
    answer = client_of("reviewer_a").get(
        "/inbox/filter?view=claimable&words=砺信&f_step=verify&f_due=<3d&f_state=overdue&f_state=free&rest=-flag:yes"
    )

    assert answer.status_code == 302
    page = client_of("reviewer_a").get(answer.headers["Location"]).text
    assert 'value="-flag:yes step:verify due:&lt;3d state:overdue,free 砺信"' in page
    assert page.count("ql-chip-off") == 5


def test_columns_open_their_filter_and_turn_their_order(walk, client_of):
    walk.submitted()
    page = client_of("reviewer_a").get("/inbox?view=claimable&sort=number").text

    assert 'aria-sort="ascending"' in page
    assert "sort=-number" in page
    assert "panel=step" in page


def test_the_api_reads_the_same_queries(walk, client_of, token_of):
    walk.submitted()
    client, header = client_of(None), token_of("reviewer_a")

    found = client.get("/api/v1/tasks?view=claimable&q=step:authenticity 砺信", headers=header).json
    refused = client.get("/api/v1/tasks?view=claimable&q=due:soon", headers=header)

    assert [task["element_id"] for task in found["tasks"]] == ["verify_authenticity"]
    assert (refused.status_code, refused.json["code"]) == (422, "query_unreadable")


def test_the_api_tells_an_applicant_no_name_of_the_office(walk, client_of, token_of):
    walk.submitted()
    client_of("reviewer_a").post(f"/tasks/{walk.task('verify_authenticity')}/claim")

    tasks = client_of(None).get("/api/v1/tasks?view=waiting", headers=token_of("agency")).json["tasks"]

    assert [task["assignee_id"] for task in tasks] == [None, None]


def test_the_list_exports_to_excel_as_it_is_shown(walk, client_of):
    walk.submitted()

    answer = client_of("reviewer_a").get("/inbox/export?view=claimable&q=step:authenticity")

    assert answer.mimetype.endswith("spreadsheetml.sheet")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "2026-00001" in texts
    assert "核验真实性" in texts
    assert "核验合规性" not in texts
