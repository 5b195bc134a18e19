"""Stories of the settlement: every path from the completed service to the money (A10.1–A10.3, A11.1, A11.2, A11.12)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account import Account
from app.domain.evaluation import evaluation_of
from app.domain.inspection import InspectionPick, ticket_of
from app.domain.service_file import file_of
from app.engine.errors import AnswersInvalidError, NotACandidateError, SeparationOfDutiesError
from tests.settlement_story import SettlementStory, claim, evaluation, inspection, telephone, told_settlement

ACCEPT = {"outcome": "accept"}
SIGN = {"outcome": "sign"}


@pytest.fixture
def story(database: sa.Engine) -> SettlementStory:
    """A voucher of 2,400.00 for a contract of 4,800.00, reported as done."""
    story = told_settlement(database)
    story.issue()
    return story


def unpicked(story: SettlementStory, number: str | None = None) -> None:
    """The month has had its inspection: the claim of this case is left to chance, and chance leaves it alone."""
    with unit_of_work(story.database) as unit:
        session = unit.session
        session.execute(
            sa.text("INSERT INTO inspection_month (month, seed, drawn_at) VALUES ('2026-11', :seed, :at)"),
            {"seed": harmless_seed(number or story.number), "at": "2026-11-01 00:00:00+00:00"},
        )
        session.add(
            InspectionPick(
                case_number="2026-00000", agency_id=story.cast["agency_firm"], month="2026-11", ticket=0,
                share_percent=10, cause="least", risks=[], picked_at=story.now,
            )
        )  # fmt: skip


def harmless_seed(number: str) -> str:
    """A seed under which chance does not pick this case."""
    return next(seed for seed in map(str, range(100)) if ticket_of(seed, number) >= 1_000)


def refused(story: SettlementStory, element: str, login: str, answers: dict[str, object]) -> list[tuple[str, str]]:
    """Where and by which rule an answer is refused; nothing of it is kept."""
    with pytest.raises(AnswersInvalidError) as found:
        story.act(element, login, answers)
    return [(one.pointer, one.code) for one in found.value.errors]


def test_a_service_well_done_is_paid_whole_with_one_signature(story: SettlementStory) -> None:
    """Evaluated, claimed, reviewed, settled, paid: 4,800.00 less the fee of 3 %."""
    unpicked(story)
    story.evaluate()
    story.act("claim_settlement", "agency", claim(140_000, 100_000))
    story.expect("review_claim")
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.expect()
    assert story.status() == "running"
    settled = story.settlement()
    assert (settled.share_percent, settled.agency_fen, settled.fee_fen) == (100, 465_600, 14_400)
    assert (settled.returned_fen, settled.enterprise_fen, settled.signed_by) == (0, 0, None)
    story.pay()
    assert story.status() == "completed"
    assert story.settlement().paid_at == story.now
    assert story.messages("owner") == ["evaluation_asked", "settlement_decided"]
    assert story.messages("agency") == ["claim_opened", "settlement_decided", "payment_made"]


def test_what_is_done_in_part_is_paid_in_part_and_signed(story: SettlementStory) -> None:
    """60 % of voucher and deposit; the rest goes back, and a supervisor signs (A11.2)."""
    story.to_the_review("partly", share_done_percent=60)
    assert story.variables()["proposed_percent"] == 60
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.expect("sign_settlement")
    story.act("sign_settlement", "supervisor", SIGN)
    settled = story.settlement()
    assert (settled.voucher_fen, settled.returned_fen) == (144_000, 96_000)
    assert (settled.deposit_part_fen, settled.enterprise_fen) == (144_000, 96_000)
    assert (settled.agency_fen, settled.signed_by) == (288_000 - 14_400, story.cast["supervisor"])
    held = story.balances(Account.FUND_AVAILABLE, Account.FUND_SPENT, Account.VOUCHER_OUTSTANDING, Account.DEPOSIT_HELD)
    assert held == [96_000, 144_000, 0, 0]
    owed = story.balances(Account.PAYABLE_AGENCY, Account.PAYABLE_ENTERPRISE, Account.SUPERVISION_FEE)
    assert owed == [273_600, 96_000, 14_400]
    assert "60%" in settled.reason


def test_dissatisfaction_lowers_what_is_paid(story: SettlementStory) -> None:
    """Done, but marked 2 of 5: at most 80 % (A11.2)."""
    story.to_the_review("yes", 2)
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.act("sign_settlement", "supervisor", SIGN)
    assert story.settlement().share_percent == 80


def test_a_delivery_that_is_not_accepted_gives_the_agency_nothing(story: SettlementStory) -> None:
    """All of the deposit goes back to the enterprise."""
    story.to_the_review("no", 1)
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.act("sign_settlement", "supervisor", SIGN)
    settled = story.settlement()
    assert (settled.agency_fen, settled.fee_fen, settled.enterprise_fen) == (0, 0, 240_000)
    story.pay()
    assert story.messages("owner")[-1] == "payment_made"
    assert story.messages("agency")[-1] == "settlement_decided"


def test_an_enterprise_that_keeps_silent_is_reminded_then_telephoned(story: SettlementStory) -> None:
    """Fifteen working days, a reminder, three more; the evaluation says who wrote it (A10.1)."""
    story.pass_time(days=20)
    assert story.messages("owner") == ["evaluation_asked"]
    story.pass_time(days=2)
    assert story.messages("owner") == ["evaluation_asked", "evaluation_due"]
    story.expect("evaluate_service")
    story.pass_time(days=5)
    story.expect("telephone_evaluation")
    story.act("telephone_evaluation", "reviewer_a", telephone())
    story.expect("claim_settlement")
    with reading(story.database) as unit:
        kept = evaluation_of(unit.session, story.number)
        assert (kept.is_by_telephone, kept.evaluated_by) == (True, story.cast["reviewer_a"])


def test_an_enterprise_may_still_answer_after_the_reminder(story: SettlementStory) -> None:
    """The reminder gives it three more working days."""
    story.pass_time(days=22)
    story.evaluate()
    story.pass_time(days=30)
    story.expect("claim_settlement")


def test_an_invoice_that_was_used_elsewhere_is_refused_at_its_row(story: SettlementStory) -> None:
    """The second row, and nothing of the claim is kept (A10.2)."""
    unpicked(story, "2026-00002")
    story.evaluate()
    story.act("claim_settlement", "agency", claim(240_000, number="7700"))
    story.issue("2026-00002")
    story.evaluate()
    mixed = claim(140_000, 100_000)
    mixed["receipts"][1]["number"] = "77-001"
    assert refused(story, "claim_settlement", "agency", mixed) == [("/receipts/1/number", "receipt_used")]
    story.act("claim_settlement", "agency", claim(240_000, number="8800"))
    story.expect("review_claim")


def test_receipts_that_do_not_add_up_are_refused(story: SettlementStory) -> None:
    """A fen too little, a fen too much."""
    story.evaluate()
    for amount in (239_999, 240_001):
        wrong = refused(story, "claim_settlement", "agency", claim(amount))
        assert wrong == [("/receipts", "receipts_do_not_add_up")]
    story.expect("claim_settlement")


def test_a_picked_claim_is_inspected_and_signed_even_if_all_is_well(story: SettlementStory) -> None:
    """The month's first claim (A11.1, A10.3)."""
    story.to_the_review()
    assert story.variables()["proposed_percent"] == 100
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.act("sign_settlement", "supervisor", SIGN)
    story.pay()
    with reading(story.database) as unit:
        kinds = [one.kind for one in file_of(unit.session, story.cast["firm"])]
    assert kinds == ["settlement", "inspection", "evaluation"]


