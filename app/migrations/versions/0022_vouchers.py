"""Vouchers: contracts, applications, the queue with its public record, vouchers and what happened to them.

Revision 0022, after 0021.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Vouchers: contracts, applications, the queue with its public record, vouchers and what happened to them."""
    op.create_table(
        "queue_move",
        sa.Column("policy_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=True, comment="NULL: money came, nobody moved"),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("figures", app.db.Json(), nullable=False, comment="everything that the move can be recomputed from"),
        sa.CheckConstraint(
            "kind IN ('joined', 'reserved', 'lowered', 'left', 'money')", name=op.f("ck_queue_move_kind")
        ),
        sa.PrimaryKeyConstraint("policy_year", "number", name=op.f("pk_queue_move")),
    )
    with op.batch_alter_table("queue_move", schema=None) as batch_op:
        batch_op.create_index("ix_queue_move_receipt", ["receipt"], unique=False)

    op.create_table(
        "queue_year",
        sa.Column("policy_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("moves", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("policy_year", name=op.f("pk_queue_year")),
    )
    op.create_table(
        "queue_entry",
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("policy_year", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False, comment="the order of submission: 1, 2, 3 … of the year"),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("is_priority", sa.Boolean(), nullable=False),
        sa.Column("accepts_smaller", sa.Boolean(), nullable=False),
        sa.Column("wanted_fen", sa.BigInteger(), nullable=False, comment="min of request, A6.1 and what A6.2 leaves"),
        sa.Column("smallest_fen", sa.BigInteger(), nullable=False, comment="below it nothing is reserved (A6.3)"),
        sa.Column(
            "year_limit_fen", sa.BigInteger(), nullable=False, comment="A6.2's figure under which the case is decided"
        ),
        sa.Column("state", sa.String(length=8), server_default="waiting", nullable=False),
        sa.Column("reserved_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("joined_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "told_at",
            app.db.Instant(timezone=True),
            nullable=True,
            comment="when its case learned what came of waiting",
        ),
        sa.CheckConstraint("state IN ('waiting', 'reserved', 'left')", name=op.f("ck_queue_entry_state")),
        sa.CheckConstraint("wanted_fen > 0", name=op.f("ck_queue_entry_wanted_positive")),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_queue_entry_agency_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["organisation.id"], name=op.f("fk_queue_entry_enterprise_id")),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_queue_entry")),
        sa.UniqueConstraint("case_number", name=op.f("uq_queue_entry_case_number")),
        sa.UniqueConstraint("policy_year", "ticket", name=op.f("uq_queue_entry_policy_year_ticket")),
    )
    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_queue_entry_untold",
            ["case_number"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL AND state <> 'waiting'"),
            postgresql_where=sa.text("told_at IS NULL AND state <> 'waiting'"),
        )
        batch_op.create_index(
            "ix_queue_entry_waiting",
            ["policy_year", "is_priority", "ticket"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "service_contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False, comment="as the parties write it"),
        sa.Column("number_key", sa.String(length=60), nullable=False, comment="for comparing alone"),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "is_counted",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="false: its application ended without a voucher, so number and file are free",
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_service_contract_amount_positive")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_service_contract_period")),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_service_contract_agency_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["organisation.id"], name=op.f("fk_service_contract_enterprise_id")),
        sa.ForeignKeyConstraint(["item_id"], ["service_item.id"], name=op.f("fk_service_contract_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_contract")),
        sa.UniqueConstraint("case_number", name=op.f("uq_service_contract_case_number")),
    )
    with op.batch_alter_table("service_contract", schema=None) as batch_op:
        batch_op.create_index("ix_service_contract_parties", ["enterprise_id", "agency_id", "item_id"], unique=False)
        batch_op.create_index(
            "uq_service_contract_file",
            ["file_sha256"],
            unique=True,
            sqlite_where=sa.text("is_counted"),
            postgresql_where=sa.text("is_counted"),
        )
        batch_op.create_index(
            "uq_service_contract_number",
            ["agency_id", "number_key"],
            unique=True,
            sqlite_where=sa.text("is_counted"),
            postgresql_where=sa.text("is_counted"),
        )

    op.create_table(
        "voucher",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("face_fen", sa.BigInteger(), nullable=False),
        sa.Column("contract_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="the last day"),
        sa.Column("state", sa.String(length=10), server_default="live", nullable=False),
        sa.Column("ended_at", app.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'live') = (ended_at IS NULL)", name=op.f("ck_voucher_ended")),
        sa.CheckConstraint(
            "state IN ('live', 'used', 'expired', 'voided', 'withdrawn')", name=op.f("ck_voucher_state")
        ),
        sa.CheckConstraint("face_fen > 0 AND face_fen <= contract_fen", name=op.f("ck_voucher_face")),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_voucher_agency_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["organisation.id"], name=op.f("fk_voucher_enterprise_id")),
        sa.ForeignKeyConstraint(["item_id"], ["service_item.id"], name=op.f("fk_voucher_item_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_voucher")),
        sa.UniqueConstraint("case_number", name=op.f("uq_voucher_case_number")),
    )
    with op.batch_alter_table("voucher", schema=None) as batch_op:
        batch_op.create_index("ix_voucher_agency", ["agency_id"], unique=False)
        batch_op.create_index("ix_voucher_enterprise", ["enterprise_id"], unique=False)

    op.create_table(
        "voucher_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False, comment="of the item when it was applied for"),
        sa.Column("price_fen", sa.BigInteger(), nullable=False, comment="published when it was applied for"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("requested_fen", sa.BigInteger(), nullable=False),
        sa.Column("accepts_smaller", sa.Boolean(), nullable=False),
        sa.Column(
            "policy_year", sa.Integer(), nullable=False, comment="the year in Shanghai in which it was handed in"
        ),
        sa.Column("ticket", sa.Integer(), nullable=False, comment="the order of submission within the year: 1, 2, 3 …"),
        sa.Column("submitted_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("granted_fen", sa.BigInteger(), nullable=True, comment="NULL before the first review has passed it"),
        sa.Column(
            "deposit_ends_at",
            app.db.Instant(timezone=True),
            nullable=True,
            comment="24:00 of the last day of the deposit",
        ),
        sa.Column("concluded_at", app.db.Instant(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("article", sa.String(length=12), server_default="", nullable=False),
        sa.CheckConstraint(
            "status <> 'refused' OR length(reason) > 0", name=op.f("ck_voucher_application_refusal_has_reason")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'granted', 'issued', 'refused', 'lapsed', 'withdrawn')",
            name=op.f("ck_voucher_application_status"),
        ),
        sa.CheckConstraint("granted_fen > 0", name=op.f("ck_voucher_application_granted_positive")),
        sa.CheckConstraint("requested_fen > 0", name=op.f("ck_voucher_application_requested_positive")),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_voucher_application_agency_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_voucher_application_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["service_item.id"], name=op.f("fk_voucher_application_item_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_voucher_application_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_application")),
        sa.UniqueConstraint("case_number", name=op.f("uq_voucher_application_case_number")),
        sa.UniqueConstraint("policy_year", "ticket", name=op.f("uq_voucher_application_policy_year_ticket")),
    )
    with op.batch_alter_table("voucher_application", schema=None) as batch_op:
        batch_op.create_index("ix_voucher_application_enterprise", ["enterprise_id", "id"], unique=False)

    op.create_table(
        "voucher_check",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("article", sa.String(length=12), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("figures", app.db.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["voucher_application.id"], name=op.f("fk_voucher_check_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "name", name=op.f("pk_voucher_check")),
    )
    op.create_table(
        "voucher_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voucher_number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True, comment="NULL: the clock or the bank led to it"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("article", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "kind IN ('issued', 'used', 'expired', 'voided', 'withdrawn')", name=op.f("ck_voucher_event_kind")
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_voucher_event_by")),
        sa.ForeignKeyConstraint(["voucher_number"], ["voucher.number"], name=op.f("fk_voucher_event_voucher_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_event")),
        sa.UniqueConstraint("voucher_number", "kind", name=op.f("uq_voucher_event_voucher_number_kind")),
    )
    for table in ("queue_move", "voucher_event"):
        _make_append_only(table)


def _make_append_only(table: str) -> None:
    """No row is ever changed or deleted, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_stands() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_stands()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_stands_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
