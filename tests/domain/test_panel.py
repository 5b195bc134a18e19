"""Panels: who may be drawn, who holds a seat until when, who follows (A8.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.declared_interest import declare_interest
from app.domain.errors import NotInThisPanelError, PoolTooSmallError
from app.domain.expert import Category, Expert, add_expert
from app.domain.organisation import OrganisationKind
from app.domain.panel import Panel, PanelSeat, declare_no_interest, panel_of, seat_reference, seats_of
from app.domain.panel_draw import candidates, draw_panel, recorded_order
from app.domain.panel_replacement import replace_seat
from app.domain.person import Person
from app.domain.role_grant import Role, revoke_role
from tests.people import BEGINNING, organisation, person


def drawn(world: Any, application: Any = None, *, size: int = 5) -> Panel:
    application = application or world.apply()
    return draw_panel(
        world.session, application.id, size=size, working_days=10, drawn_by=world.cast["supervisor"], now=BEGINNING,
        seed="a recorded seed",
    )  # fmt: skip


def held(world: Any, panel: Panel) -> list[int]:
    return [seat.person_id for seat in seats_of(world.session, panel.id)]


def leave_the_pool(world: Any, *logins: str) -> None:
    for login in logins:
        world.session.get_one(Expert, world.cast[login]).left_at = BEGINNING


def join(world: Any, login: str, number: int) -> int:
    employer = organisation(world.session, number, OrganisationKind.EMPLOYER, f"宁夏第{number}研究院")
    expert = person(world.session, login, login, Role.EXPERT, employer.id)
    add_expert(world.session, expert.id, employer_id=employer.id, categories={Category.CREDIT}, now=BEGINNING)
    return expert.id


def test_the_panel_is_the_head_of_the_recorded_order(world: Any) -> None:
    panel = drawn(world)

    assert held(world, panel) == recorded_order(panel)[:5]
    assert len(recorded_order(panel)) == 12


def test_without_a_given_seed_256_random_bits_are_recorded(world: Any) -> None:
    application = world.apply()
    panel = draw_panel(
        world.session, application.id, size=5, working_days=10, drawn_by=world.cast["supervisor"], now=BEGINNING
    )

    assert len(bytes.fromhex(panel.seed)) == 32


def test_a_seat_is_due_in_ten_working_days_and_reminded_two_before(world: Any) -> None:
    seat = seats_of(world.session, drawn(world).id)[0]

    assert seat.due_at == datetime(2026, 11, 16, 16, 0, tzinfo=UTC)
    assert seat.remind_at == datetime(2026, 11, 12, 16, 0, tzinfo=UTC)
    assert seat_reference(seat) == {
        "seat_id": seat.id,
        "expert_id": seat.person_id,
        "remind_at": "2026-11-12T16:00:00+00:00",
        "due_at": "2026-11-16T16:00:00+00:00",
    }


def test_only_who_could_act_is_in_the_pool(world: Any) -> None:
    cast = world.cast
    leave_the_pool(world, "expert_1")
    world.session.get_one(Person, cast["expert_2"]).is_active = False
    employer = world.session.get_one(Expert, cast["expert_3"]).employer_id
    revoke_role(world.session, cast["expert_3"], Role.EXPERT, employer, by=None, now=BEGINNING)
    declare_interest(world.session, cast["expert_4"], cast["agency_firm"], explanation="曾任顾问。", now=BEGINNING)

    pool = {one.person_id for one in candidates(world.session, world.apply().id)}

    assert pool == {cast[f"expert_{number}"] for number in range(5, 13)}


@pytest.mark.parametrize(("categories", "found"), [(("credit",), 12), (("other",), 0), (("legal", "other"), 12)])
def test_the_pool_is_drawn_by_field(world: Any, categories: tuple[str, ...], found: int) -> None:
    assert len(candidates(world.session, world.apply(categories=categories).id)) == found


def test_open_seats_count_as_load_and_closed_ones_do_not(world: Any) -> None:
    first = drawn(world)
    busy = set(held(world, first))
    second = organisation(world.session, 50, OrganisationKind.AGENCY, "宁夏别家服务有限公司")
    world.cast["second_firm"] = second.id
    application = world.apply(firm="second_firm", number="2026-00002")

    assert {one.person_id for one in candidates(world.session, application.id) if one.open_seats} == busy
    assert busy.isdisjoint(held(world, drawn(world, application)))
    world.session.execute(sa.update(PanelSeat).values(status="scored"))
    assert {one.open_seats for one in candidates(world.session, application.id)} == {0}


@pytest.mark.parametrize(("left", "suffices"), [(4, False), (5, True)])
def test_a_panel_needs_as_many_experts_as_seats(world: Any, left: int, suffices: bool) -> None:
    leave_the_pool(world, *(f"expert_{number}" for number in range(left + 1, 13)))

    if suffices:
        assert len(held(world, drawn(world))) == 5
    else:
        with pytest.raises(PoolTooSmallError) as refused:
            drawn(world)
        assert (refused.value.wanted, refused.value.found) == (5, 4)


def test_the_next_of_the_recorded_draw_takes_over_a_seat(world: Any) -> None:
    panel = drawn(world)
    given_up = seats_of(world.session, panel.id)[2]
    fresh = replace_seat(world.session, given_up.id, working_days=10, now=BEGINNING)

    assert (fresh.person_id, fresh.place, given_up.status) == (recorded_order(panel)[5], 3, "replaced")
    assert held(world, panel)[2] == fresh.person_id


def test_nobody_takes_over_with_an_interest_that_came_up_later(world: Any) -> None:
    panel = drawn(world)
    next_in_line, after = recorded_order(panel)[5:7]
    declare_interest(world.session, next_in_line, world.cast["agency_firm"], explanation="亲属。", now=BEGINNING)

    fresh = replace_seat(world.session, seats_of(world.session, panel.id)[0].id, working_days=10, now=BEGINNING)

    assert fresh.person_id == after


def test_a_dry_pool_is_filled_by_those_who_joined_since_and_both_are_recorded(world: Any) -> None:
    leave_the_pool(world, *(f"expert_{number}" for number in range(6, 13)))
    panel = drawn(world)
    given_up = seats_of(world.session, panel.id)[0]
    with pytest.raises(PoolTooSmallError):
        replace_seat(world.session, given_up.id, working_days=10, now=BEGINNING)
    assert given_up.status == "drawn"
    newcomer = join(world, "newcomer", 60)

    fresh = replace_seat(world.session, given_up.id, working_days=10, now=BEGINNING)

    assert fresh.person_id == newcomer == recorded_order(panel)[-1]
    assert len(set(recorded_order(panel))) == 6


def test_only_the_holder_declares_and_only_once(world: Any) -> None:
    seat = seats_of(world.session, drawn(world).id)[0]
    with pytest.raises(NotInThisPanelError):
        declare_no_interest(world.session, seat.id, person_id=world.cast["supervisor"], now=BEGINNING)
    declare_no_interest(world.session, seat.id, person_id=seat.person_id, now=BEGINNING)
    with pytest.raises(NotInThisPanelError):
        declare_no_interest(world.session, seat.id, person_id=seat.person_id, now=BEGINNING)

    assert seat.status == "declared"


def test_a_second_panel_has_none_of_the_first(world: Any) -> None:
    application = world.apply()
    first, second = drawn(world, application), drawn(world, application)

    assert (first.round, second.round) == (1, 2)
    assert set(held(world, first)).isdisjoint(held(world, second))
    assert panel_of(world.session, application.id) == second


def test_a_third_panel_of_twelve_experts_finds_too_few(world: Any) -> None:
    application = world.apply()
    drawn(world, application)
    drawn(world, application)

    with pytest.raises(PoolTooSmallError) as refused:
        drawn(world, application)
    assert (refused.value.wanted, refused.value.found) == (5, 2)


def test_an_application_has_one_panel_a_round(world: Any) -> None:
    application = world.apply()
    drawn(world, application)
    second = drawn(world, application)

    with pytest.raises(IntegrityError, match=r"uq_panel_application_id_round|panel\.round"):
        world.session.execute(sa.update(Panel).where(Panel.id == second.id).values(round=1))
    world.session.rollback()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"status": "gone"}, "ck_panel_seat_status"),
        ({"remind_at": datetime(2027, 1, 1, tzinfo=UTC)}, "ck_panel_seat_reminder_in_time"),
        ({"place": 1}, r"uq_panel_seat_place|panel_seat\.place"),
        ({"person_id": 5}, r"uq_panel_seat_panel_id_person_id|panel_seat\.person_id"),
    ],
)
def test_the_database_holds_what_may_never_break(world: Any, change: dict[str, Any], constraint: str) -> None:
    drawn(world)

    with pytest.raises(IntegrityError, match=constraint):
        world.session.execute(sa.update(PanelSeat).values(**change))
    world.session.rollback()
