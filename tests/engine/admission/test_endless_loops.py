"""A circle that never waits would keep a transaction for ever; one that waits for somebody is how work is sent back."""

from __future__ import annotations

from typing import Any

BACK = ('sourceRef="too_poor" targetRef="refused"', 'sourceRef="too_poor" targetRef="register_it"')
OPERATION = "</ql:operation>"


def test_an_error_that_leads_back_to_what_raised_it_is_endless(broken: Any, rules_of: Any) -> None:
    assert "endless_loop" in rules_of(broken(BACK))


def test_an_asynchronous_task_waits_for_its_worker(broken: Any, rules_of: Any) -> None:
    assert "endless_loop" not in rules_of(broken(BACK, (OPERATION, OPERATION + '<ql:async retries="1"/>')))


def _through_subprocess(broken: Any, inner: str) -> Any:
    """The circle behind `result` leads through a subprocess instead of the user task."""
    subprocess = (
        f'<bpmn:subProcess id="rework"><bpmn:startEvent id="rework_begin"/>{inner}<bpmn:endEvent id="rework_done"/>'
        "</bpmn:subProcess>"
    )
    return broken(
        ('<bpmn:exclusiveGateway id="again"/>', f'<bpmn:exclusiveGateway id="again"/>{subprocess}'),
        (
            '<bpmn:sequenceFlow id="flow_result_again" sourceRef="result" targetRef="again"/>',
            (
                '<bpmn:sequenceFlow id="flow_result_again" sourceRef="result" targetRef="rework"/>'
                '<bpmn:sequenceFlow id="flow_rework_judge_it" sourceRef="rework" targetRef="judge_it"/>'
            ),
        ),
    )


def test_a_subprocess_in_which_somebody_works_waits(broken: Any, rules_of: Any) -> None:
    assert "endless_loop" not in rules_of(_through_subprocess(broken, '<bpmn:userTask id="mend"/>'))


def test_a_subprocess_in_which_nobody_works_does_not(broken: Any, rules_of: Any) -> None:
    assert "endless_loop" in rules_of(_through_subprocess(broken, ""))
