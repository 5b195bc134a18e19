"""Built-ins that sum up lists of numbers."""

from collections import Counter
from decimal import Decimal
from functools import reduce
from typing import Any

from app.feel import kinds
from app.feel.arithmetic import DECIMAL, calculate
from app.feel.builtins.arguments import items, numbers
from app.feel.builtins.registry import builtin
from app.feel.errors import Undefined
from app.feel.kinds import kind
from app.feel.runtime import Run


def _sum(run: Run, values: Any) -> Any:
    found = items(values)
    run.spend(len(found))
    if not found:
        return None
    if any(kind(item) not in {kinds.NUMBER, kinds.DAYS, kinds.MONTHS} for item in found):
        raise Undefined("sum needs numbers or durations")
    return reduce(lambda left, right: calculate("+", left, right), found)


def _mean(run: Run, values: Any) -> Any:
    found = numbers(values)
    return calculate("/", _sum(run, found), len(found)) if found else None


def _product(run: Run, values: Any) -> Any:
    found = numbers(values)
    run.spend(len(found))
    return reduce(lambda left, right: calculate("*", left, right), found) if found else None


def _median(run: Run, values: Any) -> Any:
    found = sorted(numbers(values))
    run.spend(len(found))
    if not found:
        return None
    middle = len(found) // 2
    if len(found) % 2:
        return found[middle]
    return calculate("/", calculate("+", found[middle - 1], found[middle]), 2)


def _stddev(run: Run, values: Any) -> Any:
    """The standard deviation of a sample."""
    found = numbers(values)
    if len(found) < 2:
        raise Undefined("the standard deviation needs two numbers or more")
    mean = _mean(run, found)
    squares = [calculate("**", calculate("-", item, mean), 2) for item in found]
    return DECIMAL.sqrt(Decimal(calculate("/", _sum(run, squares), len(found) - 1)))


def _mode(run: Run, values: Any) -> Any:
    found = numbers(values)
    run.spend(len(found))
    counted = Counter(found)
    highest = max(counted.values(), default=0)
    return sorted(item for item, count in counted.items() if count == highest)


STATISTICS = (
    builtin("sum", ("list*", _sum)),
    builtin("mean", ("list*", _mean)),
    builtin("product", ("list*", _product)),
    builtin("median", ("list*", _median)),
    builtin("stddev", ("list*", _stddev)),
    builtin("mode", ("list*", _mode)),
)
