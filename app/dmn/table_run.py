"""Runs a compiled decision table."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.dmn.errors import ValueMismatchError
from app.dmn.trace import TableTrace
from app.feel.runtime import Code, Frame, Run, TestCode

if TYPE_CHECKING:
    from app.dmn.hit_policies import Policy


@dataclass(frozen=True, slots=True)
class Table:
    """A compiled table; each rule holds the tests of its cells with their column."""

    name: str
    labels: tuple[str, ...]
    inputs: tuple[Code, ...]
    allowed: tuple[tuple[int, TestCode], ...]
    rules: tuple[tuple[tuple[int, TestCode], ...], ...]
    rule_ids: tuple[str, ...]
    outputs: tuple[tuple[Code, ...], ...]
    keys: tuple[str, ...]
    default: tuple[Code, ...] | None
    policy: "Policy"

    def output_of(self, index: int, run: Run, frame: Frame) -> Any:
        """The value of a rule: of its only output, or a context of all."""
        return self._value(self.outputs[index], run, frame)

    def default_value(self, run: Run, frame: Frame) -> Any:
        """The value if no rule fits; only for tables that have one."""
        assert self.default is not None, "asked only if there is one"
        return self._value(self.default, run, frame)

    def _value(self, codes: tuple[Code, ...], run: Run, frame: Frame) -> Any:
        if len(codes) == 1:
            return codes[0](run, frame)
        return {key: code(run, frame) for key, code in zip(self.keys, codes, strict=True)}

    def named(self, values: list[Any]) -> dict[str, Any]:
        """The values of the inputs by the labels of their columns."""
        return dict(zip(self.labels, values, strict=True))


def run_table(table: Table) -> Code:
    """The code that finds the matching rules and applies the hit policy."""
    inputs, rules, policy = table.inputs, tuple(enumerate(table.rules)), table.policy
    stops_early = policy.stops_early

    def decide(run: Run, frame: Frame) -> Any:
        values = [code(run, frame) for code in inputs]
        for place, test in table.allowed:
            if test(values[place], run, frame) is False:
                raise ValueMismatchError(table.labels[place], values[place], f"the table {table.name} does not list it")
        matched = []
        for index, tests in rules:
            for place, test in tests:
                if test(values[place], run, frame) is not True:
                    break
            else:
                matched.append(index)
                if stops_early:
                    break
        result = policy.decide(table, values, matched, run, frame)
        if run.trace is not None:
            run.trace.append(TableTrace(table.name, table.labels, table.rule_ids, values, matched, result))
        return result

    return decide
