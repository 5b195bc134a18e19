"""What enterprises declare of themselves, what the office records of them, and bad-credit entries; all append-only.

Revision 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three tables that only ever grow."""
    op.create_table(
        "bad_credit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False, comment="'': the entry is of a person"),
        sa.Column("person_name", sa.String(length=60), nullable=False, comment="'': the entry is of an organisation"),
        sa.Column(
            "person_hash", sa.String(length=64), nullable=False, comment="HMAC-SHA256, hex; '': of an organisation"
        ),
        sa.Column("person_last_four", sa.String(length=4), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("(credit_code = '') <> (person_hash = '')", name=op.f("ck_bad_credit_entry_one_party")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_bad_credit_entry_has_reason")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_bad_credit_entry_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bad_credit_entry")),
    )
    with op.batch_alter_table("bad_credit_entry", schema=None) as batch_op:
        batch_op.create_index(
            "uq_bad_credit_entry_credit_code",
            ["credit_code"],
            unique=True,
            sqlite_where=sa.text("credit_code <> ''"),
            postgresql_where=sa.text("credit_code <> ''"),
        )
        batch_op.create_index(
            "uq_bad_credit_entry_person_hash",
            ["person_hash"],
            unique=True,
            sqlite_where=sa.text("person_hash <> ''"),
            postgresql_where=sa.text("person_hash <> ''"),
        )

    op.create_table(
        "enterprise_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, comment="the business year that the figures are of"),
        sa.Column("industry", sa.String(length=30), nullable=False),
        sa.Column("employees", sa.Integer(), nullable=False),
        sa.Column("revenue_yuan", sa.BigInteger(), nullable=False),
        sa.Column("assets_yuan", sa.BigInteger(), nullable=False, comment="total assets at the end of the year"),
        sa.Column("legal_form", sa.String(length=30), nullable=False),
        sa.Column("is_in_business", sa.Boolean(), nullable=False),
        sa.Column("is_growing", sa.Boolean(), nullable=False),
        sa.Column(
            "is_in_order", sa.Boolean(), nullable=False, comment="run in order: taxes, wages and accounts, as declared"
        ),
        sa.Column(
            "responsible_hash",
            sa.String(length=64),
            server_default="",
            nullable=False,
            comment="keyed hash of the responsible person's number (A11.4); '': not given",
        ),
        sa.Column("responsible_last_four", sa.String(length=4), server_default="", nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False, comment="the first day on which it counts, in Shanghai"),
        sa.Column("declared_by", sa.Integer(), nullable=False),
        sa.Column("declared_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "industry IN ('agriculture', 'industry', 'construction', 'wholesale', 'retail', 'transport', 'warehousing', 'post', 'accommodation', 'catering', 'information_transmission', 'software', 'real_estate', 'property_management', 'leasing_business', 'other')",
            name=op.f("ck_enterprise_figures_industry"),
        ),
        sa.CheckConstraint(
            "legal_form IN ('company', 'cooperative', 'other_legal_person', 'partnership', 'sole_proprietorship', 'sole_trader', 'branch')",
            name=op.f("ck_enterprise_figures_legal_form"),
        ),
        sa.CheckConstraint(
            "employees >= 0 AND revenue_yuan >= 0 AND assets_yuan >= 0", name=op.f("ck_enterprise_figures_not_negative")
        ),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_enterprise_figures_declared_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_enterprise_figures_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_figures")),
    )
    with op.batch_alter_table("enterprise_figures", schema=None) as batch_op:
        batch_op.create_index("ix_enterprise_figures_organisation_id", ["organisation_id"], unique=False)
        batch_op.create_index("ix_enterprise_figures_responsible_hash", ["responsible_hash"], unique=False)

    op.create_table(
        "enterprise_standing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("is_specialised", sa.Boolean(), nullable=False, comment="on the region's list of 专精特新 firms"),
        sa.Column("credit_rating", sa.String(length=4), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False, comment="the list or paper that says so"),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="the first day on which it counts, in Shanghai"),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "credit_rating IN ('none', 'AAA', 'AA', 'A', 'B', 'C')", name=op.f("ck_enterprise_standing_credit_rating")
        ),
        sa.CheckConstraint("length(source) > 0", name=op.f("ck_enterprise_standing_has_source")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_enterprise_standing_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_enterprise_standing_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_standing")),
    )
    with op.batch_alter_table("enterprise_standing", schema=None) as batch_op:
        batch_op.create_index("ix_enterprise_standing_organisation_id", ["organisation_id"], unique=False)

    for table in ("bad_credit_entry", "enterprise_figures", "enterprise_standing"):
        _make_append_only(table)


def _make_append_only(table: str) -> None:
    """The table takes new rows; the database refuses to change or delete one, whoever asks."""
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
