"""What a person types into one control, and the exact answer that it means; and back again.

Text that means nothing (letters in an amount, 31 February) stays as it was typed: the answer is then a text where a
number belongs, `validate` refuses it with words, and the page shows it again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from app.forms.field import Field, Kind
from app.forms.formats import is_date, without_control_characters

_GROUPED = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+)((?:\.\d*)?)", re.ASCII)
_NUMBER = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,6}))?", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))", re.ASCII)
_MONEY_SIGNS = re.compile(r"^[¥￥]|元$|yuan$", re.IGNORECASE)
YES, NO = "yes", "no"


def answer_of(field: Field, text: str) -> Any:
    """The answer that a typed text means; None for nothing typed."""
    text = without_control_characters(text)
    if not text.strip():
        return None
    return _READERS.get(field.kind, _line)(field, text)


def text_of(field: Field, answer: Any) -> str:
    """What the control shows for an answer; a text that could not be read comes back as it was typed."""
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return YES if answer else NO
    if isinstance(answer, int):
        return scaled_text(answer, field.decimals, is_fixed=field.kind is Kind.MONEY)
    return answer if isinstance(answer, str) else ""


def read_text(field: Field, number: int) -> str:
    """A number as people read it: amounts with thousands and both decimals, others as short as they are."""
    if field.kind is not Kind.MONEY:
        return scaled_text(number, field.decimals, is_fixed=False)
    sign, fen = ("-", -number) if number < 0 else ("", number)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def scaled_text(number: int, decimals: int, *, is_fixed: bool) -> str:
    """An integer of units of 10^-decimals as people write it: 2850 with two decimals is 28.5, or 28.50 when fixed."""
    if not decimals:
        return str(number)
    digits = str(abs(number)).rjust(decimals + 1, "0")
    whole, part = digits[:-decimals], digits[-decimals:]
    if not is_fixed:
        part = part.rstrip("0")
    return ("-" if number < 0 else "") + (f"{whole}.{part}" if part else whole)


def _line(_field: Field, text: str) -> str:
    return text.replace("\n", " ").strip()


def _long_text(_field: Field, text: str) -> str:
    """Kept as typed: a paragraph may begin with two wide spaces, and a list with blanks."""
    return text


def read_number(text: str, *, decimals: int = 0, is_money: bool = False) -> int | None:
    """The number of units of 10^-decimals that a typed text means, with or without thousands; None for none.

    Args:
        is_money: a sign of the currency (¥, 元) may stand beside it.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    plain = _MONEY_SIGNS.sub("", _MONEY_SIGNS.sub("", plain)).strip() if is_money else plain
    grouped = _GROUPED.fullmatch(plain)
    if grouped:
        plain = grouped[1].replace(",", "") + grouped[2]
    found = _NUMBER.fullmatch(plain)
    if not found or len(found[3] or "") > decimals:
        return None
    number = int(found[2] + (found[3] or "").ljust(decimals, "0"))
    return -number if found[1] == "-" else number


def _number(field: Field, text: str) -> int | str:
    number = read_number(text, decimals=field.decimals, is_money=field.kind is Kind.MONEY)
    return text.strip() if number is None else number


def _date(_field: Field, text: str) -> str:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if not found:
        return text.strip()
    year, month, day = (part for part in found.groups() if part is not None)
    written = f"{year}-{month:0>2}-{day:0>2}"
    return written if is_date(written) else text.strip()


def _credit_code(_field: Field, text: str) -> str:
    # signs alone stay as they were typed: they are shown again beside the error, not taken for nothing
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper() or text.strip()


def _address(_field: Field, text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _yes_no(_field: Field, text: str) -> bool | str:
    return {YES: True, NO: False}.get(text, text)


_READERS: Mapping[Kind, Callable[[Field, str], Any]] = {
    Kind.LONG_TEXT: _long_text, Kind.INTEGER: _number, Kind.DECIMAL: _number, Kind.MONEY: _number, Kind.DATE: _date,
    Kind.CREDIT_CODE: _credit_code, Kind.EMAIL: _address, Kind.PHONE: _address, Kind.YES_NO: _yes_no,
}  # fmt: skip
