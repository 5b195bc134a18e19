"""Whose money somebody of the office may see: that of every case but those of organisations that they are tied to."""

from __future__ import annotations

import sqlalchemy as sa

from app.domain.commitment import Commitment
from app.engine.actor import Actor


def kept_out(actor: Actor) -> frozenset[int]:
    """The organisations whose cases, and so whose money, are nothing to a person."""
    return actor.organisations | actor.barred


def cases_out_of_sight(actor: Actor) -> sa.Select[str] | None:
    """The numbers of cases whose money is not for a person; None: of no case, and no statement asks for it."""
    if not actor.barred:
        return None
    parties = sorted(kept_out(actor))
    return sa.select(Commitment.case_number).where(
        sa.or_(Commitment.enterprise_id.in_(parties), Commitment.agency_id.in_(parties))
    )
