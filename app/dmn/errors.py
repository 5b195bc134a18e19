"""What can go wrong with a DMN file or a decision.

DmnError
├── DmnReadError            the file is refused: file, element, reason, remedy
│   └── UnreadableCellError one expression in it is not FEEL: also table, rule and column
├── UnknownDecisionError    the model has no such decision
└── DecisionError           a decision has no answer for these inputs
    ├── MissingInputError
    ├── ValueMismatchError        a value does not fit its declared type or allowed values
    ├── NoRuleMatchedError
    └── SeveralRulesMatchedError
"""

from collections.abc import Mapping
from typing import Any

from app.feel.errors import FeelError, FeelLimitError, FeelSyntaxError


class DmnError(Exception):
    """Something is wrong with a model or a decision."""

    code = "dmn_error"


class DmnReadError(DmnError):
    """The file is refused; `element` names the place in it and `remedy` says how to mend it."""

    code = "dmn_unreadable"

    def __init__(self, reason: str, *, source: str, element: str, remedy: str) -> None:
        super().__init__(f"{source or 'the DMN file'}, {element}: {reason}. {remedy}")
        self.reason = reason
        self.source = source
        self.element = element
        self.remedy = remedy


class UnreadableCellError(DmnReadError):
    """An expression is not FEEL; `rule` counts from 1, 0 outside of rules."""

    code = "dmn_cell"

    def __init__(
        self, error: FeelError, *, source: str, element: str, text: str, rule: int = 0, column: str = ""
    ) -> None:
        place = f"{element}, rule {rule}, column {column}" if rule else element
        remedy = error.hint if isinstance(error, FeelSyntaxError | FeelLimitError) else "Correct the expression"
        super().__init__(f"{text[:80]!r} cannot be read: {error}", source=source, element=place, remedy=remedy)
        self.text = text
        self.rule = rule
        self.column = column


class UnknownDecisionError(DmnError):
    """The model has no decision of this id or name."""

    code = "dmn_unknown_decision"

    def __init__(self, wanted: str, known: list[str]) -> None:
        super().__init__(f"there is no decision {wanted}; the model has {', '.join(known) or 'none'}")
        self.wanted = wanted
        self.known = known


class DecisionError(DmnError):
    """A decision has no answer for these inputs."""

    code = "dmn_no_answer"


class MissingInputError(DecisionError):
    """An input of the decision was not given."""

    code = "dmn_missing_input"

    def __init__(self, decision: str, name: str) -> None:
        super().__init__(f"the decision {decision} needs the input {name}")
        self.decision = decision
        self.name = name


class ValueMismatchError(DecisionError):
    """A value does not fit the type or the allowed values of its variable."""

    code = "dmn_value_mismatch"

    def __init__(self, name: str, value: Any, reason: str) -> None:
        super().__init__(f"the value of {name} is not allowed: {reason}")
        self.name = name
        self.value = value


class NoRuleMatchedError(DecisionError):
    """No rule of the table fits the inputs, and the table has no default."""

    code = "dmn_no_rule"

    def __init__(self, table: str, inputs: Mapping[str, Any]) -> None:
        super().__init__(f"no rule of the table {table} fits {_shown(inputs)}")
        self.table = table
        self.inputs = dict(inputs)


class SeveralRulesMatchedError(DecisionError):
    """More rules fit than the hit policy allows; `rules` counts from 1."""

    code = "dmn_several_rules"

    def __init__(self, table: str, inputs: Mapping[str, Any], rules: tuple[int, ...]) -> None:
        numbers = ", ".join(map(str, rules))
        super().__init__(f"the rules {numbers} of the table {table} contradict each other for {_shown(inputs)}")
        self.table = table
        self.inputs = dict(inputs)
        self.rules = rules


def _shown(inputs: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value!s:.60}" for name, value in inputs.items()) or "no inputs"
