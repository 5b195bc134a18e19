"""The books: entries that are never edited, balances that never fall below nothing, what cases have of the purse.

Revision 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Ledger, balances, commitments, years."""
    op.create_table(
        "account_balance",
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("policy_year", sa.Integer(), autoincrement=False, nullable=False, comment="0: not of a year"),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(account IN ('expenditure', 'fund_available', 'fund_reserved', 'fund_spent', 'voucher_outstanding')) = (policy_year > 0)",
            name=op.f("ck_account_balance_of_a_year"),
        ),
        sa.CheckConstraint(
            "account IN ('cash', 'expenditure', 'fund_available', 'fund_reserved', 'voucher_outstanding', 'fund_spent', 'deposit_held', 'payable_agency', 'payable_enterprise', 'supervision_fee', 'suspense')",
            name=op.f("ck_account_balance_account"),
        ),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_account_balance_never_negative")),
        sa.PrimaryKeyConstraint("account", "policy_year", name=op.f("pk_account_balance")),
    )
    op.create_table(
        "category_use",
        sa.Column("policy_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("limit_fen", sa.BigInteger(), nullable=True, comment="NULL: the whole purse is open to it"),
        sa.Column("used_fen", sa.BigInteger(), nullable=False, comment="reserved, issued and settled"),
        sa.CheckConstraint(
            "0 <= used_fen AND (limit_fen IS NULL OR used_fen <= limit_fen)", name=op.f("ck_category_use_within_share")
        ),
        sa.PrimaryKeyConstraint("policy_year", "category", name=op.f("pk_category_use")),
    )
    op.create_table(
        "commitment",
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("policy_year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="reserved; from the issue on the face value"),
        sa.Column(
            "claimed_fen", sa.BigInteger(), nullable=False, comment="what of it counts in the enterprise's year (A6.2)"
        ),
        sa.Column(
            "deposit_fen", sa.BigInteger(), server_default="0", nullable=False, comment="expected; 0: not asked for yet"
        ),
        sa.Column(
            "deposit_held_fen", sa.BigInteger(), server_default="0", nullable=False, comment="confirmed and still held"
        ),
        sa.Column(
            "settled_fen", sa.BigInteger(), server_default="0", nullable=False, comment="paid from the voucher (A11.2)"
        ),
        sa.Column(
            "returned_fen", sa.BigInteger(), server_default="0", nullable=False, comment="back to the purse at the end"
        ),
        sa.Column("voucher_number", sa.String(length=40), nullable=True, comment="NULL: none was issued"),
        sa.Column("changed_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(voucher_number IS NOT NULL) = (state IN ('issued', 'settled', 'expired', 'voided'))",
            name=op.f("ck_commitment_voucher_number"),
        ),
        sa.CheckConstraint(
            "settled_fen + returned_fen = CASE WHEN state IN ('reserved', 'issued') THEN 0 ELSE amount_fen END",
            name=op.f("ck_commitment_settled_and_returned"),
        ),
        sa.CheckConstraint("state = 'settled' OR settled_fen = 0", name=op.f("ck_commitment_only_settled_pays")),
        sa.CheckConstraint(
            "state IN ('reserved', 'issued') OR deposit_held_fen = 0",
            name=op.f("ck_commitment_deposit_goes_at_the_end"),
        ),
        sa.CheckConstraint(
            "state IN ('reserved', 'issued', 'settled', 'released', 'expired', 'voided')",
            name=op.f("ck_commitment_state"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_commitment_amount_positive")),
        sa.CheckConstraint("claimed_fen BETWEEN 0 AND amount_fen", name=op.f("ck_commitment_claimed")),
        sa.CheckConstraint("deposit_fen >= 0", name=op.f("ck_commitment_deposit")),
        sa.CheckConstraint("deposit_held_fen IN (0, deposit_fen)", name=op.f("ck_commitment_deposit_whole_or_none")),
        sa.CheckConstraint("settled_fen >= 0 AND returned_fen >= 0", name=op.f("ck_commitment_ends_positive")),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_commitment_agency_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["organisation.id"], name=op.f("fk_commitment_enterprise_id")),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_commitment")),
        sa.UniqueConstraint("voucher_number", name=op.f("uq_commitment_voucher_number")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index("ix_commitment_agency_id", ["agency_id"], unique=False)
        batch_op.create_index("ix_commitment_enterprise_year", ["enterprise_id", "policy_year"], unique=False)
        batch_op.create_index("ix_commitment_year_state", ["policy_year", "state"], unique=False)

    op.create_table(
        "enterprise_year",
        sa.Column("enterprise_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("policy_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claimed_fen", sa.BigInteger(), nullable=False, comment="reserved, issued and settled"),
        sa.Column("used_fen", sa.BigInteger(), nullable=False, comment="settled"),
        sa.Column(
            "limit_fen", sa.BigInteger(), nullable=False, comment="the limit under which the last reserve was made"
        ),
        sa.CheckConstraint(
            "0 <= claimed_fen AND claimed_fen <= limit_fen", name=op.f("ck_enterprise_year_claimed_within_limit")
        ),
        sa.CheckConstraint(
            "0 <= used_fen AND used_fen <= limit_fen", name=op.f("ck_enterprise_year_used_within_limit")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["organisation.id"], name=op.f("fk_enterprise_year_enterprise_id")),
        sa.PrimaryKeyConstraint("enterprise_id", "policy_year", name=op.f("pk_enterprise_year")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "policy_year",
            sa.Integer(),
            nullable=False,
            comment="whose purse; of money without one, the year it came in",
        ),
        sa.Column("case_number", sa.String(length=80), nullable=True, comment="NULL: of no case"),
        sa.Column(
            "voucher_number", sa.String(length=40), nullable=True, comment="NULL: before the issue, or of no voucher"
        ),
        sa.Column(
            "article", sa.String(length=12), nullable=False, comment="the rule by which it was booked, such as A11.2"
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True, comment="NULL: the machine"),
        sa.Column("recorded_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False, comment="the same thing is booked once"),
        sa.Column("reverses_id", sa.Integer(), nullable=True, comment="NULL: no reversal"),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("length(idempotency_key) > 0", name=op.f("ck_ledger_entry_has_key")),
        sa.CheckConstraint("policy_year BETWEEN 2000 AND 2200", name=op.f("ck_ledger_entry_policy_year")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_ledger_entry_actor_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ledger_entry_idempotency_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_entry_reverses_id")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entry_case_number", ["case_number"], unique=False)
        batch_op.create_index("ix_ledger_entry_kind_id", ["kind", "id"], unique=False)

    op.create_table(
        "ledger_line",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2 … within the entry"),
        sa.Column("debit_account", sa.String(length=20), nullable=False),
        sa.Column("credit_account", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "credit_account IN ('cash', 'expenditure', 'fund_available', 'fund_reserved', 'voucher_outstanding', 'fund_spent', 'deposit_held', 'payable_agency', 'payable_enterprise', 'supervision_fee', 'suspense')",
            name=op.f("ck_ledger_line_credit_account"),
        ),
        sa.CheckConstraint(
            "debit_account IN ('cash', 'expenditure', 'fund_available', 'fund_reserved', 'voucher_outstanding', 'fund_spent', 'deposit_held', 'payable_agency', 'payable_enterprise', 'supervision_fee', 'suspense')",
            name=op.f("ck_ledger_line_debit_account"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_ledger_line_amount_positive")),
        sa.CheckConstraint("debit_account <> credit_account", name=op.f("ck_ledger_line_two_accounts")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_line_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_ledger_line")),
    )
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_line_credit_account", ["credit_account", "entry_id"], unique=False)
        batch_op.create_index("ix_ledger_line_debit_account", ["debit_account", "entry_id"], unique=False)

    _make_append_only()
    _keep_balances()


def _make_append_only() -> None:
    """Entries and lines are added; the database refuses to change or delete one, whoever asks."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute(
            "CREATE FUNCTION books_stand() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the books are append-only'; END $$"
        )
    for table in ("ledger_entry", "ledger_line"):
        if is_postgresql:
            op.execute(
                f"CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION books_stand()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_stands_whole BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION books_stand()"
            )
            continue
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_stands_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END"
            )


def _keep_balances() -> None:
    """Each new line moves two balances.

    The row is made with 0 first: both databases look at a CHECK before they look at a conflict, so that an upsert of a
    lowered amount would be refused although the sum is fine.
    """
    steps = " ".join(_step(side, sign) for side, sign in (("debit", "+"), ("credit", "-")))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION ledger_line_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {steps} RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER ledger_line_moves AFTER INSERT ON ledger_line "
            "FOR EACH ROW EXECUTE FUNCTION ledger_line_moves()"
        )
        return
    op.execute(f"CREATE TRIGGER ledger_line_moves AFTER INSERT ON ledger_line BEGIN {steps} END")


_STEP = """
INSERT INTO account_balance (account, policy_year, balance_fen) VALUES (:account, :year, 0)
ON CONFLICT (account, policy_year) DO NOTHING;
UPDATE account_balance SET balance_fen = balance_fen
:sign CASE WHEN :account IN ('cash', 'expenditure') THEN NEW.amount_fen ELSE 0 END
:other CASE WHEN :account IN ('cash', 'expenditure') THEN 0 ELSE NEW.amount_fen END
WHERE account = :account AND policy_year = :year;
"""
_YEAR = """
(SELECT CASE WHEN :account
IN ('expenditure', 'fund_available', 'fund_reserved', 'fund_spent', 'voucher_outstanding')
THEN e.policy_year ELSE 0 END FROM ledger_entry AS e WHERE e.id = NEW.entry_id)
"""


def _step(side: str, sign: str) -> str:
    """What one side of a line does to its account; a debit (+) raises cash and expenditure and lowers all others."""
    step = _STEP.replace(":year", _YEAR).replace(":account", f"NEW.{side}_account")
    return step.replace(":sign", sign).replace(":other", "-" if sign == "+" else "+")
