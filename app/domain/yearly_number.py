"""Numbers that count up within a year, for cases, notices and certificates: never given twice, whoever asks at once."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.db import metadata

yearly_counter = sa.Table(
    "yearly_counter",
    metadata,
    sa.Column("series", sa.String(20), primary_key=True, comment="what is numbered: case, notice, certificate"),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last_number", sa.Integer, nullable=False),
    sa.CheckConstraint("last_number > 0", name="positive"),
)


def next_in_year(session: Session, series: str, *, year: int) -> int:
    """The next number of a series: 1, 2, 3 … from each 1 January on.

    The row stays locked until the caller's transaction ends, so that whoever asks at the same time waits; a number that
    is rolled back is given again.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return int(
        session.execute(
            dialect.insert(yearly_counter)
            .values(series=series, year=year, last_number=1)
            .on_conflict_do_update(
                index_elements=["series", "year"], set_={"last_number": yearly_counter.c.last_number + 1}
            )
            .returning(yearly_counter.c.last_number)
        ).scalar_one()
    )
