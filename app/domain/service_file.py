"""The service file (服务档案) of agencies and enterprises: evaluations, inspections, settlements, in order (A11.1).

An entry is written once and stands with both parties; certification, rating and settlement read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json

KINDS = ("evaluation", "inspection", "settlement")


class ServiceFileEntry(Base):
    """One thing that happened between an agency and an enterprise."""

    __tablename__ = "service_file_entry"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('evaluation', 'inspection', 'settlement')", name="kind"),
        sa.UniqueConstraint("case_number", "kind"),
        sa.Index("ix_service_file_entry_agency_id", "agency_id", "id"),
        sa.Index("ix_service_file_entry_enterprise_id", "enterprise_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    figures: Mapped[dict[str, Any]] = mapped_column(Json, comment="satisfaction_hundredths, finding, share_percent …")
    entered_at: Mapped[datetime] = mapped_column(Instant)


def enter(
    session: Session,
    case_number: str,
    kind: str,
    figures: Mapping[str, Any],
    *,
    parties: tuple[int, int],
    now: datetime,
) -> ServiceFileEntry:
    """Enter something into the files of both parties.

    Args:
        parties: the agency's id, then the enterprise's.
    """
    agency_id, enterprise_id = parties
    entry = ServiceFileEntry(
        case_number=case_number, agency_id=agency_id, enterprise_id=enterprise_id, kind=kind, figures=dict(figures),
        entered_at=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry


def file_of(session: Session, organisation_id: int, *, limit: int = 50) -> Sequence[ServiceFileEntry]:
    """The latest entries of an organisation's file, the newest first."""
    is_party = sa.or_(ServiceFileEntry.agency_id == organisation_id, ServiceFileEntry.enterprise_id == organisation_id)
    return session.scalars(
        sa.select(ServiceFileEntry).where(is_party).order_by(ServiceFileEntry.id.desc()).limit(limit)
    ).all()
