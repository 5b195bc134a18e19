"""The reading position of a parse: tokens, depth and the names in scope."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from app.feel.errors import FeelLimitError
from app.feel.keywords import KEYWORDS, SPACED_PROPERTIES, SPACED_TYPES
from app.feel.limits import MAX_DEPTH
from app.feel.name_book import NameBook, normalize_name
from app.feel.nodes import Node
from app.feel.tokens import Token, place, refuse, tokenize

_NAME_SIGNS = frozenset("./-'+*")
_HINT = "Compare the text with the FEEL grammar at this place"


class TokenStream:
    """Tokens of one text, read from left to right."""

    def __init__(self, text: str, names: Iterable[str], types: Iterable[str], expression: Callable[..., Node]) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.depth = 0
        self.names = NameBook(names)
        self.properties = NameBook((*names, *SPACED_PROPERTIES))
        self.types = NameBook((*SPACED_TYPES, *types))
        self.expression = expression
        self.filters_allowed = True
        self.saw_input = False

    @property
    def token(self) -> Token:
        """The next token, not yet taken."""
        return self.tokens[self.index]

    def take(self) -> Token:
        """The next token, taken; the end is never passed."""
        token = self.tokens[self.index]
        if token.kind != "end":
            self.index += 1
        return token

    def at_sign(self, *signs: str) -> bool:
        """Whether one of these signs comes next."""
        token = self.tokens[self.index]
        return token.kind == "op" and token.text in signs

    def at_word(self, *words: str) -> bool:
        """Whether one of these words comes next."""
        token = self.tokens[self.index]
        return token.kind == "name" and token.text in words

    def accept(self, text: str) -> bool:
        """Take the sign or word if it comes next."""
        token = self.tokens[self.index]
        if token.kind in {"op", "name"} and token.text == text:
            self.index += 1
            return True
        return False

    def expect(self, text: str, why: str) -> None:
        """Take the sign or word, or refuse the text."""
        if not self.accept(text):
            self.fail(f"{text!r} is missing here, {self.found()}", f"Write {text} {why}")

    def found(self) -> str:
        """What comes next, in words."""
        token = self.token
        return "the text ends" if token.kind == "end" else f"found {token.text[:40]!r}"

    def fail(self, reason: str, hint: str = _HINT) -> NoReturn:
        """Refuse the text at the next token."""
        refuse(self.text, self.token.start, reason, hint)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper; filters are allowed again inside."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            line, column = place(self.text, self.token.start)
            hint = "Split it, or give parts of it a name in a context"
            raise FeelLimitError(f"the text nests deeper than {MAX_DEPTH} levels", hint=hint, line=line, column=column)
        allowed, self.filters_allowed = self.filters_allowed, True
        yield
        self.filters_allowed = allowed
        self.depth -= 1

    @contextmanager
    def scope(self, *names: str) -> Iterator[None]:
        """These names are known inside."""
        for name in names:
            self.names.push(name)
        yield
        for name in names:
            self.names.pop(name)

    def read_name(self, book: NameBook | None = None) -> str:
        """The longest known name here, or else the words up to the next sign or keyword."""
        token = self.token
        if token.kind != "name":
            self.fail(f"a name is missing here, {self.found()}", "Write a name")
        known = (book or self.names).longest_match(self.tokens, self.index)
        words = self._count_words()
        if known and known[0] >= words:
            self.index += known[0]
            return known[1]
        if words == 0:
            self.fail(f"the keyword {token.text!r} cannot stand here", "Complete the part before it")
        return self._take_text(words)

    def _count_words(self) -> int:
        count = 0
        while True:
            token = self.tokens[self.index + count]
            if token.kind != "name" or token.text in KEYWORDS or (count and token.text == "?"):
                return count
            count += 1

    def _take_text(self, count: int) -> str:
        first = self.tokens[self.index]
        last = self.tokens[self.index + count - 1]
        self.index += count
        return normalize_name(self.text[first.start : last.end])

    def count_key_tokens(self) -> int:
        """How many tokens form a key before a colon here, 0 if there is none."""
        index = self.index
        while True:
            token = self.tokens[index]
            if token.kind == "op" and token.text == ":":
                return index - self.index
            if token.kind not in {"name", "number"} and token.text not in _NAME_SIGNS:
                return 0
            index += 1

    def read_key(self) -> str | None:
        """The key before a colon, colon taken, or None."""
        count = self.count_key_tokens()
        if not count:
            return None
        key = self._take_text(count)
        self.index += 1
        return key

    def read_words_until(self, *ends: str) -> str:
        """All words before one of the end words or signs, as one name."""
        count = 0
        while (token := self.tokens[self.index + count]).text not in ends and _is_word(token):
            count += 1
        if not count:
            self.fail(f"a name is missing here, {self.found()}", "Write the name of the variable")
        return self._take_text(count)


def _is_word(token: Token) -> bool:
    return token.kind == "number" or (token.kind == "name" and token.text not in KEYWORDS)
