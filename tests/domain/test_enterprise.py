"""What enterprises declare, what the office records of them, and bad-credit entries: dated, append-only, numbers unreadable."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.bad_credit import bad_credit_entries, enter_organisation, enter_person, person_mark
from app.domain.calendar import local_day
from app.domain.enterprise import (
    MOST_EMPLOYEES,
    MOST_YUAN,
    CreditRating,
    declarations_of,
    declare_figures,
    figures_on,
    has_priority,
    record_standing,
    standing_on,
)
from app.domain.enterprise_errors import (
    BadCreditEntryTwiceError,
    FiguresOutOfRangeError,
    FiguresOutOfTimeError,
    IdentityNumberError,
    NoEnterpriseError,
)
from app.domain.organisation import InvalidCreditCodeError
from tests.domain.conftest import World
from tests.enterprises import SMALL_SHOP, enterprise
from tests.people import BEGINNING

TODAY = local_day(BEGINNING)
NUMBER = "64010219900307707X"


def test_the_latest_declaration_counts_and_the_former_stay(world: World) -> None:
    firm = enterprise(world.session)
    by = world.cast["agency"]
    declare_figures(world.session, firm.id, replace(SMALL_SHOP, employees=14), by=by, now=BEGINNING + timedelta(days=2))

    assert [one.employees for one in declarations_of(world.session, firm.id)] == [14, 12]
    assert [
        one.employees if (one := figures_on(world.session, firm.id, on=TODAY + timedelta(days=days))) else None
        for days in (-1, 0, 1, 2)
    ] == [None, 12, 12, 14]


@pytest.mark.parametrize(
    ("name", "most"), [("employees", MOST_EMPLOYEES), ("revenue_yuan", MOST_YUAN), ("assets_yuan", MOST_YUAN)]
)
def test_a_figure_lies_between_nothing_and_the_most(world: World, name: str, most: int) -> None:
    firm = enterprise(world.session)
    for fine in (0, most):
        declare_figures(world.session, firm.id, replace(SMALL_SHOP, **{name: fine}), by=1, now=BEGINNING)  # type: ignore[arg-type]
    for wrong in (-1, most + 1):
        with pytest.raises(FiguresOutOfRangeError):
            declare_figures(world.session, firm.id, replace(SMALL_SHOP, **{name: wrong}), by=1, now=BEGINNING)  # type: ignore[arg-type]


@pytest.mark.parametrize(("year", "counts"), [(2023, False), (2024, True), (2026, True), (2027, False)])
def test_figures_are_of_this_year_or_the_two_before(world: World, year: int, counts: bool) -> None:
    firm = enterprise(world.session, figures=None)

    if counts:
        declare_figures(world.session, firm.id, replace(SMALL_SHOP, year=year), by=1, now=BEGINNING)
    else:
        with pytest.raises(FiguresOutOfTimeError):
            declare_figures(world.session, firm.id, replace(SMALL_SHOP, year=year), by=1, now=BEGINNING)


def test_only_an_enterprise_declares_figures(world: World) -> None:
    with pytest.raises(NoEnterpriseError):
        declare_figures(world.session, world.cast["agency_firm"], SMALL_SHOP, by=1, now=BEGINNING)


@pytest.mark.parametrize(
    ("is_specialised", "rating", "ahead"),
    [
        (False, CreditRating.NONE, False), (True, CreditRating.NONE, True), (False, CreditRating.B, False),
        (False, CreditRating.A, True), (False, CreditRating.AA, True), (False, CreditRating.AAA, True),
        (True, CreditRating.C, True),
    ],
)  # fmt: skip
def test_specialised_firms_and_those_rated_a_or_better_go_ahead(
    world: World,
    is_specialised: bool,
    rating: CreditRating,
    ahead: bool,
) -> None:
    firm = enterprise(world.session)
    record_standing(
        world.session, firm.id, is_specialised=is_specialised, credit_rating=rating, source="工信厅名单",
        by=world.cast["supervisor"], now=BEGINNING,
    )  # fmt: skip

    assert has_priority(world.session, firm.id, on=TODAY) is ahead
    assert not has_priority(world.session, firm.id, on=TODAY - timedelta(days=1))
    assert standing_on(world.session, firm.id, on=TODAY - timedelta(days=1)) is None


def test_an_identity_number_is_kept_only_as_a_keyed_hash_and_its_last_four(world: World) -> None:
    mark = person_mark(NUMBER.lower(), key=b"one key")
    enter_person(world.session, "安知夏", mark, since_on=TODAY, reason="串通", by=1, now=BEGINNING)

    (entry,) = bad_credit_entries(world.session)
    kept = " ".join(str(value) for value in vars(entry).values())

    assert entry.person_last_four == "707X"
    assert NUMBER not in kept
    assert mark.hash == person_mark(NUMBER, key=b"one key").hash
    assert mark.hash != person_mark(NUMBER, key=b"another key").hash


@pytest.mark.parametrize("number", ["", "64010219900307707", "640102199003077070", "64010219901307740X"])
def test_a_number_that_no_resident_has_is_refused_and_not_repeated(number: str) -> None:
    with pytest.raises(IdentityNumberError) as raised:
        person_mark(number, key=b"one key")

    assert not number or number not in raised.value.message_zh + raised.value.message_en + str(raised.value)


def test_nobody_is_entered_twice_and_no_code_that_is_none(world: World) -> None:
    firm = enterprise(world.session)
    mark = person_mark(NUMBER, key=b"one key")
    enter_organisation(world.session, firm.credit_code, since_on=TODAY, reason="骗取补贴", by=1, now=BEGINNING)
    enter_person(world.session, "安知夏", mark, since_on=TODAY, reason="串通", by=1, now=BEGINNING)

    with pytest.raises(BadCreditEntryTwiceError):
        enter_organisation(world.session, firm.credit_code, since_on=TODAY, reason="再次", by=1, now=BEGINNING)
    with pytest.raises(BadCreditEntryTwiceError):
        enter_person(world.session, "安知夏", mark, since_on=TODAY, reason="再次", by=1, now=BEGINNING)
    with pytest.raises(InvalidCreditCodeError):
        enter_organisation(world.session, "91640100MA7600500X", since_on=TODAY, reason="骗取", by=1, now=BEGINNING)


@pytest.mark.parametrize("table", ["enterprise_figures", "enterprise_standing", "bad_credit_entry"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_declared_or_entered(world: World, table: str, verb: str) -> None:
    firm = enterprise(world.session)
    record_standing(
        world.session, firm.id, is_specialised=True, credit_rating=CreditRating.A, source="名单", by=1, now=BEGINNING
    )
    enter_organisation(world.session, firm.credit_code, since_on=TODAY, reason="骗取补贴", by=1, now=BEGINNING)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), world.session.begin_nested():
        world.session.execute(sa.text(verb.format(table)))
