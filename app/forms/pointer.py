"""The two ways to name a place in the answers: a JSON pointer (`/staff/0/name`) and an HTML name (`staff.0.name`).

Property names of a form are snake_case words, so neither way ever needs escaping for a field that exists. A pointer to
a foreign name (an unknown field) is escaped as RFC 6901 says.
"""

from __future__ import annotations

from collections.abc import Iterable


def pointer_to(tokens: Iterable[str | int]) -> str:
    """The JSON pointer for the tokens; "" is the whole document."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def tokens_of(pointer: str) -> tuple[str, ...]:
    """The tokens of a JSON pointer, unescaped."""
    if not pointer:
        return ()
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))


def html_name(pointer: str) -> str:
    """The name of the control for a place: `/staff/0/name` is `staff.0.name`."""
    return pointer[1:].replace("/", ".")
