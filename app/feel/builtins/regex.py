"""Regular expressions of XPath, run by Python's engine.

The pattern is checked and translated first; what XPath forbids is refused. Python's engine backtracks, so the work that
a pattern may cause on a text is estimated beforehand: too much is a FeelLimitError instead of a process that hangs.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from app.feel.errors import FeelLimitError, Undefined
from app.feel.limits import MAX_REGEX_WORK
from app.feel.runtime import Run

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.NOFLAG, "q": re.NOFLAG}
_NAME_START = "A-Za-z_:\u00c0-\u02ff\u0370-\u037d\u037f-\u1fff\u2c00-\ud7ff\uf900-\ufdcf"
_CLASSES = {
    r"\i": _NAME_START,
    r"\c": rf"\-.0-9\u00b7{_NAME_START}",
    r"\p{L}": r"^\W\d_",
    r"\p{Lu}": "A-Z\u00c0-\u00d6\u00d8-\u00de",
    r"\p{Ll}": "a-z\u00df-\u00f6\u00f8-\u00ff",
    r"\p{N}": r"\d",
    r"\p{Nd}": r"\d",
    r"\p{IsBasicLatin}": r"\x00-\x7f",
    r"\p{P}": r"!-#%-*,-/:;?@\[-\]_{}\u3001-\u3003\u3008-\u3011",
}
_PLAIN_ESCAPES = frozenset("nrtsSdDwW")
_PIECE = re.compile(r"\\[pP]\{[^}]*\}|\\.|\[\^?|\]|\(\?:|\(\?|\(|\)|\{\d+(?:,\d*)?\}\??|[*+?]\??|.", re.DOTALL)
_REPEATS = re.compile(r"[*+]|\{\d+,\d*\}|\{\d{2,}\}")
_MAX_CHOICES = 12
_EXPLOSIVE_LENGTH = 24
_WORK_PER_STEP = 2000


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> re.Pattern[str]:
    """The compiled pattern; raises Undefined if pattern or flags are not XPath's."""
    if any(flag not in _FLAGS for flag in flags):
        raise Undefined(f"the flags {flags!r} are not among s, m, i, x, q")
    options = re.NOFLAG
    for flag in flags:
        options |= _FLAGS[flag]
    source = re.escape(pattern) if "q" in flags else _Translation(flags).translate(pattern)
    try:
        return re.compile(source, options)
    except (re.error, RecursionError, OverflowError) as error:
        raise Undefined(f"the pattern {pattern[:40]!r} is no regular expression") from error


class _Translation:
    """One pass over an XPath pattern that writes Python's."""

    def __init__(self, flags: str) -> None:
        self._free_spacing = "x" in flags
        self._by_line = "m" in flags
        self._in_class = False
        self._opened = 0
        self._closed = 0

    def translate(self, pattern: str) -> str:
        output = "".join(self._piece(match.group()) for match in _PIECE.finditer(pattern))
        if self._in_class:
            raise Undefined("a character class has no end")
        return output

    def _piece(self, piece: str) -> str:
        if self._free_spacing and not self._in_class and piece.isspace():
            return ""
        if piece.startswith("\\"):
            return self._escape(piece)
        return self._piece_in_class(piece) if self._in_class else self._piece_outside(piece)

    def _piece_in_class(self, piece: str) -> str:
        if piece.startswith("["):
            raise Undefined("one character class inside another is not supported")
        self._in_class = piece != "]"
        return piece

    def _piece_outside(self, piece: str) -> str:
        if piece == "(?":
            raise Undefined("groups with (?…) other than (?:…) are not XPath")
        if piece == "]":
            raise Undefined("a character class has no start")
        self._in_class = piece.startswith("[")
        self._opened += piece == "("
        self._closed += piece == ")"
        # Python's $ also matches before a last line break, XPath's does not.
        return r"\Z" if piece == "$" and not self._by_line else piece

    def _escape(self, piece: str) -> str:
        letter = piece[1]
        if letter.isdigit():
            if self._in_class or letter == "0" or int(letter) > min(self._opened, self._closed):
                raise Undefined(f"{piece} refers to no group")
            return piece
        body = _CLASSES.get("\\" + letter.lower() + piece[2:])
        if body is not None:
            return self._class(body, negative=letter.isupper())
        if letter in "pP" or (letter.isalpha() and letter not in _PLAIN_ESCAPES):
            raise Undefined(f"{piece} is no escape of XPath, or not supported")
        return piece

    def _class(self, body: str, *, negative: bool) -> str:
        inverted = body.startswith("^")
        if self._in_class:
            if negative or inverted:
                raise Undefined("this class cannot stand inside another")
            return body
        return f"[{'^' if negative != inverted else ''}{body.removeprefix('^')}]"


@lru_cache(maxsize=512)
def _growth(pattern: str) -> tuple[int, bool]:
    """How many repetitions the pattern has, and whether they may multiply: one inside another, or many choices."""
    pieces = [match.group() for match in _PIECE.finditer(pattern)]
    repeats = sum(_REPEATS.match(piece) is not None for piece in pieces)
    choices = sum(piece in {"?", "??"} for piece in pieces)
    branching = [False]
    nested = False
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
        if piece in {"(", "(?:"}:
            branching.append(False)
        elif piece == ")" and len(branching) > 1:
            branches = branching.pop()
            repeated = _REPEATS.match(following) is not None
            choices += branches
            nested |= branches and repeated
            branching[-1] |= branches or repeated
        elif piece in {"|", "?", "??"} or _REPEATS.match(piece):
            branching[-1] = True
    return repeats, nested or choices > _MAX_CHOICES


def guard_work(compiled: re.Pattern[str], subject: str, run: Run) -> str:
    """The subject, if the pattern can search it in bounded time, which is counted as work; else FeelLimitError."""
    repeats, explosive = _growth(compiled.pattern)
    length = len(subject) + 1
    work = length ** (repeats + 1)
    if work <= MAX_REGEX_WORK:
        run.spend(work // _WORK_PER_STEP)
    if (explosive and length > _EXPLOSIVE_LENGTH) or work > MAX_REGEX_WORK:
        raise FeelLimitError(
            f"the pattern may take too long on a text of {len(subject)} characters",
            hint="Repeat no group that repeats itself, and use fewer * and +",
        )
    return subject


def expand_replacement(replacement: str, groups: int) -> Callable[[re.Match[str]], str]:
    r"""The function that writes the replacement: $1 is the first group, `\$` and `\\` are the signs themselves."""
    parts: list[str | int] = []
    for match in re.finditer(r"\\([\\$])|\$(\d)|([^\\$]+)|.", replacement, re.DOTALL):
        sign, group, plain = match.groups()
        if group is not None:
            parts.append(int(group) if int(group) <= groups else "")
        elif sign is None and plain is None:
            raise Undefined("the replacement has a lone \\ or $")
        else:
            parts.append(sign or plain)
    return lambda match: "".join(part if isinstance(part, str) else (match[part] or "") for part in parts)
