"""DMN decision tables and decision graphs over FEEL: read once, refused if unclear, evaluated with a trace.

A library: it knows nothing of the rest of the application.
"""

from app.dmn.errors import (
    DecisionError,
    DmnError,
    DmnReadError,
    MissingInputError,
    NoRuleMatchedError,
    SeveralRulesMatchedError,
    UnknownDecisionError,
    UnreadableCellError,
    ValueMismatchError,
)
from app.dmn.model import Decision, Model, Result
from app.dmn.reader import read_model
from app.dmn.table_checks import TableChecks, check_tables
from app.dmn.trace import TableTrace

__all__ = [
    "Decision",
    "DecisionError",
    "DmnError",
    "DmnReadError",
    "MissingInputError",
    "Model",
    "NoRuleMatchedError",
    "Result",
    "SeveralRulesMatchedError",
    "TableChecks",
    "TableTrace",
    "UnknownDecisionError",
    "UnreadableCellError",
    "ValueMismatchError",
    "check_tables",
    "read_model",
]
