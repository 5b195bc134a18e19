"""Character classes of XPath as ranges of code points: Unicode categories, blocks, and the multi-letter escapes."""

import unicodedata
from collections.abc import Callable
from functools import cache

from app.feel.errors import Undefined

Ranges = tuple[tuple[int, int], ...]
LAST = 0x10FFFF
# Planes 4 to 13 are unassigned and planes 15 and 16 for private use: only what lies here is looked up one by one.
_LOOKED_UP = ((0, 0x3FFFF), (0xE0000, 0xE01FF))
_PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
_BLOCKS: dict[str, tuple[int, int]] = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Devanagari": (0x0900, 0x097F),
    "Bengali": (0x0980, 0x09FF),
    "Tamil": (0x0B80, 0x0BFF),
    "Thai": (0x0E00, 0x0E7F),
    "Tibetan": (0x0F00, 0x0FFF),
    "Georgian": (0x10A0, 0x10FF),
    "HangulJamo": (0x1100, 0x11FF),
    "Mongolian": (0x1800, 0x18AF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "Bopomofo": (0x3100, 0x312F),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "PrivateUseArea": (0xE000, 0xF8FF),
    "PrivateUse": (0xE000, 0xF8FF),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
    "Emoticons": (0x1F600, 0x1F64F),
    "CJKUnifiedIdeographsExtensionB": (0x20000, 0x2A6DF),
}
_NAME_START: Ranges = (
    (0x3A, 0x3A),
    (0x41, 0x5A),
    (0x5F, 0x5F),
    (0x61, 0x7A),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x2FF),
    (0x370, 0x37D),
    (0x37F, 0x1FFF),
    (0x200C, 0x200D),
    (0x2070, 0x218F),
    (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD),
    (0x10000, 0xEFFFF),
)
_NAME_REST: Ranges = ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
_SPACE: Ranges = ((0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x20))
_CATEGORIES = frozenset(
    (
        *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
        *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
        *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
    )
)


@cache
def class_of(escape: str) -> str:
    r"""The inside of Python's brackets for an escape such as `\w`, `\P{Lu}` or `\p{IsGreek}`; raises Undefined."""
    letter = escape[1]
    ranges = _property(escape[3:-1]) if letter in "pP" else _LETTERS[letter.lower()]()
    return _written(complement(ranges) if letter.isupper() else ranges)


def is_class(letter: str) -> bool:
    """Whether a backslash before this letter names a class."""
    return letter in "pP" or letter.lower() in _LETTERS


def complement(ranges: Ranges) -> Ranges:
    """All code points outside of the ranges."""
    free: list[tuple[int, int]] = []
    following = 0
    for first, last in sorted(ranges):
        if first > following:
            free.append((following, first - 1))
        following = max(following, last + 1)
    return (*free, (following, LAST)) if following <= LAST else tuple(free)


def _property(name: str) -> Ranges:
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        if block is None:
            raise Undefined(f"the Unicode block {name} is not known")
        return (block,)
    if name not in _CATEGORIES:
        raise Undefined(f"the Unicode category {name} is not known")
    return _categories(name)


def _categories(*names: str) -> Ranges:
    """The code points of these categories, each named by one letter or two."""
    wanted = [each for each in _table() if each.startswith(names)]
    return tuple(piece for each in wanted for piece in _table()[each])


@cache
def _table() -> dict[str, Ranges]:
    """All categories of two letters; made at the first need, in some hundredths of a second."""
    found: dict[str, list[tuple[int, int]]] = {}
    for low, high in _LOOKED_UP:
        start, current = low, unicodedata.category(chr(low))
        for code in range(low + 1, high + 2):
            category = unicodedata.category(chr(code)) if code <= high else ""
            if category != current:
                found.setdefault(current, []).append((start, code - 1))
                start, current = code, category
    found["Co"] = list(_PRIVATE)
    found.pop("Cs", None)
    found["Cn"] += [(0x40000, 0xDFFFF), (0xE0200, 0xEFFFF)]
    return {category: tuple(ranges) for category, ranges in found.items()}


def _word() -> Ranges:
    """All but punctuation, separators and other characters: so not the underscore, but signs such as +."""
    return complement(_categories("P", "Z", "C"))


_LETTERS: dict[str, Callable[[], Ranges]] = {
    "s": lambda: _SPACE,
    "w": _word,
    "i": lambda: _NAME_START,
    "c": lambda: (*_NAME_START, *_NAME_REST),
}


def _written(ranges: Ranges) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
