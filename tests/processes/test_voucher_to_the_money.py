"""The whole way of a voucher: applied for, issued, used, settled in part, paid by the bank; the rest goes to who waits."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account import Account
from app.domain.bank_statement import import_statement
from app.domain.book_check import check_books
from app.domain.case_signal import due_signals
from app.domain.ledger import balance
from app.domain.payment import open_payments
from app.domain.settlement import settlement_of
from app.domain.settlement_errors import ServiceReportedError
from app.domain.voucher_ending import withdraw
from app.engine.messages import Message, correlate_message
from tests.books import Bank
from tests.settlement_story import claim, evaluation, inspection
from tests.voucher_story import YEAR, VoucherStory, vouchers_on

DELIVERED = {"delivered_on": "2026-11-10", "summary": "制度两份中完成一份。"}
FACE_FEN, OWN_FEN = 240_000, 260_000


@pytest.fixture
def story(database: sa.Engine) -> VoucherStory:
    """A purse that holds one voucher, and a second enterprise that waits for money."""
    story = vouchers_on(database, purse_fen=300_000, enterprises=2)
    story.issued()
    waiting = story.apply("enterprise_2")
    assert story.place(waiting).state == "waiting"
    story.choose("2026-00001")
    return story


def to_the_signature(story: VoucherStory) -> None:
    """Half of the service was done; everybody has said so."""
    story.pass_time(days=8)
    story.act("report_completion", "agency", DELIVERED)
    story.act("evaluate_service", "enterprise", evaluation("partly", share_done_percent=50))
    story.act("claim_settlement", "agency", claim(OWN_FEN, issued_on="2026-11-10"))
    story.act("inspect_service", "reviewer_a", inspection())
    story.act("review_claim", "reviewer_b", {"outcome": "accept"})
    story.expect("sign_settlement")


def pay(story: VoucherStory, bank: Bank) -> None:
    """The bank pays what was ordered, and the case hears of it."""
    with unit_of_work(story.database) as unit:
        for order in open_payments(unit.session, story.number):
            bank.went_out(order.amount_fen, remark=order.number, on="2026-11-11")
        import_statement(unit.session, bank.statement(), now=story.now)
        told = [row for row in due_signals(unit.session, now=story.now) if row[1] == story.number]
    for _id, number, name in told:
        with unit_of_work(story.database) as unit:
            correlate_message(unit, story.runtime, Message(name, number, {"case_number": number}), now=story.now)


def balances(story: VoucherStory, *accounts: Account) -> list[int]:
    """What the accounts hold."""
    with reading(story.database) as unit:
        return [balance(unit.session, account, YEAR) for account in accounts]


def test_a_voucher_goes_from_the_application_to_the_money(story: VoucherStory) -> None:
    """Half is paid, half goes back: to the purse, to the enterprise, and to the one who waited."""
    to_the_signature(story)
    story.act("sign_settlement", "supervisor", {"outcome": "sign"})
    assert balances(story, Account.FUND_SPENT, Account.PAYABLE_AGENCY, Account.PAYABLE_ENTERPRISE) == [
        120_000, 120_000 + 130_000 - 15_000, 130_000,
    ]  # fmt: skip
    assert story.status() == "running"

    pay(story, Bank(balance_fen=1_000_000))

    assert story.status() == "completed"
    with reading(story.database) as unit:
        settled = settlement_of(unit.session, story.number)
        assert settled is not None
        assert settled.paid_at == story.now


def test_what_goes_back_is_promised_to_whoever_waits_next(database: sa.Engine) -> None:
    """In the same transaction, in order (A11.6)."""
    story = vouchers_on(database, purse_fen=360_000, enterprises=2)
    story.issued()
    waiting = story.apply("enterprise_2")
    assert story.place(waiting).state == "waiting"
    story.choose("2026-00001")
    to_the_signature(story)
    story.act("sign_settlement", "supervisor", {"outcome": "sign"})
    assert story.place(waiting).state == "reserved"


def test_an_enterprise_withdraws_until_the_service_is_reported_as_done(story: VoucherStory) -> None:
    """From then on it is settled by what was done (A10.1)."""
    story.pass_time(days=8)
    story.act("report_completion", "agency", DELIVERED)
    with unit_of_work(story.database) as unit, pytest.raises(ServiceReportedError):
        withdraw(unit.session, story.record(), reason="不需要了。", by=story.cast["enterprise"], now=story.now)


def test_the_books_hold_after_a_settlement_in_part(story: VoucherStory) -> None:
    """But for 3 and 5: these tests put the purse's money in without a plan and without a line of the bank."""
    to_the_signature(story)
    story.act("sign_settlement", "supervisor", {"outcome": "sign"})
    with reading(story.database) as unit:
        broken = {one.number for one in check_books(unit.session) if not one.holds}
    assert broken <= {3, 5}
