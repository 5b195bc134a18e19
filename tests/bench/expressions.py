"""What a prepared rule and a table of twenty rows cost in CPU."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from app.dmn import read_model
from app.feel import compile_expression
from tests.bench.result import Result

RULES = (
    ('decision = "go" and track = "board"', {"decision": "go", "track": "board"}),
    ('amount > 1000 and category in ("legal", "advice")', {"amount": 280_000, "category": "advice"}),
)
HEAD = '<?xml version="1.0"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="urn:b">'
COLUMN = '<input id="c_{0}"><inputExpression id="e_{0}" typeRef="{1}"><text>{0}</text></inputExpression></input>'


def measure() -> list[Result]:
    """The two figures, each a median of repeated loops."""
    slowest = 0.0
    for text, data in RULES:
        rule = compile_expression(text)
        slowest = max(slowest, _microseconds(lambda rule=rule, data=data: rule.evaluate(data)))
    table = read_model(table_of_twenty()).decision("twenty")
    last = {"score": 9_950, "kind": "service"}  # the last row matches
    return [
        Result("feel.rule_us", slowest, "µs", "<= 5"),
        Result("dmn.table20_us", _microseconds(lambda: table.evaluate(last)), "µs", "<= 15"),
    ]


def table_of_twenty() -> bytes:
    """Twenty rows over two inputs, first hit."""
    rows = "".join(
        f'<rule id="r{row}"><inputEntry id="a{row}"><text>[{row * 500}..{row * 500 + 499}]</text></inputEntry>'
        f'<inputEntry id="b{row}"><text>"service","agency"</text></inputEntry>'
        f'<outputEntry id="o{row}"><text>"band {row}"</text></outputEntry></rule>'
        for row in range(20)
    )
    inputs = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
        for name, kind in (("score", "number"), ("kind", "string"))
    )
    needs = "".join(
        f'<informationRequirement id="n_{name}"><requiredInput href="#{name}"/></informationRequirement>'
        for name in ("score", "kind")
    )
    columns = COLUMN.format("score", "number") + COLUMN.format("kind", "string")
    return (
        f'{HEAD}{inputs}<decision id="twenty" name="twenty">{needs}<decisionTable id="t" hitPolicy="FIRST">{columns}'
        f'<output id="band" name="band" typeRef="string"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


def _microseconds(act: Callable[[], object], *, loops: int = 2_000, repeats: int = 9) -> float:
    for _ in range(loops):
        act()
    costs = []
    for _ in range(repeats):
        began = time.process_time()
        for _ in range(loops):
            act()
        costs.append((time.process_time() - began) / loops * 1e6)
    return statistics.median(costs)
