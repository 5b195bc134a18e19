"""Holds an expression to its declared type."""

from typing import Any

from app.feel.errors import Undefined
from app.feel.nodes import Embedded, Node
from app.feel.runtime import Code, Frame, Run
from app.feel.types import ANY, FeelType, coerce


def typed(node: Node, wanted: FeelType) -> Node:
    """The expression whose value is coerced to the type, and null if it does not fit."""
    if wanted is ANY:
        return node

    def make(codes: list[Code], _tests: list[Any]) -> Code:
        code = codes[0]

        def hold(run: Run, frame: Frame) -> Any:
            try:
                return coerce(code(run, frame), wanted)
            except Undefined as undefined:
                return run.null(undefined.reason)

        return hold

    return Embedded((node,), (), make)
