"""From an asset's plain name to the built file, whose name carries its content's hash."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / "static" / "build"


class AssetNotBuiltError(LookupError):
    """A page asks for an asset that `make assets` has not made."""

    code = "asset_not_built"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"asset {name!r} is not in the manifest: run `make assets`")


def asset_path(name: str) -> str:
    """The path below the static folder, such as `build/quanliu-ABC123.css`; raise AssetNotBuiltError."""
    built = _manifest().get(name)
    if built is None:
        raise AssetNotBuiltError(name)
    return f"build/{built}"


@cache
def _manifest() -> dict[str, str]:
    path = BUILD / "manifest.json"
    if not path.exists():
        return {}
    manifest: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return manifest
