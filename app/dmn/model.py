"""A DMN model that has been read, and its decisions, ready to run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dmn.errors import DecisionError, MissingInputError, UnknownDecisionError, ValueMismatchError
from app.dmn.imports import Space
from app.dmn.trace import TableTrace
from app.feel.errors import Problem, Undefined
from app.feel.expression import too_deep
from app.feel.runtime import Code, Run
from app.feel.scope import MISSING
from app.feel.types import FeelType, coerce


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a decision, its declared type, and where it stands among the imports."""

    name: str
    type: FeelType
    space: Space = ()

    @property
    def path(self) -> str:
        """The name by which an expression of the importing model reads it, such as `rates.base rate`."""
        return ".".join((*self.space, self.name))


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of a graph: what it computes, and the type of the result."""

    name: str
    code: Code
    type: FeelType
    space: Space = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What an imported file lends to expressions: its functions."""

    space: Space
    knowledge: Mapping[str, Any]


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

    `inputs` are the names of the required input data, also of the decisions below it; `space` is where it stands, and
    `imported` what stands below that.
    """

    id: str
    name: str
    declared: tuple[Input, ...]
    steps: tuple[Step, ...]
    knowledge: Mapping[str, Any]
    space: Space = ()
    imported: tuple[Imported, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of all inputs that an evaluation needs."""
        return tuple(each.path for each in self.declared)

    def evaluate(self, inputs: Mapping[str, Any], *, lenient: bool = False) -> Result:
        """The value for these inputs; the decisions below are evaluated first.

        `lenient` follows the letter of the standard: what has no answer is null with a problem.
        Otherwise raises a DecisionError.
        """
        trace: list[Any] = []
        problems: list[Problem] = []
        variables = dict(self.knowledge)
        run = Run(variables, problems, trace)
        spaces = self.open_spaces(variables)
        for each in self.declared:
            spaces[each.space][each.name] = _input_value(each, self, inputs, run, lenient=lenient)
        value = None
        for step in self.steps:
            local = run if step.space == self.space else run.with_variables(spaces[step.space])
            value = spaces[step.space][step.name] = _step_value(step, local, lenient=lenient)
        return Result(value, trace, problems)

    def open_spaces(self, variables: dict[str, Any]) -> dict[Space, dict[str, Any]]:
        """The variables of this file and of each that it imports; those of an import are a context of its name."""
        spaces = {self.space: variables}
        for each in self.imported:
            inner = spaces.setdefault(each.space, {})
            inner.update(each.knowledge)
            if each.space != self.space:
                spaces[each.space[:-1]][each.space[-1]] = inner
        return spaces


def _input_value(declared: Input, decision: Decision, inputs: Mapping[str, Any], run: Run, *, lenient: bool) -> Any:
    found = _given(declared, decision.space, inputs)
    if found is MISSING and not lenient:
        raise MissingInputError(decision.name, declared.path)
    return _fitting(declared.path, None if found is MISSING else found, declared.type, run, lenient=lenient)


def _given(declared: Input, home: Space, inputs: Mapping[str, Any]) -> Any:
    """The value of an input: by its path, or inside of contexts named after the imports."""
    below = declared.space[len(home) :]
    if not below:
        return inputs.get(declared.name, MISSING)
    if ".".join((*below, declared.name)) in inputs:
        return inputs[".".join((*below, declared.name))]
    found: Any = inputs
    for name in (*below, declared.name):
        found = found.get(name, MISSING) if isinstance(found, Mapping) else MISSING
    return found


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
    """All decisions of a file; its decision services and functions (business knowledge) are evaluated like decisions."""

    name: str
    source: str
    decisions: tuple[Decision, ...]
    services: tuple[Decision, ...] = ()
    functions: tuple[Decision, ...] = ()

    def decision(self, id_or_name: str) -> Decision:
        """The decision of this id or, failing that, of this name; raises UnknownDecisionError."""
        return self._find(id_or_name, (*self.decisions, *self.services))

    def invocable(self, id_or_name: str) -> Decision:
        """The decision service or function of this id or name, its parameters as inputs; raises UnknownDecisionError."""
        return self._find(id_or_name, (*self.services, *self.functions))

    def _find(self, id_or_name: str, candidates: tuple[Decision, ...]) -> Decision:
        found = [each for each in candidates if each.id == id_or_name]
        found += [each for each in candidates if each.name == id_or_name]
        if found:
            return found[0]
        raise UnknownDecisionError(id_or_name, [each.id or each.name for each in candidates])
