"""Case numbers: 2026-00001, counted up within the year, without a gap that a rollback could leave unexplained."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db import metadata
from app.domain.calendar import local_day

case_counter = sa.Table(
    "case_counter",
    metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last_number", sa.Integer, nullable=False),
)


def next_case_number(session: Session, *, now: datetime) -> str:
    """The next number of the year in Shanghai; two cases that begin at once wait for each other and get two numbers."""
    year = local_day(now).year
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    number = session.execute(
        dialect.insert(case_counter)
        .values(year=year, last_number=1)
        .on_conflict_do_update(index_elements=["year"], set_={"last_number": case_counter.c.last_number + 1})
        .returning(case_counter.c.last_number)
    ).scalar_one()
    return f"{year}-{number:05d}"
