"""Who holds which role, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.organisation import OrganisationKind
from app.domain.role_grant import (
    ADMINS,
    DECIDERS,
    AdminMayNotDecideError,
    Role,
    RoleGrant,
    grant_role,
    people_with,
    revoke_role,
    roles_held,
)
from tests import people

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
APART = sorted((admin, decider) for admin in ADMINS for decider in DECIDERS)


@pytest.fixture
def ids(database: sa.Engine) -> tuple[int, int]:
    """A person without roles, and an organisation."""
    with unit_of_work(database) as unit:
        office = people.organisation(unit.session, 1, OrganisationKind.OPERATOR, "宁夏券流运营中心")
        return people.person(unit.session, "mayanqiu", "马砚秋").id, office.id


def held(database: sa.Engine, person_id: int) -> frozenset[tuple[str, int]]:
    with reading(database) as unit:
        return roles_held(unit.connection, person_id)


def test_a_role_is_held_from_its_grant_to_its_revocation(database: sa.Engine, ids: tuple[int, int]) -> None:
    person, office = ids
    with unit_of_work(database) as unit:
        grant_role(unit.session, person, Role.REVIEWER, office, by=None, now=NOON)
    assert held(database, person) == {("reviewer", office)}

    with unit_of_work(database) as unit:
        revoke_role(unit.session, person, Role.REVIEWER, office, by=person, now=NOON)

    assert held(database, person) == frozenset()
    with reading(database) as unit:
        assert people_with(unit.connection, "reviewer") == []
        assert unit.connection.execute(sa.select(RoleGrant.revoked_by)).scalar() == person


def test_a_role_given_twice_is_one_grant_and_may_be_given_again(database: sa.Engine, ids: tuple[int, int]) -> None:
    person, office = ids
    with unit_of_work(database) as unit:
        for _ in range(2):
            grant_role(unit.session, person, Role.REVIEWER, office, by=None, now=NOON)
        revoke_role(unit.session, person, Role.REVIEWER, office, by=None, now=NOON)
        grant_role(unit.session, person, Role.REVIEWER, office, by=None, now=NOON)

    with reading(database) as unit:
        assert unit.connection.execute(sa.select(sa.func.count()).select_from(RoleGrant)).scalar() == 2
        assert people_with(unit.connection, "reviewer") == [person]


def test_the_database_itself_bears_one_live_grant_only(database: sa.Engine, ids: tuple[int, int]) -> None:
    person, office = ids
    row = {"person_id": person, "role": "reviewer", "organisation_id": office, "granted_at": NOON}
    with pytest.raises(sa.exc.IntegrityError), unit_of_work(database) as unit:
        unit.connection.execute(sa.insert(RoleGrant), [row, row])


@pytest.mark.parametrize(("admin", "decider"), APART)
def test_nobody_administers_and_decides(database: sa.Engine, ids: tuple[int, int], admin: Role, decider: Role) -> None:
    person, office = ids
    for first, second in ((admin, decider), (decider, admin)):
        with pytest.raises(AdminMayNotDecideError), unit_of_work(database) as unit:
            grant_role(unit.session, person, first, office, by=None, now=NOON)
            grant_role(unit.session, person, second, office, by=None, now=NOON)


def test_whoever_laid_down_administration_may_decide(database: sa.Engine, ids: tuple[int, int]) -> None:
    person, office = ids
    with unit_of_work(database) as unit:
        grant_role(unit.session, person, Role.PROCESS_ADMIN, office, by=None, now=NOON)
        revoke_role(unit.session, person, Role.PROCESS_ADMIN, office, by=None, now=NOON)
        grant_role(unit.session, person, Role.REVIEWER, office, by=None, now=NOON)

    assert held(database, person) == {("reviewer", office)}
