"""What a diagram may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """What a service task may call, `<process>.<function>`: its parameters and the error codes that it may raise."""

    name: str
    parameters: frozenset[str]
    required: frozenset[str]
    error_codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Operations by name, and the roles that lanes may be."""

    operations: Mapping[str, Operation]
    roles: frozenset[str]
