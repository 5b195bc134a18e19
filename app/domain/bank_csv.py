"""Reading a bank's statement in CSV: Chinese or English headings, UTF-8 or GB18030, amounts in yuan.

A file is taken whole or not at all. Each row's balance must follow from the row before, so that a row that was lost or
altered on the way is found.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.bank_errors import RowProblem, StatementUnreadableError
from app.domain.money_words import yuan

LARGEST_FILE_MIB = 8
LARGEST_FILE_BYTES = LARGEST_FILE_MIB * 1024 * 1024
LARGEST_FEN = 10**14
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "serial_number": ("流水号", "交易流水号", "serial_number"),
    "booked_on": ("日期", "交易日期", "booked_on"),
    "paid_out": ("支出", "借方金额", "支出金额", "paid_out"),
    "paid_in": ("收入", "贷方金额", "收入金额", "paid_in"),
    "balance": ("余额", "账户余额", "balance"),
    "counterparty_name": ("对方户名", "counterparty_name"),
    "counterparty_account": ("对方账号", "counterparty_account"),
    "remark": ("摘要", "附言", "用途", "remark"),
}
_LONGEST = {"serial_number": 60, "counterparty_name": 120, "counterparty_account": 40, "remark": 200}
_AMOUNT = re.compile(r"^\d{1,12}(\.\d{1,2})?$")
_DAY = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line as the bank says it: `amount_fen` is above zero for what came in, below for what went out."""

    serial_number: str
    booked_on: date
    amount_fen: int
    balance_fen: int | None
    """After the line; None: entered by hand from a slip that does not say it."""
    counterparty_name: str = ""
    counterparty_account: str = ""
    remark: str = ""


class _RowError(Exception):
    def __init__(self, message_zh: str, message_en: str) -> None:
        self.message_zh, self.message_en = message_zh, message_en
        super().__init__(message_en)


def read_statement(content: bytes) -> list[StatementLine]:
    """The lines of a statement in the order of the file; raise StatementUnreadableError with every row that is wrong."""
    rows = list(_rows(content))
    columns = _columns(rows[0] if rows else [])
    lines: list[StatementLine] = []
    problems: list[RowProblem] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            line = _line({name: row[place].strip() if place < len(row) else "" for name, place in columns.items()})
            _check_follows(lines, line)
            lines.append(line)
        except _RowError as error:
            problems.append(RowProblem(number, error.message_zh, error.message_en))
    if not lines and not problems:
        problems.append(RowProblem(1, "文件里没有流水", "the file has no lines"))
    if problems:
        raise StatementUnreadableError(problems)
    return lines


def _rows(content: bytes) -> Iterator[list[str]]:
    if len(content) > LARGEST_FILE_BYTES:
        raise StatementUnreadableError(
            [RowProblem(1, "文件超过 8 MB，请分几次导入", "the file exceeds 8 MB: split it")]
        )
    try:
        yield from csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    except csv.Error as error:
        problem = RowProblem(
            1, "文件不是 CSV 格式，请从网银重新导出", "the file is not CSV: export it from the bank again"
        )
        raise StatementUnreadableError([problem]) from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    problem = RowProblem(
        1, "文字编码无法识别，请存为 UTF-8 的 CSV", "the text is neither UTF-8 nor GB18030: save it as UTF-8"
    )
    raise StatementUnreadableError([problem])


def _columns(heading: Sequence[str]) -> dict[str, int]:
    """Where each column stands; all of them are needed, further ones are passed over."""
    found = {cell.strip(): place for place, cell in enumerate(heading)}
    columns = {name: next((found[one] for one in names if one in found), -1) for name, names in _HEADINGS.items()}
    missing = [_HEADINGS[name][0] for name, place in columns.items() if place < 0]
    if missing:
        words = "、".join(missing)
        raise StatementUnreadableError(
            [RowProblem(1, f"缺少列：{words}", f"columns are missing: {', '.join(missing)}")]
        )
    return columns


def _line(cells: Mapping[str, str]) -> StatementLine:
    for name, longest in _LONGEST.items():
        if len(cells[name]) > longest or "\x00" in cells[name]:
            raise _RowError(f"“{_HEADINGS[name][0]}”太长或含有异常字符", f"{name} is too long or holds odd characters")
    if not cells["serial_number"]:
        raise _RowError("没有流水号", "the serial number is missing")
    paid_in, paid_out = _fen(cells["paid_in"] or "0"), _fen(cells["paid_out"] or "0")
    if (paid_in > 0) is (paid_out > 0):
        raise _RowError("收入与支出必须恰好填一项", "exactly one of paid in and paid out must be filled")
    return StatementLine(
        cells["serial_number"], _day(cells["booked_on"]), paid_in - paid_out, _fen(cells["balance"]),
        cells["counterparty_name"], cells["counterparty_account"], cells["remark"],
    )  # fmt: skip


def _fen(cell: str) -> int:
    plain = cell.replace(",", "").removeprefix("¥").strip()
    if not _AMOUNT.match(plain):
        raise _RowError(f"金额“{cell[:30]}”不对，应如 1,234.00", f"the amount {cell[:30]!r} should look like 1,234.00")
    whole, _, rest = plain.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def _day(cell: str) -> date:
    for shape in _DAY:
        try:
            return datetime.strptime(cell, shape).date()  # noqa: DTZ007 -- a day without an hour
        except ValueError:
            continue
    raise _RowError(f"日期“{cell[:30]}”不对，应如 2026-11-24", f"the day {cell[:30]!r} should look like 2026-11-24")


def _check_follows(lines: Sequence[StatementLine], line: StatementLine) -> None:
    if not lines:
        return
    before = lines[-1]
    if line.booked_on < before.booked_on:
        raise _RowError("日期早于上一行，请按时间先后排列", "the day is before that of the row above: sort by time")
    due_fen = (before.balance_fen or 0) + line.amount_fen
    if line.balance_fen != due_fen:
        raise _RowError(
            f"余额应为 {yuan(due_fen)} 元，可能缺行或被改动",
            f"the balance should be {yuan(due_fen)}: a row is missing or altered",
        )
