"""What an event may wait for, as values: one class for each kind of event definition; timers have a file of their own."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.kernel.expressions import Formula
from app.engine.kernel.model import Output
from app.engine.kernel.timers import Timer


@dataclass(frozen=True, slots=True)
class Message:
    """The message that an event waits for."""

    name: str
    correlation: Formula | None
    """Gives the text that a message must carry to be meant for this case; None: the name is enough."""
    outputs: tuple[Output, ...]
    """What is taken from `payload` into the variables; when empty, the whole payload is."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal: everyone who waits for its name gets it at once; nobody keeps it for later."""

    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition over the variables; it triggers when it becomes true."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """An error by its code; '' for every error."""

    code: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """An escalation by its code; '' for every escalation."""

    code: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """The cancellation of the transaction on whose boundary the event lies."""


Trigger = Timer | Message | Signal | Condition | ErrorCode | Escalation | Cancel
