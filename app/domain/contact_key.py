"""How addresses, telephones, accounts and names are compared: by what is left when spelling is taken away.

A key is made for comparing alone and never shown. "" is the key of what is not known, and equals nothing.
"""

from __future__ import annotations

import re
import unicodedata

_REGION = re.compile(r"^(?:中国)?(?:宁夏回族自治区|宁夏自治区|宁夏)")
_COUNTRY = re.compile(r"^(?:00)?86(?=\d{10,})")


def address_key(address: str) -> str:
    """An address without widths, spaces, punctuation and the region that all of them lie in."""
    return _REGION.sub("", _bare(address))


def phone_key(phone: str) -> str:
    """A telephone number's digits without the country's prefix."""
    return _COUNTRY.sub("", re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", phone)))


def account_key(account: str) -> str:
    """A bank account's letters and digits."""
    return _bare(account)


def name_key(name: str) -> str:
    """A person's name without spaces and dots; two people of one name have one key."""
    return _bare(name)


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
