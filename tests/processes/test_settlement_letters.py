"""What both parties are sent when a voucher is settled: decision, payment order, receipt, amounts in capitals (A10.3, A11.2)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import reading
from app.documents.content import Content
from app.domain.issued_document import IssuedDocument
from tests.settlement_story import SettlementStory, told_settlement


@pytest.fixture
def settled(database: sa.Engine) -> SettlementStory:
    """A service that was done by 60 % and is signed."""
    story = told_settlement(database)
    story.issue()
    story.to_the_review("partly", share_done_percent=60)
    story.act("review_claim", "reviewer_b", {"outcome": "accept"})
    story.act("sign_settlement", "supervisor", {"outcome": "sign"})
    return story


def letters(story: SettlementStory, firm: str) -> list[IssuedDocument]:
    """What an organisation was sent, in order."""
    query = sa.select(IssuedDocument).where(IssuedDocument.organisation_id == story.cast[firm])
    with reading(story.database) as unit:
        return list(unit.session.scalars(query.order_by(IssuedDocument.id)))


def words(document: IssuedDocument, language: str = "zh") -> str:
    """All that a letter says."""
    content = Content.from_json(document.contents[language])
    said = ["".join(text for text, _ in one) for one in (*content.before, *content.after)]
    return "\n".join([*said, *(" | ".join(row) for row in content.rows)])


def test_both_parties_read_the_same_reckoning_with_its_articles(settled: SettlementStory) -> None:
    """Each figure with how it was computed."""
    for firm in ("agency_firm", "firm"):
        decision = letters(settled, firm)[0]
        assert (decision.kind, decision.issued_by) == ("settlement", settled.cast["supervisor"])
        said = words(decision)
        assert "按 60% 结算" in said
        assert "2,736.00 元（人民币贰仟柒佰叁拾陆元整）" in said
        assert "企业验收完成比例 60%，满意度 5.00 分（满分 5.00），检查未发现问题。" in said
        assert "服务券支付 | 2,400.00 × 60% | 1,440.00 | A11.2" in said
        assert "监理服务费 | 4,800.00 × 3.00% | 144.00 | A11.12" in said
        assert "退还企业 | 2,400.00 − 1,440.00 | 960.00 | A11.2" in said
        assert "The enterprise accepted 60 % as done" in words(decision, "en")


def test_each_payee_gets_an_order_that_adds_up(settled: SettlementStory) -> None:
    """The agency's with the fee taken off, the enterprise's with the rest of the deposit."""
    agency, enterprise = letters(settled, "agency_firm")[1], letters(settled, "firm")[1]
    assert (agency.kind, enterprise.kind) == ("payment_order", "payment_order")
    assert "减：监理服务费 | -144.00 | A11.12" in words(agency)
    assert "付款 2,736.00 元（人民币贰仟柒佰叁拾陆元整）" in words(agency)
    assert "付款 960.00 元（人民币玖佰陆拾元整）" in words(enterprise)


def test_receipts_come_when_everything_is_paid(settled: SettlementStory) -> None:
    """Not before."""
    assert [one.kind for one in letters(settled, "firm")] == ["settlement", "payment_order"]
    while settled.status() == "running":
        settled.pay()
    for firm in ("agency_firm", "firm"):
        assert [one.kind for one in letters(settled, firm)] == ["settlement", "payment_order", "payment_receipt"]
    assert "960.00 元（人民币玖佰陆拾元整）已经由银行付出" in words(letters(settled, "firm")[2])


def test_what_the_reviewer_wrote_stands_in_the_decision(database: sa.Engine) -> None:
    """In their own words, beside what the share follows from."""
    story = told_settlement(database)
    story.issue()
    story.to_the_review()
    story.act("review_claim", "reviewer_b", {"outcome": "adjust", "share_percent": 70, "reason": "合同第 8 条。"})
    story.act("sign_settlement", "supervisor", {"outcome": "sign"})
    assert "合同第 8 条。" in words(letters(story, "agency_firm")[0])
