"""What the firms of the demo's year do unasked: applicants who change their minds, neighbours who object to a notice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.domain.calendar import local_day
from app.domain.notice import Notice
from app.domain.objection import ObjectionEntry, confirm_contact, raise_objection
from app.domain.settlement import is_begun
from app.engine.messages import Message, correlate_message
from app.engine.tables import instance
from app.web.demo.desks import Desks
from app.web.withdrawals import Withdrawal, take_back

WITHDRAWN_SHARE = 0.025
"""How many applications for a voucher are taken back, some after the voucher was issued."""
WITHDRAWN_AFTER_DAYS = (3, 40)
OBJECTED_SHARE = 0.08
"""How many notices somebody objects to, on the second day."""


def withdraw_some(desks: Desks) -> None:
    """Whoever has changed their mind takes their case back today."""
    query = (
        sa.select(instance)
        .where(instance.c.process_key == "voucher_application", instance.c.status == "running")
        .order_by(instance.c.id)
    )
    for case in desks.unit.connection.execute(query).mappings().all():
        is_theirs = case["id"] in desks.cases and _changes_mind(desks, case["id"], case["started_at"])
        if is_theirs and not is_begun(desks.unit.session, case["business_key"]):
            _withdraw(desks, case)


def _changes_mind(desks: Desks, case: int, started_at: datetime) -> bool:
    chance = desks.chance("withdraws", case)
    if chance.random() >= WITHDRAWN_SHARE:
        return False
    return desks.now >= started_at + timedelta(days=chance.randint(*WITHDRAWN_AFTER_DAYS))


def _withdraw(desks: Desks, case: sa.RowMapping) -> None:
    withdrawal = Withdrawal("因经营计划调整，不再需要该项服务。", desks.contacts[case["organisation_id"]])
    take_back(desks.unit, desks.parts.runtime, case, withdrawal, now=desks.now)


def object_to_some(desks: Desks, today: date) -> None:
    """A neighbour objects to a notice that was published yesterday."""
    for notice in desks.unit.session.scalars(sa.select(Notice).order_by(Notice.id)).all():
        is_fresh = notice.is_open(desks.now) and local_day(notice.published_at) == today - timedelta(days=1)
        if is_fresh and desks.chance("objection", notice.number).random() < OBJECTED_SHARE:
            _object(desks, notice)


def _object(desks: Desks, notice: Notice) -> None:
    entry = ObjectionEntry("周正", "zhou.zheng@quanliu.example", "其申报的服务案例系其他机构完成。")
    _, secret = raise_objection(desks.unit.session, notice.id, entry, now=desks.now)
    confirm_contact(desks.unit.session, secret, now=desks.now)
    desks.unit.flush()
    message = Message("objection_received", str(notice.id), {})
    correlate_message(desks.unit, desks.parts.runtime, message, now=desks.now)
