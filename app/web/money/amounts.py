"""Amounts as people type them into forms of the finance desk."""

from __future__ import annotations

import re
import unicodedata

_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)


def fen_of(text: str) -> int | None:
    """The fen of an amount in yuan such as 1,234.00, 1234.5 or ¥1234; None for what is none."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        return None
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