@pytest.mark.parametrize(("finding", "share"), [("minor", 90), ("serious", 0)])
def test_what_an_inspection_finds_lowers_what_is_paid(story: SettlementStory, finding: str, share: int) -> None:
    """By the table."""
    story.to_the_review(finding=finding)
    assert story.variables()["proposed_percent"] == share


def test_a_signature_that_is_refused_leads_back_to_the_review(story: SettlementStory) -> None:
    """And the next one is asked for anew."""
    story.to_the_review("partly", share_done_percent=60)
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.act("sign_settlement", "supervisor", {"outcome": "send_back", "reason": "请写明未完成的部分。"})
    story.expect("review_claim")
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.expect("sign_settlement")
    story.act("sign_settlement", "second_supervisor", SIGN)
    assert story.settlement().signed_by == story.cast["second_supervisor"]


def test_a_reviewer_may_settle_another_share_with_a_reason_and_a_signature(story: SettlementStory) -> None:
    """The reason stands in the settlement (A11.2)."""
    story.to_the_review("partly", share_done_percent=60)
    same = {"outcome": "adjust", "share_percent": 60, "reason": "合同第 8 条。"}
    assert refused(story, "review_claim", "reviewer_b", same) == [("/share_percent", "share_unreasoned")]
    story.act("review_claim", "reviewer_b", same | {"share_percent": 70})
    story.act("sign_settlement", "supervisor", SIGN)
    settled = story.settlement()
    assert (settled.proposed_percent, settled.share_percent, settled.reason) == (60, 70, "合同第 8 条。")


