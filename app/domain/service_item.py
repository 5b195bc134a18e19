"""Service items: what an agency offers, and whether it stands in the public catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base
from app.domain.expert import Category


class ServiceItem(Base):
    """One item of one application; listed once the agency is certified and the item has passed (A8.5)."""

    __tablename__ = "service_item"
    __table_args__ = (
        sa.CheckConstraint("price_fen > 0", name="price_positive"),
        sa.CheckConstraint("status IN ('proposed', 'listed', 'not_listed')", name="status"),
        sa.CheckConstraint(f"category IN ({', '.join(repr(str(one)) for one in Category)})", name="category"),
        sa.UniqueConstraint("application_id", "place"),
        sa.Index("ix_service_item_organisation_status", "organisation_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    place: Mapped[int] = mapped_column(comment="1, 2, 3 … as the agency listed them")
    name: Mapped[str] = mapped_column(sa.String(120))
    category: Mapped[str] = mapped_column(sa.String(24))
    content: Mapped[str] = mapped_column(sa.Text)
    price_fen: Mapped[int] = mapped_column(sa.BigInteger)
    delivery_standard: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(12), server_default="proposed")
    score_hundredths: Mapped[int | None] = mapped_column(comment="NULL until the panel has closed")
    spread_hundredths: Mapped[int | None]


def items_of(session: Session, application_id: int) -> Sequence[ServiceItem]:
    """The items of an application in the agency's order."""
    query = sa.select(ServiceItem).where(ServiceItem.application_id == application_id).order_by(ServiceItem.place)
    return session.scalars(query).all()


def listed_items(session: Session, organisation_id: int) -> Sequence[ServiceItem]:
    """What the public catalogue shows of an agency."""
    query = sa.select(ServiceItem).where(ServiceItem.organisation_id == organisation_id, ServiceItem.status == "listed")
    return session.scalars(query.order_by(ServiceItem.id)).all()
