"""Writes an XPath pattern as Python's, and refuses what is none."""

import re
from dataclasses import dataclass, field

from app.feel.builtins.regex_classes import class_of, is_class
from app.feel.errors import Undefined

_PIECE = re.compile(r"\\[pP]\{[^}]*\}|\\.|\[\^?|\]|\(\?:|\(\?|\(|\)|\{\d+(?:,\d*)?\}\??|[*+?]\??|.", re.DOTALL)
_QUANTIFIER = re.compile(r"[*+?]|\{\d")
_SPACE = " \t\r\n"
_MEANINGFUL_IN_PYTHON = frozenset("&|~")
_ESCAPES = frozenset("nrtdD\\|.?*+(){}-[]^$")


@dataclass(slots=True)
class _Bracket:
    """A character class that is being read; `without` is the class that is taken out of it."""

    opening: str
    body: list[str] = field(default_factory=list)
    without: str = ""


class Translation:
    """One pass over a pattern; `pieces` are afterwards the signs outside of classes, from which its work is judged."""

    def __init__(self, flags: str) -> None:
        self.pieces: list[str] = []
        self._flags = flags
        self._brackets: list[_Bracket] = []
        self._opened = 0
        self._closed = 0

    def translate(self, pattern: str) -> str:
        """The pattern in Python's words; raises Undefined."""
        source = _without_spaces(pattern) if "x" in self._flags else pattern
        output = "".join(self._piece(match.group()) for match in _PIECE.finditer(source))
        if self._brackets:
            raise Undefined("a character class has no end")
        return output

    def _piece(self, piece: str) -> str:
        if self._brackets:
            return self._inside(piece, self._brackets[-1])
        if piece.startswith("["):
            self._brackets.append(_Bracket(piece))
            return ""
        return self._outside(piece)

    def _inside(self, piece: str, bracket: _Bracket) -> str:
        if bracket.without and piece != "]":
            raise Undefined("nothing may follow the class that is taken out of another")
        if piece == "]":
            return self._close(bracket)
        if piece.startswith("["):
            if bracket.body[-1:] != ["-"]:
                raise Undefined("a class inside another must be taken out of it by a minus")
            bracket.body.pop()
            self._brackets.append(_Bracket(piece))
        elif piece.startswith("\\"):
            bracket.body.append(class_of(piece) if is_class(piece[1]) else self._sign(piece, in_class=True))
        else:
            bracket.body.extend("\\" + sign if sign in _MEANINGFUL_IN_PYTHON else sign for sign in piece)
        return ""

    def _close(self, bracket: _Bracket) -> str:
        self._brackets.pop()
        if not bracket.body:
            raise Undefined("a character class is empty")
        written = bracket.opening + "".join(bracket.body) + "]"
        if bracket.without:
            written = f"(?:(?!{bracket.without}){written})"
        if self._brackets:
            self._brackets[-1].without = written
            return ""
        self.pieces.append("[]")
        return written

    def _outside(self, piece: str) -> str:
        if piece in {"(?", "]", "{", "}"}:
            raise Undefined(f"{piece} cannot stand here; of the groups with (? there is only (?:…)")
        if _QUANTIFIER.match(piece) and (not self.pieces or _QUANTIFIER.match(self.pieces[-1])):
            raise Undefined(f"{piece} repeats nothing")
        self.pieces.append(piece)
        self._opened += piece == "("
        self._closed += piece == ")"
        if piece.startswith("\\"):
            return f"[{class_of(piece)}]" if is_class(piece[1]) else self._sign(piece, in_class=False)
        return self._anchor(piece)

    def _anchor(self, piece: str) -> str:
        by_line = "m" in self._flags
        if piece == "$":
            return "$" if by_line else r"\Z"  # Python's $ also matches before a last line break
        if piece == "^" and by_line:
            return r"(?:\A|(?<=\n)(?!\Z))"  # no line begins after a last line break
        if piece == "." and "s" not in self._flags:
            return r"[^\n\r]"
        return piece

    def _sign(self, piece: str, *, in_class: bool) -> str:
        letter = piece[1]
        if letter.isdigit():
            if in_class or letter == "0" or int(letter) > min(self._opened, self._closed):
                raise Undefined(f"{piece} refers to no group")
            return f"(?:{piece})"
        if letter not in _ESCAPES:
            raise Undefined(f"{piece} is no escape of XPath")
        return piece


def _without_spaces(pattern: str) -> str:
    """The pattern without white space, which the flag x allows outside of classes."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for sign in pattern:
        if not depth and sign in _SPACE:
            continue
        kept.append(sign)
        if not escaped:
            depth += (sign == "[") - (sign == "]" and depth > 0)
        escaped = sign == "\\" and not escaped
    return "".join(kept)
