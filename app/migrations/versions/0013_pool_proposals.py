"""Proposals for the pool of experts.

Revision 0013, after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Proposals for the pool of experts."""
    op.create_table(
        "pool_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("categories", app.db.Json(), nullable=False, comment="the fields that they can appraise"),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True, comment="NULL: nobody has decided"),
        sa.Column("decided_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: nobody has decided"),
        sa.Column("decision_reason", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint(
            "status <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> proposed_by AND decided_by <> person_id)",
            name=op.f("ck_pool_proposal_second_pair_of_eyes"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'approved', 'refused', 'withdrawn')", name=op.f("ck_pool_proposal_status")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_pool_proposal_has_reason")),
        sa.CheckConstraint("proposed_by <> person_id", name=op.f("ck_pool_proposal_not_for_oneself")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_pool_proposal_decided_by")),
        sa.ForeignKeyConstraint(["employer_id"], ["organisation.id"], name=op.f("fk_pool_proposal_employer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pool_proposal_person_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_pool_proposal_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_proposal")),
    )
    with op.batch_alter_table("pool_proposal", schema=None) as batch_op:
        batch_op.create_index(
            "uq_pool_proposal_waiting",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        )
