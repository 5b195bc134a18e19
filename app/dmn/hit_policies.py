"""Hit policies: what the rules that match mean together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from app.dmn.errors import NoRuleMatchedError, SeveralRulesMatchedError
from app.feel.arithmetic import calculate
from app.feel.compare import order, same
from app.feel.errors import Undefined
from app.feel.runtime import Frame, Run

if TYPE_CHECKING:
    from app.dmn.table_run import Table

Domains = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Policy:
    """A hit policy; `stops_early` means that only the first matching rule counts."""

    choose: Callable[["Hits"], Any]
    stops_early: bool = False
    empty: Callable[[], Any] | None = None

    def decide(self, table: "Table", values: list[Any], matched: list[int], run: Run, frame: Frame) -> Any:
        """The value of the table; raises NoRuleMatchedError or SeveralRulesMatchedError."""
        if matched:
            return self.choose(Hits(table, values, matched, run, frame))
        if table.default is not None:
            return table.default_value(run, frame)
        if self.empty is not None:
            return self.empty()
        raise NoRuleMatchedError(table.name, table.named(values))


@dataclass(frozen=True, slots=True)
class Hits:
    """The rules that matched, at least one."""

    table: "Table"
    values: list[Any]
    matched: list[int]
    run: Run
    frame: Frame

    def output(self, index: int) -> Any:
        """The value of one rule."""
        return self.table.output_of(index, self.run, self.frame)

    def outputs(self) -> list[Any]:
        """The values of all rules that matched, in their order."""
        return [self.output(index) for index in self.matched]

    def contradiction(self) -> SeveralRulesMatchedError:
        """The error that these rules may not match together."""
        rules = tuple(index + 1 for index in self.matched)
        return SeveralRulesMatchedError(self.table.name, self.table.named(self.values), rules)


def _unique(hits: Hits) -> Any:
    if len(hits.matched) > 1:
        raise hits.contradiction()
    return hits.output(hits.matched[0])


def _any(hits: Hits) -> Any:
    first, *others = hits.outputs()
    if not all(same(first, other) for other in others):
        raise hits.contradiction()
    return first


def _first(hits: Hits) -> Any:
    return hits.output(hits.matched[0])


def _ranked(hits: Hits, domains: Domains) -> list[Any]:
    """The outputs, those first whose values stand first in the lists of output values."""
    keys = hits.table.keys

    def rank(output: Any) -> list[int]:
        parts = [output] if len(domains) == 1 else [output[key] for key in keys]
        return [_position(part, domain) for part, domain in zip(parts, domains, strict=True)]

    return sorted(hits.outputs(), key=rank)


def _position(value: Any, domain: tuple[Any, ...]) -> int:
    return next((place for place, listed in enumerate(domain) if same(value, listed)), len(domain))


def _sum(outputs: list[Any]) -> Any:
    return reduce(lambda left, right: calculate("+", left, right), outputs)


def _extreme(outputs: list[Any], sign: int) -> Any:
    best = outputs[0]
    for output in outputs[1:]:
        position = order(output, best)
        if position is None:
            raise Undefined("the outputs have no order")
        best = output if position == sign else best
    return best


_AGGREGATORS: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": _sum,
    "MIN": lambda outputs: _extreme(outputs, -1),
    "MAX": lambda outputs: _extreme(outputs, 1),
    "COUNT": len,
}


def collect(aggregation: str) -> Policy:
    """COLLECT with an aggregation; COUNT of nothing is 0."""
    aggregate = _AGGREGATORS[aggregation]

    def choose(hits: Hits) -> Any:
        try:
            return aggregate(hits.outputs())
        except Undefined as undefined:
            return hits.run.null(undefined.reason)

    return Policy(choose, empty=(lambda: 0) if aggregation == "COUNT" else None)


POLICIES: dict[str, Callable[[Domains], Policy]] = {
    "UNIQUE": lambda _domains: Policy(_unique),
    "ANY": lambda _domains: Policy(_any),
    "FIRST": lambda _domains: Policy(_first, stops_early=True),
    "PRIORITY": lambda domains: Policy(lambda hits: _ranked(hits, domains)[0]),
    "RULE ORDER": lambda _domains: Policy(Hits.outputs, empty=list),
    "OUTPUT ORDER": lambda domains: Policy(lambda hits: _ranked(hits, domains), empty=list),
    "COLLECT": lambda _domains: Policy(Hits.outputs, empty=list),
}
