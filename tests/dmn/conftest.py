"""Writes small DMN files for the tests."""

from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from app.dmn import Model, read_model

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(body: str, *, namespace: str = NAMESPACE, head: str = "") -> bytes:
    """A whole file around these elements."""
    return f'<?xml version="1.0"?>{head}<definitions xmlns="{namespace}" id="m" name="m" namespace="urn:t">{body}</definitions>'.encode()


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def inputs_of(names: Sequence[str], types: dict[str, str] | None = None) -> str:
    """Input data of these names."""
    kinds = {name: f' typeRef="{(types or {})[name]}"' if name in (types or {}) else "" for name in names}
    return "".join(
        f"<inputData id={quoteattr('i_' + n)} name={quoteattr(n)}><variable name={quoteattr(n)}{kinds[n]}/></inputData>"
        for n in names
    )


def decision(
    name: str,
    expression: str,
    *,
    needs: Sequence[str] = (),
    after: Sequence[str] = (),
    knows: Sequence[str] = (),
    type_ref: str = "",
) -> str:
    """A decision that requires inputs, decisions and knowledge."""
    links = [f'<informationRequirement><requiredInput href="#i_{each}"/></informationRequirement>' for each in needs]
    links += [f'<informationRequirement><requiredDecision href="#{each}"/></informationRequirement>' for each in after]
    links += [f'<knowledgeRequirement><requiredKnowledge href="#{each}"/></knowledgeRequirement>' for each in knows]
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{kind}/>{"".join(links)}{expression}</decision>'


def table(
    columns: Sequence[str],
    outputs: Sequence[dict[str, str]],
    rows: Sequence[tuple[str, ...]],
    *,
    policy: str = "UNIQUE",
    aggregation: str = "",
    allowed: dict[str, str] | None = None,
) -> str:
    """A decision table; each row holds the cells of its inputs, then those of its outputs."""
    head = "".join(
        f'<input label="{each}"><inputExpression><text>{each}</text></inputExpression>'
        + (f"<inputValues><text>{escape(allowed[each])}</text></inputValues>" if allowed and each in allowed else "")
        + "</input>"
        for each in columns
    )
    for each in outputs:
        parts = "".join(
            f"<{tag}><text>{escape(each[tag])}</text></{tag}>"
            for tag in ("outputValues", "defaultOutputEntry")
            if tag in each
        )
        head += f'<output name="{each.get("name", "")}">{parts}</output>'
    body = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row[: len(columns)])
        cells += "".join(f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in row[len(columns) :])
        body += f'<rule id="r{number}">{cells}</rule>'
    how = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{how}>{head}{body}</decisionTable>'


class Drawing:
    """The builders above, for tests that import nothing."""

    definitions = staticmethod(definitions)
    literal = staticmethod(literal)
    inputs = staticmethod(inputs_of)
    decision = staticmethod(decision)
    table = staticmethod(table)


@pytest.fixture
def draw() -> type[Drawing]:
    """The builders of DMN files."""
    return Drawing


@pytest.fixture
def read() -> Callable[..., Model]:
    """Read elements as one model."""

    def read_elements(*elements: str, **options: Any) -> Model:
        return read_model(definitions("".join(elements)), source="test.dmn", **options)

    return read_elements


@pytest.fixture
def run_table(read: Callable[..., Model]) -> Callable[..., Any]:
    """Evaluate one table over inputs a and b."""

    def run(values: dict[str, Any], *args: Any, **options: Any) -> Any:
        model = read(inputs_of(("a", "b")), decision("d", table(*args, **options), needs=("a", "b")))
        return model.decision("d").evaluate({"a": None, "b": None, **values})

    return run
