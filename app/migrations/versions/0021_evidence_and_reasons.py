"""Reasons in both languages, evidence with objections, tasks told of.

Revision 0021, after 0020.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reasons in both languages, evidence with objections, tasks told of."""
    op.create_table(
        "objection_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objection_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="hex, of the bytes; names them in storage"),
        sa.Column("name", sa.String(length=255), nullable=False, comment="as the person's machine called it"),
        sa.Column("media_type", sa.String(length=100), nullable=False, comment="judged by content"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_objection_file_sha256_hex")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_objection_file_size_positive")),
        sa.ForeignKeyConstraint(["objection_id"], ["objection.id"], name=op.f("fk_objection_file_objection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection_file")),
        sa.UniqueConstraint("objection_id", "sha256", name=op.f("uq_objection_file_objection_id_sha256")),
    )
    op.create_table(
        "task_notice",
        sa.Column("user_task_id", sa.Integer(), nullable=False),
        sa.Column(
            "noticed_at",
            app.db.Instant(timezone=True),
            nullable=False,
            comment="when a worker told of it, or saw that it was told of",
        ),
        sa.ForeignKeyConstraint(["user_task_id"], ["user_task.id"], name=op.f("fk_task_notice_user_task_id")),
        sa.PrimaryKeyConstraint("user_task_id", name=op.f("pk_task_notice")),
    )
    with op.batch_alter_table("certification_application", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "reason_en",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="the same where the machine wrote it; '': a person did, in one language",
            )
        )

    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "refused_for_en",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="the same where the machine wrote it; '': a person did, in one language",
            )
        )
