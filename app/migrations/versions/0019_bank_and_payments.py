"""The bank: statements and their lines, fund plans, payments, reconciled days, checks, what cases are to hear.

Revision 0019, after 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bank lines, plans, payments, reconciliation."""
    op.create_table(
        "book_check_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checked_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False, comment="the day in Shanghai"),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False, comment="how many the books had"),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("findings", app.db.Json(), nullable=False, comment="number, holds, figures"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_check_result")),
    )
    with op.batch_alter_table("book_check_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_book_check_result_checked_on"), ["checked_on"], unique=False)

    op.create_table(
        "case_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("message", sa.String(length=30), nullable=False),
        sa.Column("made_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("due_at", app.db.Instant(timezone=True), nullable=False, comment="not tried before"),
        sa.Column(
            "attempts",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="how often the case did not wait for it yet",
        ),
        sa.Column("delivered_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: not taken yet"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_signal")),
        sa.UniqueConstraint("case_number", "message", name=op.f("uq_case_signal_case_number_message")),
    )
    with op.batch_alter_table("case_signal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_signal_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("delivered_at IS NULL"),
            postgresql_where=sa.text("delivered_at IS NULL"),
        )

    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column(
            "sha256", sa.String(length=64), nullable=False, comment="of the file's bytes, hex; '': entered by hand"
        ),
        sa.Column("lines", sa.Integer(), nullable=False, comment="in the file, known ones included"),
        sa.Column("imported_by", sa.Integer(), nullable=True, comment="NULL: by a command"),
        sa.Column("imported_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('file', 'entered')", name=op.f("ck_bank_statement_source")),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_bank_statement_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
    )
    op.create_table(
        "payment_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", app.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_payment_batch_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_batch_number")),
    )
    op.create_table(
        "reconciliation",
        sa.Column("reconciled_on", sa.Date(), nullable=False),
        sa.Column(
            "cash_fen", sa.BigInteger(), nullable=False, comment="of the books at the day's end; the bank's balance too"
        ),
        sa.Column("reconciled_by", sa.Integer(), nullable=False),
        sa.Column("reconciled_at", app.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reconciled_by"], ["person.id"], name=op.f("fk_reconciliation_reconciled_by")),
        sa.PrimaryKeyConstraint("reconciled_on", name=op.f("pk_reconciliation")),
    )
    op.create_table(
        "bank_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("serial_number", sa.String(length=60), nullable=False, comment="the bank's, never given twice"),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="above zero: came in; below: went out"),
        sa.Column("balance_fen", sa.BigInteger(), nullable=True, comment="after the line; NULL: the slip does not say"),
        sa.Column("counterparty_name", sa.String(length=120), nullable=False),
        sa.Column("counterparty_account", sa.String(length=40), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column(
            "policy_year",
            sa.Integer(),
            nullable=False,
            comment="of the day; of interest, the year that it was posted to",
        ),
        sa.Column("case_number", sa.String(length=80), nullable=True, comment="NULL: of no case"),
        sa.Column(
            "reason", sa.String(length=300), server_default="", nullable=False, comment="why it is sent back, or parked"
        ),
        sa.Column(
            "entry_id",
            sa.Integer(),
            nullable=True,
            comment="the entry that moved cash; NULL: went out, not matched yet",
        ),
        sa.Column("changed_by", sa.Integer(), nullable=True, comment="NULL: matched by the machine"),
        sa.Column("changed_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(amount_fen > 0) = (state IN ('suspense', 'deposit', 'plan', 'interest', 'returning', 'returned'))",
            name=op.f("ck_bank_line_direction"),
        ),
        sa.CheckConstraint(
            "(case_number IS NOT NULL) OR state <> 'deposit'", name=op.f("ck_bank_line_deposit_of_a_case")
        ),
        sa.CheckConstraint("(entry_id IS NULL) = (state = 'unmatched')", name=op.f("ck_bank_line_in_the_books")),
        sa.CheckConstraint(
            "state IN ('suspense', 'deposit', 'plan', 'interest', 'returning', 'returned', 'unmatched', 'payment')",
            name=op.f("ck_bank_line_state"),
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_bank_line_amount")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_bank_line_changed_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_bank_line_entry_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("serial_number", name=op.f("uq_bank_line_serial_number")),
    )
    with op.batch_alter_table("bank_line", schema=None) as batch_op:
        batch_op.create_index("ix_bank_line_booked_on_id", ["booked_on", "id"], unique=False)
        batch_op.create_index("ix_bank_line_case_number", ["case_number"], unique=False)
        batch_op.create_index("ix_bank_line_entry_id", ["entry_id"], unique=False)
        batch_op.create_index("ix_bank_line_state_id", ["state", "id"], unique=False)
        batch_op.create_index("ix_bank_line_statement_id", ["statement_id"], unique=False)

    op.create_table(
        "fund_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("policy_year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "note", sa.String(length=300), server_default="", nullable=False, comment="what the bureau says of it"
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("allocated_by", sa.Integer(), nullable=False),
        sa.Column("allocated_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True, comment="NULL: not confirmed"),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True, comment="NULL: not withdrawn"),
        sa.Column("confirmed_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: not confirmed"),
        sa.Column("bank_line_id", sa.Integer(), nullable=True, comment="the money; NULL: not here yet"),
        sa.Column("entry_id", sa.Integer(), nullable=True, comment="NULL: not confirmed"),
        sa.Column(
            "confirmations",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="how often confirmed, undone ones included",
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (bank_line_id IS NOT NULL)", name=op.f("ck_fund_plan_confirmed_by_the_bank")
        ),
        sa.CheckConstraint("state IN ('allocated', 'confirmed', 'withdrawn')", name=op.f("ck_fund_plan_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_plan_amount_positive")),
        sa.ForeignKeyConstraint(["allocated_by"], ["person.id"], name=op.f("fk_fund_plan_allocated_by")),
        sa.ForeignKeyConstraint(["bank_line_id"], ["bank_line.id"], name=op.f("fk_fund_plan_bank_line_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_fund_plan_confirmed_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_fund_plan_entry_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_fund_plan_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_plan")),
        sa.UniqueConstraint("bank_line_id", name=op.f("uq_fund_plan_bank_line_id")),
        sa.UniqueConstraint("number", name=op.f("uq_fund_plan_number")),
    )
    with op.batch_alter_table("fund_plan", schema=None) as batch_op:
        batch_op.create_index("ix_fund_plan_policy_year", ["policy_year", "id"], unique=False)

    op.create_table(
        "payment_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False, comment="as the bank shows it in the remark"),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False, comment="of the books: where the money is owed"),
        sa.Column("policy_year", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=True, comment="NULL: of no case"),
        sa.Column("payee_id", sa.Integer(), nullable=True, comment="NULL: only the bank knows it"),
        sa.Column("payee_name", sa.String(length=120), nullable=False),
        sa.Column(
            "payee_account",
            sa.String(length=40),
            nullable=False,
            comment="'': not known; it cannot be sent before it is",
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True, comment="NULL: not sent in a file"),
        sa.Column(
            "source_line_id", sa.Integer(), nullable=True, comment="the line that is sent back; NULL: owed by a case"
        ),
        sa.Column("bank_line_id", sa.Integer(), nullable=True, comment="that shows it paid"),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False, comment="the same thing is ordered once"),
        sa.Column("ordered_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Integer(), nullable=True, comment="NULL: the machine"),
        sa.Column(
            "paid_at", app.db.Instant(timezone=True), nullable=True, comment="when it was confirmed; NULL: not yet"
        ),
        sa.Column("paid_by", sa.Integer(), nullable=True, comment="NULL: matched by the machine"),
        sa.CheckConstraint(
            "(source_line_id IS NOT NULL) = (account = 'suspense')", name=op.f("ck_payment_order_source")
        ),
        sa.CheckConstraint(
            "(state = 'paid') = (bank_line_id IS NOT NULL)", name=op.f("ck_payment_order_paid_by_the_bank")
        ),
        sa.CheckConstraint(
            "account IN ('payable_agency', 'payable_enterprise', 'suspense')", name=op.f("ck_payment_order_account")
        ),
        sa.CheckConstraint(
            "purpose IN ('settlement', 'deposit_return', 'suspense_return')", name=op.f("ck_payment_order_purpose")
        ),
        sa.CheckConstraint("state IN ('ordered', 'sent', 'paid')", name=op.f("ck_payment_order_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_order_amount_positive")),
        sa.ForeignKeyConstraint(["bank_line_id"], ["bank_line.id"], name=op.f("fk_payment_order_bank_line_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batch.id"], name=op.f("fk_payment_order_batch_id")),
        sa.ForeignKeyConstraint(["ordered_by"], ["person.id"], name=op.f("fk_payment_order_ordered_by")),
        sa.ForeignKeyConstraint(["paid_by"], ["person.id"], name=op.f("fk_payment_order_paid_by")),
        sa.ForeignKeyConstraint(["payee_id"], ["organisation.id"], name=op.f("fk_payment_order_payee_id")),
        sa.ForeignKeyConstraint(["source_line_id"], ["bank_line.id"], name=op.f("fk_payment_order_source_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_order")),
        sa.UniqueConstraint("bank_line_id", name=op.f("uq_payment_order_bank_line_id")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payment_order_idempotency_key")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_order_number")),
        sa.UniqueConstraint("source_line_id", name=op.f("uq_payment_order_source_line_id")),
    )
    with op.batch_alter_table("payment_order", schema=None) as batch_op:
        batch_op.create_index("ix_payment_order_batch_id", ["batch_id"], unique=False)
        batch_op.create_index("ix_payment_order_case_number", ["case_number"], unique=False)
        batch_op.create_index("ix_payment_order_state_id", ["state", "id"], unique=False)

    op.create_table(
        "fund_plan_share",
        sa.Column("plan_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_plan_share_amount_positive")),
        sa.ForeignKeyConstraint(["plan_id"], ["fund_plan.id"], name=op.f("fk_fund_plan_share_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", "category", name=op.f("pk_fund_plan_share")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "deposit_kept_fen",
                sa.BigInteger(),
                server_default="0",
                nullable=False,
                comment="by a decision it went into the purse (A11.5)",
            )
        )
        batch_op.create_check_constraint(op.f("ck_commitment_deposit_kept"), "deposit_kept_fen IN (0, deposit_fen)")
