"""Makes eval, exec and compile raise when they are reached from where uploads and stored state are handled.

The whole suite runs under this guard. What a module does while it is being imported (dataclasses write their methods by exec)
is the library's own text and stays allowed.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

GUARDED = ("/SpiffWorkflow/", "/app/engine/", "/app/feel/", "/app/dmn/", "/app/forms/", "/handlers/")
OWN_TEXT = ("importlib._bootstrap", "/sqlalchemy/", "/alembic/")
"""Who writes code of its own text: modules being imported, SQLAlchemy from its class attributes, Alembic from its own API."""
NAMES = ("eval", "exec", "compile")


class PythonReachedError(AssertionError):
    """Text from an upload or from stored state came to Python's evaluator."""


@contextmanager
def python_forbidden() -> Iterator[None]:
    """Guard the three builtins until the block ends."""
    originals = {name: getattr(builtins, name) for name in NAMES}
    for name, original in originals.items():
        setattr(builtins, name, _guard(name, original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(builtins, name, original)


def _guard(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(*args: Any, **kwargs: Any) -> Any:
        culprit = _culprit()
        if culprit:
            raise PythonReachedError(f"{name} reached from {culprit}")
        frame = sys._getframe(1)
        if name != "compile" and len(args) == 1 and not kwargs:  # what the caller's scope would have been
            return original(args[0], frame.f_globals, frame.f_locals)
        return original(*args, **kwargs)

    return guarded


def _culprit() -> str | None:
    """The guarded module that led here, unless it is only being imported."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if any(part in path for part in OWN_TEXT) or frame.f_code.co_name == "<module>":
            return None
        if any(part in path for part in GUARDED):
            return f"{path}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return None
