"""Cases: who sees what of them, whose move it is, how they begin and how they end."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests import answers
from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


def page_of(client, walk, tab=""):
    """The page of the case."""
    return client.get(f"/cases/{walk.case}" + (f"?tab={tab}" if tab else ""))


def experts_of(walk, element):
    """The experts who hold such a task: task ids and logins."""
    return [(task.id, walk.login_of(task.assignee_id)) for task in walk.open(element)]


def test_an_agency_begins_a_case_and_has_its_first_task(client_of):
    client = client_of("agency")

    answer = client.post("/start/agency_certification", follow_redirects=True)

    assert "案件 2026-00001 已建立" in answer.text
    assert 'name="introduction"' in answer.text


def test_an_agency_has_one_application_at_a_time(client_of):
    client = client_of("agency")
    client.post("/start/agency_certification")

    assert client.post("/start/agency_certification").status_code == 422
    assert "开始填写" not in client.get("/cases").text


@pytest.mark.parametrize("process", ["nonsense", "expert_review"])
def test_what_an_agency_may_not_begin_it_cannot(client_of, process):
    assert client_of("agency").post(f"/start/{process}").status_code in {403, 404}


def test_the_applicant_reads_whose_move_it_is_and_by_when(walk, client_of):
    walk.start()
    client = client_of("agency")
    yours = page_of(client, walk).text

    walk.act("submit_application", "agency", answers.application())
    theirs = page_of(client, walk).text

    assert "轮到您：填写认定申请" in yours
    assert "轮到：审核员" in theirs
    assert "11 月 9 日（周一）" in theirs
    assert 'aria-current="step"><b>核验' in theirs


def test_the_applicant_reads_no_names_no_experts_and_no_scores_before_the_conclusion(walk, client_of):
    walk.scored(82, 75)
    client = client_of("agency")

    seen = "".join(page_of(client, walk, tab).text for tab in ("", "materials", "course", "diagram"))

    assert "马砚秋" not in seen
    assert "审核员：核验真实性" in seen
    assert "82.00" not in seen
    assert "评分" not in seen
    assert "声明" not in seen
    assert "已在登记系统核对" not in seen
    assert not any(f"专家{number}" in seen for number in range(1, 13))


def test_the_applicant_sees_the_diagram_of_the_case_but_not_what_experts_do(walk, client_of):
    walk.drawn()
    client = client_of("agency")

    assert client.get(f"/cases/{walk.case}/diagrams/agency_certification.xml").mimetype == "application/xml"
    assert client.get(f"/cases/{walk.case}/diagrams/expert_review.xml").status_code == 404
    assert client_of("auditor").get(f"/cases/{walk.case}/diagrams/expert_review.xml").status_code == 200


def test_the_applicant_sees_the_tasks_of_nobody_else(walk, client_of):
    walk.submitted()

    assert client_of("agency").get(f"/tasks/{walk.task('verify_authenticity')}").status_code == 404


def test_an_expert_sees_no_materials_before_declaring_and_the_application_after(walk, client_of):
    walk.drawn()
    task_id, login = experts_of(walk, "declare_interests")[0]
    client = client_of(login)
    before = client.get(f"/tasks/{task_id}").text
    file = f"/tasks/{task_id}/files/{walk.licence['file']}"
    locked = client.get(file).status_code

    walk.complete(task_id, walk.cast[login], {"declaration": "none"})
    after = client.get(f"/tasks/{walk.open('score_application')[0].id}").text

    assert "专营企业信用管理咨询" not in before
    assert locked == 404
    assert "专营企业信用管理咨询" in after
    assert client.get(file).status_code == 200


def test_an_expert_sees_neither_the_case_nor_the_others(walk, client_of):
    walk.declared()
    (own, login), (other, _) = experts_of(walk, "score_application")[:2]
    client = client_of(login)

    page = client.get(f"/tasks/{own}").text

    assert client.get(f"/tasks/{other}").status_code == 404
    assert client.get(f"/cases/{walk.case}").status_code in {403, 404}
    assert "马砚秋" not in page
    assert "已在登记系统核对" not in page
    assert f"/tasks/{own}?tab=course" not in page


def test_the_office_sees_no_score_before_the_panel_has_closed(walk, client_of):
    walk.declared()
    tasks = walk.open("score_application")
    for task in tasks[:4]:
        walk.complete(task.id, task.assignee_id, answers.scores(80, 80) | {"items": answers.scores(80, 80)["items"]})

    for login in ("reviewer_a", "supervisor", "bureau", "auditor"):
        seen = page_of(client_of(login), walk, "materials").text + client_of(login).get(f"/tasks/{tasks[0].id}").text
        assert "见材料第四项。" not in seen, login

    walk.complete(tasks[4].id, tasks[4].assignee_id, answers.scores(80, 80))
    assert "见材料第四项。" in page_of(client_of("supervisor"), walk, "materials").text


def test_a_foreign_case_looks_like_one_that_does_not_exist(walk, client_of, parts):
    walk.submitted()
    client = client_of("expert_1")

    assert client.get(f"/cases/{walk.case}").status_code == client.get("/cases/999").status_code


def test_the_office_finds_cases_by_number_and_applicant(walk, client_of):
    walk.submitted()
    client = client_of("supervisor")

    assert "2026-00001" in client.get("/cases?q=砺信").text
    assert "没有提到“无此”的案件" in client.get("/cases?q=无此").text


def test_the_course_tells_who_did_what_to_the_office(walk, client_of):
    walk.verified()

    page = page_of(client_of("supervisor"), walk, "course").text

    assert "韩知白发起本案" in page
    assert "马砚秋：核验真实性" in page
    assert "· 通过" in page


def test_the_course_speaks_english(walk, client_of):
    walk.verified()
    client = client_of("supervisor")
    client.post("/language/en")

    page = page_of(client, walk, "course").text

    assert "马砚秋: Verify authenticity" in page or "马砚秋: Verify that the papers are authentic" in page
    assert "The system: " in page


def test_a_certified_agency_reads_its_number_and_validity(walk, client_of):
    walk.certified()

    page = page_of(client_of("agency"), walk).text

    assert "NXJG-2026-0001" in page
    assert "有效期 2026-11-" in page


def test_a_refused_agency_reads_the_reasons_and_the_article(walk, client_of):
    walk.submitted()
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity("refused"))
    walk.act("verify_compliance", "reviewer_b", answers.compliance())

    page = page_of(client_of("agency"), walk).text

    assert "不予认定" in page
    assert "已在登记系统核对。" in page
    assert "A8.2" in page
    assert "复核" in page


def test_the_list_of_my_cases_leads_back_to_each(walk, client_of):
    walk.submitted()

    page = client_of("agency").get("/cases").text

    assert f'href="/cases/{walk.case}"' in page
    assert "轮到：审核员" in page


@pytest.mark.parametrize(("login", "address"), [("supervisor", "/cases"), ("agency", "/inbox?view=claimable")])
def test_lists_ask_the_database_as_often_for_four_rows_as_for_one(walk, client_of, parts, login, address):
    walk.start()
    client = client_of(login)
    seen = []
    sa.event.listen(parts.database, "after_cursor_execute", lambda *_: seen.append(1))

    def asked():
        client.get(address)
        seen.clear()
        page = client.get(address).text
        return len(seen), "2026-00004" in page

    alone, _ = asked()
    for _ in range(3):
        walk.start()

    assert asked() == (alone, True)
