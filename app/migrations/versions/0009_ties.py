"""Keys by which organisations are compared, and shareholdings: what ties are computed from.

Revision 0009, after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db
from app.domain.organisation import KEYS, LONGEST_KEY

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keys and shareholdings; what is registered already gets its keys."""
    op.create_table(
        "shareholding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="what is held"),
        sa.Column("holder_organisation_id", sa.Integer(), nullable=True, comment="NULL: a person holds it"),
        sa.Column("holder_person_id", sa.Integer(), nullable=True, comment="NULL: an organisation holds it"),
        sa.Column("percent_hundredths", sa.Integer(), nullable=False, comment="1 to 10000: 0.01 to 100.00 percent"),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True, comment="the last day; NULL: held now"),
        sa.Column("recorded_by", sa.Integer(), nullable=True, comment="NULL: at installation"),
        sa.Column("recorded_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(holder_person_id IS NULL) <> (holder_organisation_id IS NULL)", name=op.f("ck_shareholding_one_holder")
        ),
        sa.CheckConstraint("holder_organisation_id <> organisation_id", name=op.f("ck_shareholding_two_organisations")),
        sa.CheckConstraint("percent_hundredths BETWEEN 1 AND 10000", name=op.f("ck_shareholding_percent")),
        sa.CheckConstraint("until_on >= since_on", name=op.f("ck_shareholding_period")),
        sa.ForeignKeyConstraint(
            ["holder_organisation_id"], ["organisation.id"], name=op.f("fk_shareholding_holder_organisation_id")
        ),
        sa.ForeignKeyConstraint(["holder_person_id"], ["person.id"], name=op.f("fk_shareholding_holder_person_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_shareholding_organisation_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_shareholding_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shareholding")),
    )
    with op.batch_alter_table("shareholding", schema=None) as batch_op:
        batch_op.create_index("ix_shareholding_holder_organisation_id", ["holder_organisation_id"], unique=False)
        batch_op.create_index("ix_shareholding_holder_person_id", ["holder_person_id"], unique=False)
        batch_op.create_index("ix_shareholding_organisation_id", ["organisation_id"], unique=False)

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "responsible_key",
                sa.String(length=60),
                server_default="",
                nullable=False,
                comment="for comparing alone",
            )
        )
        batch_op.add_column(
            sa.Column(
                "address_key", sa.String(length=200), server_default="", nullable=False, comment="for comparing alone"
            )
        )
        batch_op.add_column(
            sa.Column(
                "phone_key", sa.String(length=30), server_default="", nullable=False, comment="for comparing alone"
            )
        )
        batch_op.add_column(
            sa.Column(
                "account_key", sa.String(length=40), server_default="", nullable=False, comment="for comparing alone"
            )
        )
        batch_op.create_index("ix_organisation_account_key", ["account_key"], unique=False)
        batch_op.create_index("ix_organisation_address_key", ["address_key"], unique=False)
        batch_op.create_index("ix_organisation_phone_key", ["phone_key"], unique=False)
        batch_op.create_index("ix_organisation_responsible_key", ["responsible_key"], unique=False)
    _fill_keys(op.get_bind())


def _fill_keys(connection: sa.Connection) -> None:
    names = ("id", "responsible_person", "address", "phone", "bank_account", *(key for key, _ in KEYS.values()))
    organisation = sa.table("organisation", *(sa.column(name) for name in names))
    for row in connection.execute(sa.select(organisation)).mappings().all():
        keys = {key: key_of(row[name])[: LONGEST_KEY[key]] for name, (key, key_of) in KEYS.items()}
        connection.execute(organisation.update().where(organisation.c.id == row["id"]).values(keys))
