"""Whatever random people do at random, a powerful role has two people behind it, and somebody is left who gives out roles."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from app.db import create_engine, reading, unit_of_work
from app.domain.account_closing import close_account, reopen_account
from app.domain.errors import DomainError
from app.domain.organisation import OrganisationKind
from app.domain.person import Person
from app.domain.role_grant import ADMINS, DECIDERS, POWERFUL, Role, RoleGrant, revoke_role
from app.domain.role_request import RoleEntry, RoleRequest, approve_request, refuse_request, request_role
from tests import people

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PEOPLE = st.integers(0, 3)
ROLES = st.sampled_from([Role.SUPERVISOR, Role.FINANCE, Role.PROCESS_ADMIN, Role.SYSTEM_ADMIN, Role.REVIEWER])


def make_machine(template: Path) -> type[RuleBasedStateMachine]:
    """The machine on copies of an empty database."""

    class Roles(RuleBasedStateMachine):
        """Two administrators and two others ask, approve, refuse, take away, close and open, whoever they are."""

        def __init__(self) -> None:
            super().__init__()
            path = Path(mkdtemp()) / "roles.sqlite3"
            shutil.copy(template, path)
            self.database = create_engine(f"sqlite:///{path}")
            self.folder = path.parent
            with unit_of_work(self.database) as unit:
                self.office = people.organisation(unit.session, 1, OrganisationKind.OPERATOR, "宁夏券流运营中心").id
                roles = (Role.SYSTEM_ADMIN, Role.SYSTEM_ADMIN, Role.REVIEWER, None)
                self.people = [
                    people.person(unit.session, f"person{number}", "某人", role, self.office).id
                    for number, role in enumerate(roles)
                ]
                self.installed = set(unit.session.scalars(sa.select(RoleGrant.id)))

        def teardown(self) -> None:
            self.database.dispose()
            shutil.rmtree(self.folder)

        def _try(self, act: object) -> None:
            try:
                with unit_of_work(self.database) as unit:
                    act(unit.session)  # type: ignore[operator]
            except DomainError:
                pass  # refused; what matters is what then holds

        @rule(who=PEOPLE, about=PEOPLE, role=ROLES)
        def ask(self, who: int, about: int, role: Role) -> None:
            entry = RoleEntry(self.people[about], role, self.office, date(2026, 11, 24), None, "需要")
            self._try(lambda session: request_role(session, entry, by=self.people[who], now=NOON))

        @rule(who=PEOPLE, number=st.integers(1, 6))
        def approve(self, who: int, number: int) -> None:
            self._try(lambda session: approve_request(session, number, by=self.people[who], now=NOON))

        @rule(who=PEOPLE, number=st.integers(1, 6))
        def refuse(self, who: int, number: int) -> None:
            self._try(lambda session: refuse_request(session, number, by=self.people[who], reason="不行", now=NOON))

        @rule(who=PEOPLE, about=PEOPLE, role=ROLES)
        def take_away(self, who: int, about: int, role: Role) -> None:
            by = self.people[who]
            self._try(lambda session: revoke_role(session, self.people[about], role, self.office, by=by, now=NOON))

        @rule(who=PEOPLE, about=PEOPLE)
        def close(self, who: int, about: int) -> None:
            self._try(
                lambda session: close_account(
                    session, session.get_one(Person, self.people[about]), by=self.people[who], reason="离职", now=NOON
                )
            )

        @rule(who=PEOPLE, about=PEOPLE)
        def reopen(self, who: int, about: int) -> None:
            self._try(
                lambda session: reopen_account(
                    session, session.get_one(Person, self.people[about]), by=self.people[who], reason="返聘", now=NOON
                )
            )

        @invariant()
        def every_powerful_role_has_two_people_behind_it(self) -> None:
            with reading(self.database) as unit:
                grants = unit.session.scalars(sa.select(RoleGrant)).all()
                requests = unit.session.scalars(sa.select(RoleRequest).where(RoleRequest.status == "granted")).all()
            for grant in grants:
                if grant.role in POWERFUL and grant.id not in self.installed:
                    behind = [
                        one for one in requests
                        if (one.person_id, one.role) == (grant.person_id, grant.role)
                        and len({one.requested_by, one.decided_by, one.person_id}) == 3
                    ]  # fmt: skip
                    assert behind, f"grant {grant.id} of {grant.role} has one person behind it"

        @invariant()
        def somebody_is_left_who_gives_out_roles(self) -> None:
            with reading(self.database) as unit:
                left = unit.session.scalars(
                    sa.select(Person.id)
                    .join(RoleGrant, RoleGrant.person_id == Person.id)
                    .where(RoleGrant.role == Role.SYSTEM_ADMIN, RoleGrant.revoked_at.is_(None), Person.is_active)
                ).all()
            assert left

        @invariant()
        def nobody_administers_and_decides_and_closed_accounts_hold_nothing(self) -> None:
            with reading(self.database) as unit:
                rows = unit.session.execute(
                    sa.select(Person.id, Person.is_active, RoleGrant.role)
                    .join(RoleGrant, RoleGrant.person_id == Person.id)
                    .where(RoleGrant.revoked_at.is_(None))
                ).all()
            held: dict[int, set[str]] = {}
            for person_id, is_active, role in rows:
                assert is_active
                held.setdefault(person_id, set()).add(role)
            assert not [roles for roles in held.values() if roles & ADMINS and roles & DECIDERS]

    return Roles


def test_two_people_stand_behind_every_powerful_role_whatever_anybody_does(sqlite_template: Path) -> None:
    run_state_machine_as_test(
        make_machine(sqlite_template),
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )  # fmt: skip
