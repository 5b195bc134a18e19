"""The secretary's pages: who has still to score, reminding, replacing, results once a panel has closed; receipts."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.expert import Expert
from app.domain.message import Message
from app.domain.organisation import Organisation
from app.domain.panel import PanelSeat, SeatReplacement
from app.domain.reminder import HandReminder
from tests import answers
from tests.walk import Walk

CASE = "/panels/2026-00001"


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


def pips(page):
    """The states of the pips of a matrix with one panel, without the legend."""
    return re.findall(r'<li class="ql-pip" data-pip="(\w+)"', page)


def seats(parts):
    """The seats, by id."""
    with reading(parts.database) as unit:
        return unit.session.scalars(sa.select(PanelSeat).order_by(PanelSeat.id)).all()


def test_the_matrix_says_of_each_expert_how_far_they_are(walk, client_of):
    walk.drawn()
    first, second, third = walk.open("declare_interests")[:3]
    for task in (first, second, third):
        walk.complete(task.id, task.assignee_id, {"declaration": "none"})
    by_holder = {task.assignee_id: task for task in walk.open("score_application")}
    walk.complete(by_holder[first.assignee_id].id, first.assignee_id, answers.scores(80, 80))
    expert = client_of(walk.login_of(second.assignee_id))
    task_id = by_holder[second.assignee_id].id
    expert.post(f"/tasks/{task_id}/draft", data={"draft_version": "0", "agency.price.score_hundredths": "12"})

    page = client_of("supervisor").get("/panels").text

    assert pips(page) == ["done", "part", "declared", "waiting", "waiting"]
    assert "1 / 5" in page
    assert "专家组评完后显示" in page
    assert "有 1 个" not in page


def test_no_score_is_on_any_page_before_the_panel_closes(walk, client_of):
    walk.divergent()
    client = client_of("supervisor")

    for address in ("/panels", CASE):
        assert not re.search(r"\b(59|90|75|74)\.\d\d\b", client.get(address).text)


def test_after_closing_scores_spread_outliers_and_both_ranks_stand_side_by_side(walk, client_of):
    walk.declared()
    for task, points in zip(walk.open("score_application"), (60, 75, 75, 75, 90), strict=True):
        walk.complete(task.id, task.assignee_id, answers.scores(points, 80))
    client = client_of("supervisor")

    page, sheet = client.get("/panels").text, client.get(CASE).text

    for words in ("75.00", "30.00"):
        assert words in page
    assert "已评完：75.00" in sheet
    assert "机构 60.00 分" in sheet
    assert "平均偏差" in sheet


def test_a_late_expert_is_shown_late_and_a_replaced_one_struck_out(walk, client_of):
    walk.drawn()
    with unit_of_work(walk.parts.database) as unit:
        for expert in unit.session.scalars(sa.select(Expert)):
            expert.left_at = walk.now
    walk.pass_time(days=15)

    page = client_of("supervisor").get("/panels").text

    assert "out" in pips(page)
    assert "已替换：逾期" in page


def test_reminding_by_hand_reaches_the_expert_once_a_day(walk, client_of, parts):
    walk.drawn()
    client, seat = client_of("supervisor"), seats(parts)[0]
    address = f"{CASE}/seats/{seat.id}/remind"

    assert "已提醒该专家" in client.post(address, follow_redirects=True).text
    assert "今天已经提醒过" in client.post(address, follow_redirects=True).text

    with reading(parts.database) as unit:
        assert len(unit.session.scalars(sa.select(HandReminder)).all()) == 1
        told = unit.session.scalars(sa.select(Message.template).where(Message.person_id == seat.person_id)).all()
    assert sorted(told) == ["reminder", "seat_assigned"]
    walk.pass_time(days=1)
    assert "已提醒该专家" in client.post(address, follow_redirects=True).text


def test_replacing_by_hand_needs_a_reason_and_draws_the_next(walk, client_of, parts):
    walk.drawn()
    client, seat = client_of("supervisor"), seats(parts)[0]
    address = f"{CASE}/seats/{seat.id}/replace"

    refused = client.post(address, data={"reason": " "})
    assert refused.status_code == 422
    assert "请写明理由" in refused.text
    assert "下一位专家接替" in client.post(address, data={"reason": "来电称病。"}, follow_redirects=True).text
    walk.pass_time(minutes=1)

    page = client.get(CASE).text
    assert "由主管替换: 来电称病。" in page or "由主管替换：来电称病。" in page
    with reading(parts.database) as unit:
        replaced = unit.session.scalars(sa.select(SeatReplacement)).one()
    assert (replaced.seat_id, replaced.cause) == (seat.id, "by_hand")
    assert "刷新页面" in client.post(address, data={"reason": "再换。"}, follow_redirects=True).text


def test_a_seat_of_another_case_is_not_there(walk, client_of, parts):
    walk.drawn()
    client, seat = client_of("supervisor"), seats(parts)[0]

    for path in ("/panels/2026-09999", f"/panels/2026-09999/seats/{seat.id}/remind", f"{CASE}/seats/999999/remind"):
        answer = client.post(path) if path.endswith("remind") else client.get(path)
        assert answer.status_code == 404


def test_whoever_was_kept_out_of_the_draw_stands_there_with_the_path(walk, client_of, parts, cast):
    with unit_of_work(parts.database) as unit:
        employer_id = unit.session.get_one(Expert, cast["expert_3"]).employer_id
        unit.session.get_one(Organisation, employer_id).responsible_person = "魏长礼"
    walk.drawn()

    page = client_of("supervisor").get(CASE).text

    assert "受雇于宁夏第3研究院；宁夏第3研究院与宁夏砺信信用服务有限公司法定代表人相同" in page


def test_a_supervisor_proposes_an_expert_the_bureau_takes_them_in_and_the_supervisor_lets_them_go(
    client_of, parts, cast
):
    client, bureau = client_of("supervisor"), client_of("bureau")
    wrong = client.post("/experts", data={"login": "nobody", "employer_code": "x", "reason": "r", "fields": "credit"})
    assert wrong.status_code == 422
    assert "没有这个账号" in wrong.text
    with reading(parts.database) as unit:
        code = unit.session.get_one(Organisation, cast["bureau_office"]).credit_code
    given = {"login": "expert_1", "employer_code": code, "reason": "调动。", "fields": ["credit", "legal"]}

    assert "您提名的，由他人决定" in client.post("/experts", data=given, follow_redirects=True).text
    refused = client.post("/experts/proposals/1/approve", follow_redirects=True)
    assert "专家入库要由两个人办理" in refused.text
    assert "调动。" in bureau.get("/experts").text
    assert "专家库已更新" in bureau.post("/experts/proposals/1/approve", follow_redirects=True).text
    with reading(parts.database) as unit:
        assert unit.session.get_one(Expert, cast["expert_1"]).employer_id == cast["bureau_office"]
    gone = client.post(f"/experts/{cast['expert_1']}/leave", data={"reason": "退休。"}, follow_redirects=True)
    assert "不再被抽取" in gone.text
    with reading(parts.database) as unit:
        assert unit.session.get_one(Expert, cast["expert_1"]).left_at is not None


def test_the_administration_leads_an_expert_into_the_pool_and_out_of_it(client_of, parts, cast):
    client, person_id = client_of("system"), cast["auditor"]
    with reading(parts.database) as unit:
        code = unit.session.get_one(Organisation, cast["bureau_office"]).credit_code
    address = f"/people/{person_id}"
    role = {"role": "expert", "organisation": code, "reason": "行业知名。"}
    assert "专家角色随专家入库而来" in client.post(f"{address}/roles", data=role).text
    empty = client.post(f"{address}/pool", data={"employer_code": code, "reason": "行业知名。"})
    assert empty.status_code == 422
    assert "行业知名。" in empty.text

    given = {"employer_code": code, "reason": "行业知名。", "fields": "credit"}
    assert "已提名入专家库" in client.post(f"{address}/pool", data=given, follow_redirects=True).text
    assert client.post("/experts/proposals/1/approve").status_code == 403
    client_of("supervisor").post("/experts/proposals/1/approve")
    assert "评审专家" in client.get(address).text

    client.post(f"{address}/roles/expert/{cast['bureau_office']}/revoke", data={"reason": "退休。"})
    with reading(parts.database) as unit:
        assert unit.session.get_one(Expert, person_id).left_at is not None


def test_a_dry_pool_leads_the_supervisor_to_it(walk, client_of, parts):
    with unit_of_work(parts.database) as unit:
        for expert in unit.session.scalars(sa.select(Expert)):
            expert.left_at = walk.now
    walk.drawn()

    assert 'href="/experts"' in client_of("supervisor").get(f"/tasks/{walk.task('mend_pool')}").text


def test_a_receipt_is_the_experts_own_and_says_what_they_gave(walk, client_of, parts):
    walk.scored(80)
    first, second = seats(parts)[:2]
    client = client_of(walk.login_of(first.person_id))

    assert f'href="/receipts/{first.id}"' in client.get("/receipts").text
    page = client.get(f"/receipts/{first.id}").text
    assert page.count("80.00") == 2
    assert "2026-00001" in page
    assert client.get(f"/receipts/{second.id}").status_code == 404
    assert client.get("/receipts/999999").status_code == 404


def test_there_is_no_receipt_before_the_scores_are_sent(walk, client_of, parts):
    walk.declared()
    seat = seats(parts)[0]
    client = client_of(walk.login_of(seat.person_id))

    assert client.get(f"/receipts/{seat.id}").status_code == 404
    assert "提交评分后" in client.get("/receipts").text
