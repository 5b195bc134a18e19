"""Which columns the list of vouchers has as an Excel file."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext

from app.domain.voucher import NamedVoucher
from app.web.excel import Column, Kind, as_excel
from app.web.languages import language
from app.web.words import voucher_state


def vouchers_file(rows: Sequence[NamedVoucher]) -> Response:
    """Vouchers as their list shows them; amounts in yuan."""
    columns = [
        Column(gettext("Voucher"), 18), Column(gettext("Case number")), Column(gettext("Enterprise"), 36),
        Column(gettext("Agency"), 36), Column(gettext("Service item"), 36),
        Column(gettext("Face value (yuan)"), 14, Kind.MONEY), Column(gettext("Contract (yuan)"), 14, Kind.MONEY),
        Column(gettext("Issued"), 17, Kind.MOMENT), Column(gettext("Valid until"), 12, Kind.DAY),
        Column(gettext("State"), 12),
    ]  # fmt: skip
    return as_excel("quanliu-vouchers", gettext("Vouchers"), columns, [
        [
            one.voucher.number, one.voucher.case_number, one.enterprise.name(language()), one.agency.name(language()),
            one.item.name, one.voucher.face_fen, one.voucher.contract_fen, one.voucher.issued_at,
            one.voucher.valid_until, voucher_state(one.voucher.state),
        ]
        for one in rows
    ])  # fmt: skip
