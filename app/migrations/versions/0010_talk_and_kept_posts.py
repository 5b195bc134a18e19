"""Comments on cases, whom they ask for, and posts that met the sign-in page.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Comments on cases, whom they ask for, and posts that met the sign-in page."""
    op.create_table(
        "case_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column(
            "is_applicants",
            sa.Boolean(),
            nullable=False,
            comment="whether the writer spoke for the applicant, not for the office",
        ),
        sa.Column("audience", sa.String(length=9), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("withdrawn_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: it stands"),
        sa.CheckConstraint("audience IN ('team', 'applicant')", name=op.f("ck_case_comment_audience")),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 2000", name=op.f("ck_case_comment_text_length")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_case_comment_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_comment")),
    )
    with op.batch_alter_table("case_comment", schema=None) as batch_op:
        batch_op.create_index("ix_case_comment_case_number", ["case_number", "id"], unique=False)

    op.create_table(
        "kept_post",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False, comment="where it was sent"),
        sa.Column("fields", app.db.Json(), nullable=False, comment="names with texts, in order"),
        sa.Column("files", app.db.Json(), nullable=False, comment="stored files by the control's name"),
        sa.Column("kept_at", app.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_post_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_kept_post")),
    )
    op.create_table(
        "comment_mention",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: still to be answered"),
        sa.ForeignKeyConstraint(["comment_id"], ["case_comment.id"], name=op.f("fk_comment_mention_comment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_mention_person_id")),
        sa.PrimaryKeyConstraint("comment_id", "person_id", name=op.f("pk_comment_mention")),
    )
    with op.batch_alter_table("comment_mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_mention_person_id"), ["person_id"], unique=False)
