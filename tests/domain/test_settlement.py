"""Tests of what is paid, kept and given back when a voucher is settled (A10.1–A10.3, A11.1, A11.2, A11.12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.domain.claim import ClaimEntry, ReceiptEntry, receipt_key, receipts_of, record_claim
from app.domain.evaluation import EvaluationEntry, Evaluator, ServiceEvaluation, record_evaluation
from app.domain.organisation import OrganisationKind
from app.domain.service_file import enter, file_of
from app.domain.settlement import (
    Terms,
    Verdict,
    divide,
    needs_signature,
    note_paid,
    record_settlement,
    settlement_of,
    share_decided,
)
from app.domain.settlement_errors import (
    AlreadySettledError,
    FeeRateError,
    NotEvaluatedError,
    ReceiptRepeatedError,
    ReceiptsDoNotAddUpError,
    ReceiptUsedError,
    ShareDoneMissingError,
    ShareUnreasonedError,
    SignatureMissingError,
)
from tests.domain.conftest import World
from tests.people import BEGINNING, organisation

TERMS = Terms("NXQ-2026-00001", 1, 2, contract_fen=480_001, face_fen=240_000, deposit_fen=240_001)
PLEASED = EvaluationEntry(5, 4, 5, 4, "按期完成。", "yes")
VERDICT = Verdict(100, 100, "", needs_signature=False, reviewed_by=0, signed_by=None)


def firm(world: World) -> int:
    """The enterprise of these tests."""
    return organisation(world.session, 40, OrganisationKind.ENTERPRISE, "宁夏稻香米业有限公司").id


def evaluated(world: World, number: str = "2026-00001", entry: EvaluationEntry = PLEASED) -> ServiceEvaluation:
    """A service that somebody has evaluated."""
    enterprise = world.cast.setdefault("firm", 0) or firm(world)
    world.cast["firm"] = enterprise
    by = Evaluator(enterprise, world.cast["agency_firm"], world.cast["agency"], is_by_telephone=False)
    return record_evaluation(world.session, number, entry, by, now=BEGINNING)


def receipt(number: str, amount_fen: int) -> ReceiptEntry:
    """One invoice."""
    return ReceiptEntry(number, date(2026, 11, 20), amount_fen, "0" * 64)


def claim(world: World, number: str, *receipts: ReceiptEntry) -> Any:
    """The agency's claim for 240,000 fen of the enterprise's own part."""
    entry = ClaimEntry(world.cast["agency_firm"], world.cast["agency"], receipts)
    return record_claim(world.session, number, entry, own_part_fen=240_000, now=BEGINNING)


@pytest.mark.parametrize(
    ("share", "voucher_fen", "deposit_part_fen"),
    [(0, 0, 0), (1, 2_400, 2_400), (33, 79_200, 79_200), (67, 160_800, 160_800), (99, 237_600, 237_600),
     (100, 240_000, 240_001)],
)  # fmt: skip
def test_a_share_of_face_and_deposit_is_rounded_down_and_the_rest_goes_back(
    share: int, voucher_fen: int, deposit_part_fen: int
) -> None:
    """240,001 fen at 33 % are 79,200.33: the odd fen stays with the enterprise."""
    parts = divide(TERMS, share, fee_hundredths_percent=300)
    assert (parts.voucher_fen, parts.deposit_part_fen) == (voucher_fen, deposit_part_fen)
    assert parts.returned_fen == 240_000 - voucher_fen
    assert parts.enterprise_fen == 240_001 - deposit_part_fen


@pytest.mark.parametrize(("rate", "fee_fen"), [(300, 14_400), (301, 14_448), (599, 28_752), (600, 28_800)])
def test_the_fee_is_a_share_of_the_contract_taken_from_the_agency(rate: int, fee_fen: int) -> None:
    """From 3.00 to 6.00 per cent, rounded down."""
    parts = divide(TERMS, 100, fee_hundredths_percent=rate)
    assert (parts.fee_fen, parts.agency_fen) == (fee_fen, 480_001 - fee_fen)


@pytest.mark.parametrize("rate", [0, 299, 601, 10_000])
def test_a_fee_outside_three_to_six_per_cent_is_refused(rate: int) -> None:
    """Anything else is refused (A11.12)."""
    with pytest.raises(FeeRateError) as refused:
        divide(TERMS, 100, fee_hundredths_percent=rate)
    assert refused.value.hundredths_percent == rate


def test_the_fee_takes_no_more_than_there_is() -> None:
    """At 2 % of the money a fee of 3 % of the contract takes all of it."""
    parts = divide(TERMS, 2, fee_hundredths_percent=300)
    assert (parts.fee_fen, parts.agency_fen) == (9_600, 0)


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 100), st.integers(300, 600))
def test_no_fen_is_lost_or_made(face_fen: int, deposit_fen: int, share: int, rate: int) -> None:
    """Whatever the figures, all parts add up to face value and deposit."""
    terms = replace(TERMS, contract_fen=face_fen + deposit_fen, face_fen=face_fen, deposit_fen=deposit_fen)
    parts = divide(terms, share, fee_hundredths_percent=rate)
    assert parts.agency_fen + parts.fee_fen + parts.returned_fen + parts.enterprise_fen == face_fen + deposit_fen
    assert min(parts.agency_fen, parts.fee_fen, parts.returned_fen, parts.enterprise_fen) >= 0


@pytest.mark.parametrize(
    ("share", "proposed", "picked", "differs", "signed"),
    [(100, 100, False, False, False), (99, 99, False, False, True), (100, 99, False, False, True),
     (100, 100, True, False, True), (100, 100, False, True, True)],
)  # fmt: skip
def test_a_supervisor_signs_under_the_whole_against_the_table_and_for_picked_claims(
    share: int, proposed: int, picked: bool, differs: bool, signed: bool
) -> None:
    """Only the whole as proposed, unpicked and without a difference, needs one signature (A10.3)."""
    given_ = {"share_percent": share, "proposed_percent": proposed, "is_picked": picked, "differs": differs}
    assert needs_signature(**given_) is signed


def test_another_share_than_the_tables_has_a_reason() -> None:
    """Without a reason, or without being another one, it is refused."""
    assert share_decided(proposed_percent=60, wanted_percent=None, reason="") == 60
    assert share_decided(proposed_percent=60, wanted_percent=70, reason="合同第 8 条") == 70
    for wanted, reason in ((70, " "), (60, "合同第 8 条")):
        with pytest.raises(ShareUnreasonedError):
            share_decided(proposed_percent=60, wanted_percent=wanted, reason=reason)


def test_satisfaction_is_the_mean_in_hundredths_rounded_down(world: World) -> None:
    """5, 4, 5, 4 are 4.50; 5, 5, 5, 4 would be 4.75."""
    assert evaluated(world).satisfaction_hundredths == 450
    assert evaluated(world, "2026-00002", replace(PLEASED, speed=5)).satisfaction_hundredths == 475


@pytest.mark.parametrize(("delivery", "share"), [("partly", None), ("yes", 50), ("no", 1)])
def test_a_share_done_belongs_to_a_delivery_that_is_partly_accepted(
    world: World, delivery: str, share: int | None
) -> None:
    """And to no other."""
    with pytest.raises(ShareDoneMissingError):
        evaluated(world, entry=replace(PLEASED, delivery=delivery, share_done_percent=share))


@pytest.mark.parametrize(
    ("delivery", "share", "done"), [("yes", None, 100), ("partly", 1, 1), ("partly", 99, 99), ("no", None, 0)]
)
def test_the_share_done_follows_from_the_delivery(world: World, delivery: str, share: int | None, done: int) -> None:
    """Yes is all of it, no is nothing."""
    assert evaluated(world, entry=replace(PLEASED, delivery=delivery, share_done_percent=share)).done_percent == done


@pytest.mark.parametrize("mark", [0, 6])
def test_the_database_takes_no_mark_outside_one_to_five(world: World, mark: int) -> None:
    """Whoever writes it."""
    with pytest.raises(sa.exc.IntegrityError):
        evaluated(world, entry=replace(PLEASED, price=mark))


def test_nothing_is_claimed_before_the_evaluation(world: World) -> None:
    """The evaluation comes first (A10.1)."""
    with pytest.raises(NotEvaluatedError):
        claim(world, "2026-00001", receipt("1", 240_000))


@pytest.mark.parametrize("amounts", [(239_999,), (240_001,), (120_000, 119_999)])
def test_receipts_that_miss_the_own_part_by_a_fen_are_refused(world: World, amounts: tuple[int, ...]) -> None:
    """With both figures (A10.2)."""
    evaluated(world)
    with pytest.raises(ReceiptsDoNotAddUpError) as refused:
        claim(world, "2026-00001", *(receipt(str(place), one) for place, one in enumerate(amounts)))
    assert (refused.value.own_part_fen, refused.value.found_fen) == (240_000, sum(amounts))


def test_several_receipts_add_up_to_the_own_part(world: World) -> None:
    """In the order of the claim."""
    evaluated(world)
    claim(world, "2026-00001", receipt("b", 140_000), receipt("a", 100_000))
    assert [one.number for one in receipts_of(world.session, "2026-00001")] == ["b", "a"]


def test_an_invoice_stands_once_in_a_claim(world: World) -> None:
    """Spaces and dashes do not make another one of it."""
    evaluated(world)
    with pytest.raises(ReceiptRepeatedError) as refused:
        claim(world, "2026-00001", receipt("6400-12a", 120_000), receipt(" 6400 12A", 120_000))
    assert refused.value.place == 2


def test_an_invoice_works_once_in_all_cases(world: World) -> None:
    """However it is written (A10.2)."""
    for number in ("2026-00001", "2026-00002"):
        evaluated(world, number)
    claim(world, "2026-00001", receipt("6400-0001", 240_000))
    with pytest.raises(ReceiptUsedError):
        claim(world, "2026-00002", receipt("64000001", 240_000))


def test_a_claim_sent_anew_takes_the_place_of_the_one_before(world: World) -> None:
    """Its own invoices may stand in it again."""
    evaluated(world)
    claim(world, "2026-00001", receipt("1", 240_000))
    assert claim(world, "2026-00001", receipt("1", 140_000), receipt("2", 100_000)).round == 2
    assert [one.number_key for one in receipts_of(world.session, "2026-00001")] == ["1", "2"]


def test_the_key_of_an_invoice_knows_no_spaces_dashes_and_case() -> None:
    """So that a second use is found."""
    assert receipt_key(" 6400-12a/3 ") == "640012A3"


def test_a_settlement_is_written_once_and_signed_by_somebody_else(world: World) -> None:
    """Not without a signature where one is needed, not by the reviewer, not twice (A10.3, A2.1)."""
    enterprise, people = firm(world), world.cast
    terms = replace(TERMS, enterprise_id=enterprise, agency_id=people["agency_firm"])
    parts = divide(terms, 60, fee_hundredths_percent=300)
    alone = Verdict(60, 60, "完成六成", needs_signature=True, reviewed_by=people["reviewer_a"], signed_by=None)
    for signed_by in (None, people["reviewer_a"]):
        with pytest.raises(SignatureMissingError):
            record_settlement(
                world.session, "2026-00001", terms, replace(alone, signed_by=signed_by), parts, now=BEGINNING
            )
    signed = replace(alone, signed_by=people["supervisor"])
    kept = record_settlement(world.session, "2026-00001", terms, signed, parts, now=BEGINNING)
    assert (kept.agency_fen, kept.paid_at) == (288_000 - 14_400, None)
    with pytest.raises(AlreadySettledError):
        record_settlement(world.session, "2026-00001", terms, signed, parts, now=BEGINNING)
    note_paid(world.session, "2026-00001", now=BEGINNING + timedelta(days=1))
    found = settlement_of(world.session, "2026-00001")
    assert found is not None
    assert found.paid_at == BEGINNING + timedelta(days=1)


def test_an_entry_of_the_service_file_stands_with_both_parties(world: World) -> None:
    """The newest first (A11.1)."""
    enterprise, agency = firm(world), world.cast["agency_firm"]
    for number in ("2026-00001", "2026-00002"):
        enter(
            world.session,
            number,
            "evaluation",
            {"satisfaction_hundredths": 450},
            parties=(agency, enterprise),
            now=BEGINNING,
        )
    for party in (agency, enterprise):
        assert [one.case_number for one in file_of(world.session, party)] == ["2026-00002", "2026-00001"]
    assert not file_of(world.session, world.cast["operator"])


def test_an_entry_of_the_service_file_is_never_changed(world: World) -> None:
    """The database refuses it."""
    enter(
        world.session, "2026-00001", "evaluation", {}, parties=(world.cast["agency_firm"], firm(world)), now=BEGINNING
    )
    for statement in ("UPDATE service_file_entry SET kind = 'inspection'", "DELETE FROM service_file_entry"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), world.session.begin_nested():
            world.session.execute(sa.text(statement))
