"""How a built-in function is declared: its name, its parameters as the standard names them, and the Python function.

A parameter may be optional (`length?`), and the last may take any number of values (`list*`): then one list or many
items are passed, and the function always receives one list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.feel.errors import Undefined
from app.feel.runtime import Run
from app.feel.values import BuiltinFunction

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to call a built-in."""

    parameters: tuple[str, ...]
    required: int
    gathers: bool
    function: Function


@dataclass(frozen=True, slots=True, eq=False)
class Builtin(BuiltinFunction):
    """A built-in function with all its forms."""

    name: str
    forms: tuple[Form, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of the first form."""
        return self.forms[0].parameters

    def takes(self, count: int) -> bool:
        """Whether one of its forms can be called with so many arguments."""
        return any(
            (form.gathers and count > 0) or form.required <= count <= len(form.parameters) for form in self.forms
        )

    def call(self, arguments: Sequence[Any], run: Run) -> Any:
        """The result for arguments by position; raises Undefined."""
        count = len(arguments)
        for form in self.forms:
            if form.gathers and count:
                if count == 1:
                    return form.function(run, arguments[0])
                return form.function(run, list(arguments))
            if form.required <= count <= len(form.parameters):
                return form.function(run, *arguments)
        raise Undefined(f"{self.name} does not take {count} arguments")

    def call_by_name(self, arguments: dict[str, Any], run: Run) -> Any:
        """The result for named arguments; raises Undefined."""
        for form in self.forms:
            needed = form.parameters[: form.required]
            if arguments.keys() <= set(form.parameters) and all(name in arguments for name in needed):
                given = [arguments.get(name) for name in form.parameters]
                while len(given) > form.required and form.parameters[len(given) - 1] not in arguments:
                    given.pop()
                return form.function(run, *given)
        raise Undefined(f"{self.name} has no form with the parameters {', '.join(sorted(arguments))}")


def form(signature: str, function: Function) -> Form:
    """The form of a signature such as `string, start position, length?`."""
    names = [name.strip() for name in signature.split(",")] if signature else []
    gathers = bool(names) and names[-1].endswith("*")
    required = sum(not name.endswith("?") for name in names)
    return Form(tuple(name.rstrip("?*") for name in names), required, gathers, function)


def builtin(name: str, *forms: tuple[str, Function]) -> Builtin:
    """A built-in of these forms."""
    return Builtin(name, tuple(form(signature, function) for signature, function in forms))
