"""Interests that keep an expert out of a draw: computed and declared (A8.3)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.expert import Expert
from app.domain.interests import DeclaredInterest, conflicted_experts, declare_interest
from app.domain.organisation import Organisation
from app.domain.role_grant import Role, grant_role, revoke_role
from tests.people import BEGINNING


def conflicts(world: Any) -> dict[int, str]:
    return conflicted_experts(world.session, world.cast["agency_firm"])


def employer(world: Any, login: str) -> Organisation:
    expert = world.session.get_one(Expert, world.cast[login])
    return world.session.get_one(Organisation, expert.employer_id)


def test_experts_of_strangers_have_no_interest(world: Any) -> None:
    assert conflicts(world) == {}


def test_the_applicants_own_employee_has_one(world: Any) -> None:
    world.session.get_one(Expert, world.cast["expert_1"]).employer_id = world.cast["agency_firm"]

    assert conflicts(world) == {world.cast["expert_1"]: "employer"}


def test_whose_employer_shares_the_responsible_person_has_one(world: Any) -> None:
    employer(world, "expert_2").responsible_person = "魏长礼"

    assert conflicts(world) == {world.cast["expert_2"]: "responsible_person"}


@pytest.mark.parametrize("name", ["address", "phone", "bank_account"])
def test_whose_employer_shares_where_it_is_reached_or_paid_has_one(world: Any, name: str) -> None:
    for organisation in (employer(world, "expert_3"), world.session.get_one(Organisation, world.cast["agency_firm"])):
        setattr(organisation, name, "同一处")

    assert conflicts(world) == {world.cast["expert_3"]: name}


def test_whoever_acts_for_the_applicant_has_one_as_long_as_they_do(world: Any) -> None:
    person, firm = world.cast["expert_4"], world.cast["agency_firm"]
    grant_role(world.session, person, Role.AGENCY, firm, by=None, now=BEGINNING)
    assert conflicts(world) == {person: "member"}
    revoke_role(world.session, person, Role.AGENCY, firm, by=None, now=BEGINNING)

    assert conflicts(world) == {}


def test_a_declared_interest_stays_and_the_first_explanation_with_it(world: Any) -> None:
    person, firm = world.cast["expert_5"], world.cast["agency_firm"]
    declare_interest(world.session, person, firm, explanation="曾任顾问。", now=BEGINNING)
    declare_interest(world.session, person, firm, explanation="改口。", now=BEGINNING)

    assert conflicts(world)[person] == "declared"
    assert world.session.get_one(DeclaredInterest, (person, firm)).explanation == "曾任顾问。"
    assert person not in conflicted_experts(world.session, world.cast["bureau_office"])
