r"""Patterns that an author of forms may use: a small part of regular expressions that can never run away.

The grammar, read by the parser below (nothing is guessed from Python's own):

    pattern   = "^" sequence "$"
    sequence  = { atom [ quantifier ] | "(?:" sequence { "|" sequence } ")" }
    atom      = literal | escape (\d \w \s and escaped punctuation) | "." | "[" class "]"
    quantifier = "?" | "*" | "+" | "{n}" | "{n,}" | "{n,m}"

A group takes no quantifier, so quantifiers never nest. Backtracking is bounded by the product of the widths of all
quantifiers (an open one counts as the longest text); that product may not exceed PATTERN_MAX_WAYS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.forms.limits import PATTERN_MAX_CHARACTERS, PATTERN_MAX_WAYS, TEXT_MAX_CHARACTERS

_CLASS = re.compile(r"\[\^?(?:\\[dwsDWS\\\]\[^.\-/+*?(){}|$]|[^\\\[\]])+\]")
_ESCAPE = re.compile(r"\\[dwsDWS\\\]\[^.\-/+*?(){}|$]")
_QUANTIFIER = re.compile(r"\{(\d{1,3})(?:(,)(\d{1,3})?)?\}|[?*+]")
_SPECIAL = frozenset("^$\\[](){}|?*+")
_LAZY_OR_POSSESSIVE = frozenset("?+*{")


class UnsafePatternError(ValueError):
    """A pattern lies outside the safe grammar; `reason_zh` and `reason_en` say where."""

    code = "unsafe_pattern"

    def __init__(self, reason_zh: str, reason_en: str) -> None:
        self.reason_zh, self.reason_en = reason_zh, reason_en
        super().__init__(reason_en)


def check_pattern(pattern: str) -> None:
    """Raise UnsafePatternError unless the pattern keeps to the grammar and its bound."""
    if len(pattern) > PATTERN_MAX_CHARACTERS:
        raise UnsafePatternError(
            f"不得超过 {PATTERN_MAX_CHARACTERS} 个字符", f"keep it within {PATTERN_MAX_CHARACTERS} characters"
        )
    if len(pattern) < 2 or pattern[0] != "^" or pattern[-1] != "$":
        raise UnsafePatternError("须以 ^ 开头、以 $ 结尾", "begin with ^ and end with $")
    reader = _Reader(pattern[1:-1])
    ways = reader.sequence()
    if reader.rest:
        raise _unexpected(reader.rest[0])
    if ways > PATTERN_MAX_WAYS:
        raise UnsafePatternError("可变长度的部分太多", "use fewer parts of variable length, or narrower bounds")
    try:
        re.compile(pattern)
    except re.error as error:
        raise UnsafePatternError("不是有效的正则表达式", "write a valid regular expression") from error


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    r"""The pattern ready to use with `fullmatch`; \d means 0–9 as in JSON Schema, not every digit of Unicode."""
    return re.compile(pattern[1:-1], re.ASCII)


@dataclass(slots=True)
class _Reader:
    rest: str

    def sequence(self) -> int:
        ways = 1
        while self.rest and self.rest[0] not in "|)":
            ways *= self.group() if self.rest.startswith("(") else self.quantified()
            ways = min(ways, PATTERN_MAX_WAYS * 10)
        return ways

    def group(self) -> int:
        if not self.rest.startswith("(?:"):
            raise UnsafePatternError("括号只能写成 (?:…)", "write groups as (?:…)")
        self.rest = self.rest[3:]
        ways = self.sequence()
        while self.rest.startswith("|"):
            self.rest = self.rest[1:]
            ways += self.sequence()
        if not self.rest.startswith(")"):
            raise UnsafePatternError("括号没有闭合", "close the group")
        self.rest = self.rest[1:]
        if self.rest and self.rest[0] in _LAZY_OR_POSSESSIVE:
            raise UnsafePatternError("括号后面不能有量词", "put no quantifier behind a group")
        return ways

    def quantified(self) -> int:
        self.atom()
        found = _QUANTIFIER.match(self.rest)
        if not found:
            return 1
        self.rest = self.rest[found.end() :]
        if self.rest and self.rest[0] in _LAZY_OR_POSSESSIVE:
            raise UnsafePatternError("量词不能连用", "put no quantifier behind another")
        return _width(found)

    def atom(self) -> None:
        found = _CLASS.match(self.rest) or _ESCAPE.match(self.rest)
        if found:
            self.rest = self.rest[found.end() :]
        elif self.rest[0] in _SPECIAL or not self.rest[0].isprintable():
            raise _unexpected(self.rest[0])
        else:
            self.rest = self.rest[1:]


def _width(quantifier: re.Match[str]) -> int:
    """In how many lengths the quantified part may come."""
    if quantifier[0] == "?":
        return 2
    if quantifier[0] in {"*", "+"}:
        return TEXT_MAX_CHARACTERS
    least, comma, most = quantifier.groups()
    if not comma:
        return 1
    width = int(most or TEXT_MAX_CHARACTERS) - int(least) + 1
    if width < 1:
        raise UnsafePatternError("量词的上限小于下限", "let the upper bound of a quantifier reach its lower bound")
    return width


def _unexpected(character: str) -> UnsafePatternError:
    return UnsafePatternError(f"不支持“{character}”这样的写法", f"“{character}” is not supported in this place")
