"""Pages of purse and books: each figure leads to its list, files say the same, and who may not look finds nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.domain.commitment import Commitment
from app.domain.ledger import LedgerEntry
from app.domain.shareholding import Shareholding
from tests.books import NOON, YEAR
from tests.money_story import fill_books
from tests.spreadsheets import rows_of

CASE = "2026-90003"
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
BOOKS = ("/books/entries", "/books/trial-balance", "/purse/cases")


@pytest.fixture
def books(parts, cast):
    """A year's money."""
    with unit_of_work(parts.database) as unit:
        fill_books(unit.session, bureau=cast["bureau"], finance=cast["finance"])
        parts.clock.set(unit, NOW)


def links_of(page, pattern):
    """The addresses of a page that fit."""
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', page) if re.search(pattern, one)]


def test_the_purse_says_its_equation_and_every_figure_leads_to_a_list_that_is_there(books, client_of):
    client = client_of("bureau")
    page = client.get(f"/purse?year={YEAR}").text

    assert '<a href="/purse/plans?year=2026">150,000.00</a>' in page
    leading = {one for one in links_of(page, r"^/(books|purse/cases|cases\?role)") if "format=" not in one}
    assert len(leading) > 40
    for address in sorted(leading)[::3]:
        answer = client.get(address)
        assert (answer.status_code, address, "没有符合条件的" in answer.text) == (200, address, False)


def test_a_month_leads_to_lines_that_add_up_to_it(books, client_of):
    client = client_of("bureau")
    page = client.get(f"/purse?year={YEAR}").text
    [(address, amount)] = re.findall(r'<a href="([^"]+until=2026-03-31)">([\d,.]+)</a>', page)[:1]

    listed = client.get(address.replace("&amp;", "&")).text

    assert f"<b>{amount}</b>" in listed


def test_files_hold_the_rows_of_their_lists(books, client_of):
    client = client_of("finance")

    entries = rows_of(client.get("/books/entries?account=fund_available&format=xlsx").data)
    balance = rows_of(client.get("/books/trial-balance?format=xlsx").data)
    cases = rows_of(client.get("/purse/cases?state=reserved&format=xlsx").data)
    purse = rows_of(client.get(f"/purse?year={YEAR}&format=xlsx").data)

    assert len(entries) > 30
    assert sum(float(row[2]) for row in balance[1:]) == pytest.approx(sum(float(row[3]) for row in balance[1:]))
    assert {row[5] for row in cases[1:]} == {"已预留"}
    assert len(purse) > 10


def test_an_entry_shows_its_lines_and_a_missing_one_is_not_found(books, client_of):
    client = client_of("auditor")

    assert "资金计划确认" in client.get("/books/entries/2").text
    assert client.get("/books/entries/999999").status_code == 404


@pytest.mark.parametrize(
    "address", ["?account=nonsense&year=soon&before=x.y&since=never", "?before=1", "?case=2026-99999"]
)
def test_an_address_that_means_nothing_narrows_nothing_and_breaks_nothing(books, client_of, address):
    assert client_of("finance").get(f"/books/entries{address}").status_code == 200


@pytest.mark.parametrize("login", ["agency", "expert_1", "admin", "system", None])
@pytest.mark.parametrize("address", ["/purse", *BOOKS])
def test_who_is_not_of_the_office_sees_no_money(client_of, login, address):
    assert client_of(login).get(address).status_code in {302, 403}


@pytest.mark.parametrize("address", BOOKS)
def test_reviewers_see_the_purse_and_not_the_books(client_of, address):
    client = client_of("reviewer_a")

    assert client.get("/purse").status_code == 200
    assert client.get(address).status_code == 403


def test_who_holds_a_share_of_a_party_finds_nothing_of_its_money(books, parts, cast, client_of):
    with unit_of_work(parts.database) as unit:
        party = unit.session.scalar(sa.select(Commitment).where(Commitment.case_number == CASE))
        shares = Shareholding(
            organisation_id=party.enterprise_id, holder_person_id=cast["finance"], percent_hundredths=9_000,
            since_on=date(2020, 1, 1), source="工商登记", recorded_at=NOON,
        )  # fmt: skip
        entry_id = unit.session.scalar(sa.select(LedgerEntry.id).where(LedgerEntry.case_number == CASE))
        unit.session.add(shares)
    tied, other = client_of("finance"), client_of("auditor")

    assert "没有符合条件的分录" in tied.get(f"/books/entries?case={CASE}").text
    assert "没有符合条件的分录" not in other.get(f"/books/entries?case={CASE}").text
    assert CASE in other.get("/purse/cases").text
    assert CASE not in tied.get("/purse/cases").text
    assert other.get(f"/books/entries/{entry_id}").status_code == 200
    assert tied.get(f"/books/entries/{entry_id}").status_code == 404
    assert len(rows_of(tied.get("/purse/cases?format=xlsx").data)) + 1 == len(
        rows_of(other.get("/purse/cases?format=xlsx").data)
    )


def test_cases_lead_from_the_purse_by_whose_move_they_are(client_of):
    client_of("agency").post("/start/agency_certification")
    client = client_of("bureau")

    assert "/cases?role=agency" in client.get("/purse").text
    assert "2026-00001" in client.get("/cases?role=agency").text
    assert "2026-00001" not in client.get("/cases?role=agency&due=overdue").text
    assert "2026-00001" not in client.get("/cases?role=reviewer").text


def test_an_applicant_learns_nothing_by_asking_for_a_role(client_of):
    client = client_of("agency")
    client.post("/start/agency_certification", follow_redirects=True)

    assert ">2026-00001" in client.get("/cases?role=expert").text
    assert "轮到：" not in client.get("/cases?role=expert").text
