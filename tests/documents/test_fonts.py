"""Where the fonts come from: the machine, else the package that was fetched, else nothing goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands import fonts as command
from app.documents import fonts


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A machine without fonts: its own folder, and that of the package."""
    system, package = tmp_path / "system", tmp_path / "package"
    monkeypatch.setattr(fonts, "SYSTEM", (system,))
    monkeypatch.setattr(fonts, "PACKAGE", package)
    fonts.font_folders.cache_clear()
    yield system, package
    fonts.font_folders.cache_clear()


def test_the_machines_own_fonts_come_first(folders: tuple[Path, Path]) -> None:
    system, package = folders
    for path in (system / "NotoSerifCJK-Regular.ttc", package / "400Regular" / "NotoSansSC_400Regular.ttf"):
        path.parent.mkdir(parents=True)
        path.touch()

    assert fonts.font_folders() == (system, package)
    assert fonts.has_system_fonts()


def test_without_any_font_it_says_what_to_do(folders: tuple[Path, Path]) -> None:
    with pytest.raises(fonts.FontsMissingError, match="fonts-noto-cjk"):
        fonts.font_folders()


def test_nothing_is_fetched_where_the_machine_has_fonts(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    system, _ = folders
    system.mkdir()
    (system / "NotoSansCJK-Regular.ttc").touch()
    monkeypatch.setattr(command, "run", lambda *_given, **_more: pytest.fail("something was fetched"))

    command.ensure_fonts()
