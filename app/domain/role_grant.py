"""Roles: what a person may be in an organisation. A role is the lane of a diagram."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError


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
ADMINS = frozenset({Role.PROCESS_ADMIN, Role.SYSTEM_ADMIN})
DECIDERS = frozenset({Role.REVIEWER, Role.SUPERVISOR, Role.FINANCE, Role.EXPERT, Role.BUREAU})


class AdminMayNotDecideError(DomainError):
    """Whoever draws processes or gives out roles takes part in no decision."""

    code = "admin_may_not_decide"

    def __init__(self, person_id: int, role: Role, held: str) -> None:
        self.person_id, self.role, self.held = person_id, role, held
        self.message_zh = "流程管理员和系统管理员不参与案件决定，不能与审核、评审、财务、主管部门的角色兼任。"
        self.message_en = "Administrators take part in no decision: nobody may hold both kinds of role."
        super().__init__(f"person {person_id} is {held} and may not be {role} too")


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
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: held now")
    revoked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


def grant_role(
    session: Session, person_id: int, role: Role, organisation_id: int, *, by: int | None, now: datetime
) -> None:
    """Give a person a role in an organisation; giving it twice changes nothing.

    Raises:
        AdminMayNotDecideError: the person would administer and decide.
    """
    _keep_apart(session, person_id, role)
    held = sa.select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == role,
        RoleGrant.organisation_id == organisation_id,
        RoleGrant.revoked_at.is_(None),
    )
    if session.scalar(held) is None:
        session.add(
            RoleGrant(person_id=person_id, role=role, organisation_id=organisation_id, granted_by=by, granted_at=now)
        )
        session.flush()


def _keep_apart(session: Session, person_id: int, role: Role) -> None:
    apart = DECIDERS if role in ADMINS else ADMINS if role in DECIDERS else frozenset()
    for held, _organisation in sorted(roles_held(session.connection(), person_id)):
        if held in apart:
            raise AdminMayNotDecideError(person_id, role, held)


def revoke_role(
    session: Session, person_id: int, role: Role, organisation_id: int, *, by: int | None, now: datetime
) -> None:
    """Take a role away from now on; what was done with it stands."""
    session.execute(
        sa.update(RoleGrant)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.organisation_id == organisation_id,
            RoleGrant.revoked_at.is_(None),
        )
        .values(revoked_at=now, revoked_by=by)
    )


def roles_held(connection: sa.Connection, person_id: int) -> frozenset[tuple[str, int]]:
    """Every (role, organisation) that the person holds now."""
    rows = connection.execute(
        sa.select(RoleGrant.role, RoleGrant.organisation_id).where(
            RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None)
        )
    )
    return frozenset((row.role, row.organisation_id) for row in rows)


def people_with(connection: sa.Connection, role: str) -> list[int]:
    """The persons who hold a role now, in any organisation."""
    query = sa.select(RoleGrant.person_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None)).distinct()
    return list(connection.execute(query.order_by(RoleGrant.person_id)).scalars())
