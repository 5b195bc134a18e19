"""The decision tables of the voucher application, asked beside a running case: by a page, a live fragment or a handler.

A case asks the tables of its own bundle, a page those of the newest deployment; whoever names none asks those that ship.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.dmn import Model, read_model
from app.feel import to_json

FOLDER = Path(__file__).resolve().parents[2] / "processes" / "voucher_application"

Decide = Callable[[str, Mapping[str, Any]], Any]
"""The value of a decision (by the stem of its file) for these inputs, in JSON's types."""


def shipped(name: str, inputs: Mapping[str, Any]) -> Any:
    """Decide by the table that ships with the software; raise a DecisionError if no row answers."""
    return to_json(_model(name).decision(name).evaluate(inputs).value)


@cache
def _model(name: str) -> Model:
    return read_model((FOLDER / f"{name}.dmn").read_bytes(), source=f"{name}.dmn")
