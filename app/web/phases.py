"""The steps of a case as its applicant follows them: a few phases, each with who does it and the promised time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of the bar."""

    title: str
    department: str
    promise: str
    """How long it takes at most; "" if nobody promises."""
    state: str
    """`done`, `current` or ""."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A phase and the elements of the diagram that belong to it."""

    title: Callable[[], str]
    department: Callable[[], str]
    days: str
    """The parameter that promises the working days; "" for none."""
    elements: frozenset[str]


def _agency() -> str:
    return gettext("Agency")


def _office() -> str:
    return gettext("Operator's office")


def _enterprise() -> str:
    return gettext("Enterprise")


def _bureau() -> str:
    return gettext("Bureau")


_PLANS: dict[str, tuple[_Plan, ...]] = {
    "agency_certification": (
        _Plan(lambda: gettext("Hand in"), _agency, "", frozenset({"submit_application"})),
        _Plan(
            lambda: gettext("Verification"), _office, "verification_working_days",
            frozenset(
                {"open_application", "verify_authenticity", "verify_compliance", "allow_corrections", "mend_application"}
            ),
        ),
        _Plan(
            lambda: gettext("Expert review"), lambda: gettext("Experts drawn at random"), "scoring_working_days",
            frozenset({"prepare_panel", "draw_panel", "mend_pool", "expert_review"}),
        ),
        _Plan(lambda: gettext("Conclusion"), _office, "conclusion_working_days",
            frozenset({"conclude", "request_review", "examine_review"}),
        ),
        _Plan(
            lambda: gettext("Public notice"), lambda: gettext("Everybody"), "notice_working_days",
            frozenset({"publish_notice", "await_notice", "notice_period", "objection_received", "examine_objection"}),
        ),
        _Plan(
            lambda: gettext("Filing"), _bureau, "filing_working_days",
            frozenset({"file_certification", "record_certification"}),
        ),
    ),
    "voucher_application": (
        _Plan(lambda: gettext("Hand in"), _enterprise, "", frozenset({"submit_application"})),
        _Plan(
            lambda: gettext("Contract confirmed"), _agency, "agency_confirmation_working_days",
            frozenset({"open_application", "confirm_contract"}),
        ),
        _Plan(lambda: gettext("Money reserved"), lambda: gettext("In order"), "", frozenset({"join_queue", "await_money"})),
        _Plan(
            lambda: gettext("First review"), _office, "first_review_working_days",
            frozenset({"first_review", "sign_override", "mend_application"}),
        ),
        _Plan(lambda: gettext("Deposit"), _enterprise, "deposit_working_days", frozenset({"await_deposit"})),
        _Plan(lambda: gettext("Service"), _agency, "", frozenset({"report_completion"})),
        _Plan(lambda: gettext("Settlement"), _office, "", frozenset({"settlement"})),
    ),
}  # fmt: skip


def phases_of(
    process_key: str, waiting: Sequence[str], figures: Mapping[str, int], *, is_over: bool, was_refused: bool
) -> list[Phase]:
    """The bar of a case: everything before the phase that the case waits in is done.

    Args:
        waiting: ids of the elements of the main process where the case waits.
        figures: the policy parameters that the case is decided under.
        was_refused: an ended case that did not reach its last phase; then none is marked done but the first.
    """
    plans = _PLANS.get(process_key, ())
    current = next((place for place, plan in enumerate(plans) if plan.elements & set(waiting)), None)
    reached = len(plans) if is_over and not was_refused else (current if current is not None else min(1, len(plans)))
    return [
        Phase(
            plan.title(), plan.department(), _promise(plan.days, figures),
            "current" if place == current and not is_over else ("done" if place < reached else ""),
        )
        for place, plan in enumerate(plans)
    ]  # fmt: skip


def _promise(key: str, figures: Mapping[str, int]) -> str:
    if not key:
        return ""
    return ngettext("within %(num)d working day", "within %(num)d working days", figures[key])
