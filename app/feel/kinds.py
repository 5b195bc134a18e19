"""Tells which kind of FEEL value a Python value is.

A bool is never a number, and a datetime never a date, though Python says so.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite

from app.feel.values import (
    BuiltinFunction,
    DaysTimeDuration,
    FeelFunction,
    HostFunction,
    Range,
    WideDate,
    WideDateTime,
    WideTime,
    YearsMonthsDuration,
)

NUMBER, STRING, BOOLEAN, NULL = "number", "string", "boolean", "null"
DATE, TIME, DATE_TIME = "date", "time", "date and time"
DAYS, MONTHS = "days and time duration", "years and months duration"
LIST, CONTEXT, RANGE, FUNCTION, UNKNOWN = "list", "context", "range", "function", "unknown"

_BY_TYPE: dict[type, str] = {
    int: NUMBER,
    Decimal: NUMBER,
    str: STRING,
    bool: BOOLEAN,
    type(None): NULL,
    date: DATE,
    WideDate: DATE,
    time: TIME,
    WideTime: TIME,
    datetime: DATE_TIME,
    WideDateTime: DATE_TIME,
    DaysTimeDuration: DAYS,
    timedelta: DAYS,
    YearsMonthsDuration: MONTHS,
    list: LIST,
    tuple: LIST,
    dict: CONTEXT,
    Range: RANGE,
    FeelFunction: FUNCTION,
    HostFunction: FUNCTION,
}
# The order matters: a subclass is named after the first that fits.
_BASES: tuple[tuple[type, str], ...] = (
    (bool, BOOLEAN),
    (int, NUMBER),
    (Decimal, NUMBER),
    (str, STRING),
    (datetime, DATE_TIME),
    (date, DATE),
    (time, TIME),
    (list, LIST),
    (Mapping, CONTEXT),
    (BuiltinFunction, FUNCTION),
)


def kind(value: object) -> str:
    """The kind of the value, by the names of the standard; `unknown` for anything else."""
    found = _BY_TYPE.get(type(value))
    if found is not None:
        return found
    if isinstance(value, float):
        return NUMBER if isfinite(value) else UNKNOWN
    return next((name for base, name in _BASES if isinstance(value, base)), UNKNOWN)
