"""Formats: credit codes, telephone numbers, e-mail addresses, dates; and text free of control characters."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from jsonschema import FormatChecker
from stdnum.cn import uscc

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(?:\+?86[- ]?)?(?:\(?0\d{2,3}\)?[- ]?)?\d{7,8}(?:(?:-|转|ext\.? ?)\d{1,6})?", re.ASCII)
_SERVICE_LINE = re.compile(r"[48]00[- ]?\d{3,4}[- ]?\d{3,4}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_LINE_BREAKS = frozenset("\n\t")


def is_date(text: str) -> bool:
    """Whether the text is a day of the calendar as YYYY-MM-DD, from 1900 to 2199."""
    found = _DATE.fullmatch(text)
    if not found:
        return False
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return False
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def is_credit_code(text: str) -> bool:
    """Whether the text is a unified social credit code with the right check digit (GB 32100-2015)."""
    return len(text) == 18 and text.isascii() and text == text.upper() and bool(uscc.is_valid(text))


def is_email(text: str) -> bool:
    """Whether the text looks like one e-mail address; only a letter sent there could prove it."""
    return len(text) <= 254 and ".." not in text and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether the text is a mobile, a landline (with area code and extension if need be) or a 400/800 number."""
    return len(text) <= 30 and any(form.fullmatch(text) for form in (_MOBILE, _LANDLINE, _SERVICE_LINE))


def has_control_characters(text: str) -> bool:
    """Whether the text holds what nobody can see or type: control characters, half characters; line breaks are fine."""
    return any(_is_control(character) for character in text)


def without_control_characters(text: str) -> str:
    """The text as a person meant it: invisible control characters removed, one kind of line break."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in text if not _is_control(character))


def _is_control(character: str) -> bool:
    return character not in _LINE_BREAKS and unicodedata.category(character) in {"Cc", "Cs"}


CHECKER = FormatChecker(formats=())
"""Knows the four formats of the dialect and no other."""

for _name, _check in (
    ("date", is_date),
    ("email", is_email),
    ("phone", is_phone),
    ("unified-social-credit-code", is_credit_code),
):
    CHECKER.checks(_name)(lambda value, check=_check: not isinstance(value, str) or check(value))
