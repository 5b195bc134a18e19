"""The application for a voucher, path by path, on both databases (A6, A7, A9, A11.6, A11.10)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.commitment import CommitmentState, commitment_of
from app.domain.issued_document import documents_of_case
from app.domain.message import messages_of
from app.domain.voucher import events_of, voucher_for
from app.domain.voucher_application import voucher_checks
from app.domain.voucher_errors import (
    AmountTooSmallError,
    ContractAbovePriceError,
    ContractFileUsedError,
    ContractUsedError,
    CorrectedOnceError,
    GrantAboveBoundError,
    ItemNotOfferedError,
    OverrideWithoutReasonError,
)
from tests.voucher_story import application, review, vouchers_on


@pytest.fixture
def story(database: sa.Engine) -> Any:
    """An agency with items, one enterprise, and 100,000.00 yuan in the purse."""
    return vouchers_on(database)


def letters(story: Any) -> list[str]:
    with reading(story.database) as unit:
        return [one.kind for one in reversed(documents_of_case(unit.session, story.number))]


def told(story: Any, login: str = "enterprise") -> list[str]:
    with reading(story.database) as unit:
        return [one.template for one in reversed(messages_of(unit.session, story.cast[login]))]


def money_state(story: Any) -> tuple[str, int]:
    with reading(story.database) as unit:
        one = commitment_of(unit.session, story.number)
        return one.state, one.amount_fen


def voucher(story: Any) -> Any:
    with reading(story.database) as unit:
        return voucher_for(unit.session, story.number)


def test_a_full_grant_leads_from_the_contract_to_the_voucher(story: Any) -> None:
    story.submit()
    story.expect("confirm_contract")
    story.act("confirm_contract", "agency", {"outcome": "confirmed"})
    story.expect("first_review")
    assert story.available_fen() == 10_000_000 - 240_000
    story.pass_review()
    story.expect()
    story.pay_deposit()
    story.expect("report_completion")

    given = voucher(story)

    assert (given.number, given.face_fen, given.state) == ("NXQ-2026-00001", 240_000, "live")
    assert given.valid_until.isoformat() == "2026-12-31"  # 180 days would end in 2027 (A11.10)
    assert money_state(story) == (CommitmentState.ISSUED, 240_000)
    assert letters(story) == ["voucher_received", "voucher_granted", "voucher"]
    assert told(story) == ["voucher_received", "voucher_reserved", "voucher_granted", "voucher_issued"]
    assert told(story, "agency") == ["voucher_confirm", "voucher_issued"]
    with reading(story.database) as unit:
        assert [one.kind for one in events_of(unit.session, given.number)] == ["issued"]


def test_what_the_agency_does_not_confirm_ends_and_frees_the_contract(story: Any) -> None:
    story.submit()
    story.act("confirm_contract", "agency", {"outcome": "declined", "remarks": "金额与我方存档不符。"})

    assert (story.status(), story.record().status, story.record().article) == ("completed", "refused", "A9.1")
    assert letters(story) == ["voucher_received", "voucher_refused"]
    assert story.available_fen() == 10_000_000

    story.submit(contract_number="HT-2026-001")  # the same contract, now right
    story.expect("confirm_contract")


def test_a_contract_that_nobody_confirms_lapses_after_five_working_days(story: Any) -> None:
    story.submit()  # Monday 2 November
    story.pass_time(days=7, hours=14)  # Monday 9 November, 23:00
    story.expect("confirm_contract")
    story.pass_time(hours=2)

    assert (story.status(), story.record().status, story.record().article) == ("completed", "lapsed", "A9.1")


def test_a_first_review_that_is_late_is_reported_to_the_supervisors_and_goes_on(story: Any) -> None:
    story.apply()
    story.pass_time(days=8)

    assert told(story, "supervisor") == ["review_overdue"]
    story.expect("first_review")
    story.pass_time(days=8)
    assert told(story, "supervisor") == ["review_overdue"]  # once
    story.pass_review()
    story.pay_deposit()
    story.expect("report_completion")


def test_corrections_are_asked_once_and_a_changed_contract_is_confirmed_again(story: Any) -> None:
    story.apply()
    asked = [{"field": "contract_fen", "reason": "与合同第三条不一致。"}]
    story.act("first_review", "reviewer_a", review("corrections", corrections=asked))
    story.expect("mend_application")
    story.act("mend_application", "enterprise", application(1, contract_fen=520_000))
    story.expect("confirm_contract")
    story.act("confirm_contract", "agency", {"outcome": "confirmed"})
    story.expect("first_review")
    assert story.tasks()[0].assignee_id == story.cast["reviewer_a"]

    with pytest.raises(CorrectedOnceError):
        story.act("first_review", "reviewer_a", review("corrections"))

    story.pass_review()
    assert letters(story) == ["voucher_received", "voucher_correction", "voucher_granted"]
    assert story.available_fen() == 10_000_000 - 240_000  # reserved once


def test_a_correction_that_leaves_the_contract_alone_goes_straight_back_to_the_reviewer(story: Any) -> None:
    story.apply()
    story.act("first_review", "reviewer_a", review("corrections"))
    story.act("mend_application", "enterprise", application(1, purpose="为三家大客户建立账期制度。"))

    story.expect("first_review")
    assert story.record().purpose == "为三家大客户建立账期制度。"


def test_without_corrections_in_time_the_application_lapses_and_the_money_goes_back(story: Any) -> None:
    story.apply()
    story.act("first_review", "reviewer_a", review("corrections"))
    story.pass_time(days=8)

    assert (story.status(), story.record().status, story.record().article) == ("completed", "lapsed", "A9.2")
    assert story.available_fen() == 10_000_000
    assert letters(story)[-1] == "voucher_lapsed"


def test_a_refusal_names_reason_and_article_and_gives_the_money_back(story: Any) -> None:
    story.apply()
    story.act("first_review", "reviewer_a", review("refused", remarks="合同签章页缺失，且无法核实。"))

    assert (story.record().status, story.record().reason, story.record().article) == (
        "refused", "合同签章页缺失，且无法核实。", "A9.2",
    )  # fmt: skip
    assert money_state(story)[0] == CommitmentState.RELEASED
    assert (story.available_fen(), letters(story)[-1]) == (10_000_000, "voucher_refused")


def test_a_lower_grant_gives_the_rest_back_at_once(story: Any) -> None:
    story.apply()
    story.pass_review(granted_fen=200_000)

    assert story.available_fen() == 10_000_000 - 200_000
    story.pay_deposit()
    assert voucher(story).face_fen == 200_000


@pytest.mark.parametrize(
    ("changed", "granted_fen", "article"),
    [
        ({"contract_fen": 400_000, "requested_fen": 200_001}, 200_001, "A6.1"),
        ({"contract_fen": 700_000, "requested_fen": 310_000}, 300_001, "A6.1"),
        ({}, 240_001, "A6.3"),
    ],
)
def test_no_review_passes_more_than_a_bound(
    story: Any, changed: dict[str, int], granted_fen: int, article: str
) -> None:
    story.apply(**changed)

    with pytest.raises(GrantAboveBoundError) as refused:
        story.pass_review(granted_fen=granted_fen)
    assert (refused.value.rule, refused.value.most_fen) == (article, granted_fen - 1)
    story.pass_review(granted_fen=granted_fen - 1)


def test_an_override_needs_a_reason_and_the_signature_of_a_supervisor(story: Any) -> None:
    story.apply()
    story.apply(
        contract_fen=300_000, requested_fen=100_000
    )  # same parties, same item, within 90 days: looks split (A9.1)
    with reading(story.database) as unit:
        failing = [one.name for one in voucher_checks(unit.session, story.record().id) if not one.holds]
    assert failing == ["not_split"]
    with pytest.raises(OverrideWithoutReasonError):
        story.pass_review(granted_fen=100_000)

    story.pass_review(granted_fen=100_000, eligibility="overridden", override_reason="两份合同服务对象不同，已核实。")

    story.expect("sign_override")
    story.act("sign_override", "supervisor", {"outcome": "signed", "reason": "同意。"})
    story.pay_deposit()
    story.expect("report_completion")


def test_what_a_supervisor_does_not_sign_is_refused(story: Any) -> None:
    story.apply(item="other")
    story.pass_review()
    story.expect("sign_override")  # the seventh category (A7.1)
    story.act("sign_override", "supervisor", {"outcome": "refused", "reason": "不属于急需服务。"})

    assert (story.record().status, story.record().reason) == ("refused", "不属于急需服务。")
    assert story.available_fen() == 10_000_000


def test_a_deposit_that_does_not_come_lets_the_application_lapse(story: Any) -> None:
    story.apply()
    story.pass_review()
    story.pass_time(days=15)

    assert (story.status(), story.record().status, story.record().article) == ("completed", "lapsed", "A9.3")
    assert story.available_fen() == 10_000_000


def test_an_unused_voucher_expires_by_itself_after_two_reminders(story: Any) -> None:
    story.issued()
    story.now = story.now.replace(month=12, day=1, hour=2)
    story.work()
    assert told(story)[-1] == told(story, "agency")[-1] == "voucher_ending"
    story.now = story.now.replace(day=24)
    story.work()
    assert told(story).count("voucher_ending") == 2
    story.now = story.now.replace(day=31, hour=15, minute=59)
    story.work()
    assert voucher(story).state == "live"
    story.now = story.now.replace(hour=16, minute=0)
    story.work()

    assert (voucher(story).state, story.status()) == ("expired", "completed")
    assert money_state(story)[0] == CommitmentState.EXPIRED
    assert (story.available_fen(), letters(story)[-1]) == (10_000_000, "voucher_expired")


def test_a_contract_works_once_by_number_and_by_file(story: Any) -> None:
    story.submit()

    with pytest.raises(ContractUsedError):
        story.submit(contract_number="ht 2026—001")
    with pytest.raises(ContractFileUsedError):
        story.submit(contract_file={"file": f"{1:064x}", "name": "同一份.pdf"})


def test_a_contract_may_be_twenty_percent_above_the_published_price_and_not_a_fen_more(story: Any) -> None:
    story.submit(contract_fen=720_000)
    story.expect("confirm_contract")

    with pytest.raises(ContractAbovePriceError):
        story.submit(contract_fen=720_001)


def test_what_is_not_in_the_catalogue_cannot_be_applied_for(story: Any) -> None:
    story.items["gone"] = 9_999
    story.begin(item="gone")

    with pytest.raises(ItemNotOfferedError):
        story.act("submit_application", "enterprise", application())


def test_the_year_of_an_enterprise_bounds_what_is_reserved_and_what_can_be_applied_for(story: Any) -> None:
    story.apply(contract_fen=600_000, requested_fen=300_000)
    story.apply(contract_fen=600_000, requested_fen=300_000)

    assert story.place().reserved_fen == 200_000  # 5,000.00 a year (A6.2)
    with pytest.raises(AmountTooSmallError) as refused:
        story.submit(requested_fen=100_000)
    assert refused.value.binding_article == "A6.2"
