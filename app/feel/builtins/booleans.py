"""The built-in `not`, with three truth values."""

from typing import Any

from app.feel.builtins.arguments import boolean
from app.feel.builtins.registry import builtin
from app.feel.runtime import Run


def _not(_run: Run, negand: Any) -> bool | None:
    return None if negand is None else not boolean(negand)


BOOLEANS = (builtin("not", ("negand", _not)),)
