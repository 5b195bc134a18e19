"""The policy parameters that a case is decided under, recorded when it is opened: no later change alters them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base
from app.domain.parameters import in_force, parameters_in_force


class CaseParameter(Base):
    """One figure of one case; written once."""

    __tablename__ = "case_parameter"

    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[int] = mapped_column(comment="in the unit of the parameter")
    effective_on: Mapped[date] = mapped_column(comment="since when that value was in force")
    parameter_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("policy_parameter.id"), comment="the bureau's row; NULL: the measure's own reading"
    )
    fixed_on: Mapped[date] = mapped_column(comment="the day whose figures these are")


def fix_parameters(session: Session, case_number: str, keys: Iterable[str], *, on: date) -> dict[str, int]:
    """Record what a case is decided under, as of a day, and return it; what is recorded already stays as it is."""
    wanted = list(keys)
    known = {one.key: one.value for one in fixed_parameters(session, case_number)}
    fresh = [in_force(session, key, on=on) for key in wanted if key not in known]
    if fresh:
        session.execute(
            sa.insert(CaseParameter),
            [
                {
                    "case_number": case_number, "key": one.key, "value": one.value, "effective_on": one.effective_on,
                    "parameter_id": one.parameter_id, "fixed_on": on,
                }
                for one in fresh
            ],
        )  # fmt: skip
    found = known | {one.key: one.value for one in fresh}
    return {key: found[key] for key in wanted}


def fixed_parameters(session: Session, case_number: str) -> Sequence[CaseParameter]:
    """What a case is decided under, by key; empty for a case that was opened before this was recorded."""
    query = sa.select(CaseParameter).where(CaseParameter.case_number == case_number).order_by(CaseParameter.key)
    return session.scalars(query).all()


def parameters_of_case(session: Session, case_number: str, *, on: date) -> dict[str, int]:
    """Every figure that a case is decided under; what was never recorded for it counts as it does on that day."""
    counting = {key: one.value for key, one in parameters_in_force(session, on).items()}
    return counting | {one.key: one.value for one in fixed_parameters(session, case_number)}
