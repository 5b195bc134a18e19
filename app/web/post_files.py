"""Which columns letters, messages, e-mails, their templates and receipts have as Excel files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Response
from flask_babel import gettext

from app.domain.message_template import MessageTemplate, Texts
from app.domain.outbox import OutboxEmail
from app.domain.receipt import Receipt
from app.web.excel import Column, Kind, as_excel
from app.web.languages import language

if TYPE_CHECKING:
    from app.web.letters import LetterLine
    from app.web.messages import Row


def letters_file(rows: Sequence[LetterLine]) -> Response:
    """Letters, the latest first."""
    columns = [
        Column(gettext("Letter"), 30), Column(gettext("Number"), 28), Column(gettext("Case number")),
        Column(gettext("Issued"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = [[one.title, one.number, one.case_number, one.issued_at] for one in rows]
    return as_excel("quanliu-letters", gettext("Letters"), columns, values)


def messages_file(rows: Sequence[Row]) -> Response:
    """Messages, the latest first."""
    columns = [
        Column(gettext("Subject"), 60), Column(gettext("Case number")), Column(gettext("When"), 17, Kind.MOMENT),
        Column(gettext("State"), 10),
    ]  # fmt: skip
    values = [
        [one.subject, one.case_number, one.sent_at, gettext("not opened yet") if one.is_unread else gettext("opened")]
        for one in rows
    ]
    return as_excel("quanliu-messages", gettext("Messages"), columns, values)


def emails_file(
    rows: Sequence[OutboxEmail], names: Mapping[int | None, str], subjects: Mapping[int, str], states: Mapping[str, str]
) -> Response:
    """E-mails as far as the reader may know what they say."""
    columns = [
        Column(gettext("Subject"), 60), Column(gettext("Name"), 20), Column(gettext("E-mail"), 30),
        Column(gettext("How it stands"), 18), Column(gettext("Written"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = [
        [subjects[one.id], names.get(one.person_id), one.address, states[one.status], one.created_at] for one in rows
    ]
    return as_excel("quanliu-e-mails", gettext("E-mails"), columns, values)


def templates_file(rows: Sequence[tuple[MessageTemplate, tuple[int, Texts]]]) -> Response:
    """Templates of messages with the version in force."""
    columns = [
        Column(gettext("Message"), 36), Column(gettext("Subject"), 60), Column(gettext("Version"), 10, Kind.NUMBER),
    ]  # fmt: skip
    values: list[list[Any]] = [
        [kind.title[language()], texts[language()]["subject"], number] for kind, (number, texts) in rows
    ]
    return as_excel("quanliu-templates", gettext("Templates of messages"), columns, values)


def receipts_file(receipts: Sequence[Receipt]) -> Response:
    """Receipts of an expert's own."""
    columns = [
        Column(gettext("Case number")), Column(gettext("Agency"), 36), Column(gettext("Scored"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = [
        [one.case_number, one.agency_en if language() == "en" and one.agency_en else one.agency_zh, one.scored_at]
        for one in receipts
    ]
    return as_excel("quanliu-receipts", gettext("Receipts"), columns, values)
