"""A DMN model that has been read, and its decisions, ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dmn.errors import DecisionError, MissingInputError, UnknownDecisionError, ValueMismatchError
from app.dmn.trace import TableTrace
from app.feel.errors import Problem, Undefined
from app.feel.expression import too_deep
from app.feel.runtime import Code, Run
from app.feel.types import FeelType, coerce


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a decision and its declared type."""

    name: str
    type: FeelType


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of a graph: what it computes, and the type of the result."""

    name: str
    code: Code
    type: FeelType


@dataclass(frozen=True, slots=True)
class Result:
    """The value of a decision and how it came about."""

    value: Any
    trace: list[TableTrace] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def trace_json(self) -> list[dict[str, Any]]:
        """The trace in JSON's types, one entry per table in the order of evaluation."""
        return [entry.to_json() for entry in self.trace]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with everything that it requires.

    `inputs` are the names of the required input data, also of the decisions below it.
    """

    id: str
    name: str
    declared: tuple[Input, ...]
    steps: tuple[Step, ...]
    knowledge: Mapping[str, Any]

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of all inputs that an evaluation needs."""
        return tuple(each.name for each in self.declared)

    def evaluate(self, inputs: Mapping[str, Any], *, lenient: bool = False) -> Result:
        """The value for these inputs; the decisions below are evaluated first.

        `lenient` follows the letter of the standard: what has no answer is null with a problem.
        Otherwise raises a DecisionError.
        """
        trace: list[Any] = []
        problems: list[Problem] = []
        variables = dict(self.knowledge)
        run = Run(variables, problems, trace)
        for each in self.declared:
            variables[each.name] = _input_value(each, self.name, inputs, run, lenient=lenient)
        value = None
        for step in self.steps:
            value = variables[step.name] = _step_value(step, run, lenient=lenient)
        return Result(value, trace, problems)


def _input_value(declared: Input, decision: str, inputs: Mapping[str, Any], run: Run, *, lenient: bool) -> Any:
    if declared.name not in inputs and not lenient:
        raise MissingInputError(decision, declared.name)
    return _fitting(declared.name, inputs.get(declared.name), declared.type, run, lenient=lenient)


def _fitting(name: str, value: Any, wanted: FeelType, run: Run, *, lenient: bool) -> Any:
    try:
        return coerce(value, wanted)
    except Undefined as undefined:
        if not lenient:
            raise ValueMismatchError(name, value, undefined.reason) from undefined
        return run.null(f"{name}: {undefined.reason}")


def _step_value(step: Step, run: Run, *, lenient: bool) -> Any:
    try:
        value = step.code(run, None)
    except DecisionError as error:
        if not lenient:
            raise
        return run.null(str(error))
    except RecursionError as error:
        raise too_deep() from error
    return _fitting(step.name, value, step.type, run, lenient=lenient)


@dataclass(frozen=True, slots=True)
class Model:
    """All decisions of a file; `services` are its decision services, which are evaluated like decisions."""

    name: str
    source: str
    decisions: tuple[Decision, ...]
    services: tuple[Decision, ...] = ()

    def decision(self, id_or_name: str) -> Decision:
        """The decision of this id or, failing that, of this name; raises UnknownDecisionError."""
        candidates = (*self.decisions, *self.services)
        found = [each for each in candidates if each.id == id_or_name]
        found += [each for each in candidates if each.name == id_or_name]
        if found:
            return found[0]
        raise UnknownDecisionError(id_or_name, [each.id or each.name for each in self.decisions])
