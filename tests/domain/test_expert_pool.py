"""The pool of experts: who joins, who leaves, each with a reason on record."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.account_closing import close_account
from app.domain.errors import NoFieldsError
from app.domain.expert import (
    Category,
    Expert,
    ExpertPoolChange,
    PoolEntry,
    fields_of,
    leave_pool,
    leave_with_role,
    put_into_pool,
)
from app.domain.panel_draw import candidates
from app.domain.person import Person
from app.domain.role_grant import AdminMayNotDecideError, Role, revoke_role, roles_held
from tests.people import BEGINNING, person


def put(world: Any, person_id: int, *categories: Category, reason: str = "行业知名。") -> None:
    entry = PoolEntry(person_id, world.cast["operator"], frozenset(categories))
    put_into_pool(world.session, entry, reason=reason, by=world.cast["supervisor"], now=BEGINNING)


def leave(world: Any, person_id: int) -> None:
    leave_pool(world.session, person_id, reason="退休。", by=world.cast["supervisor"], now=BEGINNING)


def changes(world: Any, person_id: int) -> list[str]:
    query = sa.select(ExpertPoolChange.change).where(ExpertPoolChange.person_id == person_id)
    return list(world.session.scalars(query.order_by(ExpertPoolChange.id)))


def test_whoever_joins_holds_the_role_and_can_be_drawn(world: Any) -> None:
    newcomer = person(world.session, "newcomer", "新专家").id
    put(world, newcomer, Category.CREDIT)

    assert (Role.EXPERT, world.cast["operator"]) in roles_held(world.session.connection(), newcomer)
    assert newcomer in {one.person_id for one in candidates(world.session, world.apply().id)}


def test_whoever_leaves_is_drawn_no_more_and_may_come_back(world: Any) -> None:
    expert = world.cast["expert_1"]
    application = world.apply()
    leave(world, expert)
    assert expert not in {one.person_id for one in candidates(world.session, application.id)}

    put(world, expert, Category.LEGAL, Category.CREDIT)

    assert world.session.get_one(Expert, expert).left_at is None
    assert fields_of(world.session)[expert] == ["credit", "legal"]
    assert changes(world, expert) == ["left", "joined"]


def test_a_new_field_is_an_adjustment(world: Any) -> None:
    put(world, world.cast["expert_1"], Category.TECHNOLOGY)

    assert fields_of(world.session)[world.cast["expert_1"]] == ["technology"]
    assert changes(world, world.cast["expert_1"]) == ["adjusted"]


def test_nobody_is_an_expert_of_nothing(world: Any) -> None:
    with pytest.raises(NoFieldsError):
        put(world, world.cast["expert_1"])


def test_an_administrator_joins_no_pool(world: Any) -> None:
    with pytest.raises(AdminMayNotDecideError):
        put(world, world.cast["admin"], Category.CREDIT)


def test_every_change_has_its_reason(world: Any) -> None:
    with pytest.raises(IntegrityError, match="has_reason"):
        put(world, world.cast["expert_1"], Category.CREDIT, reason="")


def test_a_new_employer_takes_the_place_of_the_former(world: Any) -> None:
    expert = world.cast["expert_1"]
    put(world, expert, Category.CREDIT)

    assert roles_held(world.session.connection(), expert) == {(Role.EXPERT, world.cast["operator"])}


def test_whoever_loses_the_role_leaves_the_pool_and_so_does_a_closed_account(world: Any) -> None:
    for number, act in ((1, "role"), (2, "account")):
        expert = world.session.get_one(Person, world.cast[f"expert_{number}"])
        employer = world.session.get_one(Expert, expert.id).employer_id
        if act == "role":
            revoke_role(world.session, expert.id, Role.EXPERT, employer, by=world.cast["system"], now=BEGINNING)
            leave_with_role(world.session, expert.id, reason="退休。", by=world.cast["system"], now=BEGINNING)
        else:
            close_account(world.session, expert, reason="退休。", by=world.cast["system"], now=BEGINNING)

        assert world.session.get_one(Expert, expert.id).left_at == BEGINNING
        assert changes(world, expert.id) == ["left"]


def test_whoever_still_holds_the_role_stays_in_the_pool(world: Any) -> None:
    leave_with_role(world.session, world.cast["expert_1"], reason="误。", by=world.cast["system"], now=BEGINNING)

    assert world.session.get_one(Expert, world.cast["expert_1"]).left_at is None
