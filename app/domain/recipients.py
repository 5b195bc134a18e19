"""Whom a message goes to: the members of an organisation, the holders of a role."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.role_grant import RoleGrant


def members_of(session: Session, organisation_id: int, *, role: str | None = None) -> Sequence[int]:
    """The persons who hold a role (any, or this one) in an organisation now."""
    query = sa.select(RoleGrant.person_id).where(
        RoleGrant.organisation_id == organisation_id, RoleGrant.revoked_at.is_(None)
    )
    if role is not None:
        query = query.where(RoleGrant.role == role)
    return session.scalars(query.distinct().order_by(RoleGrant.person_id)).all()
