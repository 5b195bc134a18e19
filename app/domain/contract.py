"""Contracts that vouchers are applied for: each number and each file works once; contracts that look split are found (A9.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base
from app.domain.voucher_errors import ContractAbovePriceError, ContractFileUsedError, ContractUsedError

_COUNTED = sa.text("is_counted")
_NOISE = re.compile(r"[\s\-_/.·—–()（）〔〕\[\]【】]+")


class ServiceContract(Base):
    """One contract of one application, as it stands after corrections."""

    __tablename__ = "service_contract"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("ends_on >= starts_on", name="period"),
        sa.Index(
            "uq_service_contract_number", "agency_id", "number_key", unique=True,
            sqlite_where=_COUNTED, postgresql_where=_COUNTED,
        ),
        sa.Index(
            "uq_service_contract_file", "file_sha256", unique=True, sqlite_where=_COUNTED, postgresql_where=_COUNTED
        ),
        sa.Index("ix_service_contract_parties", "enterprise_id", "agency_id", "item_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80), unique=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("service_item.id"))
    number: Mapped[str] = mapped_column(sa.String(60), comment="as the parties write it")
    number_key: Mapped[str] = mapped_column(sa.String(60), comment="for comparing alone")
    signed_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    file_sha256: Mapped[str] = mapped_column(sa.String(64))
    is_counted: Mapped[bool] = mapped_column(
        server_default=sa.true(), comment="false: its application ended without a voucher, so number and file are free"
    )


@dataclass(frozen=True, slots=True)
class ContractEntry:
    """A contract as the enterprise states it."""

    number: str
    signed_on: date
    starts_on: date
    ends_on: date
    amount_fen: int
    file_sha256: str


@dataclass(frozen=True, slots=True)
class Parties:
    """Who contracts about what."""

    enterprise_id: int
    agency_id: int
    item_id: int


def number_key(number: str) -> str:
    """A contract number without spaces, dashes, brackets and case: what a second use is recognised by."""
    return _NOISE.sub("", number).upper()[:60]


def check_price(contract_fen: int, price_fen: int, tolerance_percent: int) -> None:
    """Raise ContractAbovePriceError if a contract is dearer than the published price allows (A9.1)."""
    most_fen = price_fen * (100 + tolerance_percent) // 100
    if contract_fen > most_fen:
        raise ContractAbovePriceError(contract_fen, most_fen, price_fen, tolerance_percent)


def keep_contract(session: Session, case_number: str, parties: Parties, entry: ContractEntry) -> ServiceContract:
    """Keep the contract of an application, or what it has become after corrections.

    Raises:
        ContractUsedError, ContractFileUsedError: another application that counts has the same number or file. The indexes
            hold it too: of two that come at once, one is refused.
    """
    _refuse_second_use(session, case_number, parties.agency_id, entry)
    kept = contract_of(session, case_number)
    values = {
        "number": entry.number, "number_key": number_key(entry.number), "signed_on": entry.signed_on,
        "starts_on": entry.starts_on, "ends_on": entry.ends_on, "amount_fen": entry.amount_fen,
        "file_sha256": entry.file_sha256,
    }  # fmt: skip
    if kept is None:
        kept = ServiceContract(
            case_number=case_number, enterprise_id=parties.enterprise_id, agency_id=parties.agency_id,
            item_id=parties.item_id, is_counted=True, **values,
        )  # fmt: skip
        session.add(kept)
    else:
        for name, value in values.items():
            setattr(kept, name, value)
    try:
        session.flush()
    except sa.exc.IntegrityError as error:
        if "uq_service_contract_file" in str(error.orig) or "file_sha256" in str(error.orig):
            raise ContractFileUsedError(entry.file_sha256) from error
        raise ContractUsedError(entry.number) from error
    return kept


def free_contract(session: Session, case_number: str) -> None:
    """An application that ended without a voucher leaves number and file free for another."""
    session.execute(
        sa.update(ServiceContract).where(ServiceContract.case_number == case_number).values(is_counted=False)
    )


def contract_of(session: Session, case_number: str) -> ServiceContract | None:
    """The contract of a case; None before it is handed in."""
    return session.scalar(sa.select(ServiceContract).where(ServiceContract.case_number == case_number))


def likely_splits(session: Session, contract: ServiceContract, *, window_days: int) -> Sequence[ServiceContract]:
    """Other contracts of the same parties about the same item, signed within so many days: they look split (A9.1)."""
    window = timedelta(days=window_days)
    query = sa.select(ServiceContract).where(
        ServiceContract.enterprise_id == contract.enterprise_id,
        ServiceContract.agency_id == contract.agency_id,
        ServiceContract.item_id == contract.item_id,
        ServiceContract.case_number != contract.case_number,
        ServiceContract.is_counted,
        ServiceContract.signed_on.between(contract.signed_on - window, contract.signed_on + window),
    )
    return session.scalars(query.order_by(ServiceContract.signed_on, ServiceContract.id)).all()


def _refuse_second_use(session: Session, case_number: str, agency_id: int, entry: ContractEntry) -> None:
    same_number = sa.and_(
        ServiceContract.agency_id == agency_id, ServiceContract.number_key == number_key(entry.number)
    )
    query = sa.select(ServiceContract.file_sha256).where(
        ServiceContract.is_counted, ServiceContract.case_number != case_number,
        sa.or_(same_number, ServiceContract.file_sha256 == entry.file_sha256),
    )  # fmt: skip
    found = session.scalars(query.limit(1)).first()
    if found == entry.file_sha256:
        raise ContractFileUsedError(entry.file_sha256)
    if found is not None:
        raise ContractUsedError(entry.number)
