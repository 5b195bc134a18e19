"""Affiliates of the operator: by credit code, responsible person, declaration (A11.9)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.affiliation import Affiliation, affiliates_of_operator, declare_affiliation
from app.domain.organisation import Organisation
from tests.people import BEGINNING


def firm(world: Any) -> Organisation:
    return world.session.get_one(Organisation, world.cast["agency_firm"])


def declare(world: Any, one: str, other: str) -> None:
    declare_affiliation(
        world.session, world.cast[one], world.cast[other], explanation="持股 60 %。",
        declared_by=world.cast["supervisor"], now=BEGINNING,
    )  # fmt: skip


def test_an_ordinary_agency_has_no_tie(world: Any) -> None:
    assert affiliates_of_operator(world.session, firm(world)) == []


def test_the_same_responsible_person_ties(world: Any) -> None:
    firm(world).responsible_person = "丁若川"

    assert affiliates_of_operator(world.session, firm(world)) == ["responsible_person"]


def test_two_unnamed_responsible_persons_are_not_the_same(world: Any) -> None:
    firm(world).responsible_person = ""
    world.session.get_one(Organisation, world.cast["operator"]).responsible_person = ""

    assert affiliates_of_operator(world.session, firm(world)) == []


def test_the_operator_itself_is_tied(world: Any) -> None:
    operator = world.session.get_one(Organisation, world.cast["operator"])

    assert affiliates_of_operator(world.session, operator) == ["credit_code", "responsible_person"]


@pytest.mark.parametrize("pair", [("operator", "agency_firm"), ("agency_firm", "operator")])
def test_a_declared_affiliation_holds_both_ways(world: Any, pair: tuple[str, str]) -> None:
    declare(world, *pair)

    assert affiliates_of_operator(world.session, firm(world)) == ["declared"]


def test_the_same_affiliation_is_kept_once_whoever_declares_it(world: Any) -> None:
    declare(world, "operator", "agency_firm")
    declare(world, "agency_firm", "operator")

    assert len(world.session.scalars(sa.select(Affiliation)).all()) == 1


def test_an_affiliation_with_anybody_else_does_not_count(world: Any) -> None:
    declare(world, "bureau_office", "agency_firm")

    assert affiliates_of_operator(world.session, firm(world)) == []
