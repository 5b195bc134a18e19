"""Letters that go with e-mails.

Revision 0020, after 0019.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Letters that go with e-mails."""
    op.create_table(
        "outbox_attachment",
        sa.Column("email_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["issued_document.id"], name=op.f("fk_outbox_attachment_document_id")),
        sa.ForeignKeyConstraint(["email_id"], ["outbox_email.id"], name=op.f("fk_outbox_attachment_email_id")),
        sa.PrimaryKeyConstraint("email_id", "document_id", name=op.f("pk_outbox_attachment")),
    )
