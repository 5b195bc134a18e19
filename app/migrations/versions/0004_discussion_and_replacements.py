"""Discussion of scores that lie far apart, causes of replacements, reminders by hand.

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Discussion, replacements, reminders by hand."""
    op.create_table(
        "hand_reminder",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=False, comment="the day in Asia/Shanghai"),
        sa.Column("reminded_by", sa.Integer(), nullable=False),
        sa.Column("reminded_at", app.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hand_reminder_person_id")),
        sa.ForeignKeyConstraint(["reminded_by"], ["person.id"], name=op.f("fk_hand_reminder_reminded_by")),
        sa.PrimaryKeyConstraint("person_id", "case_number", "reminded_on", name=op.f("pk_hand_reminder")),
    )
    op.create_table(
        "discussion",
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("called_by", sa.Integer(), nullable=False),
        sa.Column("called_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("widest_spread_hundredths", sa.Integer(), nullable=False, comment="of the first scores"),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name=op.f("fk_discussion_called_by")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_discussion_panel_id")),
        sa.PrimaryKeyConstraint("panel_id", name=op.f("pk_discussion")),
    )
    op.create_table(
        "discussion_reply",
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(length=10), nullable=False),
        sa.Column("remind_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("due_at", app.db.Instant(timezone=True), nullable=False, comment="24:00 of the last working day"),
        sa.Column("changed_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reply IN ('open', 'revised', 'confirmed', 'overdue')", name=op.f("ck_discussion_reply_reply")
        ),
        sa.CheckConstraint("remind_at <= due_at", name=op.f("ck_discussion_reply_reminder_in_time")),
        sa.ForeignKeyConstraint(["seat_id"], ["panel_seat.id"], name=op.f("fk_discussion_reply_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_discussion_reply")),
    )
    op.create_table(
        "seat_replacement",
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False, comment="only the office reads it"),
        sa.Column("asked_by", sa.Integer(), nullable=True, comment="NULL: nobody, it followed"),
        sa.Column("asked_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause <> 'by_hand' OR (asked_by IS NOT NULL AND length(reason) > 0)",
            name=op.f("ck_seat_replacement_by_hand_has_reason"),
        ),
        sa.CheckConstraint(
            "cause IN ('declared', 'computed', 'overdue', 'by_hand')", name=op.f("ck_seat_replacement_cause")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_seat_replacement_asked_by")),
        sa.ForeignKeyConstraint(["seat_id"], ["panel_seat.id"], name=op.f("fk_seat_replacement_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_seat_replacement")),
    )
    op.create_table(
        "score_revision",
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("service_item_id", sa.Integer(), autoincrement=False, nullable=False, comment="0: the agency itself"),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("points_hundredths", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revised_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_score_revision_has_reason")),
        sa.CheckConstraint("points_hundredths BETWEEN 0 AND 4000", name=op.f("ck_score_revision_points_in_rubric")),
        sa.ForeignKeyConstraint(
            ["seat_id", "service_item_id", "criterion"],
            ["score.seat_id", "score.service_item_id", "score.criterion"],
            name=op.f("fk_score_revision_seat_id_service_item_id_criterion"),
        ),
        sa.PrimaryKeyConstraint("seat_id", "service_item_id", "criterion", name=op.f("pk_score_revision")),
    )
