"""Dated policy parameters, and what each case is decided under; both append-only.

Revision 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables that only ever grow."""
    op.create_table(
        "policy_parameter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False, comment="in the unit of the parameter"),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="the first day on which it counts, in Shanghai"),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("article", sa.String(length=12), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_policy_parameter_has_reason")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_policy_parameter_not_negative")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_policy_parameter_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_parameter")),
    )
    op.create_table(
        "case_parameter",
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False, comment="in the unit of the parameter"),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="since when that value was in force"),
        sa.Column(
            "parameter_id", sa.Integer(), nullable=True, comment="the bureau's row; NULL: the measure's own reading"
        ),
        sa.Column("fixed_on", sa.Date(), nullable=False, comment="the day whose figures these are"),
        sa.ForeignKeyConstraint(["parameter_id"], ["policy_parameter.id"], name=op.f("fk_case_parameter_parameter_id")),
        sa.PrimaryKeyConstraint("case_number", "key", name=op.f("pk_case_parameter")),
    )
    for table in ("policy_parameter", "case_parameter"):
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
