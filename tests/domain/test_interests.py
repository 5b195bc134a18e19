"""Interests that keep people out of an organisation's cases: computed from the records, and declared (A8.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain.affiliation import declare_affiliation
from app.domain.declared_interest import DeclaredInterest, declare_interest
from app.domain.expert import Expert
from app.domain.interests import barred_organisations, conflicted_experts, conflicted_people
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.person import Person
from app.domain.role_grant import Role, grant_role, revoke_role
from app.domain.shareholding import Holding, end_shareholding, record_shareholding
from app.domain.ties import Tie
from tests.people import BEGINNING, organisation

SINCE = date(2026, 1, 1)


def conflicts(world: Any) -> dict[int, list[str]]:
    """Each expert with an interest in the agency, and the ties of the path."""
    found = conflicted_experts(world.session, world.cast["agency_firm"])
    assert all(path[-1].organisation_id == world.cast["agency_firm"] for path in found.values())
    return {person_id: [str(step.tie) for step in path] for person_id, path in found.items()}


def agency(world: Any) -> Organisation:
    found: Organisation = world.session.get_one(Organisation, world.cast["agency_firm"])
    return found


def employer(world: Any, login: str) -> Organisation:
    expert = world.session.get_one(Expert, world.cast[login])
    found: Organisation = world.session.get_one(Organisation, expert.employer_id)
    return found


def stranger(world: Any, number: int = 300) -> Organisation:
    return organisation(world.session, number, OrganisationKind.ENTERPRISE, f"宁夏第{number}公司")


def affiliate(world: Any, one: Organisation, other: Organisation) -> None:
    by = world.cast["supervisor"]
    declare_affiliation(world.session, one.id, other.id, explanation="同一集团", declared_by=by, now=BEGINNING)


def hold(world: Any, organisation_id: int, **holder: int) -> Any:
    return record_shareholding(world.session, Holding(organisation_id, 2_550, SINCE, **holder), by=None, now=BEGINNING)


def test_experts_of_strangers_have_no_interest(world: Any) -> None:
    assert conflicts(world) == {}


def test_the_applicants_own_employee_has_one(world: Any) -> None:
    world.session.get_one(Expert, world.cast["expert_1"]).employer_id = world.cast["agency_firm"]

    assert conflicts(world) == {world.cast["expert_1"]: ["employer"]}


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("responsible_person", "魏长礼", "魏 长礼"),
        ("address", "宁夏回族自治区银川市金凤区宁安大街 88 号 3 楼", "银川市金凤区宁安大街８８号３楼"),
        ("phone", "0951-501 2345", "（0951）5012345"),
        ("phone", "+86 138-0951-2345", "13809512345"),
        ("bank_account", "6222 0000 1111 2222", "6222-0000-1111-2222"),
    ],
)
def test_whose_employer_has_something_in_common_with_the_applicant_has_one_however_it_is_written(
    world: Any, name: str, one: str, other: str
) -> None:
    setattr(employer(world, "expert_3"), name, one)
    setattr(agency(world), name, other)

    assert conflicts(world) == {world.cast["expert_3"]: ["employer", name]}


@pytest.mark.parametrize("name", ["responsible_person", "address", "phone", "bank_account"])
def test_nothing_in_common_is_found_where_nothing_is_known(world: Any, name: str) -> None:
    for one in (employer(world, "expert_3"), agency(world)):
        setattr(one, name, " －")

    assert conflicts(world) == {}


def test_whoever_acts_for_the_applicant_has_one_as_long_as_they_do(world: Any) -> None:
    person, firm = world.cast["expert_4"], world.cast["agency_firm"]
    grant_role(world.session, person, Role.AGENCY, firm, by=None, now=BEGINNING)
    assert conflicts(world) == {person: ["member"]}
    revoke_role(world.session, person, Role.AGENCY, firm, by=None, now=BEGINNING)

    assert conflicts(world) == {}


def test_a_declared_interest_stays_and_the_first_explanation_with_it(world: Any) -> None:
    person, firm = world.cast["expert_5"], world.cast["agency_firm"]
    declare_interest(world.session, person, firm, explanation="曾任顾问。", now=BEGINNING)
    declare_interest(world.session, person, firm, explanation="改口。", now=BEGINNING)

    assert conflicts(world)[person] == ["declared"]
    assert world.session.get_one(DeclaredInterest, (person, firm)).explanation == "曾任顾问。"
    assert person not in conflicted_experts(world.session, world.cast["bureau_office"])


def test_whoever_holds_shares_has_one_until_they_part_with_them(world: Any) -> None:
    held = hold(world, world.cast["agency_firm"], holder_person_id=world.cast["expert_6"])
    assert conflicts(world) == {world.cast["expert_6"]: ["shareholder"]}
    end_shareholding(held, until_on=date(2026, 11, 1), by=world.cast["supervisor"], reason="转让。", now=BEGINNING)

    assert conflicts(world) == {}


@pytest.mark.parametrize("is_holder", [True, False])
def test_whose_employer_holds_the_applicant_or_is_held_by_it_has_one(world: Any, is_holder: bool) -> None:
    one, other = employer(world, "expert_7").id, world.cast["agency_firm"]
    held, holder = (other, one) if is_holder else (one, other)
    hold(world, held, holder_organisation_id=holder)

    assert conflicts(world) == {world.cast["expert_7"]: ["employer", "shareholding"]}


def test_whoever_is_responsible_for_the_applicant_or_shares_its_telephone_has_one(world: Any) -> None:
    world.session.get_one(Person, world.cast["expert_1"]).name = "魏长礼"
    world.session.get_one(Person, world.cast["expert_2"]).phone = "138 0951 2345"
    agency(world).phone = "13809512345"

    assert conflicts(world) == {
        world.cast["expert_1"]: ["responsible"],
        world.cast["expert_2"]: ["person_phone"],
    }


def test_ties_are_followed_two_steps_beyond_the_employer_and_no_further(world: Any) -> None:
    between, before = stranger(world), stranger(world, 301)
    affiliate(world, employer(world, "expert_8"), between)
    hold(world, world.cast["agency_firm"], holder_organisation_id=between.id)
    affiliate(world, between, before)
    affiliate(world, before, employer(world, "expert_9"))

    found = conflicted_experts(world.session, world.cast["agency_firm"])

    assert list(found) == [world.cast["expert_8"]]
    assert [(step.tie, step.organisation_id) for step in found[world.cast["expert_8"]]] == [
        (Tie.EMPLOYER, employer(world, "expert_8").id),
        (Tie.AFFILIATION, between.id),
        (Tie.SHAREHOLDING, world.cast["agency_firm"]),
    ]


def test_a_circle_of_ties_is_walked_once(world: Any) -> None:
    one, other = stranger(world), stranger(world, 301)
    for first, second in ((one, other), (other, agency(world)), (agency(world), one)):
        affiliate(world, first, second)

    assert conflicts(world) == {}


def test_from_the_person_and_from_the_applicant_the_same_ties_are_found(world: Any) -> None:
    between = stranger(world)
    affiliate(world, employer(world, "expert_8"), between)
    hold(world, world.cast["agency_firm"], holder_organisation_id=between.id)

    for login in (f"expert_{number}" for number in range(1, 13)):
        barred = barred_organisations(world.session.connection(), world.cast[login])
        assert (world.cast["agency_firm"] in barred) == (login == "expert_8")


def test_an_office_ties_nobody_whom_it_employs(world: Any) -> None:
    operator = world.session.get_one(Organisation, world.cast["operator"])
    affiliate(world, operator, agency(world))

    reviewers = {world.cast["reviewer_a"], world.cast["supervisor"]}
    assert conflicted_people(world.session.connection(), world.cast["agency_firm"], reviewers) == set()


def test_a_reviewer_with_a_firm_of_their_own_is_barred_from_what_it_is_tied_to(world: Any) -> None:
    own = stranger(world)
    grant_role(world.session, world.cast["reviewer_a"], Role.ENTERPRISE, own.id, by=None, now=BEGINNING)
    affiliate(world, own, agency(world))

    connection = world.session.connection()
    assert conflicted_people(
        connection, world.cast["agency_firm"], {world.cast["reviewer_a"], world.cast["reviewer_b"]}
    ) == {world.cast["reviewer_a"]}
    assert barred_organisations(connection, world.cast["reviewer_a"]) == {own.id, world.cast["agency_firm"]}
    assert conflicted_people(connection, None, {world.cast["reviewer_a"]}) == set()
