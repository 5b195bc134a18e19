"""Accounts: links, sessions, second factors, requests for roles, audit.

Revision 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Accounts: links, sessions, second factors, requests for roles, audit."""
    op.create_table(
        "password_reset_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=200), nullable=False, comment="as typed, in lower case"),
        sa.Column("site", sa.String(length=200), nullable=False, comment="the address of the site, without a path"),
        sa.Column("asked_at", app.db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset_request")),
    )
    op.create_table(
        "registration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="sha256, hex: the token has 256 bits"),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("responsible_person", sa.String(length=60), nullable=False),
        sa.Column("contact", sa.String(length=60), nullable=False, comment="name of the person who will sign in"),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "confirmed_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: the link has not been used"
        ),
        sa.CheckConstraint("kind IN ('agency', 'enterprise')", name=op.f("ck_registration_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_registration_token_hash")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index("ix_registration_email_asked_at", ["email", "asked_at"], unique=False)

    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="sha256, hex: the token has 256 bits"),
        sa.Column("issued_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True, comment="NULL: the person asked for it"),
        sa.Column("expires_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "spent_at",
            app.db.Instant(timezone=True),
            nullable=True,
            comment="NULL: neither used nor replaced by a later one",
        ),
        sa.CheckConstraint("purpose IN ('invitation', 'password_reset')", name=op.f("ck_account_link_purpose")),
        sa.CheckConstraint("expires_at > issued_at", name=op.f("ck_account_link_expires_later")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_account_link_issued_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_link_token_hash")),
    )
    with op.batch_alter_table("account_link", schema=None) as batch_op:
        batch_op.create_index("ix_account_link_person_id_issued_at", ["person_id", "issued_at"], unique=False)

    op.create_table(
        "linked_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False, comment="the provider's `sub`"),
        sa.Column("linked_by", sa.Integer(), nullable=True, comment="NULL: by the confirmed address"),
        sa.Column("linked_at", app.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["linked_by"], ["person.id"], name=op.f("fk_linked_identity_linked_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_linked_identity_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linked_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_linked_identity_issuer_subject")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False, comment="base64url, as the device gave it"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False, comment="COSE"),
        sa.Column("sign_count", sa.BigInteger(), nullable=False, comment="as last seen; 0: the device does not count"),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("used_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: not used yet"),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkey_sign_count_positive")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index("ix_passkey_person_id", ["person_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False, comment="sha256, hex"),
        sa.Column("spent_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: good"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "code_hash", name=op.f("uq_recovery_code_person_id_code_hash")),
    )
    op.create_table(
        "role_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("is_powerful", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False, comment="the first day, in Asia/Shanghai"),
        sa.Column("until_on", sa.Date(), nullable=True, comment="the last day; NULL: until it is revoked"),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("requested_by", sa.Integer(), nullable=False),
        sa.Column("requested_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True, comment="NULL: nobody has decided"),
        sa.Column("decided_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: nobody has decided"),
        sa.Column("decision_reason", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint(
            "NOT is_powerful OR status NOT IN ('approved', 'granted') OR (decided_by IS NOT NULL AND decided_by <> requested_by AND decided_by <> person_id)",
            name=op.f("ck_role_request_second_pair_of_eyes"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'approved', 'granted', 'refused', 'withdrawn')", name=op.f("ck_role_request_status")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_role_request_has_reason")),
        sa.CheckConstraint(
            "requested_by <> person_id OR NOT is_powerful", name=op.f("ck_role_request_not_for_oneself")
        ),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_role_request_ends_later")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_role_request_decided_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_role_request_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_request_person_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_role_request_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_request")),
    )
    with op.batch_alter_table("role_request", schema=None) as batch_op:
        batch_op.create_index("ix_role_request_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_role_request_status_id", ["status", "id"], unique=False)

    op.create_table(
        "security_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column(
            "happened_at",
            app.db.Instant(timezone=True),
            nullable=False,
            comment="roles: by the programme's clock; else the machine's",
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True, comment="NULL: nobody known, or the machine"),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="whom it is about; NULL: nobody has that login"),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="NULL: none"),
        sa.Column(
            "address",
            sa.String(length=50),
            nullable=False,
            comment="the network it came from, see `network_of`; '': none",
        ),
        sa.Column("detail", app.db.Json(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_security_event_actor_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_security_event_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_security_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_event")),
    )
    with op.batch_alter_table("security_event", schema=None) as batch_op:
        batch_op.create_index("ix_security_event_kind_id", ["kind", "id"], unique=False)
        batch_op.create_index("ix_security_event_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "epoch",
            sa.Integer(),
            nullable=False,
            comment="the person's epoch when it began; it ends when that has moved on",
        ),
        sa.Column("method", sa.String(length=16), nullable=False, comment="the last proof that was given"),
        sa.Column(
            "device",
            sa.String(length=60),
            nullable=False,
            comment="browser and system, as the browser says; '': it does not",
        ),
        sa.Column("address", sa.String(length=50), nullable=False, comment="the network it came from; '': unknown"),
        sa.Column("began_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", app.db.Instant(timezone=True), nullable=False, comment="to the minute"),
        sa.Column("ended_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: not signed out"),
        sa.CheckConstraint(
            "method IN ('password', 'second_factor', 'passkey', 'oidc', 'link')", name=op.f("ck_sign_in_session_method")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_session_person_id_began_at", ["person_id", "began_at"], unique=False)

    op.create_table(
        "totp_secret",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False, comment="base32, 160 bits"),
        sa.Column("made_at", app.db.Instant(timezone=True), nullable=False),
        sa.Column(
            "confirmed_at", app.db.Instant(timezone=True), nullable=True, comment="NULL: no code has been entered yet"
        ),
        sa.Column(
            "last_step",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="the step of the last code that was used",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_totp_secret_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_totp_secret")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "email_confirmed_at",
                app.db.Instant(timezone=True),
                nullable=True,
                comment="NULL: nobody has followed a link that was sent there",
            )
        )

    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "grant_reason", sa.String(length=300), server_default="", nullable=False, comment="'': at installation"
            )
        )
        batch_op.add_column(
            sa.Column(
                "ends_at",
                app.db.Instant(timezone=True),
                nullable=True,
                comment="NULL: until it is revoked; a worker revokes it then",
            )
        )
        batch_op.add_column(
            sa.Column(
                "is_member_admin",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="may invite members of this organisation; for agencies and enterprises",
            )
        )
        batch_op.add_column(sa.Column("revoke_reason", sa.String(length=300), server_default="", nullable=False))

    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("person", "password_hash", comment="'': none has been set yet")
        op.alter_column("role_grant", "revoked_by", comment="NULL with revoked_at: its time was over")
    _make_append_only()


def _make_append_only() -> None:
    """The audit takes new rows; the database refuses to change or delete one, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION security_event_stands() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'security_event is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER security_event_stands BEFORE UPDATE OR DELETE ON security_event "
            "FOR EACH ROW EXECUTE FUNCTION security_event_stands()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER security_event_stands_{verb.lower()} BEFORE {verb} ON security_event "
            "BEGIN SELECT RAISE(ABORT, 'security_event is append-only'); END"
        )
