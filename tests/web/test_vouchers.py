"""Vouchers on their pages: who sees what, applying from the catalogue, the agency's part, voiding, withdrawing, the public record."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.person import Person
from app.domain.voucher import voucher_for
from app.engine.tables import user_task
from app.web.context import Context
from tests.enterprises import enterprise
from tests.people import BEGINNING
from tests.voucher_story import VoucherStory, offer


@pytest.fixture
def story(parts: Context, cast: dict[str, int]) -> VoucherStory:
    """Two enterprises, an item, and 5,000.00 yuan in the purse."""
    with unit_of_work(parts.database) as unit:
        item = offer(unit.session, cast["agency_firm"], cast["agency"])[0]
        for number, login in ((500, "enterprise"), (501, "enterprise_2")):
            cast[f"{login}_firm"] = enterprise(unit.session, number, login).id
            cast[login] = int(unit.session.scalars(sa.select(Person.id).where(Person.login == login)).one())
        parts.clock.set(unit, BEGINNING)
    told = VoucherStory(parts.database, cast, parts.runtime, {"credit": item})
    told.fill_purse(500_000)
    return told


def task_of(story: VoucherStory, element: str) -> int:
    with reading(story.database) as unit:
        query = sa.select(user_task.c.id).where(user_task.c.element_id == element, user_task.c.status == "open")
        return int(unit.connection.execute(query.order_by(user_task.c.id.desc())).scalars().first() or 0)


def test_an_enterprise_applies_from_the_catalogue_and_may_have_several_cases(story: Any, client_of: Any) -> None:
    client = client_of("enterprise")
    page = client.get("/public/catalogue?q=企业管理")
    assert "企业管理咨询1" in page.text
    assert "6,000.00" in page.text

    for _ in range(2):
        answer = client.post("/vouchers/apply", data={"item_id": story.items["credit"]})
        assert answer.status_code == 302
        assert "/tasks/" in answer.location

    assert client.get("/cases").text.count("服务券申请") >= 2


def test_nobody_but_an_enterprise_applies_and_nothing_that_is_not_offered(story: Any, client_of: Any) -> None:
    assert client_of("agency").post("/vouchers/apply", data={"item_id": story.items["credit"]}).status_code == 403
    refused = client_of("enterprise").post("/vouchers/apply", data={"item_id": 9_999})
    assert refused.status_code == 422
    assert "不在公开目录" in refused.text


def test_the_agency_sees_the_contract_that_it_confirms_and_nothing_else_of_the_case(story: Any, client_of: Any) -> None:
    story.submit()
    agency = client_of("agency")
    page = agency.get(f"/tasks/{task_of(story, 'confirm_contract')}?tab=materials")

    assert "HT-2026-001" in page.text
    assert agency.get(f"/cases/{story.case}").status_code == 404
    story.act("confirm_contract", "agency", {"outcome": "confirmed"})
    assert agency.get(f"/tasks/{task_of(story, 'first_review')}").status_code == 404


def test_a_case_says_whose_move_it_is_at_every_stage(story: Any, client_of: Any) -> None:
    client = client_of("enterprise")
    story.apply()
    assert "审核员" in client.get(f"/cases/{story.case}").text
    story.pass_review()
    assert "轮到您：缴纳保证金 2,600.00 元" in client.get(f"/cases/{story.case}").text
    story.apply("enterprise_2", contract_fen=600_000, requested_fen=260_001)  # the purse leaves 2,600.00
    assert "排队等候资金" in client_of("enterprise_2").get(f"/cases/{story.case}").text


def test_a_reviewer_reads_checks_and_bounds_beside_the_form(story: Any, client_of: Any) -> None:
    story.apply()
    reviewer = client_of("reviewer_a")
    task_id = task_of(story, "first_review")
    reviewer.post(f"/tasks/{task_id}/claim")
    page = reviewer.get(f"/tasks/{task_id}").text

    assert "合同没有拆分迹象" in page
    assert "属于中小微企业" in page
    assert "A11.9" in page
    assert "2,400.00" in page


def test_a_voucher_is_seen_by_its_parties_and_the_office_alone(story: Any, client_of: Any) -> None:
    story.issued()
    address = "/vouchers/NXQ-2026-00001"

    for login in ("enterprise", "agency", "reviewer_a", "bureau"):
        assert client_of(login).get(address).status_code == 200, login
    assert "人民币贰仟肆佰元整" in client_of("enterprise").get(address).text
    other = client_of("enterprise_2")
    assert other.get(address).status_code == other.get("/vouchers/NXQ-2026-09999").status_code == 404
    assert "NXQ-2026" not in other.get("/vouchers").text
    assert other.get(f"{address}/qr.svg").status_code == 404


def test_anybody_can_verify_a_voucher(story: Any, client_of: Any) -> None:
    story.issued()
    found = client_of(None).get("/public/verify/NXQ-2026-00001?format=json").json

    assert (found["kind"], found["status"], found["face_fen"]) == ("voucher", "valid", 240_000)
    assert "NXQ-2026-00001" in client_of(None).get("/public/verify/nxq-2026-00001").text


def test_a_supervisor_voids_a_voucher_with_a_reason(story: Any, client_of: Any) -> None:
    story.issued()
    client = client_of("supervisor")
    client.post("/vouchers/NXQ-2026-00001/void", data={"reason": ""})
    assert story.status() == "running"

    client.post("/vouchers/NXQ-2026-00001/void", data={"reason": "合同已经解除。"})

    assert story.status() == "cancelled"
    assert story.available_fen() == 500_000
    assert client_of(None).get("/public/verify/NXQ-2026-00001?format=json").json["status"] == "voided"
    assert client.post("/vouchers/NXQ-2026-00001/void", data={"reason": "再一次。"}).status_code == 422


def test_an_enterprise_withdraws_and_the_next_in_the_queue_is_promoted(story: Any, client_of: Any) -> None:
    first = story.apply(contract_fen=600_000, requested_fen=300_000)
    case = story.case
    second = story.apply("enterprise_2", contract_fen=600_000, requested_fen=300_000)
    assert story.place(second).state == "waiting"

    client_of("enterprise").post(f"/cases/{case}/withdraw", data={"reason": "改与他家签约。"})
    story.work()

    assert (story.place(first).state, story.place(second).state) == ("left", "reserved")
    story.expect("first_review")


def test_a_voucher_that_is_not_used_can_be_withdrawn_too(story: Any, client_of: Any) -> None:
    number = story.issued()
    client_of("enterprise").post(f"/cases/{story.case}/withdraw", data={"reason": "项目取消。"})

    with reading(story.database) as unit:
        given = voucher_for(unit.session, number)
        assert given is not None
        assert given.state == "withdrawn"
    assert story.available_fen() == 500_000


def test_the_queue_finds_a_receipt_and_names_nobody(story: Any, client_of: Any) -> None:
    story.apply(contract_fen=600_000, requested_fen=300_000)
    story.apply("enterprise_2", contract_fen=600_000, requested_fen=300_000)
    receipt = story.place().receipt
    page = client_of(None).get(f"/public/queue?receipt={receipt.lower()}").text

    assert "排在第 1 位" in page
    assert "银川第501商贸" not in page
    assert story.number not in page
