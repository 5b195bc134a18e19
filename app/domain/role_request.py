"""Roles asked for and given: powerful ones need a second pair of eyes, and every one may begin later and end.

A role that is not powerful is approved by whoever asks. A powerful one waits until another system administrator decides:
never whoever asked, and never the person who is to have it. What is approved for a later day waits for that day.

    waiting ─ approve ─> approved ─ its day comes ─> granted
       ├───── refuse ──> refused
       └───── withdraw > withdrawn
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.calendar import SHANGHAI
from app.domain.errors import DomainError
from app.domain.expert import ExpertByPoolError
from app.domain.message import tell
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.person import Person
from app.domain.role_grant import POWERFUL, AdminMayNotDecideError, Role, Terms, grant_role, people_with
from app.domain.security_event import EventKind, note

REASON_MAX_CHARACTERS = 300
_STATES = ("waiting", "approved", "granted", "refused", "withdrawn")
ROLES_OF = {
    OrganisationKind.AGENCY: frozenset({Role.AGENCY}),
    OrganisationKind.ENTERPRISE: frozenset({Role.ENTERPRISE}),
    OrganisationKind.OPERATOR: frozenset(
        {Role.REVIEWER, Role.SUPERVISOR, Role.FINANCE, Role.PROCESS_ADMIN, Role.SYSTEM_ADMIN}
    ),
    OrganisationKind.BUREAU: frozenset({Role.BUREAU, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.PROCESS_ADMIN}),
    OrganisationKind.EMPLOYER: frozenset(),
    OrganisationKind.AUDITOR: frozenset({Role.AUDITOR}),
}
"""Which roles may be held in which kind of organisation; an expert's employer is what their place in the pool says."""


