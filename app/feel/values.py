"""The values of FEEL that Python does not have: durations, ranges, functions, and far dates.

Numbers are int or Decimal, the rest is str, bool, None, date, time, datetime, list and dict. Python's dates end with
the year 9999 and its clocks at microseconds: `WideDate`, `WideTime`, `WideDateTime` hold what lies outside, only that.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from typing import Any

TimeZone = tzinfo  # the fields below are called tzinfo, as Python's own are
NANOSECONDS_PER_SECOND = 1_000_000_000
NANOSECONDS_PER_DAY = 86_400 * NANOSECONDS_PER_SECOND


@dataclass(frozen=True, slots=True, order=True)
class DaysTimeDuration:
    """A span of days, hours, minutes and seconds, counted in nanoseconds."""

    nanoseconds: int

    @classmethod
    def from_timedelta(cls, span: timedelta) -> "DaysTimeDuration":
        """The same span as a Python timedelta."""
        microseconds = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
        return cls(microseconds * 1000)

    def to_timedelta(self) -> timedelta:
        """The span as a Python timedelta; parts of a microsecond are cut off."""
        return timedelta(microseconds=self.nanoseconds // 1000)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A span of years and months, counted in months."""

    months: int


@dataclass(frozen=True, slots=True)
class WideDate:
    """A date before the year 1 or after 9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time of day finer than a microsecond."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: TimeZone | None = None


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time outside the years 1 to 9999, or finer than a microsecond."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: TimeZone | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """An interval, or a comparison such as `(< 10)`, which is a range with an `operator`."""

    start: object
    end: object
    start_included: bool = True
    end_included: bool = True
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class HostFunction:
    """A Python function that the host lends to expressions.

    `call` receives the arguments in the order of `parameters`; missing ones are not passed.
    """

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., object]


@dataclass(frozen=True, slots=True, eq=False)
class FeelFunction:
    """A function made by FEEL, or a built-in used as a value.

    `invoke` takes the run (see `runtime.py`) and the arguments by position.
    """

    parameters: tuple[str, ...]
    invoke: Callable[[object, Sequence[object]], object]
    name: str = "function"


class BuiltinFunction(ABC):
    """A built-in, which can be passed on like any other function."""

    __slots__ = ()

    @property
    @abstractmethod
    def parameters(self) -> tuple[str, ...]:
        """The parameters of its first form."""

    @abstractmethod
    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""

    @abstractmethod
    def call(self, arguments: Sequence[Any], run: Any) -> Any:
        """The result for arguments by position; raises Undefined."""
