"""Addition and its kin on numbers, strings and temporal values; null (as Undefined) where the kinds do not fit."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from app.feel import kinds
from app.feel.calendar_days import date_of_days as _date_of_days
from app.feel.calendar_days import (
    days_in_month,
    epoch_days,
    instant,
    make_date,
    make_date_time,
    make_time,
    midnight,
    nanosecond_of_day,
    offset_seconds,
)
from app.feel.compare import number, span
from app.feel.errors import FeelLimitError, Undefined
from app.feel.kinds import kind
from app.feel.limits import MAX_NUMBER_DIGITS, MAX_STRING_CHARACTERS
from app.feel.values import NANOSECONDS_PER_DAY, NANOSECONDS_PER_SECOND, DaysTimeDuration, YearsMonthsDuration

DECIMAL = Context(
    prec=MAX_NUMBER_DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_LARGEST_INT = 10**MAX_NUMBER_DIGITS
Operation = Callable[[Any, Any], Any]


def exact(value: int) -> int | Decimal:
    """An int of up to 34 digits, rounded to a Decimal beyond."""
    return value if -_LARGEST_INT < value < _LARGEST_INT else DECIMAL.create_decimal(value)


def _numbers(operation: Operation) -> Operation:
    def apply(left: Any, right: Any) -> Any:
        try:
            return operation(number(left), number(right))
        except (InvalidOperation, DivisionByZero, Overflow) as error:
            raise Undefined("the numbers give no number: division by zero, or too large") from error

    return apply


def _divide_numbers(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int and right and left % right == 0:
        return left // right
    return DECIMAL.divide(Decimal(left), Decimal(right))


def _multiply_numbers(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int:
        return exact(left * right)
    return DECIMAL.multiply(left, right)


def _power_numbers(left: Any, right: Any) -> Any:
    result = DECIMAL.power(left, right)
    if not result.is_finite():
        raise Undefined("zero has no negative power")
    whole = type(left) is int and type(right) is int and right >= 0
    return int(result) if whole and result < _LARGEST_INT else result


def _add_numbers(left: Any, right: Any) -> Any:
    return exact(left + right) if type(left) is int and type(right) is int else DECIMAL.add(left, right)


def _subtract_numbers(left: Any, right: Any) -> Any:
    return exact(left - right) if type(left) is int and type(right) is int else DECIMAL.subtract(left, right)


def _join(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_STRING_CHARACTERS:
        raise FeelLimitError(f"a string grows beyond {MAX_STRING_CHARACTERS} characters", hint="Shorten its parts")
    return left + right


def _exists(value: Any) -> Any:
    if value is None:
        raise Undefined("the calendar ends before the result")
    return value


def add_months(value: Any, duration: YearsMonthsDuration) -> Any:
    """A date or date-time so many months later; the day is cut to the length of the month."""
    year, month = divmod(value.year * 12 + value.month - 1 + duration.months, 12)
    day = _exists(make_date(year, month + 1, min(value.day, days_in_month(year, month + 1))))
    if kind(value) == kinds.DATE:
        return day
    return _exists(make_date_time(epoch_days(day), nanosecond_of_day(value), value.tzinfo))


def add_span(value: Any, duration: Any) -> Any:
    """A temporal value so much later; a date counts as its midnight and stays a date, a time goes round the clock."""
    nanoseconds = span(duration).nanoseconds
    which = kind(value)
    if which == kinds.TIME:
        return make_time(nanosecond_of_day(value) + nanoseconds, value.tzinfo)
    if which == kinds.DATE:
        days = epoch_days(value) + nanoseconds // NANOSECONDS_PER_DAY
        return _exists(make_date(*_date_of_days(days)))
    return _exists(make_date_time(epoch_days(value), nanosecond_of_day(value) + nanoseconds, value.tzinfo))


def _between_moments(left: Any, right: Any) -> DaysTimeDuration:
    first = midnight(left) if kind(left) == kinds.DATE else left
    second = midnight(right) if kind(right) == kinds.DATE else right
    if (first.tzinfo is None) != (second.tzinfo is None):
        raise Undefined("one of the date-times has a zone and the other has none")
    return DaysTimeDuration(instant(first) - instant(second))


def _between_times(left: Any, right: Any) -> DaysTimeDuration:
    if (left.tzinfo is None) != (right.tzinfo is None):
        raise Undefined("one of the times has a zone and the other has none")
    shift = ((offset_seconds(right) or 0) - (offset_seconds(left) or 0)) * NANOSECONDS_PER_SECOND
    return DaysTimeDuration(nanosecond_of_day(left) - nanosecond_of_day(right) + shift)


def _whole(value: Decimal) -> int:
    if abs(value) >= _LARGEST_INT:
        raise Undefined("the duration is too long")
    return int(value)


def _scale_months(left: YearsMonthsDuration, right: Any) -> YearsMonthsDuration:
    return YearsMonthsDuration(_whole(DECIMAL.multiply(left.months, number(right))))


def _scale_span(left: Any, right: Any) -> DaysTimeDuration:
    return DaysTimeDuration(_whole(DECIMAL.multiply(span(left).nanoseconds, number(right))))


def _divide_months(left: YearsMonthsDuration, right: Any) -> YearsMonthsDuration:
    return YearsMonthsDuration(_whole(DECIMAL.divide(left.months, number(right))))


def _divide_span(left: Any, right: Any) -> DaysTimeDuration:
    return DaysTimeDuration(_whole(DECIMAL.divide(span(left).nanoseconds, number(right))))


def _minus(value: Any) -> Any:
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.months)
    return DaysTimeDuration(-span(value).nanoseconds)


_N, _D, _M = kinds.NUMBER, kinds.DAYS, kinds.MONTHS
_TABLE: dict[tuple[str, str, str], Operation] = {
    ("+", _N, _N): _numbers(_add_numbers),
    ("-", _N, _N): _numbers(_subtract_numbers),
    ("*", _N, _N): _numbers(_multiply_numbers),
    ("/", _N, _N): _numbers(_divide_numbers),
    ("**", _N, _N): _numbers(_power_numbers),
    ("+", kinds.STRING, kinds.STRING): _join,
    ("+", _M, _M): lambda left, right: YearsMonthsDuration(left.months + right.months),
    ("-", _M, _M): lambda left, right: YearsMonthsDuration(left.months - right.months),
    ("/", _M, _M): _numbers(lambda left, right: _divide_numbers(left.months, right.months)),
    ("+", _D, _D): lambda left, right: DaysTimeDuration(span(left).nanoseconds + span(right).nanoseconds),
    ("-", _D, _D): lambda left, right: DaysTimeDuration(span(left).nanoseconds - span(right).nanoseconds),
    ("/", _D, _D): _numbers(lambda left, right: _divide_numbers(span(left).nanoseconds, span(right).nanoseconds)),
    ("*", _M, _N): _numbers(_scale_months),
    ("*", _N, _M): _numbers(lambda left, right: _scale_months(right, left)),
    ("/", _M, _N): _numbers(_divide_months),
    ("*", _D, _N): _numbers(_scale_span),
    ("*", _N, _D): _numbers(lambda left, right: _scale_span(right, left)),
    ("/", _D, _N): _numbers(_divide_span),
    ("-", kinds.TIME, kinds.TIME): _between_times,
}
for _left in (kinds.DATE, kinds.DATE_TIME):
    for _right in (kinds.DATE, kinds.DATE_TIME):
        _TABLE["-", _left, _right] = _between_moments
    _TABLE["+", _left, _M] = add_months
    _TABLE["+", _M, _left] = lambda left, right: add_months(right, left)
    _TABLE["-", _left, _M] = lambda left, right: add_months(left, _minus(right))
for _left in (kinds.DATE, kinds.DATE_TIME, kinds.TIME):
    _TABLE["+", _left, _D] = add_span
    _TABLE["+", _D, _left] = lambda left, right: add_span(right, left)
    _TABLE["-", _left, _D] = lambda left, right: add_span(left, _minus(right))


def calculate(operator: str, left: Any, right: Any) -> Any:
    """The result of `+ - * / **`; raises Undefined if the kinds have none."""
    operation = _TABLE.get((operator, kind(left), kind(right)))
    if operation is None:
        raise Undefined(f"{kind(left)} {operator} {kind(right)} is not defined")
    return operation(left, right)


def negate(value: Any) -> Any:
    """The value with the other sign; raises Undefined if it has none."""
    which = kind(value)
    if which == kinds.NUMBER:
        return -value if type(value) is int else number(value).copy_negate()
    if which in {kinds.DAYS, kinds.MONTHS}:
        return _minus(value)
    raise Undefined(f"-{which} is not defined")
