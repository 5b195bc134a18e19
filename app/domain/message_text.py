"""The texts of a message in one language, and the one thing that they can do: `{name}` stands for a value.

    MessageTextError
    ├── MessagePartMissingError       subject and body cannot be empty
    ├── MessagePartTooLongError       a part is longer than it may be
    ├── UnknownPlaceholderError       {name} is none of the values that the message has
    └── StrayBraceError               a brace that is no {name}

There is no logic, no attribute and no markup in it: texts are plain, values are put in once and never read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.errors import DomainError
from app.domain.wording import LANGUAGES, say

PARTS = ("subject", "body", "whose_move", "to_do", "latest", "afterwards", "button")
"""Subject and body; then 轮到, 要做, 最晚, 之后, which may be empty; the words on the button."""
NEEDED = frozenset({"subject", "body"})
LONGEST = dict.fromkeys(PARTS, 200) | {"subject": 120, "body": 2_000, "button": 40}
"""Characters."""
_PLACEHOLDER = re.compile(r"\{([a-z][a-z_]*)\}")


class MessageTextError(DomainError):
    """A text of a message cannot be used: `language` and `part` say which."""

    code = "message_text"

    def __init__(self, language: str, part: str) -> None:
        self.language, self.part = language, part
        super().__init__(f"{self.code}: {part} ({language})")


class MessagePartMissingError(MessageTextError):
    """Subject and body cannot be empty."""

    code = "message_part_missing"
    message_zh = "标题和正文不能为空。"
    message_en = "Subject and body cannot be empty."


class MessagePartTooLongError(MessageTextError):
    """A part has more characters than it may have."""

    code = "message_part_too_long"

    def __init__(self, language: str, part: str, longest: int) -> None:
        self.longest = longest
        self.message_zh = f"请缩短到 {longest} 个字符以内。"
        self.message_en = f"Shorten it to at most {longest} characters."
        super().__init__(language, part)


class UnknownPlaceholderError(MessageTextError):
    """A {name} that the message has no value for."""

    code = "unknown_placeholder"

    def __init__(self, language: str, part: str, name: str, allowed: Iterable[str]) -> None:
        self.name, self.allowed = name, tuple(sorted(allowed))
        known = " ".join(f"{{{one}}}" for one in self.allowed)
        self.message_zh = f"没有 {{{name}}} 这个内容。可用的有：{known}"
        self.message_en = f"There is no value {{{name}}}. You can use: {known}"
        super().__init__(language, part)


class StrayBraceError(MessageTextError):
    """A brace that does not belong to a {name}."""

    code = "stray_brace"
    message_zh = "花括号只能用来写内容的名字，如 {name}。请改正或删去多余的花括号。"
    message_en = "Braces are only for the names of values, as in {name}. Mend or remove the stray brace."


def check_texts(texts: Mapping[str, Mapping[str, str]], allowed: Iterable[str]) -> list[MessageTextError]:
    """What is wrong with the texts by language and part, in the order of the page; nothing if they can be used."""
    names = frozenset(allowed)
    found = (_fault(language, part, texts[language].get(part, ""), names) for language in LANGUAGES for part in PARTS)
    return [one for one in found if one is not None]


def fill(texts: Mapping[str, str], values: Mapping[str, Any], language: str) -> dict[str, str]:
    """The parts of one language with the values in their places; parts that come to nothing are left out."""
    said = {name: say(value, language) for name, value in values.items()}
    filled = {part: _PLACEHOLDER.sub(lambda found: said[found[1]], texts.get(part, "")).strip() for part in PARTS}
    return {part: text for part, text in filled.items() if text}


def _fault(language: str, part: str, text: str, allowed: frozenset[str]) -> MessageTextError | None:
    if part in NEEDED and not text.strip():
        return MessagePartMissingError(language, part)
    if len(text) > LONGEST[part]:
        return MessagePartTooLongError(language, part, LONGEST[part])
    unknown = next((name for name in _PLACEHOLDER.findall(text) if name not in allowed), None)
    if unknown is not None:
        return UnknownPlaceholderError(language, part, unknown, allowed)
    if set(_PLACEHOLDER.sub("", text)) & set("{}"):
        return StrayBraceError(language, part)
    return None
