"""Which columns the public lists have as Excel files: notices, the catalogue, the queue, the days of a year."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import Response
from flask_babel import gettext

from app.domain.organisation import Organisation
from app.domain.queue_entry import QueueEntry
from app.domain.service_item import ServiceItem
from app.web.excel import Column, Kind, as_excel
from app.web.languages import language, points
from app.web.public_records import NoticeRecord
from app.web.words import category_name
from app.web.year_view import SpecialDay


def notices_file(records: Sequence[NoticeRecord]) -> Response:
    """Notices, the latest first."""
    columns = [
        Column(gettext("Agency"), 36), Column(gettext("Number"), 20), Column(gettext("Case number")),
        Column(gettext("Published"), 17, Kind.MOMENT), Column(gettext("Last day to object"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = [[one.agency, one.number, one.case_number, one.published_at, one.ends_at] for one in records]
    return as_excel("quanliu-notices", gettext("Public notices"), columns, values)


def catalogue_file(rows: Sequence[sa.Row[ServiceItem, Organisation]]) -> Response:
    """Service items that can be paid with a voucher."""
    columns = [
        Column(gettext("Service item"), 36), Column(gettext("Agency"), 36), Column(gettext("Category"), 20),
        Column(gettext("Price (yuan)"), 14, Kind.MONEY), Column(gettext("Score"), 8),
    ]  # fmt: skip
    values = [
        [
            item.name, agency.name(language()), category_name(item.category), item.price_fen,
            points(item.score_hundredths) if item.score_hundredths else None,
        ]
        for item, agency in rows
    ]  # fmt: skip
    return as_excel("quanliu-catalogue", gettext("Service items"), columns, values)


def queue_file(waiting: Sequence[QueueEntry], year: int) -> Response:
    """Who waits, in order, by receipt."""
    columns = [
        Column(gettext("Receipt"), 20), Column(gettext("Place"), 8, Kind.NUMBER),
        Column(gettext("Submitted as no."), 14, Kind.NUMBER), Column(gettext("Wants (yuan)"), 14, Kind.MONEY),
        Column(gettext("Terms"), 24),
    ]  # fmt: skip
    values = [
        [
            one.receipt, place, one.ticket, one.wanted_fen,
            " ".join(
                words
                for words, holds in (
                    (gettext("goes ahead"), one.is_priority), (gettext("accepts less"), one.accepts_smaller),
                )
                if holds
            ),
        ]
        for place, one in enumerate(waiting, 1)
    ]  # fmt: skip
    return as_excel(f"quanliu-queue-{year}", gettext("Queue"), columns, values)


def special_days_file(days: Sequence[SpecialDay], year: int) -> Response:
    """Holidays and make-up working days of a year."""
    columns = [
        Column(gettext("What it is"), 30), Column(gettext("Day"), 12, Kind.DAY), Column(gettext("From where"), 30),
    ]  # fmt: skip
    values = [
        [
            one.words, one.day.on,
            gettext("the bureau, see the changes") if one.is_changed else gettext("published calendar"),
        ]
        for one in days
    ]  # fmt: skip
    title = gettext("Working days of %(year)d", year=year)
    return as_excel(f"quanliu-calendar-{year}", title, columns, values)
