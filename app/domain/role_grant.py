"""Roles: what a person may be in an organisation. A role is the lane of a diagram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError
from app.domain.person import Person
from app.domain.security_event import EventKind, note


class Role(StrEnum):
    """The ten actors of the measure and of the house."""

    ENTERPRISE = "enterprise"
    AGENCY = "agency"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    FINANCE = "finance"
    PROCESS_ADMIN = "process_admin"
    SYSTEM_ADMIN = "system_admin"
    EXPERT = "expert"
    BUREAU = "bureau"
    AUDITOR = "auditor"


ROLES = frozenset(str(role) for role in Role)
APPLICANTS = frozenset({Role.AGENCY, Role.ENTERPRISE})
ADMINS = frozenset({Role.PROCESS_ADMIN, Role.SYSTEM_ADMIN})
DECIDERS = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.FINANCE, Role.EXPERT, Role.BUREAU})
POWERFUL = frozenset({Role.SUPERVISOR, Role.FINANCE, Role.BUREAU, Role.AUDITOR, Role.PROCESS_ADMIN, Role.SYSTEM_ADMIN})
"""Roles that two people give: one asks, another approves (`role_request`)."""


class AdminMayNotDecideError(DomainError):
    """Whoever draws processes or gives out roles takes part in no decision."""

    code = "admin_may_not_decide"

    def __init__(self, person_id: int, role: Role, held: str) -> None:
        self.person_id, self.role, self.held = person_id, role, held
        self.message_zh = "流程管理员和系统管理员不参与案件决定，不能与审核、评审、财务、主管部门的角色兼任。"
        self.message_en = "Administrators take part in no decision: nobody may hold both kinds of role."
        super().__init__(f"person {person_id} is {held} and may not be {role} too")


class LastSystemAdminError(DomainError):
    """Somebody must be left who can give out roles."""

    code = "last_system_admin"
    message_zh = "这是最后一名系统管理员，不能撤销或停用。请先由两人授予另一人系统管理员角色。"
    message_en = "This is the last system administrator. Give the role to somebody else first."


class RoleGrant(Base):
    """A role that a person holds in an organisation, since when and by whom; never deleted, only revoked."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.CheckConstraint(f"role IN ({', '.join(repr(str(role)) for role in Role)})", name="role"),
        sa.Index(
            "uq_role_grant_live", "person_id", "role", "organisation_id", unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"), postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(16))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    granted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: at installation")
    granted_at: Mapped[datetime] = mapped_column(Instant)
    grant_reason: Mapped[str] = mapped_column(sa.String(300), server_default="", comment="'': at installation")
    ends_at: Mapped[datetime | None] = mapped_column(
        Instant, comment="NULL: until it is revoked; a worker revokes it then"
    )
    is_member_admin: Mapped[bool] = mapped_column(
        server_default=sa.false(), comment="may invite members of this organisation; for agencies and enterprises"
    )
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: held now")
    revoked_by: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id"), comment="NULL with revoked_at: its time was over"
    )
    revoke_reason: Mapped[str] = mapped_column(sa.String(300), server_default="")


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a role is given."""

    reason: str = ""
    ends_at: datetime | None = None
    """None: until it is revoked."""
    is_member_admin: bool = False
    """Whether they may invite members of the organisation."""


PLAIN = Terms()


def grant_role(
    session: Session, person_id: int, role: Role, organisation_id: int, *, by: int | None, now: datetime,
    terms: Terms = PLAIN,
) -> bool:  # fmt: skip
    """Give a person a role in an organisation; giving it twice changes nothing. False: it was held already.

    Raises:
        AdminMayNotDecideError: the person would administer and decide.
    """
    keep_apart(session, person_id, role)
    if session.scalar(sa.select(RoleGrant.id).where(*_live(person_id, role, organisation_id))) is not None:
        return False
    session.add(
        RoleGrant(
            person_id=person_id, role=role, organisation_id=organisation_id, granted_by=by, granted_at=now,
            grant_reason=terms.reason, ends_at=terms.ends_at, is_member_admin=terms.is_member_admin,
        )
    )  # fmt: skip
    session.flush()
    note(
        session, EventKind.ROLE_GRANTED, by=by, about=person_id, organisation_id=organisation_id, now=now, role=role,
        reason=terms.reason,
    )  # fmt: skip
    return True


def keep_apart(session: Session, person_id: int, role: Role) -> None:
    """Raise AdminMayNotDecideError if the person would administer and decide by a role."""
    apart = DECIDERS if role in ADMINS else ADMINS if role in DECIDERS else frozenset()
    for held, _organisation in sorted(roles_held(session.connection(), person_id)):
        if held in apart:
            raise AdminMayNotDecideError(person_id, role, held)


def revoke_role(
    session: Session,
    person_id: int,
    role: Role,
    organisation_id: int,
    *,
    by: int | None,
    now: datetime,
    reason: str = "",
) -> bool:
    """Take a role away from now on; what was done with it stands. False: it was not held.

    Raises:
        LastSystemAdminError: nobody would be left who gives out roles.
    """
    if role == Role.SYSTEM_ADMIN:
        keep_a_system_admin(session, without=person_id)
    done = session.execute(
        sa.update(RoleGrant)
        .where(*_live(person_id, role, organisation_id))
        .values(revoked_at=now, revoked_by=by, revoke_reason=reason)
        .execution_options(synchronize_session=False)
    )
    was_held = isinstance(done, sa.CursorResult) and done.rowcount == 1
    if was_held:
        note(
            session, EventKind.ROLE_REVOKED, by=by, about=person_id, organisation_id=organisation_id, now=now, role=role,
            reason=reason,
        )  # fmt: skip
    return was_held


def end_roles(session: Session, *, now: datetime) -> int:
    """Revoke the roles whose time is over; return how many."""
    over = session.scalars(
        sa.select(RoleGrant).where(RoleGrant.revoked_at.is_(None), RoleGrant.ends_at <= now).order_by(RoleGrant.id)
    ).all()
    for grant in over:
        grant.revoked_at = grant.ends_at
        note(
            session, EventKind.ROLE_ENDED, by=None, about=grant.person_id, organisation_id=grant.organisation_id,
            now=now, role=grant.role,
        )  # fmt: skip
    return len(over)


def keep_a_system_admin(session: Session, *, without: int) -> None:
    """Raise LastSystemAdminError if this person is the only one who gives out roles.

    The grants are locked, so that of two who take the role from each other at once, one is refused.
    """
    holders = session.scalars(
        sa.select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.SYSTEM_ADMIN, RoleGrant.revoked_at.is_(None), Person.is_active)
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    ).all()
    # a role with an end is no safeguard: it lapses by itself
    if not any(one.person_id != without and one.ends_at is None for one in holders) and any(
        one.person_id == without for one in holders
    ):
        raise LastSystemAdminError


def _live(person_id: int, role: Role, organisation_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        RoleGrant.organisation_id == organisation_id,
        RoleGrant.revoked_at.is_(None),
    )


_HELD = sa.select(RoleGrant.role, RoleGrant.organisation_id).where(
    RoleGrant.person_id == sa.bindparam("person"), RoleGrant.revoked_at.is_(None)
)
"""Built once: every request asks it."""
_HELD_AT = _HELD.where(RoleGrant.ends_at.is_(None) | (RoleGrant.ends_at > sa.bindparam("at")))


def is_held(at: sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Whether a `person` in the same statement holds a `role_grant` at an instant: what `roles_held` asks of one person."""
    not_ended = sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > at)
    return sa.and_(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None), not_ended)


def roles_held(connection: sa.Connection, person_id: int, *, at: datetime | None = None) -> frozenset[tuple[str, int]]:
    """Every (role, organisation) that the person holds now.

    Args:
        at: leave out what has ended by then, though no worker has noted it yet.
    """
    held = (
        connection.execute(_HELD, {"person": person_id})
        if at is None
        else connection.execute(_HELD_AT, {"person": person_id, "at": at})
    )
    return frozenset((row.role, row.organisation_id) for row in held)


def organisations_administered(connection: sa.Connection, person_id: int) -> list[int]:
    """The organisations whose members the person may invite."""
    query = sa.select(RoleGrant.organisation_id).where(
        RoleGrant.person_id == person_id, RoleGrant.is_member_admin, RoleGrant.revoked_at.is_(None)
    )
    return list(connection.execute(query.distinct().order_by(RoleGrant.organisation_id)).scalars())


def people_with(connection: sa.Connection, role: str) -> list[int]:
    """The persons who hold a role now, in any organisation."""
    query = sa.select(RoleGrant.person_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None)).distinct()
    return list(connection.execute(query.order_by(RoleGrant.person_id)).scalars())
