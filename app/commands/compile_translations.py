"""`make translations`: the small catalogues of each area, merged and compiled for gettext.

People write `app/web/translations/zh_CN/<area>.po`; msgid is the English text. Chinese comes out as one catalogue,
English as the identity. An empty, fuzzy or contradictory translation stops the command: no page may show half a
language.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.commands.steps import ROOT, StepFailedError, main_of, say

TRANSLATIONS = ROOT / "app" / "web" / "translations"
CHINESE = "zh"
"""The compiled folder: gettext finds it for zh_CN and zh_Hans_CN alike, whatever Babel calls the locale."""


class BrokenTranslationsError(StepFailedError):
    """Catalogues cannot be compiled; `problems` names each file, text and reason."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("translations need mending:\n  " + "\n  ".join(problems))


def compile_translations(folder: Path = TRANSLATIONS) -> int:
    """Merge and compile the catalogues below the folder; return how many texts there are.

    Raises BrokenTranslationsError.
    """
    chinese = merge(sorted((folder / "zh_CN").glob("*.po")))
    _write(chinese, folder / CHINESE / "LC_MESSAGES" / "messages.mo")
    _write(_identity(chinese), folder / "en" / "LC_MESSAGES" / "messages.mo")
    return len(chinese)


def merge(paths: Iterable[Path]) -> Catalog:
    """One Chinese catalogue of all files; raise BrokenTranslationsError with everything that is wrong."""
    merged, problems = Catalog(locale="zh_CN", charset="utf-8"), []
    for path in paths:
        with path.open("rb") as file:
            catalogue = read_po(file, locale="zh_CN", abort_invalid=True)
        for message in catalogue:
            if message.id:
                problems += [f"{path.name}: {_name(message)}: {reason}" for reason in _flaws(message, merged)]
                merged.add(message.id, message.string, context=message.context)
    if problems:
        raise BrokenTranslationsError(problems)
    return merged


def _flaws(message: Message, merged: Catalog) -> list[str]:
    flaws = []
    texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    if not all(texts):
        flaws.append("is not translated")
    if message.fuzzy:
        flaws.append("is marked fuzzy")
    known = merged.get(message.id, context=message.context)
    if known is not None and known.string != message.string:
        flaws.append(f"is translated twice, as {known.string!r} and {message.string!r}")
    flaws += [str(error) for error in message.check()]
    return flaws


def _name(message: Message) -> str:
    return repr(message.id if isinstance(message.id, str) else message.id[0])


def _identity(chinese: Catalog) -> Catalog:
    english = Catalog(locale="en", charset="utf-8")
    for message in chinese:
        if message.id:
            english.add(message.id, message.id, context=message.context)
    return english


def _write(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)


def main() -> None:
    """Compile and say how many texts there are."""
    say(f"  {compile_translations()} texts in Chinese and English")


if __name__ == "__main__":
    main_of(main)
