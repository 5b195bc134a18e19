"""What the purse page says of a year: every figure is the sum of the list that it leads to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.account import Account
from app.domain.book_lines import LineFilter, lines_of, trial_balance, turnover_of
from app.domain.commitment import CommitmentState, commitment_to_change
from app.domain.commitment_list import CommitmentFilter, commitments, sums_of
from app.domain.ledger import EntryKind, Line, Posting, balance, post, reverse
from app.domain.purse import DepositGoes, Payable, expect_deposit, give_back, issue, reserve, settle
from app.domain.purse_report import COURSE, report_of, years_of
from tests.books import YEAR, fill_purse, firms, voucher_case

JANUARY = datetime(2026, 1, 12, 3, tzinfo=UTC)
LAST_MOMENT_OF_JANUARY = datetime(2026, 1, 31, 15, 59, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def year(world):
    """A purse of 10,000.00 and 4.81 interest; one case reserved, one issued, one settled in part, one voided."""
    session = world.session
    fill_purse(session, 1_000_000)
    into = [Line(Account.CASH, Account.FUND_AVAILABLE, 481)]
    post(session, Posting(EntryKind.INTEREST, into, YEAR, "A11.14", "interest:1"), now=JANUARY)
    agency, enterprises = firms(session, enterprises=4)
    cases = [voucher_case(number, agency, one) for number, one in enumerate(enterprises, 1)]
    for case in cases:
        reserve(session, case, 200_000, now=JANUARY)
    for case in cases[1:]:
        voucher(session, case.case_number)
    settle(session, "2026-00003", Payable(150_000, 210_000, 9_000), now=NOVEMBER)
    give_back(session, "2026-00004", CommitmentState.VOIDED, deposit=DepositGoes.KEPT, now=NOVEMBER)
    return world


def voucher(session, case_number, *, now=LAST_MOMENT_OF_JANUARY):
    """The deposit comes in, the voucher is issued."""
    came = [Line(Account.CASH, Account.SUSPENSE, 210_000)]
    post(session, Posting(EntryKind.BANK_CREDIT, came, YEAR, "A9.3", f"bank:{case_number}"), now=now)
    expect_deposit(session, case_number, 210_000, now=now)
    hold(session, case_number, now=now)
    issue(session, case_number, f"V{case_number}", 210_000, now=now)


def hold(session, case_number, *, now):
    """Match the deposit straight in the books."""
    commitment_to_change(session, case_number).deposit_held_fen = 210_000
    held = [Line(Account.SUSPENSE, Account.DEPOSIT_HELD, 210_000)]
    posting = Posting(EntryKind.DEPOSIT_MATCHED, held, YEAR, "A9.3", f"match:{case_number}", case_number)
    post(session, posting, now=now)


def test_the_equation_of_the_purse_holds_with_interest_and_deposits_that_were_kept(year):
    report = report_of(year.session, YEAR, now=NOVEMBER)

    came_in = (report.allocated_fen, report.interest_fen, report.kept_deposits_fen)
    became = (report.spent_fen, report.outstanding_fen, report.reserved_fen, report.available_fen)
    assert came_in == (1_000_000, 481, 210_000)
    assert became == (150_000, 200_000, 200_000, 660_481)
    assert report.is_balanced


def test_every_figure_is_what_its_account_holds(year):
    report = report_of(year.session, YEAR, now=NOVEMBER)

    held = tuple(balance(year.session, account, YEAR) for account in COURSE)
    assert (report.spent_fen, report.outstanding_fen, report.reserved_fen, report.available_fen) == held
    assert report.months[-1].course_fen == held


def test_a_reversed_allocation_is_allocated_no_more(year):
    entry_id = fill_purse(year.session, 300_000, key="plan:2")
    reverse(year.session, entry_id, key="reverse:plan:2", now=NOVEMBER, actor_id=None, note="重复入账")

    report = report_of(year.session, YEAR, now=NOVEMBER)

    assert report.allocated_fen == 1_000_000
    assert report.is_balanced


def test_months_end_at_midnight_in_shanghai_and_those_to_come_are_left_out(year):
    voucher(year.session, "2026-00001", now=LAST_MOMENT_OF_JANUARY + timedelta(minutes=1))

    report = report_of(year.session, YEAR, now=NOVEMBER)

    issued = {one.number: one.issued_fen for one in report.months if one.issued_fen}
    assert issued == {1: 600_000, 2: 200_000}
    assert {one.number: one.settled_fen for one in report.months if one.settled_fen} == {11: 150_000}
    assert [one.number for one in report.months] == list(range(1, 12))


def test_what_is_booked_after_the_year_for_the_year_has_a_row_of_its_own(year):
    after = datetime(2027, 1, 4, 3, tzinfo=UTC)
    settle(year.session, "2026-00002", Payable(200_000, 210_000, 12_000), now=after)

    report = report_of(year.session, YEAR, now=after)

    assert (report.months[-1].number, report.months[-1].settled_fen) == (13, 200_000)
    assert report.spent_fen == 350_000


def test_each_figure_is_the_sum_of_the_list_that_it_leads_to(year):
    session, report = year.session, report_of(year.session, YEAR, now=NOVEMBER)
    january = report.months[0]

    issued = LineFilter(YEAR, debit=Account.FUND_RESERVED, credit=Account.VOUCHER_OUTSTANDING, until=january.until)
    available = turnover_of(session, LineFilter(YEAR, account=Account.FUND_AVAILABLE))

    assert turnover_of(session, issued).debit_fen == january.issued_fen
    assert available.credit_fen - available.debit_fen == report.available_fen
    assert sums_of(session, CommitmentFilter(YEAR, CommitmentState.RESERVED)).amount_fen == report.reserved_fen
    assert sums_of(session, CommitmentFilter(YEAR, CommitmentState.ISSUED)).amount_fen == report.outstanding_fen
    assert sums_of(session, CommitmentFilter(YEAR)).settled_fen == report.spent_fen


def test_the_trial_balance_is_zero_and_knows_every_account_that_was_touched(year):
    rows = trial_balance(year.session)

    assert sum(one.debit_fen for one in rows) == sum(one.credit_fen for one in rows)
    by_account = {one.account: one.balance_fen for one in rows}
    assert by_account[Account.CASH] == 1_000_481 + 3 * 210_000
    assert by_account[Account.FUND_AVAILABLE] == 660_481
    assert all(
        one.policy_year == (YEAR if one.account in COURSE or one.account is Account.EXPENDITURE else 0) for one in rows
    )


def test_a_trial_balance_of_an_earlier_day_knows_nothing_of_later_entries(year):
    rows = trial_balance(year.session, until=datetime(2026, 11, 1, tzinfo=UTC))

    assert Account.FUND_SPENT not in {one.account for one in rows}
    assert sum(one.debit_fen for one in rows) == sum(one.credit_fen for one in rows)


def test_lines_are_paged_without_a_gap_even_within_an_entry(year):
    asked = LineFilter(case_number="2026-00003")
    whole = [(one.entry_id, one.number) for one in lines_of(year.session, asked, limit=100)]

    paged, before = [], None
    while page := lines_of(year.session, asked, before=before, limit=2):
        paged += [(one.entry_id, one.number) for one in page]
        before = paged[-1]

    assert paged == whole
    assert len(whole) > 5


def test_who_is_tied_to_a_party_finds_nothing_of_its_cases(year):
    [reserved] = commitments(year.session, CommitmentFilter(YEAR, CommitmentState.RESERVED), limit=10)

    of_enterprise = CommitmentFilter(kept_out=frozenset({reserved.enterprise_id}))
    of_agency = CommitmentFilter(kept_out=frozenset({reserved.agency_id}))

    assert reserved not in commitments(year.session, of_enterprise, limit=10)
    assert sums_of(year.session, of_enterprise).cases == 3
    assert commitments(year.session, of_agency, limit=10) == []


def test_before_anything_was_promised_nobody_can_say_how_long_the_purse_lasts(world):
    fill_purse(world.session, 800_000)

    assert report_of(world.session, YEAR, now=NOVEMBER).lasts_tenths is None
    assert years_of(world.session) == [YEAR]


def test_the_purse_lasts_as_long_as_the_speed_of_three_months_leaves_it(world):
    fill_purse(world.session, 600_000)
    agency, [enterprise] = firms(world.session)
    reserve(world.session, voucher_case(1, agency, enterprise), 150_000, now=NOVEMBER)

    assert report_of(world.session, YEAR, now=NOVEMBER).lasts_tenths == 90  # 450,000 at 50,000 a month
