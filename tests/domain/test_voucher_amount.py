"""What a voucher can be worth: every bound with article and figure, by the parameters of the day or of the case."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.calendar import local_day
from app.domain.enterprise_errors import NoEnterpriseError
from app.domain.parameters import PolicyParameter, forget_parameters
from app.domain.purse import VoucherCase, release, reserve
from app.domain.voucher_amount import Basis, Bounds, Leaves, bounds
from tests.books import fill_purse
from tests.domain.conftest import World
from tests.enterprises import enterprise
from tests.people import BEGINNING

TODAY = local_day(BEGINNING)
PLENTY = Leaves(claimed_fen=0, purse_fen=100_000_000)


def asked(world: World, contract_fen: int, requested_fen: int | None, basis: Basis, on: date = TODAY) -> Bounds:
    firm = enterprise(world.session)
    return bounds(world.session, firm.id, contract_fen=contract_fen, requested_fen=requested_fen, on=on, basis=basis)


def test_every_bound_is_listed_with_article_and_figure(world: World) -> None:
    found = asked(world, 500_001, 280_000, Basis(Leaves(claimed_fen=150_000, purse_fen=900_000)))

    assert [(one.id, one.article, one.amount_fen) for one in found.bounds] == [
        ("requested", "A6.3", 280_000), ("share", "A6.1", 250_000), ("cap", "A6.1", 300_000), ("year", "A6.2", 350_000),
        ("purse", "A6.3", 900_000),
    ]  # fmt: skip
    assert (found.outcome, found.face_fen, found.binding) == ("fits", 250_000, "share")


def test_who_asks_for_as_much_as_can_be_had_is_bound_by_the_rules_alone(world: World) -> None:
    found = asked(world, 2_000_000, None, Basis(PLENTY))

    assert (found.face_fen, found.binding) == (300_000, "cap")
    assert "requested" not in [one.id for one in found.bounds]


@pytest.mark.parametrize(
    ("claimed_fen", "face_fen", "binding", "article"),
    [
        (199_999, 300_000, "requested", "A6.3"),
        (200_000, 300_000, "requested", "A6.3"),
        (200_001, 299_999, "year", "A6.2"),
        (499_900, 100, "year", "A6.2"),
        (499_901, 0, "year", "A6.2"),
        (500_000, 0, "year", "A6.2"),
        (600_000, 0, "year", "A6.2"),
    ],
)
def test_what_was_claimed_this_year_leaves_less(
    world: World, claimed_fen: int, face_fen: int, binding: str, article: str
) -> None:
    found = asked(world, 1_000_000, 300_000, Basis(Leaves(claimed_fen, 100_000_000)))

    assert (found.face_fen, found.binding, found.article) == (face_fen, binding, article)


def test_a_change_of_the_bureaus_counts_from_its_day_and_never_for_a_case_decided_under_the_former(
    world: World,
) -> None:
    new_year = date(2027, 1, 1)
    world.session.add(
        PolicyParameter(
            key="voucher_cap_fen", value=400_000, effective_on=new_year, reason="年度标准", article="A6.1",
            set_by=world.cast["bureau"], set_at=BEGINNING,
        )
    )  # fmt: skip
    world.session.flush()
    forget_parameters(world.session)
    firm = enterprise(world.session)
    fixed = {
        "voucher_percent": 50, "voucher_cap_fen": 300_000, "enterprise_year_cap_fen": 500_000,
        "smallest_voucher_fen": 100,
    }  # fmt: skip

    def face(on: date, basis: Basis) -> int:
        found = bounds(world.session, firm.id, contract_fen=1_000_000, requested_fen=450_000, on=on, basis=basis)
        return found.face_fen

    assert face(date(2026, 12, 31), Basis(PLENTY)) == 300_000
    assert face(new_year, Basis(PLENTY)) == 400_000
    assert face(new_year, Basis(PLENTY, figures=fixed)) == 300_000


def test_only_an_enterprise_is_given_an_amount(world: World) -> None:
    with pytest.raises(NoEnterpriseError):
        bounds(
            world.session, world.cast["agency_firm"], contract_fen=1_000_000, requested_fen=1, on=TODAY,
            basis=Basis(PLENTY),
        )  # fmt: skip


def test_the_books_say_what_year_and_purse_leave_and_a_case_does_not_stand_in_its_own_way(world: World) -> None:
    firm = enterprise(world.session)
    agency_id = world.cast["agency_firm"]
    fill_purse(world.session, 400_000)
    case = VoucherCase("2026-00077", firm.id, agency_id, "credit", TODAY.year, 500_000)
    assert reserve(world.session, case, 300_000, now=BEGINNING)

    def left(basis: Basis) -> tuple[int, int]:
        found = bounds(
            world.session, firm.id, contract_fen=1_000_000, requested_fen=300_000, on=TODAY, category="credit",
            basis=basis,
        )  # fmt: skip
        by_id = {one.id: one.amount_fen for one in found.bounds}
        return by_id["year"], by_id["purse"]

    assert left(Basis()) == (200_000, 100_000)
    assert left(Basis(except_case="2026-00077")) == (500_000, 400_000)
    assert left(Basis(except_case="2026-00078")) == (200_000, 100_000)
    release(world.session, "2026-00077", "withdrawn", now=BEGINNING)
    assert left(Basis(except_case="2026-00077")) == (500_000, 400_000)
