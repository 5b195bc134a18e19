"""Regular expressions of XPath, run by Python's engine.

The pattern is translated first; what XPath forbids is refused. Python's engine backtracks, so the work that a pattern
may cause on a text is estimated beforehand: too much is a FeelLimitError instead of a process that hangs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import comb

from app.feel.builtins.regex_translation import Translation
from app.feel.errors import FeelLimitError, Undefined
from app.feel.limits import MAX_REGEX_WORK
from app.feel.runtime import Run

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.NOFLAG, "q": re.NOFLAG}
_REPEATS = re.compile(r"[*+]|\{\d+,\d*\}|\{\d{2,}\}")
_MANY = re.compile(r"[*+]|\{\d+,\}|\{\d+,\d{2,}\}")
_FEW = re.compile(r"\{\d+,\d\}")
_COUNT = re.compile(r"^\{(\d+)")
_CHOICES_PER_COUNT = 3  # up to nine ways are about 2 ** 3
_PIECES_PER_STEP = 20
_MAX_CHOICES = 12
_EXPLOSIVE_LENGTH = 24
_WORK_PER_STEP = 40


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern and how its work grows with the text.

    The work is a polynomial of the `degree`, times the `factor` for small choices and long parts; `explosive` patterns
    grow without such a bound.
    """

    compiled: re.Pattern[str]
    degree: int = 1
    factor: int = 1
    explosive: bool = False


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """The compiled pattern; raises Undefined if pattern or flags are not XPath's."""
    if any(flag not in _FLAGS for flag in flags):
        raise Undefined(f"the flags {flags!r} are not among s, m, i, x, q")
    options = re.NOFLAG
    for flag in flags:
        options |= _FLAGS[flag]
    if "q" in flags:
        return Pattern(re.compile(re.escape(pattern), options & re.IGNORECASE))
    translation = Translation(flags)
    source = translation.translate(pattern)
    try:
        return Pattern(re.compile(source, options), *_growth(translation.pieces, flags))
    except (re.error, RecursionError, OverflowError) as error:
        raise Undefined(f"the pattern {pattern[:40]!r} is no regular expression") from error


def _growth(pieces: list[str], flags: str) -> tuple[int, int, bool]:
    """Degree and factor of the growth, and whether repetitions may multiply: one inside another, or many choices."""
    degree = sum(_MANY.match(piece) is not None for piece in pieces)
    choices = sum(piece in {"?", "??"} for piece in pieces)
    choices += sum(_CHOICES_PER_COUNT for piece in pieces if _FEW.match(piece))
    branching = [False]
    nested = False
    for piece, following in zip(pieces, [*pieces, ""][1:], strict=True):
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
    anchored = pieces[:1] == ["^"] and "m" not in flags and "|" not in pieces
    length = len(pieces) + sum(int(count) for piece in pieces for count in _COUNT.findall(piece))
    factor = (1 + length // _PIECES_PER_STEP) * 2 ** min(choices, _MAX_CHOICES)
    return degree + (not anchored), factor, nested or choices > _MAX_CHOICES


def guard_work(pattern: Pattern, subject: str, run: Run) -> str:
    """The subject, if the pattern can search it in bounded time, which is counted as work; else FeelLimitError."""
    length = len(subject) + 1
    # So many ways there are to choose where the search starts and where each repetition ends.
    work = comb(length + pattern.degree, pattern.degree) * pattern.factor
    if work <= MAX_REGEX_WORK:
        run.spend(work // _WORK_PER_STEP)
    if (pattern.explosive and length > _EXPLOSIVE_LENGTH) or work > MAX_REGEX_WORK:
        raise FeelLimitError(
            f"the pattern may take too long on a text of {len(subject)} characters",
            hint="Repeat no group that repeats itself, use fewer * and +, and begin with ^ where you can",
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
