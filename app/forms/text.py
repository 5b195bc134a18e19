"""A text that people read, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages of the programme."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in the reader's language: a tag such as `zh`, `zh-CN`, `zh_Hans_CN` or `en`."""
        return self.zh if language.lower().startswith("zh") else self.en


EMPTY = Text("", "")
