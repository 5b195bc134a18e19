"""Tests of the comparison of contract, voucher, receipts, bank line and delivery, field by field (A10.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.claim import ClaimReceipt, SettlementClaim
from app.domain.contract import ServiceContract
from app.domain.crosscheck import BankPayment, Days, Evidence, compare, differing
from app.domain.evaluation import ServiceEvaluation
from app.domain.voucher import Voucher

SIGNED, STARTS, ENDS = date(2026, 11, 2), date(2026, 11, 3), date(2026, 12, 10)
ISSUED, VALID = datetime(2026, 11, 4, 4, tzinfo=UTC), date(2026, 12, 20)
CLAIMED = datetime(2026, 11, 25, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def receipt(amount_fen: int, on: date = STARTS) -> ClaimReceipt:
    """One invoice."""
    return ClaimReceipt(amount_fen=amount_fen, issued_on=on)


def seen() -> Evidence:
    """Records that all say the same: 4,800.00, of which the voucher pays 2,400.00."""
    contract = ServiceContract(
        enterprise_id=1, agency_id=2, item_id=3, amount_fen=480_000, signed_on=SIGNED, starts_on=STARTS, ends_on=ENDS
    )
    voucher = Voucher(
        enterprise_id=1, agency_id=2, item_id=3, contract_fen=480_000, face_fen=240_000, issued_at=ISSUED,
        valid_until=VALID,
    )  # fmt: skip
    return Evidence(
        contract, voucher, SettlementClaim(agency_id=2, claimed_at=CLAIMED), [receipt(140_000), receipt(100_000)],
        BankPayment(240_000, STARTS, "稻香米业"), ServiceEvaluation(enterprise_id=1, agency_id=2), date(2026, 11, 20),
        {1: "稻香米业", 2: "砺信"}, "信用管理咨询", "信用管理咨询",
    )  # fmt: skip


def test_records_that_agree_differ_in_nothing() -> None:
    """Eight fields, in the order of the page."""
    fields = compare(seen())
    assert [one.name for one in fields] == [
        "enterprise", "agency", "item", "contract_fen", "own_part_fen", "receipt_days", "deposit_day", "delivery_day",
    ]  # fmt: skip
    assert differing(fields) == ()


def test_each_field_says_what_each_source_has() -> None:
    """And nothing for a source that does not speak of it."""
    own = next(one for one in compare(seen()) if one.name == "own_part_fen")
    assert own.values == {"contract": 240_000, "voucher": 240_000, "receipts": 240_000, "bank": 240_000}
    days = next(one for one in compare(seen()) if one.name == "receipt_days")
    assert days.values == {"contract": SIGNED, "receipts": Days(STARTS, STARTS)}


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"bank": BankPayment(239_999, STARTS, "稻香米业")}, ("own_part_fen",)),
        ({"bank": BankPayment(240_000, STARTS, "别家公司")}, ("enterprise",)),
        ({"bank": BankPayment(240_000, STARTS, "")}, ()),
        ({"bank": None}, ()),
        ({"receipts": [receipt(240_001)]}, ("contract_fen", "own_part_fen")),
        ({"voucher_item": "别的项目"}, ("item",)),
        ({"claim": SettlementClaim(agency_id=1, claimed_at=CLAIMED)}, ("agency",)),
    ],
)
def test_a_value_that_differs_is_named(changed: dict[str, object], fields: tuple[str, ...]) -> None:
    """To the fen, by name; a source that is silent differs from nothing."""
    assert differing(compare(replace(seen(), **changed))) == fields  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "is_same"),
    [(SIGNED - DAY, False), (SIGNED, True), (CLAIMED.date(), True), (CLAIMED.date() + DAY, False)],
)
def test_receipts_lie_between_the_signing_and_the_claim(on: date, is_same: bool) -> None:
    """Both days included."""
    found = compare(replace(seen(), receipts=[receipt(140_000), receipt(100_000, on)]))
    assert ("receipt_days" not in differing(found)) is is_same


@pytest.mark.parametrize(("on", "is_same"), [(SIGNED - DAY, False), (SIGNED, True), (SIGNED + DAY, True)])
def test_the_deposit_comes_after_the_signing(on: date, is_same: bool) -> None:
    """Or on its day."""
    found = compare(replace(seen(), bank=BankPayment(240_000, on, "稻香米业")))
    assert ("deposit_day" not in differing(found)) is is_same


@pytest.mark.parametrize(
    ("on", "valid_until", "is_same"),
    [
        (STARTS - DAY, VALID, False), (STARTS, VALID, True), (ENDS, VALID, True), (ENDS + DAY, VALID, False),
        (date(2026, 12, 1), date(2026, 12, 1), True), (date(2026, 12, 2), date(2026, 12, 1), False),
    ],
)  # fmt: skip
def test_the_delivery_lies_in_the_contracts_period_and_the_vouchers_validity(
    on: date, valid_until: date, is_same: bool
) -> None:
    """The last days included."""
    evidence = replace(seen(), delivered_on=on)
    evidence.voucher.valid_until = valid_until
    assert ("delivery_day" not in differing(compare(evidence))) is is_same
