"""Organisations: agencies, enterprises, the operator, the bureau, employers of experts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, validates

from app.db import Base, Instant
from app.domain.contact_key import account_key, address_key, name_key, phone_key
from app.domain.credit_code import is_valid
from app.domain.errors import DomainError


class OrganisationKind(StrEnum):
    """What an organisation is to the programme."""

    AGENCY = "agency"
    ENTERPRISE = "enterprise"
    OPERATOR = "operator"
    BUREAU = "bureau"
    EMPLOYER = "employer"
    AUDITOR = "auditor"


KEYS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "responsible_person": ("responsible_key", name_key),
    "address": ("address_key", address_key),
    "phone": ("phone_key", phone_key),
    "bank_account": ("account_key", account_key),
}
"""What two organisations may have in common, with the column by which it is compared."""
LONGEST_KEY = {"responsible_key": 60, "address_key": 200, "phone_key": 30, "account_key": 40}


class Organisation(Base):
    """One organisation, known by its unified social credit code (统一社会信用代码)."""

    __tablename__ = "organisation"
    __table_args__ = (
        sa.CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in OrganisationKind)})", name="kind"),
        sa.CheckConstraint("length(credit_code) = 18", name="credit_code_length"),
        *(sa.Index(f"ix_organisation_{name}", name) for name, _ in KEYS.values()),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(160), server_default="", comment="'': shown by its Chinese name")
    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    responsible_person: Mapped[str] = mapped_column(sa.String(60), server_default="", comment="法定代表人")
    address: Mapped[str] = mapped_column(sa.String(200), server_default="")
    phone: Mapped[str] = mapped_column(sa.String(30), server_default="")
    bank_account: Mapped[str] = mapped_column(sa.String(40), server_default="")
    registered_at: Mapped[datetime] = mapped_column(Instant)
    responsible_key: Mapped[str] = mapped_column(sa.String(60), server_default="", comment="for comparing alone")
    address_key: Mapped[str] = mapped_column(sa.String(200), server_default="", comment="for comparing alone")
    phone_key: Mapped[str] = mapped_column(sa.String(30), server_default="", comment="for comparing alone")
    account_key: Mapped[str] = mapped_column(sa.String(40), server_default="", comment="for comparing alone")

    @validates(*KEYS)
    def _keep_key(self, field: str, value: str) -> str:
        """Keep the key beside what it is made from, however that was set."""
        name, key_of = KEYS[field]
        setattr(self, name, key_of(value)[: LONGEST_KEY[name]])
        return value

    def name(self, language: str) -> str:
        """Its name in the reader's language, as far as it has one."""
        return self.name_en if language == "en" and self.name_en else self.name_zh


@dataclass(frozen=True, slots=True)
class OrganisationEntry:
    """What an organisation registers with."""

    name_zh: str
    credit_code: str
    kind: OrganisationKind
    name_en: str = ""
    responsible_person: str = ""
    address: str = ""
    phone: str = ""
    bank_account: str = ""


class InvalidCreditCodeError(DomainError):
    """A unified social credit code has 18 characters and the right check digit (GB 32100-2015)."""

    code = "invalid_credit_code"

    def __init__(self, credit_code: str) -> None:
        self.credit_code = credit_code
        self.message_zh = f"统一社会信用代码 {credit_code} 不对：应为 18 位，且校验位正确。"
        self.message_en = f"{credit_code} is no unified social credit code: 18 characters with the right check digit."
        super().__init__(f"{credit_code!r} is no unified social credit code")


class CreditCodeTakenError(DomainError):
    """An organisation of that credit code is registered already."""

    code = "credit_code_taken"

    def __init__(self, credit_code: str) -> None:
        self.credit_code = credit_code
        self.message_zh = f"统一社会信用代码 {credit_code} 的单位已经登记。"
        self.message_en = f"An organisation with credit code {credit_code} is registered already."
        super().__init__(f"an organisation with credit code {credit_code} is registered already")


def register_organisation(session: Session, entry: OrganisationEntry, *, now: datetime) -> Organisation:
    """Register an organisation; raise InvalidCreditCodeError, CreditCodeTakenError."""
    if not is_valid(entry.credit_code):
        raise InvalidCreditCodeError(entry.credit_code)
    known = session.scalar(sa.select(Organisation.id).where(Organisation.credit_code == entry.credit_code))
    if known is not None:
        raise CreditCodeTakenError(entry.credit_code)
    organisation = Organisation(
        name_zh=entry.name_zh,
        name_en=entry.name_en,
        credit_code=entry.credit_code,
        kind=entry.kind,
        responsible_person=entry.responsible_person,
        address=entry.address,
        phone=entry.phone,
        bank_account=entry.bank_account,
        registered_at=now,
    )
    session.add(organisation)
    try:
        session.flush()
    except sa.exc.IntegrityError as error:  # somebody registered it since the look above
        raise CreditCodeTakenError(entry.credit_code) from error
    return organisation


def operator_of(session: Session) -> Organisation | None:
    """The operator, whose letterhead letters carry; None where none is registered yet."""
    query = sa.select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR).order_by(Organisation.id)
    return session.scalars(query.limit(1)).first()
