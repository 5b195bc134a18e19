"""The money of cases as a list: by year and state, with what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.commitment import Commitment


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """Which cases' money; what is None does not narrow.

    Attributes:
        kept_out: nothing of cases to which one of these organisations is a party.
    """

    policy_year: int | None = None
    state: str | None = None
    category: str | None = None
    kept_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CommitmentSums:
    """What the money of a list comes to, in fen."""

    cases: int
    amount_fen: int
    deposit_held_fen: int
    settled_fen: int


def commitments(session: Session, asked: CommitmentFilter, *, after: str = "", limit: int) -> Sequence[Commitment]:
    """The money of cases, the highest case number first.

    Args:
        after: the case number of the last row that was shown; the next ones follow.
    """
    query = sa.select(Commitment).where(*_conditions(asked)).order_by(Commitment.case_number.desc()).limit(limit)
    if after:
        query = query.where(Commitment.case_number < after)
    return session.scalars(query).all()


def sums_of(session: Session, asked: CommitmentFilter) -> CommitmentSums:
    """What all the rows of a list come to."""
    columns = (Commitment.amount_fen, Commitment.deposit_held_fen, Commitment.settled_fen)
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in columns]
    row = session.execute(sa.select(sa.func.count(), *sums).select_from(Commitment).where(*_conditions(asked))).one()
    return CommitmentSums(*(int(one) for one in row))


def _conditions(asked: CommitmentFilter) -> list[sa.ColumnElement[bool]]:
    equal = {
        Commitment.policy_year: asked.policy_year, Commitment.state: asked.state, Commitment.category: asked.category,
    }  # fmt: skip
    found = [column == value for column, value in equal.items() if value is not None]
    if asked.kept_out:
        kept_out = sorted(asked.kept_out)
        found += [Commitment.enterprise_id.not_in(kept_out), Commitment.agency_id.not_in(kept_out)]
    return found
