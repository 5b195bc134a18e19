"""Proposals for the pool: two people take an expert in, whatever way somebody tries."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.errors import DomainError, NoFieldsError
from app.domain.expert import Category, PoolEntry, fields_of
from app.domain.message import messages_of
from app.domain.panel_draw import candidates
from app.domain.person import Person
from app.domain.pool_proposal import (
    OwnProposalError,
    PoolProposal,
    ProposalDecidedError,
    ProposalWaitsError,
    approve_proposal,
    proposals_about,
    propose_expert,
    refuse_proposal,
    waiting_proposals,
)
from app.domain.role_grant import AdminMayNotDecideError, Role, grant_role, roles_held
from app.domain.role_request import AccountClosedError, RoleReasonMissingError
from tests.people import BEGINNING, person


def propose(world: Any, person_id: int, *, by: str = "supervisor", reason: str = "行业知名。", **more: Any) -> int:
    entry = PoolEntry(person_id, world.cast["bureau_office"], more.get("categories", frozenset({Category.CREDIT})))
    return propose_expert(world.session, entry, reason=reason, by=world.cast[by], now=BEGINNING).id


def approve(world: Any, proposal_id: int, by: str) -> None:
    approve_proposal(world.session, proposal_id, by=world.cast[by], now=BEGINNING)


@pytest.fixture
def newcomer(world: Any) -> int:
    made = person(world.session, "newcomer", "新专家").id
    world.cast["newcomer"] = made
    return made


def test_a_proposal_alone_makes_no_expert(world: Any, newcomer: int) -> None:
    propose(world, newcomer)

    assert roles_held(world.session.connection(), newcomer) == frozenset()
    assert newcomer not in {one.person_id for one in candidates(world.session, world.apply().id)}
    assert [one.person_id for one in waiting_proposals(world.session)] == [newcomer]


def test_another_person_takes_the_expert_in(world: Any, newcomer: int) -> None:
    approve(world, propose(world, newcomer), "bureau")

    assert (Role.EXPERT, world.cast["bureau_office"]) in roles_held(world.session.connection(), newcomer)
    assert fields_of(world.session)[newcomer] == ["credit"]
    assert newcomer in {one.person_id for one in candidates(world.session, world.apply().id)}
    assert waiting_proposals(world.session) == []


@pytest.mark.parametrize("by", ["supervisor", "newcomer"])
def test_neither_who_proposed_nor_who_is_proposed_decides(world: Any, newcomer: int, by: str) -> None:
    proposal_id = propose(world, newcomer)

    with pytest.raises(OwnProposalError):
        approve(world, proposal_id, by)


def test_nobody_proposes_themselves(world: Any, newcomer: int) -> None:
    with pytest.raises(OwnProposalError):
        propose(world, newcomer, by="newcomer")


@pytest.mark.parametrize(
    ("who", "more", "error"),
    [
        ("newcomer", {"categories": frozenset()}, NoFieldsError),
        ("newcomer", {"reason": " "}, RoleReasonMissingError),
        ("admin", {}, AdminMayNotDecideError),
    ],
)
def test_what_no_pool_takes_is_refused_before_anybody_decides(
    world: Any, newcomer: int, who: str, more: dict[str, Any], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        propose(world, world.cast[who], **more)
    assert proposals_about(world.session, newcomer) == []


def test_a_closed_account_joins_no_pool_not_even_after_the_proposal(world: Any, newcomer: int) -> None:
    proposal_id = propose(world, newcomer)
    world.session.get_one(Person, newcomer).is_active = False

    with pytest.raises(AccountClosedError):
        approve(world, proposal_id, "bureau")


def test_whoever_became_an_administrator_meanwhile_is_not_taken_in(world: Any, newcomer: int) -> None:
    proposal_id = propose(world, newcomer)
    grant_role(world.session, newcomer, Role.PROCESS_ADMIN, world.cast["operator"], by=None, now=BEGINNING)

    with pytest.raises(AdminMayNotDecideError):
        approve(world, proposal_id, "bureau")


def test_one_proposal_about_a_person_waits_at_a_time(world: Any, newcomer: int) -> None:
    first = propose(world, newcomer)
    with pytest.raises(ProposalWaitsError):
        propose(world, newcomer, by="bureau")

    refuse_proposal(world.session, first, by=world.cast["bureau"], reason="领域不符。", now=BEGINNING)
    propose(world, newcomer, by="bureau")

    assert [one.status for one in proposals_about(world.session, newcomer)] == ["waiting", "refused"]


def test_whoever_proposed_withdraws_and_nothing_is_decided_twice(world: Any, newcomer: int) -> None:
    proposal_id = propose(world, newcomer)
    done = refuse_proposal(world.session, proposal_id, by=world.cast["supervisor"], reason="误。", now=BEGINNING)

    assert done.status == "withdrawn"
    with pytest.raises(ProposalDecidedError):
        approve(world, proposal_id, "bureau")
    with pytest.raises(RoleReasonMissingError):
        refuse_proposal(world.session, proposal_id, by=world.cast["bureau"], reason=" ", now=BEGINNING)


def test_those_who_may_decide_are_told_and_nobody_else(world: Any, newcomer: int) -> None:
    propose(world, newcomer)

    told = {name: len(messages_of(world.session, world.cast[name])) for name in ("supervisor", "bureau", "reviewer_a")}
    assert told == {"supervisor": 0, "bureau": 1, "reviewer_a": 0}


@pytest.mark.parametrize("decided_by", [None, "supervisor", "newcomer"])
def test_the_database_itself_demands_a_second_person(world: Any, newcomer: int, decided_by: str | None) -> None:
    proposal_id = propose(world, newcomer)
    decider = world.cast[decided_by] if decided_by else None
    change = sa.update(PoolProposal).where(PoolProposal.id == proposal_id)

    with pytest.raises(IntegrityError, match="second_pair_of_eyes"):
        world.session.execute(change.values(status="approved", decided_by=decider))
