"""How an application for a voucher stands, for the one sentence of its case: queue, deposit, voucher, end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.contract import ServiceContract
from app.domain.queue_entry import QueueEntry
from app.domain.voucher import Voucher
from app.domain.voucher_application import VoucherApplication


@dataclass(frozen=True, slots=True)
class VoucherRecord:
    """What the records hold of one application for a voucher."""

    application: VoucherApplication
    contract: ServiceContract
    entry: QueueEntry | None = None
    voucher: Voucher | None = None

    @property
    def deposit_fen(self) -> int:
        """What is due beside the voucher."""
        return self.contract.amount_fen - (self.application.granted_fen or 0)

    @property
    def is_waiting(self) -> bool:
        """Whether it waits in the queue."""
        return self.entry is not None and self.entry.state == "waiting"


def voucher_records(session: Session, numbers: Sequence[str]) -> dict[str, VoucherRecord]:
    """The records of applications by their case's number; one query whatever their number."""
    rows = session.execute(
        sa.select(VoucherApplication, ServiceContract, QueueEntry, Voucher)
        .join(ServiceContract, ServiceContract.case_number == VoucherApplication.case_number)
        .outerjoin(QueueEntry, QueueEntry.case_number == VoucherApplication.case_number)
        .outerjoin(Voucher, Voucher.case_number == VoucherApplication.case_number)
        .where(VoucherApplication.case_number.in_(numbers))
    )
    return {row[0].case_number: VoucherRecord(row[0], row[1], row[2], row[3]) for row in rows}
