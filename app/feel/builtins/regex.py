"""Regular expressions of XPath, run by Python's engine.

The pattern is checked and translated first; what XPath forbids is refused. Python's engine backtracks, so the work that a pattern
may cause on a text is estimated beforehand: too much is a FeelLimitError instead of a process that hangs.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from app.feel.errors import FeelLimitError, Undefined
from app.feel.limits import MAX_REGEX_WORK

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
_PIECE = re.compile(r"\\[pP]\{[^}]*\}|\\.|\[\^?|\]|\(\?:|\(\?|\(|\)|\{\d+(?:,\d*)?\}\??|[*+?]\??|.", re.DOTALL)
_QUANTIFIER = re.compile(r"[*+]|\{\d+,\}|\{\d*,?\d{2,}\}")


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> re.Pattern[str]:
    """The compiled pattern; raises Undefined if pattern or flags are not XPath's."""
    if any(flag not in _FLAGS for flag in flags):
        raise Undefined(f"the flags {flags!r} are not among s, m, i, x, q")
    options = re.NOFLAG
    for flag in flags:
        options |= _FLAGS[flag]
    source = re.escape(pattern) if "q" in flags else _translate(pattern, free_spacing="x" in flags, by_line="m" in flags)
    try:
        return re.compile(source, options)
    except (re.error, RecursionError, OverflowError) as error:
        raise Undefined(f"the pattern {pattern[:40]!r} is no regular expression") from error


def _translate(pattern: str, *, free_spacing: bool, by_line: bool) -> str:
    output: list[str] = []
    opened = 0
    closed = 0
    in_class = 0
    for match in _PIECE.finditer(pattern):
        piece = match.group()
        if piece.startswith("["):
            in_class += 1
            if in_class > 1:
                raise Undefined("one character class inside another is not supported")
        elif piece == "]":
            in_class -= 1
        elif free_spacing and not in_class and piece.isspace():
            continue
        elif piece == "(?":
            raise Undefined("groups with (?…) other than (?:…) are not XPath")
        elif piece in {"(", "(?:"} and not in_class:
            opened += piece == "("
        elif piece == ")" and not in_class:
            closed += 1
        elif piece.startswith("\\"):
            piece = _translate_escape(piece, in_class=bool(in_class), groups=min(opened, closed))
        output.append(_translate_anchor(piece, in_class=bool(in_class), by_line=by_line))
    if in_class:
        raise Undefined("a character class has no end")
    return "".join(output)


def _translate_anchor(piece: str, *, in_class: bool, by_line: bool) -> str:
    # Python's $ also matches before a last line break, XPath's does not.
    return r"\Z" if piece == "$" and not in_class and not by_line else piece


def _translate_escape(piece: str, *, in_class: bool, groups: int) -> str:
    if piece[1].isdigit():
        if in_class or piece[1] == "0" or int(piece[1]) > groups:
            raise Undefined(f"{piece} refers to no group")
        return piece
    negative = piece[1].isupper()
    body = _CLASSES.get("\\" + piece[1].lower() + piece[2:])
    if body is not None:
        return _class_of(body, in_class=in_class, negative=negative)
    if piece[1] in "pP" or (piece[1].isalpha() and piece[1] not in "nrtsSdDwW"):
        raise Undefined(f"{piece} is no escape of XPath, or not supported")
    return piece


def _class_of(body: str, *, in_class: bool, negative: bool) -> str:
    inverted = body.startswith("^")
    if in_class:
        if negative or inverted:
            raise Undefined("this class cannot stand inside another")
        return body
    return f"[{'^' if negative != inverted else ''}{body.removeprefix('^')}]"


@lru_cache(maxsize=512)
def _growth(pattern: str) -> tuple[int, bool]:
    """How many open repetitions the pattern has, and whether one repeats a group that repeats or chooses itself."""
    repeats = 0
    explosive = False
    stack: list[bool] = []
    pieces = [match.group() for match in _PIECE.finditer(pattern)]
    for index, piece in enumerate(pieces):
        if piece in {"(", "(?:"}:
            stack.append(False)
        elif piece == ")" and stack:
            branches = stack.pop()
            follows = index + 1 < len(pieces) and _QUANTIFIER.match(pieces[index + 1]) is not None
            explosive |= branches and follows
            if stack:
                stack[-1] |= branches or follows
        elif _QUANTIFIER.match(piece):
            repeats += 1
            _mark(stack)
        elif piece in {"|", "?", "??"}:
            _mark(stack)
    return repeats, explosive


def _mark(stack: list[bool]) -> None:
    if stack:
        stack[-1] = True


def guard_work(compiled: re.Pattern[str], subject: str) -> str:
    """The subject, if the pattern can search it in bounded time; else FeelLimitError."""
    repeats, explosive = _growth(compiled.pattern)
    length = len(subject) + 1
    too_much = explosive and length > 24
    if too_much or length ** (repeats + 1) > MAX_REGEX_WORK * (1 + 50 * (repeats < 2)):
        raise FeelLimitError(
            f"the pattern may take too long on a text of {len(subject)} characters",
            hint="Repeat no group that repeats itself, and use fewer * and +",
        )
    return subject


def expand_replacement(replacement: str, groups: int) -> Callable[[re.Match[str]], str]:
    """The function that writes the replacement: $1 is the first group, \\$ and \\\\ are the signs themselves."""
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
