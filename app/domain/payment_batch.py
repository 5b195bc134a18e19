"""The file of payments for the bank: CSV, one order a row, amounts in yuan; an order goes into one file."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.bank_errors import NothingToPayError, PayeeAccountMissingError, PaymentStateError
from app.domain.calendar import local_day
from app.domain.ledger import lock_books
from app.domain.organisation import Organisation
from app.domain.payment import PaymentBatch, PaymentOrder, PaymentState
from app.domain.yearly_number import next_in_year

HEADINGS = ("序号", "付款指令号", "收款人户名", "收款人账号", "金额（元）", "用途")
_PURPOSES = {"settlement": "服务补贴券结算", "deposit_return": "退还保证金", "suspense_return": "退回来款"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def make_batch(session: Session, order_ids: Collection[int], *, now: datetime, actor_id: int) -> PaymentBatch:
    """Put orders into a file for the bank.

    Raises NothingToPayError, PaymentStateError (an order that has been sent), PayeeAccountMissingError.
    """
    lock_books(session)
    session.flush()
    query = sa.select(PaymentOrder).where(PaymentOrder.id.in_(order_ids)).order_by(PaymentOrder.id)
    orders = session.scalars(query.execution_options(populate_existing=True)).all()
    if not orders:
        raise NothingToPayError
    _check(session, orders)
    year = local_day(now).year
    batch = PaymentBatch(
        number=f"PC-{year}-{next_in_year(session, 'payment_batch', year=year):04d}", orders=len(orders),
        amount_fen=sum(order.amount_fen for order in orders), made_by=actor_id, made_at=now,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    for order in orders:
        order.state, order.batch_id = PaymentState.SENT, batch.id
    session.flush()
    return batch


def batch_csv(session: Session, batch_id: int) -> bytes:
    """The file of a batch, UTF-8 with a mark that spreadsheets know; the same batch is always the same file."""
    session.get_one(PaymentBatch, batch_id)
    orders = session.scalars(sa.select(PaymentOrder).where(PaymentOrder.batch_id == batch_id).order_by(PaymentOrder.id))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for place, order in enumerate(orders, 1):
        amount = f"{order.amount_fen // 100}.{order.amount_fen % 100:02d}"
        use = f"{order.number} {_PURPOSES[order.purpose]}"
        writer.writerow((place, order.number, _plain(order.payee_name), _plain(order.payee_account), amount, use))
    return text.getvalue().encode("utf-8-sig")


def _check(session: Session, orders: Sequence[PaymentOrder]) -> None:
    """Nothing is sent twice, nothing without an account; one that was entered since the order counts."""
    for order in orders:
        if order.state != PaymentState.ORDERED:
            raise PaymentStateError(order.number, order.state)
        if not order.payee_account and order.payee_id is not None:
            order.payee_account = session.get_one(Organisation, order.payee_id).bank_account
    missing = sorted({order.payee_name or order.number for order in orders if not order.payee_account})
    if missing:
        raise PayeeAccountMissingError(missing)


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
