"""Assets are found by their plain names."""

from __future__ import annotations

import pytest

from app.web.assets.manifest import BUILD, AssetNotBuiltError, asset_path


@pytest.mark.parametrize("name", ["app.js", "diagram.js", "diagram.css", "quanliu.css", "tabler.css"])
def test_a_built_asset_has_a_name_that_carries_its_hash(name):
    path = asset_path(name)

    stem, kind = name.split(".")
    assert path.startswith(f"build/{stem}-")
    assert path.endswith(f".{kind}")
    assert (BUILD.parent / path).exists()


def test_an_asset_that_was_not_built_is_an_error():
    with pytest.raises(AssetNotBuiltError) as missing:
        asset_path("nothing.css")

    assert missing.value.name == "nothing.css"