class RoleRequest(Base):
    """One role asked for, with everybody who had a part in it."""

    __tablename__ = "role_request"
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({', '.join(repr(one) for one in _STATES)})", name="status"),
        sa.CheckConstraint("length(reason) > 0", name="has_reason"),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_later"),
        sa.CheckConstraint("requested_by <> person_id OR NOT is_powerful", name="not_for_oneself"),
        sa.CheckConstraint(
            "NOT is_powerful OR status NOT IN ('approved', 'granted')"
            " OR (decided_by IS NOT NULL AND decided_by <> requested_by AND decided_by <> person_id)",
            name="second_pair_of_eyes",
        ),
        sa.Index("ix_role_request_status_id", "status", "id"),
        sa.Index("ix_role_request_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(16))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    is_powerful: Mapped[bool]
    from_on: Mapped[date] = mapped_column(comment="the first day, in Asia/Shanghai")
    until_on: Mapped[date | None] = mapped_column(comment="the last day; NULL: until it is revoked")
    reason: Mapped[str] = mapped_column(sa.String(REASON_MAX_CHARACTERS))
    requested_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    requested_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(sa.String(10))
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: nobody has decided")
    decided_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: nobody has decided")
    decision_reason: Mapped[str] = mapped_column(sa.String(REASON_MAX_CHARACTERS), server_default="")


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """Who is to have which role where, from when to when, and why."""

    person_id: int
    role: Role
    organisation_id: int
    from_on: date
    until_on: date | None
    reason: str


class RoleReasonMissingError(DomainError):
    """Whoever gives, refuses or takes a role says why."""

    code = "role_reason_missing"
    message_zh = "请写明理由。"
    message_en = "Write why."


class RolePeriodError(DomainError):
    """A role ends after it begins, and does not end in the past."""

    code = "role_period"
    message_zh = "截止日期应不早于起始日期，也不早于今天。"
    message_en = "The last day must not lie before the first, nor before today."


class RoleElsewhereError(DomainError):
    """A role is held where it belongs: an expert at an employer, a supervisor at the operator."""

    code = "role_elsewhere"

    def __init__(self, role: Role, kind: str) -> None:
        self.role, self.kind = role, kind
        self.message_zh = "这类单位里不能有这个角色。请换一个单位或角色。"
        self.message_en = "That role is not held in that kind of organisation. Choose another of either."
        super().__init__(f"{role} is not held in a {kind}")


class OwnPowerError(DomainError):
    """Nobody asks for a powerful role for themselves, or approves one that they asked for or would have."""

    code = "own_power"
    message_zh = "这类角色要由两个人办理：不能为自己申请，也不能批准自己提出的或给自己的申请。请另一名系统管理员办理。"
    message_en = (
        "Two people give such a role: nobody asks for it for themselves, or approves what they asked for or would have. "
        "Another system administrator must do it."
    )


class AccountClosedError(DomainError):
    """Nobody gets a role whose account is closed."""

    code = "account_closed"
    message_zh = "此人的账号已停用，不能授予角色。请先恢复账号。"
    message_en = "The account is closed: open it again before you give a role."


class RequestDecidedError(DomainError):
    """Somebody has decided or withdrawn it meanwhile."""

    code = "request_decided"
    message_zh = "这个申请已经有人处理过了。"
    message_en = "Somebody has dealt with this request already."


def request_role(session: Session, entry: RoleEntry, *, by: int, now: datetime) -> RoleRequest:
    """Ask for a role; it is given at once unless it is powerful or begins later.

    Raises RoleReasonMissingError, RolePeriodError, ExpertByPoolError, RoleElsewhereError, OwnPowerError,
    AccountClosedError, AdminMayNotDecideError.
    """
    _check(session, entry, by=by, now=now)
    is_powerful = entry.role in POWERFUL
    request = RoleRequest(
        person_id=entry.person_id, role=entry.role, organisation_id=entry.organisation_id, is_powerful=is_powerful,
        from_on=entry.from_on, until_on=entry.until_on, reason=entry.reason.strip()[:REASON_MAX_CHARACTERS],
        requested_by=by, requested_at=now, status="waiting" if is_powerful else "approved", decision_reason="",
        decided_by=None if is_powerful else by, decided_at=None if is_powerful else now,
    )  # fmt: skip
    session.add(request)
    session.flush()
    if is_powerful:
        _note(session, EventKind.ROLE_REQUESTED, request, by=by, reason=request.reason, now=now)
        _tell_deciders(session, request, now=now)
    else:
        _begin_if_due(session, request, now=now)
    return request


def approve_request(session: Session, request_id: int, *, by: int, now: datetime) -> RoleRequest:
    """Let a powerful role be given.

    Raises OwnPowerError, RequestDecidedError, AccountClosedError, AdminMayNotDecideError.
    """
    request = _waiting(session, request_id)
    if by in (request.requested_by, request.person_id):
        raise OwnPowerError
    request.status, request.decided_by, request.decided_at = "approved", by, now
    session.flush()
    _begin_if_due(session, request, now=now)
    return request


def refuse_request(session: Session, request_id: int, *, by: int, reason: str, now: datetime) -> RoleRequest:
    """Let a powerful role not be given, for a reason; whoever asked withdraws it instead.

    Raises RoleReasonMissingError, RequestDecidedError.
    """
    if not reason.strip():
        raise RoleReasonMissingError
    request = _waiting(session, request_id)
    is_own = by == request.requested_by
    request.status, request.decided_by, request.decided_at = "withdrawn" if is_own else "refused", by, now
    request.decision_reason = reason.strip()[:REASON_MAX_CHARACTERS]
    kind = EventKind.ROLE_REQUEST_WITHDRAWN if is_own else EventKind.ROLE_REQUEST_REFUSED
    _note(session, kind, request, by=by, reason=request.decision_reason, now=now)
    return request


def begin_roles(session: Session, *, now: datetime) -> int:
    """Give the roles whose first day has come; return how many were due."""
    today = now.astimezone(SHANGHAI).date()
    due = session.scalars(
        sa.select(RoleRequest)
        .where(RoleRequest.status == "approved", RoleRequest.from_on <= today)
        .order_by(RoleRequest.id)
        .with_for_update(skip_locked=True)
    ).all()
    for request in due:
        try:
            _begin_if_due(session, request, now=now)
        except (
            AdminMayNotDecideError,
            AccountClosedError,
        ) as refused:  # what was fine when it was approved no longer is
            request.status, request.decision_reason = "refused", refused.message_zh
            _note(session, EventKind.ROLE_REQUEST_REFUSED, request, by=None, reason=refused.code, now=now)
    return len(due)


def waiting_requests(session: Session) -> Sequence[RoleRequest]:
    """The requests that nobody has decided, the oldest first."""
    return session.scalars(sa.select(RoleRequest).where(RoleRequest.status == "waiting").order_by(RoleRequest.id)).all()


def requests_for(session: Session, person_id: int) -> Sequence[RoleRequest]:
    """Every request about a person, the latest first."""
    return session.scalars(
        sa.select(RoleRequest).where(RoleRequest.person_id == person_id).order_by(RoleRequest.id.desc())
    ).all()


def tell_role_changed(session: Session, person_id: int, *, now: datetime) -> None:
    """Tell a person that they have got or lost a role; whoever is only invited learns it when they come in."""
    if session.get_one(Person, person_id).password_hash:
        tell(session, to=[person_id], template="role_changed", values={"link": "/account"}, case_number=None, now=now)


def _tell_deciders(session: Session, request: RoleRequest, *, now: datetime) -> None:
    """Tell every system administrator who may decide."""
    mine = {request.requested_by, request.person_id}
    deciders = set(people_with(session.connection(), Role.SYSTEM_ADMIN)) - mine
    names = dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(mine))).all())
    values = {"person": names[request.person_id], "by": names[request.requested_by], "link": "/role-requests"}
    tell(session, to=deciders, template="role_request_waiting", values=values, case_number=None, now=now)


