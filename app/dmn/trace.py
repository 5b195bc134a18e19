"""Records what a decision table did, for the people who must explain a decision."""

from dataclasses import dataclass
from typing import Any

from app.feel.json_values import to_json


@dataclass(frozen=True, slots=True)
class TableTrace:
    """One run of one table."""

    table: str
    labels: tuple[str, ...]
    rule_ids: tuple[str, ...]
    values: list[Any]
    matched: list[int]
    output: Any

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs by the labels of their columns."""
        return dict(zip(self.labels, self.values, strict=True))

    @property
    def rules(self) -> list[tuple[int, str]]:
        """The rules that matched: number from 1, and id."""
        return [(index + 1, self.rule_ids[index]) for index in self.matched]

    def to_json(self) -> dict[str, Any]:
        """The record in JSON's types; fractions as text."""
        return {
            "table": self.table,
            "inputs": to_json(self.inputs, decimals="string"),
            "rules": [{"number": number, "id": rule_id} for number, rule_id in self.rules],
            "output": to_json(self.output, decimals="string"),
        }
