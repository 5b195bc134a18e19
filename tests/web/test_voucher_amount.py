"""The amount of a voucher while one types: the same figures on the page and in the part that a script asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html

from app.db import unit_of_work
from app.domain.purse import VoucherCase, reserve
from app.web.context import Context
from tests.books import fill_purse
from tests.enterprises import enterprise


@pytest.fixture(autouse=True)
def _purse(parts: Context, cast: dict[str, int], client_of: Any) -> None:
    """An enterprise that has claimed 2,600.00 this year, and 5,000.00 left in the purse."""
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    with unit_of_work(parts.database) as unit:
        parts.clock.set(unit, now)
        firm = enterprise(unit.session)
        fill_purse(unit.session, 760_000)
        case = VoucherCase("2026-00077", firm.id, cast["agency_firm"], "credit", 2026, 500_000)
        assert reserve(unit.session, case, 260_000, now=now)


def rows(answer: Any) -> list[tuple[str, str, str]]:
    found = html.fromstring(answer.text).xpath("//table[contains(@class, 'ql-bounds')]//tbody/tr")
    return [tuple(" ".join(cell.itertext()).strip() for cell in row) for row in found]  # type: ignore[misc]


def face(answer: Any) -> str:
    return str(html.fromstring(answer.text).xpath("string(//*[@class='ql-grant']//b)"))


ASKED = "/vouchers/amount?contract_fen=5,600.00&requested_fen=2800&category=credit"


def test_every_bound_stands_beside_its_article_and_the_least_is_marked(english_of: Any) -> None:
    answer = english_of("enterprise").get(ASKED)

    assert rows(answer) == [
        ("What you ask for", "2,800.00", "A6.3"), ("50 % of the contract", "2,800.00", "A6.1"),
        ("Limit for one item", "3,000.00", "A6.1"), ("Left of your year, least", "2,400.00", "A6.2"),
        ("Left in the purse", "5,000.00", "A6.3"),
    ]  # fmt: skip
    assert face(answer) == "2,400.00"
    assert "Deposit 3,200.00" in answer.text


def test_the_part_for_scripts_says_the_same_without_the_page_around_it(english_of: Any) -> None:
    client = english_of("enterprise")

    part = client.get(f"{ASKED}&part=bounds")

    assert rows(part) == rows(client.get(ASKED))
    assert "<html" not in part.text
    assert "<form" not in part.text


@pytest.mark.parametrize(
    ("typed", "amount", "said"),
    [
        ("contract_fen=5600", "2,400.00", "it is reserved when you apply"),
        ("contract_fen=1.98", "0.00", "less than the smallest voucher"),
        ("contract_fen=2.00", "1.00", "it is reserved when you apply"),
        ("contract_fen=5600&category=other", "2,400.00", "a supervisor signs as well"),
    ],
)
def test_what_it_comes_to_is_said_in_words(english_of: Any, typed: str, amount: str, said: str) -> None:
    answer = english_of("enterprise").get(f"/vouchers/amount?{typed}")

    assert face(answer) == amount
    assert said in answer.text


@pytest.mark.parametrize("smaller", ["", "&accepts_smaller=no", "&accepts_smaller=yes"])
def test_a_purse_that_leaves_less_makes_it_wait_unless_a_smaller_voucher_is_accepted(
    english_of: Any, parts: Context, cast: dict[str, int], smaller: str
) -> None:
    with unit_of_work(parts.database) as unit:
        other = enterprise(unit.session, 501, "enterprise_b")
        for number, amount in ((78, 300_000), (79, 150_000)):
            case = VoucherCase(f"2026-000{number}", other.id, cast["agency_firm"], "credit", 2026, 500_000)
            assert reserve(unit.session, case, amount, now=parts.clock.now(unit))

    answer = english_of("enterprise").get(f"{ASKED}{smaller}")

    is_smaller = smaller.endswith("yes")
    assert face(answer) == ("500.00" if is_smaller else "2,400.00")
    assert ("you get what is left" if is_smaller else "waits in the queue, uncut") in answer.text


@pytest.mark.parametrize("typed", ["contract_fen=many", "contract_fen=0", "contract_fen=-5", "contract_fen=1.005",
                                   "contract_fen=99999999999", "contract_fen=5&requested_fen=x"])  # fmt: skip
def test_an_amount_that_is_none_is_asked_for_again_and_kept(english_of: Any, typed: str) -> None:
    answer = english_of("enterprise").get(f"/vouchers/amount?{typed}")

    assert answer.status_code == 200
    assert "in yuan, such as" in answer.text
    name, value = typed.rsplit("&", 1)[-1].split("=")
    assert html.fromstring(answer.text).xpath(f"//input[@name='{name}']/@value") == [value]


def test_only_an_enterprise_asks(client_of: Any) -> None:
    assert client_of("agency").get(ASKED).status_code == 403
    assert client_of(None).get(ASKED).status_code == 302
