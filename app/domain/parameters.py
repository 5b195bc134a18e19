"""Policy parameters as they are in force on a day: the measure's reading, and what the bureau has changed since (A3.1).

A row is added and never altered or deleted (a trigger refuses it): what counted on any day can be read for ever. Each case
keeps the figures that it was decided under (`app.domain.case_parameter`), so that a later change never touches it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.parameter_list import FROM_THE_BEGINNING, PARAMETERS, Parameter

__all__ = ["PARAMETERS", "InForce", "Parameter", "PolicyParameter", "parameter", "parameters_in_force"]
_KEPT = "policy_parameters"


class PolicyParameter(Base):
    """One value that the bureau gave a parameter, in force from a day on; of two for a day the later one counts."""

    __tablename__ = "policy_parameter"
    __table_args__ = (
        sa.CheckConstraint("length(reason) > 0", name="has_reason"),
        sa.CheckConstraint("value >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60))
    value: Mapped[int] = mapped_column(comment="in the unit of the parameter")
    effective_on: Mapped[date] = mapped_column(comment="the first day on which it counts, in Shanghai")
    reason: Mapped[str] = mapped_column(sa.String(500))
    article: Mapped[str] = mapped_column(sa.String(12))
    set_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class InForce:
    """The value of one parameter on a day, and since when and by which row it counts."""

    key: str
    value: int
    effective_on: date
    parameter_id: int | None = None
    """The bureau's row; None: the measure's own reading."""


def parameter(session: Session, key: str, *, on: date) -> int:
    """The value in force on a day in Shanghai; costs one statement in a transaction, however many are asked for."""
    return in_force(session, key, on=on).value


def in_force(session: Session, key: str, *, on: date) -> InForce:
    """The value in force on a day with where it comes from."""
    found = InForce(key, PARAMETERS[key].value, FROM_THE_BEGINNING)
    for one in _rows(session).get(key, ()):
        if one.effective_on <= on:
            found = one
    return found


def parameters_in_force(session: Session, on: date) -> Mapping[str, InForce]:
    """Every parameter as it counts on a day."""
    return {key: in_force(session, key, on=on) for key in PARAMETERS}


def coming(session: Session, key: str, *, after: date) -> list[InForce]:
    """The changes that are decided and not yet in force, the nearest first; of two for a day the later one."""
    days = {one.effective_on: one for one in _rows(session).get(key, ()) if one.effective_on > after}
    return list(days.values())


def changes_of(session: Session, key: str) -> Sequence[PolicyParameter]:
    """Every change of a parameter, the latest first, with who made it and why."""
    query = sa.select(PolicyParameter).where(PolicyParameter.key == key).order_by(PolicyParameter.id.desc())
    return session.scalars(query).all()


def forget_parameters(session: Session) -> None:
    """Read them afresh when they are next asked for: this transaction has just changed one."""
    session.info.pop(_KEPT, None)


def _rows(session: Session) -> Mapping[str, Sequence[InForce]]:
    """The bureau's rows by key, each by the day from which it counts, then by when it was made: the last that fits counts."""
    kept: dict[str, list[InForce]] | None = session.info.get(_KEPT)
    if kept is None:
        kept = {}
        table = PolicyParameter
        query = sa.select(table.key, table.value, table.effective_on, table.id).order_by(table.effective_on, table.id)
        for key, value, effective_on, parameter_id in session.execute(query):
            kept.setdefault(key, []).append(InForce(key, value, effective_on, parameter_id))
        session.info[_KEPT] = kept
    return kept
