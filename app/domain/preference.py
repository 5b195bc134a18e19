"""How a person likes to work: small settings of their own, by name, as JSON."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Json


class Preference(Base):
    """One setting of one person."""

    __tablename__ = "preference"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


def prefer(session: Session, person_id: int, name: str, value: Any) -> None:
    """Keep a setting; the former is forgotten."""
    session.merge(Preference(person_id=person_id, name=name, value=value))
    session.flush()


def preference_of(session: Session, person_id: int, name: str) -> Any:
    """A setting of a person; None: they never chose."""
    found = session.get(Preference, (person_id, name))
    return found.value if found is not None else None
