"""FEEL, the expression language of DMN: text in, closures over exact numbers and dates out.

A library: it knows nothing of the rest of the application, and never evaluates anything but its own language.
"""

from app.feel.errors import FeelError, FeelLimitError, FeelSyntaxError, FeelTypeError, Problem
from app.feel.expression import Expression, UnaryTests, compile_expression, compile_unary_tests
from app.feel.json_values import from_json, to_json
from app.feel.printer import format_expression, format_unary_tests
from app.feel.values import DaysTimeDuration, FeelFunction, HostFunction, Range, YearsMonthsDuration

__all__ = [
    "DaysTimeDuration",
    "Expression",
    "FeelError",
    "FeelFunction",
    "FeelLimitError",
    "FeelSyntaxError",
    "FeelTypeError",
    "HostFunction",
    "Problem",
    "Range",
    "UnaryTests",
    "YearsMonthsDuration",
    "compile_expression",
    "compile_unary_tests",
    "format_expression",
    "format_unary_tests",
    "from_json",
    "to_json",
]
