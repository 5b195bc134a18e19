"""Changes of e-mail addresses.

Revision 0018, after 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes of e-mail addresses."""
    op.create_table(
        "email_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False, comment="in lower case"),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="sha256, hex: the token has 256 bits"),
        sa.Column("asked_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "spent_at",
            app.db.Instant(timezone=True),
            nullable=True,
            comment="NULL: neither used nor replaced by a later one",
        ),
        sa.CheckConstraint("expires_at > asked_at", name=op.f("ck_email_change_expires_later")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_email_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_change_token_hash")),
    )
    with op.batch_alter_table("email_change", schema=None) as batch_op:
        batch_op.create_index("ix_email_change_email_asked_at", ["email", "asked_at"], unique=False)
        batch_op.create_index("ix_email_change_person_id_asked_at", ["person_id", "asked_at"], unique=False)
