"""Who may have nothing to do with an organisation's cases: computed from the records, and declared (A8.3, A11.9).

Experts, reviewers, supervisors and the bureau alike: whoever is tied to an applicant is proposed for nothing in its
cases, can take nothing, and learns nothing.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.expert import Expert
from app.domain.ties import Path, tied_organisations, tied_people


def conflicted_experts(session: Session, organisation_id: int) -> dict[int, Path]:
    """Experts who may not appraise an organisation, each with the path that ties them to it."""
    session.flush()
    return tied_people(session.connection(), organisation_id, session.scalars(sa.select(Expert.person_id)).all())


def conflicted_people(connection: sa.Connection, organisation_id: int | None, people: Collection[int]) -> set[int]:
    """Those of the persons who may have nothing to do with the cases of an organisation; None: a case without one."""
    return set() if organisation_id is None else set(tied_people(connection, organisation_id, people))


def barred_organisations(connection: sa.Connection, person_id: int) -> frozenset[int]:
    """The organisations whose cases a person may take no part in, and learn nothing of."""
    return frozenset(tied_organisations(connection, person_id))
