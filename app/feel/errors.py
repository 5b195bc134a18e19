"""What can go wrong with a FEEL text.

FeelError
├── FeelSyntaxError   the text is not FEEL: line, column, and how to mend it
├── FeelLimitError    the text, or what it does, is larger than we allow
└── FeelTypeError     a value cannot be written as JSON

At run time FEEL has no exceptions: what is undefined is null, and the reason is recorded as a `Problem`.
`Undefined` carries that reason from a built-in to its caller and never leaves the library.
"""

from dataclasses import dataclass


class FeelError(Exception):
    """A FEEL text or value was refused."""

    code = "feel_error"


class FeelSyntaxError(FeelError):
    """The text is not FEEL.

    Lines and columns count from 1; `hint` says how to mend the text.
    """

    code = "feel_syntax"

    def __init__(self, reason: str, *, line: int, column: int, hint: str) -> None:
        super().__init__(f"line {line}, column {column}: {reason}. {hint}")
        self.reason = reason
        self.line = line
        self.column = column
        self.hint = hint


class FeelLimitError(FeelError):
    """The text, or the work it asks for, is larger than the limits in `limits.py`.

    Line and column are 0 when the limit was met while running.
    """

    code = "feel_limit"

    def __init__(self, reason: str, *, hint: str, line: int = 0, column: int = 0) -> None:
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(f"{place}{reason}. {hint}")
        self.reason = reason
        self.line = line
        self.column = column
        self.hint = hint


class FeelTypeError(FeelError):
    """A value has no JSON form."""

    code = "feel_type"


class Undefined(Exception):  # noqa: N818 - a signal inside the library, not an error that anyone sees
    """The result is null, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a part of an expression became null."""

    reason: str