def test_a_share_raised_to_the_whole_is_signed_too(story: SettlementStory) -> None:
    """Against the table is against the table."""
    story.to_the_review("partly", share_done_percent=60)
    story.act("review_claim", "reviewer_b", {"outcome": "adjust", "share_percent": 100, "reason": "余下部分已补交。"})
    story.expect("sign_settlement")


def test_differences_are_explained_or_sent_back(story: SettlementStory) -> None:
    """An invoice from before the contract: risk picks the claim, and the reviewer must say why it may be settled."""
    unpicked(story)
    story.evaluate()
    story.act("claim_settlement", "agency", claim(issued_on="2026-10-31"))
    story.expect("inspect_service")
    story.act("inspect_service", "reviewer_a", inspection())
    assert refused(story, "review_claim", "reviewer_b", ACCEPT) == [
        ("/differences_explained", "differences_unexplained")
    ]
    story.act("review_claim", "reviewer_b", {"outcome": "return", "reason": "发票早于合同，请换开。"})
    story.expect("claim_settlement")
    assert story.messages("agency")[-1] == "claim_returned"
    story.act("claim_settlement", "agency", claim())
    story.expect("review_claim")
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.expect("sign_settlement")


def test_an_explained_difference_is_signed(story: SettlementStory) -> None:
    """The explanation stands in the settlement."""
    unpicked(story)
    story.evaluate()
    story.act("claim_settlement", "agency", claim(issued_on="2026-10-31"))
    story.act("inspect_service", "reviewer_a", inspection())
    explained = ACCEPT | {"differences_explained": "预开发票，双方已书面确认。"}
    story.act("review_claim", "reviewer_b", explained)
    story.act("sign_settlement", "supervisor", SIGN)
    assert story.settlement().reason == "预开发票，双方已书面确认。"


@pytest.mark.parametrize("login", ["reviewer_a", "reviewer_b"])
def test_who_reviewed_or_inspected_never_signs(story: SettlementStory, login: str) -> None:
    """Even with a supervisor's role (A10.3)."""
    story.to_the_review()
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.grant(login, "supervisor")
    with pytest.raises(SeparationOfDutiesError):
        story.act("sign_settlement", login, SIGN)


def test_a_settled_voucher_is_used(story: SettlementStory) -> None:
    """And is registered so (A2.2)."""
    story.to_the_review()
    story.act("review_claim", "reviewer_b", ACCEPT)
    story.act("sign_settlement", "supervisor", SIGN)
    with reading(story.database) as unit:
        state = unit.session.scalar(sa.text("SELECT state FROM voucher"))
    assert state == "used"


def test_nobody_evaluates_for_another_enterprise(story: SettlementStory) -> None:
    """Not even the agency."""
    with pytest.raises(NotACandidateError):
        story.act("evaluate_service", "agency", evaluation())
