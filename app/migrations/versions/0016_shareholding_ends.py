"""Sources and ends of shareholdings.

Revision 0016, after 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sources and ends of shareholdings."""
    with op.batch_alter_table("shareholding", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "source",
                sa.String(length=300),
                server_default="",
                nullable=False,
                comment="where it was read; '': at installation",
            )
        )
        batch_op.add_column(sa.Column("ended_by", sa.Integer(), nullable=True, comment="NULL: held now"))
        batch_op.add_column(
            sa.Column(
                "ended_at",
                app.db.Instant(timezone=True),
                nullable=True,
                comment="when that was recorded; NULL: held now",
            )
        )
        batch_op.add_column(sa.Column("end_reason", sa.String(length=300), server_default="", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_shareholding_ended_by"), "person", ["ended_by"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_shareholding_end_has_reason"), "ended_by IS NULL OR length(end_reason) > 0"
        )
