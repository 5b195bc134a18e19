"""Cuts a FEEL text into tokens."""

import re
from dataclasses import dataclass
from typing import NoReturn

from app.feel.errors import FeelLimitError, FeelSyntaxError
from app.feel.limits import MAX_TEXT_CHARACTERS

_NAME_EXTRA = "\u00b7\u0300-\u036f\u203f-\u2040\U00010000-\U000effff"
_TOKEN = re.compile(
    rf"""(?P<space>(?:\s|//[^\n]*|/\*.*?\*/|\ufeff)+)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<name>\?|(?:[^\W\d]|[{_NAME_EXTRA}])(?:\w|[{_NAME_EXTRA}])*)
    |(?P<string>"(?:[^"\\]|\\.)*+")
    |(?P<op>\.\.|\*\*|<=|>=|!=|->|[-()\[\]{{}},:+*/=<>.@'])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|([ntr'\"\\]))")
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "'": "'", '"': '"', "\\": "\\"}
_FULL_WIDTH = dict(zip("，：（）【】“”；＝＞＜＋－＊／。", ',:()[]"";=><+-*/.', strict=True))


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, string or sign; `kind` is name, number, string, op or end."""

    kind: str
    text: str
    start: int
    end: int


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset in the text."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def refuse(text: str, offset: int, reason: str, hint: str) -> NoReturn:
    """Raise the syntax error for a place in the text."""
    line, column = place(text, offset)
    raise FeelSyntaxError(reason, line=line, column=column, hint=hint)


def tokenize(text: str) -> list[Token]:
    """All tokens of the text, the last of kind `end`.

    Raises FeelSyntaxError for a sign that FEEL does not have, FeelLimitError for a text that is too long.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise FeelLimitError(
            f"the text has {len(text)} characters, {MAX_TEXT_CHARACTERS} are allowed",
            hint="Split it into smaller decisions",
            line=1,
            column=1,
        )
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            _refuse_sign(text, offset)
        kind = match.lastgroup or ""
        if kind != "space":
            tokens.append(Token(kind, match.group(), offset, match.end()))
        offset = match.end()
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _refuse_sign(text: str, offset: int) -> NoReturn:
    sign = text[offset]
    if sign == '"':
        refuse(text, offset, "this string has no end", 'Close it with "')
    if sign in _FULL_WIDTH:
        refuse(text, offset, f"the full-width sign {sign} is not FEEL", f"Write {_FULL_WIDTH[sign]} instead")
    refuse(text, offset, f"the sign {sign!r} is not FEEL", "Remove it, or put text in double quotes")


def unescape(literal: str) -> str:
    """The value of a string token: quotes removed, escapes replaced."""
    body = literal[1:-1]
    if "\\" not in body:
        return body
    value = _ESCAPE.sub(_escape_value, body)
    # Two \u escapes may form one character beyond the basic plane.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escape_value(match: re.Match[str]) -> str:
    short, long, plain = match.groups()
    if plain is not None:
        return _PLAIN_ESCAPES[plain]
    number = int(short or long, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"
