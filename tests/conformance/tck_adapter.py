"""Runs a case of the DMN TCK: reads the model with the project's own reader and asks for each result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.dmn import DmnError, Model, Result, read_model
from app.feel import FeelError
from tests.conformance.tck_values import from_typed, to_typed

Outcome = dict[str, Any]


class Decisions:
    """The models of one suite, each read once."""

    def __init__(self) -> None:
        self._models: dict[Path, Model] = {}

    def run(self, model_path: str | Path, case: dict[str, Any]) -> list[Outcome]:
        """For each result node of the case `{"value": typed value or None, "error": text}`."""
        return [self._run_one(Path(model_path), case, result["name"]) for result in case["results"]]

    def _run_one(self, path: Path, case: dict[str, Any], name: str) -> Outcome:
        inputs = {key: from_typed(value) for key, value in case["inputs"].items()}
        try:
            result = self._ask(path, case, name, inputs)
            return {"value": to_typed(result.value), "error": "; ".join(each.reason for each in result.problems)}
        except (DmnError, FeelError, ValueError) as error:
            return {"value": None, "error": str(error)}

    def _ask(self, path: Path, case: dict[str, Any], name: str, inputs: dict[str, Any]) -> Result:
        model, invocable = self._model(path), case.get("invocable")
        if not invocable:
            return model.decision(name).evaluate(inputs, lenient=True)
        result = model.invocable(invocable).evaluate(inputs, lenient=True)
        # A service with several outputs answers with one entry for each.
        if isinstance(result.value, dict) and name in result.value:
            return Result(result.value[name], result.trace, result.problems)
        return result

    def _model(self, path: Path) -> Model:
        if path not in self._models:
            beside = [each.read_bytes() for each in sorted(path.parent.glob("*.dmn")) if each != path]
            self._models[path] = read_model(path.read_bytes(), source=path.name, tolerant=True, imports=beside)
        return self._models[path]
