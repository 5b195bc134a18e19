"""What the tests of FEEL share: evaluating a text, and the reasons of a null."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from app.feel import Problem, compile_expression


@pytest.fixture
def feel() -> Callable[..., Any]:
    """Evaluate a text over variables."""

    def evaluate(text: str, variables: Mapping[str, Any] | None = None) -> Any:
        context = variables or {}
        return compile_expression(text, tuple(context)).evaluate(context)

    return evaluate


@pytest.fixture
def reasons() -> Callable[..., list[str]]:
    """Evaluate a text and return why parts of it are null."""

    def evaluate(text: str, variables: Mapping[str, Any] | None = None) -> list[str]:
        problems: list[Problem] = []
        compile_expression(text).evaluate(variables or {}, problems=problems)
        return [problem.reason for problem in problems]

    return evaluate
