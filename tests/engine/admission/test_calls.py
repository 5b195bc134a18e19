"""Processes that call processes: shared and separate variables, circles."""

from __future__ import annotations

from typing import Any

import pytest

RULE_TASK = "<bpmn:businessRuleTask "
DECISION = '<ql:decision name="marks"><ql:input name="amount" value="amount_fen"/><ql:output name="verdict" value="result"/></ql:decision>'
CALLED = "processes/review/review.bpmn"


def _calling(broken: Any, extension: str, *, wants: str) -> Any:
    """The sound diagram calls another one, `review`, made from it, which wants a variable."""
    files = broken(
        (RULE_TASK, '<bpmn:callActivity calledElement="review" '),
        ("</bpmn:businessRuleTask>", "</bpmn:callActivity>"),
        (DECISION, extension),
    )
    called = broken(
        ('<bpmn:process id="sound"', '<bpmn:process id="review"'), ('name="amount_fen"', f'name="{wants}"'),
        ('bpmnElement="sound"', 'bpmnElement="review"'), ('value="amount_fen"', f'value="{wants}"'),
    )  # fmt: skip
    return {
        **files,
        CALLED: called["processes/sound/sound.bpmn"],
        "processes/review/marks.dmn": files["processes/sound/marks.dmn"],
        "forms/review/check_it.json": files["forms/sound/check_it.json"],
    }


@pytest.mark.parametrize(
    ("extension", "wants", "expected"),
    [
        ("", "amount_fen", set()),
        ("", "seats", {"call_variable_missing"}),
        ('<ql:call><ql:input name="seats" value="amount_fen"/></ql:call>', "seats", set()),
        ("<ql:call/>", "seats", {"input_missing"}),
        (
            '<ql:call><ql:input name="x" value="1"/><ql:input name="seats" value="1"/></ql:call>',
            "seats",
            {"input_unknown"},
        ),
    ],
    ids=["shared", "not given", "handed over", "nothing handed over", "too much"],
)
def test_a_called_process_gets_what_it_wants(
    extension: str, wants: str, expected: set[str], broken: Any, rules_of: Any
) -> None:
    assert rules_of(_calling(broken, extension, wants=wants)) == expected


def test_what_a_called_process_sets_apart_is_unknown_to_its_caller(broken: Any, rules_of: Any) -> None:
    files = _calling(broken, '<ql:call><ql:input name="seats" value="1"/></ql:call>', wants="seats")
    mine = "processes/sound/sound.bpmn"
    files[mine] = files[mine].replace(b'outcome = "passed"', b"seats = 1")

    assert rules_of(files) == {"variable_unknown"}


def test_processes_that_call_each_other_are_refused(broken: Any, rules_of: Any) -> None:
    files = _calling(broken, "<ql:call/>", wants="amount_fen")
    files[CALLED] = (
        files[CALLED]
        .replace(RULE_TASK.encode(), b'<bpmn:callActivity calledElement="sound" ')
        .replace(b"</bpmn:businessRuleTask>", b"</bpmn:callActivity>")
        .replace(DECISION.replace("amount_fen", "amount_fen").encode(), b"<ql:call/>")
    )

    assert "calls_itself" in rules_of(files)
