"""Who joined and left the pool of experts, and why.

Revision 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes of the pool of experts."""
    op.create_table(
        "expert_pool_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("change IN ('joined', 'left', 'adjusted')", name=op.f("ck_expert_pool_change_change")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_expert_pool_change_has_reason")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_expert_pool_change_changed_by")),
        sa.ForeignKeyConstraint(["person_id"], ["expert.person_id"], name=op.f("fk_expert_pool_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_pool_change")),
    )
    with op.batch_alter_table("expert_pool_change", schema=None) as batch_op:
        batch_op.create_index("ix_expert_pool_change_person_id", ["person_id"], unique=False)
