"""What the pages of a certification let an applicant and the office do: correct, withdraw, renew, ask for a review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.certification import CertificationApplication
from app.domain.notice import Notice
from app.domain.panel import PanelSeat
from app.engine.drafts import read_draft
from tests import answers
from tests.walk import Walk


@pytest.fixture
def walk(parts: Any, cast: dict[str, int]) -> Walk:
    """A certification that can be led to any stage."""
    return Walk(parts, cast)


def asked(walk: Walk) -> int:
    """A case whose agency is to mend the licence and the second item; the task's id."""
    walk.submitted(2)
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("licence", None)))
    walk.act("verify_compliance", "reviewer_b", answers.compliance() | answers.asks(("item", 2)))
    return walk.task("mend_application")


def status(walk: Walk) -> str:
    with reading(walk.parts.database) as unit:
        return unit.session.scalars(sa.select(CertificationApplication.status)).one()


def test_the_applicant_reads_what_to_mend_and_only_that_opens(walk: Walk, client_of: Any) -> None:
    task_id = asked(walk)
    agency = client_of("agency")
    agency.post(f"/tasks/{task_id}/claim")
    page = agency.get(f"/tasks/{task_id}").text

    assert "有 2 处需要补正" in page
    assert "请补正 licence。" in page
    assert 'name="items.1.price_fen"' in page
    for locked in ('name="staff"', 'name="items.0.price_fen"', 'name="introduction"'):
        assert locked not in page
    assert "马砚秋" not in page  # the reviewers are the office to an applicant
    assert "专营企业信用管理咨询。" in page  # the rest can be read


def test_what_is_locked_stays_whatever_is_posted(walk: Walk, client_of: Any) -> None:
    task_id = asked(walk)
    agency = client_of("agency")
    agency.post(f"/tasks/{task_id}/claim")
    typed = {"staff": "99", "items.1.price_fen": "2500.00", "items.0.price_fen": "1.00", "draft_version": "0"}
    agency.post(f"/tasks/{task_id}/draft", data=typed)

    with reading(walk.parts.database) as unit:
        draft = read_draft(unit.connection, task_id, walk.cast["agency"])
    assert (draft.answers["staff"], [row["price_fen"] for row in draft.answers["items"]]) == (12, [360_000, 250_000])


def test_the_office_sees_what_changed_and_what_was_changed_beside(walk: Walk, client_of: Any) -> None:
    task_id = asked(walk)
    reviewer = client_of("reviewer_a")
    assert "中止计算" in reviewer.get(f"/cases/{walk.case}").text
    sent = answers.application(2, licence=walk.licence, qualifications=[walk.licence], staff=77)
    sent["items"][1]["price_fen"] = 250_000
    walk.complete(task_id, walk.cast["agency"], sent)

    page = reviewer.get(f"/tasks/{walk.task('verify_authenticity')}").text
    assert "2,500.00" in page
    assert "要求之外改动了：专职服务人员" in page
    assert "要求之外" not in client_of("agency").get(f"/cases/{walk.case}").text


@pytest.mark.parametrize("stage", ["start", "submitted", "drawn", "announced"])
def test_an_agency_withdraws_at_any_time(walk: Walk, client_of: Any, stage: str) -> None:
    getattr(walk, stage)()
    agency = client_of("agency")
    assert "撤回申请" in agency.get(f"/cases/{walk.case}").text
    answer = agency.post(f"/cases/{walk.case}/withdraw", data={"reason": "业务调整。"}, follow_redirects=True)

    assert answer.status_code == 200
    assert "已撤回" in answer.text
    with reading(walk.parts.database) as unit:
        assert set(unit.session.scalars(sa.select(CertificationApplication.status))) <= {"withdrawn"}
        assert unit.session.scalars(sa.select(PanelSeat).where(PanelSeat.status.in_(("drawn", "declared")))).all() == []
        assert unit.session.scalars(sa.select(Notice).where(Notice.withdrawn_at.is_(None))).all() == []
    agency.post("/start/agency_certification")
    assert "轮到您：填写认定申请" in agency.get("/cases").text


def test_withdrawing_needs_a_reason_and_is_the_applicants_alone(walk: Walk, client_of: Any) -> None:
    walk.submitted()
    agency = client_of("agency")
    assert agency.post(f"/cases/{walk.case}/withdraw", data={"reason": " "}).status_code == 422
    assert agency.post(f"/cases/{walk.case}/withdraw", data={"reason": "原" * 501}).status_code == 422
    for login, code in (("reviewer_a", 403), ("supervisor", 403)):
        assert client_of(login).post(f"/cases/{walk.case}/withdraw", data={"reason": "x"}).status_code == code

    assert status(walk) == "open"


def test_a_certified_agency_renews_in_its_last_ninety_days(walk: Walk, client_of: Any) -> None:
    walk.certified()  # on 12 November 2026, until 12 November 2028
    agency = client_of("agency")
    assert "2028-08-14 起可以申请续期" in agency.get("/cases").text
    early = agency.post("/start/agency_certification")
    assert (early.status_code, "2028-08-14" in early.text) == (422, True)

    walk.now += timedelta(days=640)
    walk.set_clock()
    assert agency.post("/start/agency_certification").status_code == 422
    walk.now += timedelta(days=1)
    walk.set_clock()
    assert agency.post("/start/agency_certification").status_code == 302


def test_a_refusal_is_the_applicants_move(walk: Walk, client_of: Any) -> None:
    walk.submitted()
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity("refused"))
    walk.act("verify_compliance", "reviewer_b", answers.compliance())
    page = client_of("agency").get(f"/cases/{walk.case}").text

    assert "轮到您：申请复核" in page
    assert "申请不予认定：已在登记系统核对。" in page
    walk.act("request_review", "agency", {"grounds": "登记已更新。", "outcome": "ask"})
    walk.second_supervisor()
    walk.act("examine_review", "second_supervisor", {"reason": "仍不符。", "outcome": "upheld"})

    page = client_of("agency").get(f"/cases/{walk.case}").text
    assert "复核：维持不予认定" in page
    assert "仍不符。" in page
    assert "登记已更新。" in page
