"""The two tables of the job layer; DBOS keeps its own beside them."""

from __future__ import annotations

import sqlalchemy as sa

from app.db import Instant, metadata

job_worker = sa.Table(
    "job_worker",
    metadata,
    # One process that runs jobs: host, process id and random characters. The row goes when the process stops cleanly.
    sa.Column("executor_id", sa.String(120), primary_key=True),
    # When it last said that it lives, by the database's clock. Long ago: its jobs may be taken over.
    sa.Column("beat_at", Instant, nullable=False),
)

job_schedule = sa.Table(
    "job_schedule",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    # When the next run is due, by the database's clock.
    sa.Column("due_at", Instant, nullable=False),
    # The executor that is running it now; NULL: nobody.
    sa.Column("executor_id", sa.String(120)),
)
