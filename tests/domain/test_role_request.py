"""Two people give a powerful role; every role may begin later and end. On both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account_closing import close_account, reopen_account
from app.domain.expert import ExpertByPoolError
from app.domain.message import Message
from app.domain.organisation import OrganisationKind
from app.domain.person import Person
from app.domain.role_grant import (
    POWERFUL,
    LastSystemAdminError,
    Role,
    end_roles,
    keep_a_system_admin,
    revoke_role,
    roles_held,
)
from app.domain.role_request import (
    ROLES_OF,
    AccountClosedError,
    OwnPowerError,
    RequestDecidedError,
    RoleElsewhereError,
    RoleEntry,
    RolePeriodError,
    RoleReasonMissingError,
    RoleRequest,
    approve_request,
    begin_roles,
    refuse_request,
    request_role,
    waiting_requests,
)
from tests import people

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture
def cast(database: sa.Engine) -> dict[str, int]:
    """Two system administrators, somebody without roles, and the operator."""
    with unit_of_work(database) as unit:
        office = people.organisation(unit.session, 1, OrganisationKind.OPERATOR, "宁夏券流运营中心")
        made = {"office": office.id}
        for login in ("shi", "he"):
            made[login] = people.person(unit.session, login, login, Role.SYSTEM_ADMIN, office.id).id
        made["ma"] = people.person(unit.session, "ma", "马砚秋").id
        return made


def ask(database: sa.Engine, cast: dict[str, int], role: Role = Role.SUPERVISOR, *, by: str = "shi", about: str = "ma",
        from_on: date = TODAY, until_on: date | None = None, reason: str = "接替苏明远") -> int:  # fmt: skip
    entry = RoleEntry(cast[about], role, cast["office"], from_on, until_on, reason)
    with unit_of_work(database) as unit:
        return request_role(unit.session, entry, by=cast[by], now=NOON).id


def approve(database: sa.Engine, cast: dict[str, int], request_id: int, by: str) -> None:
    with unit_of_work(database) as unit:
        approve_request(unit.session, request_id, by=cast[by], now=NOON)


def held(database: sa.Engine, person_id: int, at: datetime | None = None) -> set[str]:
    with reading(database) as unit:
        return {role for role, _ in roles_held(unit.connection, person_id, at=at)}


def test_a_powerful_role_waits_until_another_administrator_approves(database: sa.Engine, cast: dict[str, int]) -> None:
    request_id = ask(database, cast)
    assert held(database, cast["ma"]) == set()

    approve(database, cast, request_id, "he")

    assert held(database, cast["ma"]) == {"supervisor"}
    with reading(database) as unit:
        kept = unit.session.get_one(RoleRequest, request_id)
        assert (kept.requested_by, kept.decided_by, kept.decided_at) == (cast["shi"], cast["he"], NOON)
        assert waiting_requests(unit.session) == []


def test_any_other_role_is_given_at_once(database: sa.Engine, cast: dict[str, int]) -> None:
    ask(database, cast, Role.REVIEWER)

    assert held(database, cast["ma"]) == {"reviewer"}


def test_nobody_approves_what_they_asked_for(database: sa.Engine, cast: dict[str, int]) -> None:
    request_id = ask(database, cast)

    with pytest.raises(OwnPowerError):
        approve(database, cast, request_id, "shi")
    assert held(database, cast["ma"]) == set()


def test_nobody_approves_a_role_for_themselves(database: sa.Engine, cast: dict[str, int]) -> None:
    request_id = ask(database, cast, Role.PROCESS_ADMIN, by="shi", about="he")

    with pytest.raises(OwnPowerError):
        approve(database, cast, request_id, "he")


def test_nobody_asks_for_power_for_themselves(database: sa.Engine, cast: dict[str, int]) -> None:
    with pytest.raises(OwnPowerError):
        ask(database, cast, Role.PROCESS_ADMIN, by="shi", about="shi")


@pytest.mark.parametrize("column", ["requested_by", "person_id"])
def test_the_database_itself_bears_no_approval_by_one_person_alone(
    database: sa.Engine, cast: dict[str, int], column: str
) -> None:
    request_id = ask(database, cast)
    with pytest.raises(sa.exc.IntegrityError, match="second_pair_of_eyes"), unit_of_work(database) as unit:
        row = unit.session.get_one(RoleRequest, request_id)
        unit.connection.execute(
            sa.update(RoleRequest).values(status="granted", decided_by=getattr(row, column), decided_at=NOON)
        )


def test_a_request_is_decided_once(database: sa.Engine, cast: dict[str, int]) -> None:
    request_id = ask(database, cast)
    approve(database, cast, request_id, "he")

    with pytest.raises(RequestDecidedError):
        approve(database, cast, request_id, "he")
    with pytest.raises(RequestDecidedError), unit_of_work(database) as unit:
        refuse_request(unit.session, request_id, by=cast["he"], reason="晚了", now=NOON)


@pytest.mark.parametrize(("by", "status"), [("he", "refused"), ("shi", "withdrawn")])
def test_a_request_is_refused_by_another_and_withdrawn_by_oneself(
    database: sa.Engine, cast: dict[str, int], by: str, status: str
) -> None:
    request_id = ask(database, cast)
    with unit_of_work(database) as unit:
        assert refuse_request(unit.session, request_id, by=cast[by], reason="人选未定", now=NOON).status == status

    assert held(database, cast["ma"]) == set()


@pytest.mark.parametrize("reason", ["", "  "])
def test_every_role_has_a_reason_and_so_has_every_refusal(
    database: sa.Engine, cast: dict[str, int], reason: str
) -> None:
    with pytest.raises(RoleReasonMissingError):
        ask(database, cast, reason=reason)
    request_id = ask(database, cast)
    with pytest.raises(RoleReasonMissingError), unit_of_work(database) as unit:
        refuse_request(unit.session, request_id, by=cast["he"], reason=reason, now=NOON)


@pytest.mark.parametrize(
    ("until_on", "is_fine"), [(date(2026, 11, 23), False), (TODAY, True), (date(2026, 11, 25), True)]
)
def test_a_role_does_not_end_before_today(
    database: sa.Engine, cast: dict[str, int], until_on: date, is_fine: bool
) -> None:
    if is_fine:
        ask(database, cast, Role.REVIEWER, until_on=until_on)
        assert held(database, cast["ma"]) == {"reviewer"}
    else:
        with pytest.raises(RolePeriodError):
            ask(database, cast, Role.REVIEWER, until_on=until_on)


def test_a_role_begins_on_its_first_day_in_shanghai(database: sa.Engine, cast: dict[str, int]) -> None:
    ask(database, cast, Role.REVIEWER, from_on=date(2026, 12, 1))
    midnight = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)

    with unit_of_work(database) as unit:
        assert begin_roles(unit.session, now=midnight - timedelta(seconds=1)) == 0
    assert held(database, cast["ma"]) == set()
    with unit_of_work(database) as unit:
        assert begin_roles(unit.session, now=midnight) == 1

    assert held(database, cast["ma"]) == {"reviewer"}


def test_a_role_ends_with_its_last_day_in_shanghai(database: sa.Engine, cast: dict[str, int]) -> None:
    ask(database, cast, Role.REVIEWER, until_on=date(2026, 11, 30))
    midnight = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)

    assert held(database, cast["ma"], at=midnight - timedelta(seconds=1)) == {"reviewer"}
    assert held(database, cast["ma"], at=midnight) == set()
    with unit_of_work(database) as unit:
        assert end_roles(unit.session, now=midnight - timedelta(seconds=1)) == 0
        assert end_roles(unit.session, now=midnight) == 1
    assert held(database, cast["ma"]) == set()


def test_who_began_to_decide_meanwhile_gets_no_administration(database: sa.Engine, cast: dict[str, int]) -> None:
    request_id = ask(database, cast, Role.PROCESS_ADMIN, from_on=date(2026, 12, 1))
    approve(database, cast, request_id, "he")
    ask(database, cast, Role.REVIEWER)

    with unit_of_work(database) as unit:
        begin_roles(unit.session, now=NOON + timedelta(days=10))

    assert held(database, cast["ma"]) == {"reviewer"}
    with reading(database) as unit:
        assert unit.session.get_one(RoleRequest, request_id).status == "refused"


def test_an_auditor_is_held_by_the_bureau_not_by_the_operator(database: sa.Engine, cast: dict[str, int]) -> None:
    with pytest.raises(RoleElsewhereError):
        ask(database, cast, Role.AUDITOR)


def test_nobody_is_made_an_expert_without_a_place_in_the_pool(database: sa.Engine, cast: dict[str, int]) -> None:
    with pytest.raises(ExpertByPoolError):
        ask(database, cast, Role.EXPERT)


def test_every_role_is_held_somewhere_and_the_powerful_ones_are_six() -> None:
    assert set().union(*ROLES_OF.values()) == set(Role) - {Role.EXPERT}
    assert {"supervisor", "finance", "bureau", "auditor", "process_admin", "system_admin"} == POWERFUL


def test_the_last_system_administrator_stays(database: sa.Engine, cast: dict[str, int]) -> None:
    with unit_of_work(database) as unit:
        revoke_role(unit.session, cast["shi"], Role.SYSTEM_ADMIN, cast["office"], by=cast["he"], now=NOON)

    with pytest.raises(LastSystemAdminError), unit_of_work(database) as unit:
        revoke_role(unit.session, cast["he"], Role.SYSTEM_ADMIN, cast["office"], by=cast["he"], now=NOON)
    with pytest.raises(LastSystemAdminError), unit_of_work(database) as unit:
        keep_a_system_admin(unit.session, without=cast["he"])


def test_a_closed_account_does_not_count_as_an_administrator_who_stays(
    database: sa.Engine, cast: dict[str, int]
) -> None:
    with unit_of_work(database) as unit:
        close_account(unit.session, unit.session.get_one(Person, cast["shi"]), by=cast["he"], reason="离职", now=NOON)
    with pytest.raises(LastSystemAdminError), unit_of_work(database) as unit:
        keep_a_system_admin(unit.session, without=cast["he"])


def test_opening_a_closed_account_brings_no_role_back(database: sa.Engine, cast: dict[str, int]) -> None:
    approve(database, cast, ask(database, cast), "he")
    with unit_of_work(database) as unit:
        person = unit.session.get_one(Person, cast["ma"])
        close_account(unit.session, person, by=cast["shi"], reason="离职", now=NOON)
        reopen_account(unit.session, person, by=cast["shi"], reason="返聘", now=NOON)

    assert held(database, cast["ma"]) == set()


def told(database: sa.Engine, template: str) -> list[int]:
    with reading(database) as unit:
        rows = sa.select(Message.person_id).where(Message.template == template).order_by(Message.id)
        return list(unit.session.scalars(rows))


def test_the_other_administrators_are_told_and_then_whoever_got_the_role(
    database: sa.Engine, cast: dict[str, int]
) -> None:
    request_id = ask(database, cast)
    assert told(database, "role_request_waiting") == [cast["he"]]

    approve(database, cast, request_id, "he")

    assert told(database, "role_changed") == [cast["ma"]]


def test_a_closed_account_gets_no_role_now_or_later(database: sa.Engine, cast: dict[str, int]) -> None:
    waiting = ask(database, cast)
    ask(database, cast, Role.REVIEWER, from_on=date(2026, 12, 1))
    with unit_of_work(database) as unit:
        person = unit.session.get_one(Person, cast["ma"])
        close_account(unit.session, person, by=cast["shi"], reason="离职", now=NOON)

    with pytest.raises(AccountClosedError):
        ask(database, cast, Role.REVIEWER)
    with pytest.raises(AccountClosedError):
        approve(database, cast, waiting, "he")
    with unit_of_work(database) as unit:
        begin_roles(unit.session, now=NOON + timedelta(days=10))
    assert held(database, cast["ma"]) == set()


def test_of_two_administrators_who_remove_each_other_at_once_one_stays(
    database: sa.Engine, cast: dict[str, int]
) -> None:
    def remove(pair: tuple[str, str]) -> bool:
        by, about = pair
        try:
            with unit_of_work(database) as unit:
                return revoke_role(unit.session, cast[about], Role.SYSTEM_ADMIN, cast["office"], by=cast[by], now=NOON)
        except LastSystemAdminError:
            return False

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(remove, [("shi", "he"), ("he", "shi")])) == [False, True]
