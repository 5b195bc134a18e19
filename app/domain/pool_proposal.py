"""Proposals for the pool of experts: one person proposes, another takes the expert in (A8.3).

Experts decide over agencies, and whoever fills the pool decides who can be drawn. So nobody fills it alone: a supervisor
(or the administration, with an account) proposes person, employer and fields, and another supervisor or the bureau decides.
A new employer or field is proposed alike; letting somebody go takes one person, that direction is safe.

    waiting ─ approve ─> approved: in the pool, with the expert's role at the employer
       ├───── refuse ──> refused
       └───── withdraw > withdrawn
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.errors import DomainError, NoFieldsError
from app.domain.expert import Category, PoolEntry, put_into_pool
from app.domain.message import tell
from app.domain.person import Person
from app.domain.role_grant import Role, keep_apart, people_with
from app.domain.role_request import AccountClosedError, RoleReasonMissingError

REASON_MAX_CHARACTERS = 300
POOL = "/experts"
_STATES = ("waiting", "approved", "refused", "withdrawn")


class PoolProposal(Base):
    """That somebody should be in the pool, for whom they work and what they know, with who proposed and who decided."""

    __tablename__ = "pool_proposal"
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({', '.join(repr(one) for one in _STATES)})", name="status"),
        sa.CheckConstraint("length(reason) > 0", name="has_reason"),
        sa.CheckConstraint("proposed_by <> person_id", name="not_for_oneself"),
        sa.CheckConstraint(
            "status <> 'approved'"
            " OR (decided_by IS NOT NULL AND decided_by <> proposed_by AND decided_by <> person_id)",
            name="second_pair_of_eyes",
        ),
        sa.Index(
            "uq_pool_proposal_waiting", "person_id", unique=True,
            sqlite_where=sa.text("status = 'waiting'"), postgresql_where=sa.text("status = 'waiting'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    categories: Mapped[list[str]] = mapped_column(Json, comment="the fields that they can appraise")
    reason: Mapped[str] = mapped_column(sa.String(REASON_MAX_CHARACTERS))
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(sa.String(10))
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: nobody has decided")
    decided_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: nobody has decided")
    decision_reason: Mapped[str] = mapped_column(sa.String(REASON_MAX_CHARACTERS), server_default="")


class OwnProposalError(DomainError):
    """Nobody proposes themselves, or decides on what they proposed or on their own place in the pool."""

    code = "own_proposal"
    rule = "A8.3"
    message_zh = (
        "专家入库要由两个人办理：不能提名自己，也不能批准自己提出的或关于自己的提名。请另一名主管或主管部门办理。"
    )
    message_en = (
        "Two people take an expert in: nobody proposes themselves, or approves what they proposed or what is about them. "
        "Another supervisor or the bureau must do it."
    )


class ProposalWaitsError(DomainError):
    """About one person one proposal waits at a time."""

    code = "proposal_waits"
    rule = "A8.3"
    message_zh = "关于此人的提名已在等待批准。请先处理或撤回那一项。"
    message_en = "A proposal about this person waits already: decide or withdraw that one first."


class ProposalDecidedError(DomainError):
    """Somebody has decided or withdrawn it meanwhile."""

    code = "proposal_decided"
    rule = "A8.3"
    message_zh = "这项提名已经有人处理过了。"
    message_en = "Somebody has dealt with this proposal already."


def propose_expert(session: Session, entry: PoolEntry, *, reason: str, by: int, now: datetime) -> PoolProposal:
    """Propose a person for the pool, or another employer or other fields for somebody in it.

    Raises NoFieldsError, RoleReasonMissingError, OwnProposalError, AccountClosedError, AdminMayNotDecideError,
    ProposalWaitsError.
    """
    _check(session, entry, reason, by=by)
    proposal = PoolProposal(
        person_id=entry.person_id, employer_id=entry.employer_id, categories=sorted(entry.categories),
        reason=reason.strip()[:REASON_MAX_CHARACTERS], proposed_by=by, proposed_at=now, status="waiting",
        decision_reason="",
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    _tell_deciders(session, proposal, now=now)
    return proposal


def approve_proposal(session: Session, proposal_id: int, *, by: int, now: datetime) -> PoolProposal:
    """Take the person into the pool; they can be drawn from now on, and hold the expert's role at their employer.

    Raises OwnProposalError, ProposalDecidedError, AccountClosedError, AdminMayNotDecideError.
    """
    proposal = _waiting(session, proposal_id)
    if by in (proposal.proposed_by, proposal.person_id):
        raise OwnProposalError
    _check_open(session, proposal.person_id)
    proposal.status, proposal.decided_by, proposal.decided_at = "approved", by, now
    fields = frozenset(Category(one) for one in proposal.categories)
    entry = PoolEntry(proposal.person_id, proposal.employer_id, fields)
    put_into_pool(session, entry, reason=proposal.reason, by=proposal.proposed_by, now=now)
    return proposal


def refuse_proposal(session: Session, proposal_id: int, *, by: int, reason: str, now: datetime) -> PoolProposal:
    """Let the person not be taken in, for a reason; whoever proposed withdraws it instead.

    Raises RoleReasonMissingError, ProposalDecidedError.
    """
    if not reason.strip():
        raise RoleReasonMissingError
    proposal = _waiting(session, proposal_id)
    proposal.status = "withdrawn" if by == proposal.proposed_by else "refused"
    proposal.decided_by, proposal.decided_at = by, now
    proposal.decision_reason = reason.strip()[:REASON_MAX_CHARACTERS]
    session.flush()
    return proposal


def waiting_proposals(session: Session) -> Sequence[PoolProposal]:
    """The proposals that nobody has decided, the oldest first."""
    query = sa.select(PoolProposal).where(PoolProposal.status == "waiting").order_by(PoolProposal.id)
    return session.scalars(query).all()


def proposals_about(session: Session, person_id: int) -> Sequence[PoolProposal]:
    """Every proposal about a person, the latest first."""
    query = sa.select(PoolProposal).where(PoolProposal.person_id == person_id).order_by(PoolProposal.id.desc())
    return session.scalars(query).all()


def _check(session: Session, entry: PoolEntry, reason: str, *, by: int) -> None:
    if not entry.categories:
        raise NoFieldsError(entry.person_id)
    if not reason.strip():
        raise RoleReasonMissingError
    if by == entry.person_id:
        raise OwnProposalError
    _check_open(session, entry.person_id)
    keep_apart(session, entry.person_id, Role.EXPERT)
    waiting = PoolProposal.person_id == entry.person_id, PoolProposal.status == "waiting"
    if session.scalar(sa.select(PoolProposal.id).where(*waiting)) is not None:
        raise ProposalWaitsError


def _check_open(session: Session, person_id: int) -> None:
    if not session.get_one(Person, person_id).is_active:
        raise AccountClosedError


def _waiting(session: Session, proposal_id: int) -> PoolProposal:
    proposal = session.get(PoolProposal, proposal_id, with_for_update=True, populate_existing=True)
    if proposal is None or proposal.status != "waiting":
        raise ProposalDecidedError
    return proposal


def _tell_deciders(session: Session, proposal: PoolProposal, *, now: datetime) -> None:
    """Tell everybody who may decide."""
    about = {proposal.proposed_by, proposal.person_id}
    connection = session.connection()
    deciders = {*people_with(connection, Role.SUPERVISOR), *people_with(connection, Role.BUREAU)} - about
    names = dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(about))).all())
    values = {"person": names[proposal.person_id], "by": names[proposal.proposed_by], "link": POOL}
    tell(session, to=deciders, template="expert_proposed", values=values, case_number=None, now=now)