def _check(session: Session, entry: RoleEntry, *, by: int, now: datetime) -> None:
    if not entry.reason.strip():
        raise RoleReasonMissingError
    today = now.astimezone(SHANGHAI).date()
    if entry.until_on is not None and entry.until_on < max(entry.from_on, today):
        raise RolePeriodError
    if entry.role == Role.EXPERT:
        raise ExpertByPoolError
    kind = session.get_one(Organisation, entry.organisation_id).kind
    if entry.role not in ROLES_OF[OrganisationKind(kind)]:
        raise RoleElsewhereError(entry.role, kind)
    if entry.role in POWERFUL and by == entry.person_id:
        raise OwnPowerError
    _check_open(session, entry.person_id)


def _check_open(session: Session, person_id: int) -> None:
    if not session.get_one(Person, person_id).is_active:
        raise AccountClosedError


def _waiting(session: Session, request_id: int) -> RoleRequest:
    request = session.get(RoleRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None or request.status != "waiting":
        raise RequestDecidedError
    return request


def _begin_if_due(session: Session, request: RoleRequest, *, now: datetime) -> None:
    if request.from_on > now.astimezone(SHANGHAI).date():
        return
    _check_open(session, request.person_id)
    grant_role(
        session, request.person_id, Role(request.role), request.organisation_id, by=request.requested_by, now=now,
        terms=Terms(request.reason, _end_of(request.until_on)),
    )  # fmt: skip
    request.status = "granted"
    session.flush()
    tell_role_changed(session, request.person_id, now=now)


def _end_of(day: date | None) -> datetime | None:
    """24:00 of a day in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI) if day is not None else None


def _note(
    session: Session, kind: EventKind, request: RoleRequest, *, by: int | None, reason: str, now: datetime
) -> None:
    note(
        session, kind, by=by, about=request.person_id, organisation_id=request.organisation_id, now=now,
        role=request.role, reason=reason,
    )  # fmt: skip
