"""Built-ins on numbers, 34 digits."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
)
from typing import Any

from app.feel import kinds
from app.feel.arithmetic import DECIMAL
from app.feel.builtins.arguments import number, single
from app.feel.builtins.registry import Function, builtin
from app.feel.compare import span
from app.feel.errors import Undefined
from app.feel.kinds import kind
from app.feel.runtime import Run
from app.feel.values import DaysTimeDuration, YearsMonthsDuration

_WIDE = Context(prec=12_400, Emin=-999_999, Emax=999_999)
_MIN_SCALE, _MAX_SCALE = -6111, 6176


def _rounding(mode: str, *, default_scale: int | None = None) -> Function:
    def apply(_run: Run, n: Any, scale: Any = default_scale) -> Any:
        digits = int(number(scale))
        if not _MIN_SCALE <= digits <= _MAX_SCALE:
            raise Undefined(f"the scale {digits} is outside {_MIN_SCALE} to {_MAX_SCALE}")
        value = number(n)
        if type(value) is int and digits >= 0:
            return value
        value = Decimal(value)
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and -exponent <= digits:
            return value  # it has no more digits than that
        rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=mode, context=_WIDE)
        result = int(rounded) if digits <= 0 else rounded
        return 0 if result == 0 else result

    return apply


def _abs(_run: Run, n: Any) -> Any:
    if kind(n) == kinds.MONTHS:
        return YearsMonthsDuration(abs(n.months))
    if kind(n) == kinds.DAYS:
        return DaysTimeDuration(abs(span(n).nanoseconds))
    value = number(n)
    return abs(value) if type(value) is int else Decimal(value).copy_abs()


def _modulo(_run: Run, dividend: Any, divisor: Any) -> Any:
    left, right = number(dividend), number(divisor)
    if right == 0:
        raise Undefined("modulo by zero")
    if type(left) is int and type(right) is int:
        return left % right
    try:
        rest = DECIMAL.remainder(left, right)
    except DecimalException as error:
        raise Undefined("the quotient has more digits than a number holds") from error
    # The remainder takes the sign of the divisor.
    return DECIMAL.add(rest, right) if rest and (rest < 0) != (right < 0) else rest


def _sqrt(_run: Run, n: Any) -> Any:
    value = number(n)
    if value < 0:
        raise Undefined("the square root of a negative number")
    root = DECIMAL.sqrt(value)
    return int(root) if root == root.to_integral_value() else root


def _log(_run: Run, n: Any) -> Any:
    value = number(n)
    if value <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    return DECIMAL.ln(value)


def _exp(_run: Run, n: Any) -> Any:
    try:
        return DECIMAL.exp(number(n))
    except DecimalException as error:
        raise Undefined("the exponential is too large") from error


def _remainder_of_two(_run: Run, n: Any) -> Any:
    value = number(single(n, kinds.NUMBER))
    if value != int(value):
        raise Undefined("only whole numbers are odd or even")
    return int(value) % 2


NUMBERS = (
    builtin("decimal", ("n, scale", _rounding(ROUND_HALF_EVEN))),
    builtin("floor", ("n, scale?", _rounding(ROUND_FLOOR, default_scale=0))),
    builtin("ceiling", ("n, scale?", _rounding(ROUND_CEILING, default_scale=0))),
    builtin("round up", ("n, scale?", _rounding(ROUND_UP, default_scale=0))),
    builtin("round down", ("n, scale?", _rounding(ROUND_DOWN, default_scale=0))),
    builtin("round half up", ("n, scale?", _rounding(ROUND_HALF_UP, default_scale=0))),
    builtin("round half down", ("n, scale?", _rounding(ROUND_HALF_DOWN, default_scale=0))),
    builtin("abs", ("n", _abs)),
    builtin("modulo", ("dividend, divisor", _modulo)),
    builtin("sqrt", ("number", _sqrt)),
    builtin("log", ("number", _log)),
    builtin("exp", ("number", _exp)),
    builtin("odd", ("number", lambda run, n: _remainder_of_two(run, n) == 1)),
    builtin("even", ("number", lambda run, n: _remainder_of_two(run, n) == 0)),
)
