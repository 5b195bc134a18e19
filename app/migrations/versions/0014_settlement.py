"""Settlement: evaluations, claims with receipts, inspections, settlements, the service file.

Revision 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Settlement: evaluations, claims with receipts, inspections, settlements, the service file."""
    op.create_table(
        "inspection_month",
        sa.Column("month", sa.String(length=7), nullable=False, comment="2026-11, in Shanghai"),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", app.db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_inspection_month")),
    )
    op.create_table(
        "inspection_pick",
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False, comment="0 to 9,999"),
        sa.Column(
            "share_percent", sa.Integer(), nullable=False, comment="of the claims, that were to be picked at random"
        ),
        sa.Column("cause", sa.String(length=6), nullable=False, comment="'': not picked"),
        sa.Column("risks", app.db.Json(), nullable=False),
        sa.Column("picked_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("finding", sa.String(length=8), nullable=True),
        sa.Column("report", sa.Text(), server_default="", nullable=False),
        sa.Column("inspected_by", sa.Integer(), nullable=True),
        sa.Column("inspected_at", app.db.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("cause IN ('', 'least', 'risk', 'random')", name=op.f("ck_inspection_pick_cause")),
        sa.CheckConstraint("finding IN ('none', 'minor', 'serious')", name=op.f("ck_inspection_pick_finding")),
        sa.CheckConstraint("finding IS NULL OR cause <> ''", name=op.f("ck_inspection_pick_only_picked_found")),
        sa.CheckConstraint("(finding IS NULL) = (inspected_at IS NULL)", name=op.f("ck_inspection_pick_found_when")),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_inspection_pick_agency_id")),
        sa.ForeignKeyConstraint(["inspected_by"], ["person.id"], name=op.f("fk_inspection_pick_inspected_by")),
        sa.ForeignKeyConstraint(["month"], ["inspection_month.month"], name=op.f("fk_inspection_pick_month")),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_inspection_pick")),
    )
    with op.batch_alter_table("inspection_pick", schema=None) as batch_op:
        batch_op.create_index("ix_inspection_pick_agency_id", ["agency_id"], unique=False)
        batch_op.create_index("ix_inspection_pick_month", ["month"], unique=False)

    op.create_table(
        "service_evaluation",
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.Integer(), nullable=False),
        sa.Column("speed", sa.Integer(), nullable=False),
        sa.Column("attitude", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("delivery", sa.String(length=6), nullable=False),
        sa.Column("share_done_percent", sa.Integer(), nullable=True, comment="of what was agreed; NULL unless partly"),
        sa.Column(
            "is_by_telephone",
            sa.Boolean(),
            nullable=False,
            comment="a reviewer asked, the enterprise had not answered in time",
        ),
        sa.Column("evaluated_by", sa.Integer(), nullable=False),
        sa.Column("evaluated_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(delivery = 'partly') = (share_done_percent IS NOT NULL)",
            name=op.f("ck_service_evaluation_partly_has_share"),
        ),
        sa.CheckConstraint("delivery IN ('yes', 'partly', 'no')", name=op.f("ck_service_evaluation_delivery")),
        sa.CheckConstraint("attitude BETWEEN 1 AND 5", name=op.f("ck_service_evaluation_attitude")),
        sa.CheckConstraint("price BETWEEN 1 AND 5", name=op.f("ck_service_evaluation_price")),
        sa.CheckConstraint("result BETWEEN 1 AND 5", name=op.f("ck_service_evaluation_result")),
        sa.CheckConstraint("share_done_percent BETWEEN 1 AND 99", name=op.f("ck_service_evaluation_share_done")),
        sa.CheckConstraint("speed BETWEEN 1 AND 5", name=op.f("ck_service_evaluation_speed")),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_service_evaluation_agency_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_service_evaluation_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["evaluated_by"], ["person.id"], name=op.f("fk_service_evaluation_evaluated_by")),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_service_evaluation")),
    )
    with op.batch_alter_table("service_evaluation", schema=None) as batch_op:
        batch_op.create_index("ix_service_evaluation_agency_id", ["agency_id"], unique=False)

    op.create_table(
        "service_file_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column(
            "figures", app.db.Json(), nullable=False, comment="satisfaction_hundredths, finding, share_percent …"
        ),
        sa.Column("entered_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('evaluation', 'inspection', 'settlement')", name=op.f("ck_service_file_entry_kind")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_service_file_entry_agency_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_service_file_entry_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_file_entry")),
        sa.UniqueConstraint("case_number", "kind", name=op.f("uq_service_file_entry_case_number_kind")),
    )
    with op.batch_alter_table("service_file_entry", schema=None) as batch_op:
        batch_op.create_index("ix_service_file_entry_agency_id", ["agency_id", "id"], unique=False)
        batch_op.create_index("ix_service_file_entry_enterprise_id", ["enterprise_id", "id"], unique=False)

    op.create_table(
        "settlement",
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("voucher_number", sa.String(length=20), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("contract_fen", sa.BigInteger(), nullable=False),
        sa.Column("face_fen", sa.BigInteger(), nullable=False),
        sa.Column("deposit_fen", sa.BigInteger(), nullable=False),
        sa.Column("proposed_percent", sa.Integer(), nullable=False, comment="by the decision table"),
        sa.Column("share_percent", sa.Integer(), nullable=False),
        sa.Column("voucher_fen", sa.BigInteger(), nullable=False, comment="paid from the voucher"),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False, comment="back to the purse"),
        sa.Column("deposit_part_fen", sa.BigInteger(), nullable=False, comment="paid from the deposit"),
        sa.Column("enterprise_fen", sa.BigInteger(), nullable=False, comment="back to the enterprise"),
        sa.Column("fee_hundredths_percent", sa.Integer(), nullable=False),
        sa.Column("fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("agency_fen", sa.BigInteger(), nullable=False, comment="what the agency is paid"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why not the whole, or why despite differences"),
        sa.Column("needs_signature", sa.Boolean(), nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=False),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "paid_at", app.db.Instant(timezone=True), nullable=True, comment="the bank has confirmed every payment"
        ),
        sa.CheckConstraint("NOT needs_signature OR signed_by IS NOT NULL", name=op.f("ck_settlement_signed")),
        sa.CheckConstraint(
            "agency_fen + fee_fen = voucher_fen + deposit_part_fen AND agency_fen >= 0",
            name=op.f("ck_settlement_agency"),
        ),
        sa.CheckConstraint(
            "deposit_part_fen + enterprise_fen = deposit_fen AND deposit_part_fen >= 0 AND enterprise_fen >= 0",
            name=op.f("ck_settlement_deposit"),
        ),
        sa.CheckConstraint(
            "fee_fen >= 0 AND fee_hundredths_percent BETWEEN 300 AND 600", name=op.f("ck_settlement_fee")
        ),
        sa.CheckConstraint("share_percent = 100 OR length(reason) > 0", name=op.f("ck_settlement_lower_has_reason")),
        sa.CheckConstraint("share_percent BETWEEN 0 AND 100", name=op.f("ck_settlement_share")),
        sa.CheckConstraint("signed_by <> reviewed_by", name=op.f("ck_settlement_two_people")),
        sa.CheckConstraint(
            "voucher_fen + returned_fen = face_fen AND voucher_fen >= 0 AND returned_fen >= 0",
            name=op.f("ck_settlement_face"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_settlement_agency_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["organisation.id"], name=op.f("fk_settlement_enterprise_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_settlement_reviewed_by")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_settlement_signed_by")),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_settlement")),
        sa.UniqueConstraint("voucher_number", name=op.f("uq_settlement_voucher_number")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index("ix_settlement_agency_id", ["agency_id"], unique=False)
        batch_op.create_index("ix_settlement_enterprise_id", ["enterprise_id"], unique=False)

    op.create_table(
        "settlement_claim",
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="1; one more each time it is sent back and sent anew"),
        sa.Column(
            "own_part_fen", sa.BigInteger(), nullable=False, comment="contract less face value: what the receipts give"
        ),
        sa.Column("claimed_by", sa.Integer(), nullable=False),
        sa.Column("claimed_at", app.db.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("round > 0", name=op.f("ck_settlement_claim_round")),
        sa.ForeignKeyConstraint(["agency_id"], ["organisation.id"], name=op.f("fk_settlement_claim_agency_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_settlement_claim_claimed_by")),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_settlement_claim")),
    )
    op.create_table(
        "claim_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="1, 2, 3 … as the agency listed them"),
        sa.Column("number", sa.String(length=40), nullable=False, comment="as the agency wrote it"),
        sa.Column("number_key", sa.String(length=40), nullable=False, comment="for comparing alone"),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_claim_receipt_amount_positive")),
        sa.ForeignKeyConstraint(
            ["case_number"], ["settlement_claim.case_number"], name=op.f("fk_claim_receipt_case_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_receipt")),
        sa.UniqueConstraint("number_key", name="uq_claim_receipt_number_key"),
    )
    with op.batch_alter_table("claim_receipt", schema=None) as batch_op:
        batch_op.create_index("ix_claim_receipt_case_number", ["case_number"], unique=False)
    _make_append_only()


def _make_append_only() -> None:
    """The service file takes new entries; the database refuses to change or delete one, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION service_file_stands() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'service_file_entry is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER service_file_stands BEFORE UPDATE OR DELETE ON service_file_entry "
            "FOR EACH ROW EXECUTE FUNCTION service_file_stands()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER service_file_stands_{verb.lower()} BEFORE {verb} ON service_file_entry "
            "BEGIN SELECT RAISE(ABORT, 'service_file_entry is append-only'); END"
        )
