"""The decision tables that pages ask: those of the newest deployment of the voucher application, else those that ship."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.db import UnitOfWork
from app.domain.rule_tables import Decide, shipped
from app.engine import catalogue
from app.engine.decisions import evaluate_decision
from app.web.context import context

PROCESS = "voucher_application"


def deployed(unit: UnitOfWork) -> Decide:
    """Decide as a case that is opened now would."""
    newest = next(iter(catalogue.definitions(unit.connection, PROCESS)), None)
    if newest is None:
        return shipped
    bundle = context().runtime.catalogue.bundle(unit.connection, newest.bundle_id)

    def decide(name: str, inputs: Mapping[str, Any]) -> Any:
        if name not in bundle.decisions:
            return shipped(name, inputs)
        return evaluate_decision(bundle, name, inputs)[0]

    return decide
