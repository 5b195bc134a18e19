"""The script engine that SpiffWorkflow is given: it knows FEEL alone and can execute nothing.

Our own specs evaluate their compiled expressions themselves and never come here. It is given so that no path inside
the library, present or future, can fall back on its default, which hands text to Python's eval and exec. Neither
class inherits from the library's Python environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from app.feel import compile_expression


class ScriptRefusedError(Exception):
    """Something asked for a script or a service call by text, which the kernel never does."""

    code = "script_refused"


class FeelEnvironment:
    """Evaluates FEEL over a mapping and refuses everything else."""

    def evaluate(self, expression: str, context: Mapping[str, Any], external_context: Any = None) -> Any:
        """The FEEL value of a text."""
        return compile_expression(expression).evaluate({**(external_context or {}), **context})

    def execute(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ScriptRefusedError("scripts are not run")

    def call_service(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ScriptRefusedError("services are called by operation, not by text")


class FeelScriptEngine:
    """The same for a task's data."""

    def __init__(self) -> None:
        self.environment = FeelEnvironment()

    def validate(self, expression: str) -> None:
        """Raise FeelError unless the text is FEEL."""
        compile_expression(expression)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """The FEEL value of a text over the task's data."""
        return self.environment.evaluate(expression, task.data, external_context)

    def execute(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ScriptRefusedError("scripts are not run")

    def call_service(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise ScriptRefusedError("services are called by operation, not by text")


SCRIPT_ENGINE = FeelScriptEngine()
