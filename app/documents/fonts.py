"""The fonts of the documents: Debian's Noto CJK, else Noto Sans SC from npm (`python -m app.commands.fonts`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

SERIF, SANS, FALLBACK = "Noto Serif CJK SC", "Noto Sans CJK SC", "Noto Sans SC"
FOLDER = Path(__file__).parent / "font_package"
PACKAGE = FOLDER / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
SYSTEM = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))


class FontsMissingError(RuntimeError):
    """This machine has no Chinese font, so no document can be made."""

    code = "fonts_missing"

    def __init__(self) -> None:
        super().__init__("no Chinese font: install fonts-noto-cjk, or run `python -m app.commands.fonts`")


@cache
def font_folders() -> tuple[Path, ...]:
    """Where fonts lie on this machine; raise FontsMissingError."""
    found = tuple(folder for folder in (*SYSTEM, PACKAGE) if _has_chinese(folder))
    if not found:
        raise FontsMissingError
    return found


def has_system_fonts() -> bool:
    """Whether the machine has Chinese fonts by itself."""
    return any(_has_chinese(folder) for folder in SYSTEM)


def _has_chinese(folder: Path) -> bool:
    return any(folder.glob("NotoS*CJK*")) or any(folder.glob("*/NotoSansSC*"))
