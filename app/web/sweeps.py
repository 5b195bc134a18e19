"""What a worker does again and again: each sweep looks, by an index, and acts in transactions of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.db import reading, unit_of_work
from app.documents.rendering import MADE_AHEAD_DAYS, pdfs_with, render_waiting
from app.domain.book_check_result import check_and_keep, is_check_due
from app.domain.expiring import tell_of_expiry
from app.domain.forgotten_password import answer_resets, is_reset_asked
from app.domain.registration import forget_old_registrations
from app.domain.role_grant import end_roles
from app.domain.role_request import begin_roles
from app.domain.sign_in_attempt import forget_old_failures
from app.domain.sign_in_session import forget_old_sessions
from app.engine.search_words import catch_up, has_arrears
from app.engine.service_jobs import run_due_jobs
from app.engine.timers import fire_due_timers
from app.jobs import JobRegistry
from app.mail.delivery import send_waiting
from app.web.case_signals import deliver_signals
from app.web.context import Context
from app.web.deadline_messages import remind_applicants
from app.web.late_interests import replace_tied
from app.web.promotions import tell_promoted
from app.web.task_notices import tell_of_waiting_tasks

SWEEP_SECONDS = 0.5
"""How often a worker looks, by an index, for timers and service tasks that have fallen due."""
MAIL_SECONDS = 2.0
"""How often a worker looks, by an index, for e-mails that wait."""
SEARCH_SECONDS = 5.0
"""How often a worker takes in the words of new answers; a search takes in what is left."""
RESET_SECONDS = 2.0
"""How often a worker looks for passwords that were forgotten."""
ROLES_SECONDS = 60.0
"""How often a worker looks for roles that begin or end; a page leaves out at once what has ended."""
INTERESTS_SECONDS = 60.0
"""How often a worker looks for experts at work who have become tied to the applicant; a page locks at once."""
SESSIONS_KEPT_FOR = timedelta(days=90)
RENDER_SECONDS = 5.0
"""How often a worker looks, by an index, for letters without a PDF; whoever opens one earlier has it made at once."""
REMIND_SECONDS = 60.0
"""How often a worker looks, by an index, for what applicants are to be reminded of."""
SIGNAL_SECONDS = 1.0
"""How often a worker looks, by an index, for cases that are to hear of their money."""
BOOK_CHECK_SECONDS = 600.0
"""How often a worker looks whether tonight's check of the books is still to be made."""
TIDY_SECONDS = 3600.0
"""How often a worker drops old rows that nobody needs."""


def sweeps(parts: Context) -> JobRegistry:
    """What a worker does again and again: fire timers, run service tasks."""
    registry = JobRegistry()

    @registry.periodic("fire_due_timers", SWEEP_SECONDS)
    def _fire() -> None:
        fire_due_timers(parts.database, parts.runtime, now=_now(parts))

    @registry.periodic("run_due_service_jobs", SWEEP_SECONDS)
    def _run() -> None:
        run_due_jobs(parts.database, parts.runtime, now=_now(parts))

    @registry.periodic("take_in_search_words", SEARCH_SECONDS)
    def _take_in() -> None:
        with reading(parts.database) as unit:
            is_behind = has_arrears(unit.connection)
        if is_behind:
            with unit_of_work(parts.database) as unit:
                catch_up(unit)

    @registry.periodic("forget_old_sign_in_failures", TIDY_SECONDS)
    def _tidy() -> None:
        with unit_of_work(parts.database) as unit:
            forget_old_failures(unit.session, now=datetime.now(UTC))
            forget_old_registrations(unit.session, now=datetime.now(UTC))
            forget_old_sessions(unit.session, older_than=datetime.now(UTC) - SESSIONS_KEPT_FOR)

    @registry.periodic("answer_forgotten_passwords", RESET_SECONDS)
    def _answer() -> None:
        with reading(parts.database) as unit:
            is_asked = is_reset_asked(unit.connection)
        if is_asked:  # a look costs no write lock
            with unit_of_work(parts.database) as unit:
                answer_resets(unit.session, now=datetime.now(UTC))

    @registry.periodic("begin_and_end_roles", ROLES_SECONDS)
    def _turn_roles() -> None:
        now = _now(parts)
        with unit_of_work(parts.database) as unit:
            end_roles(unit.session, now=now)
            begin_roles(unit.session, now=now)

    @registry.periodic("replace_tied_experts", INTERESTS_SECONDS)
    def _replace() -> None:
        replace_tied(parts.database, parts.runtime, now=_now(parts))

    _write_letters(registry, parts)
    _keep_books(registry, parts)
    return registry


def _write_letters(registry: JobRegistry, parts: Context) -> None:
    """Remind, make the PDFs of what has been issued, and send what waits in the outbox."""

    @registry.periodic("tell_promoted_cases", SWEEP_SECONDS)
    def _promote() -> None:
        tell_promoted(parts.database, parts.runtime, now=_now(parts))

    @registry.periodic("remind_applicants", REMIND_SECONDS)
    def _remind() -> None:
        remind_applicants(parts.database, now=_now(parts))

    @registry.periodic("tell_of_waiting_tasks", REMIND_SECONDS)
    def _tell() -> None:
        tell_of_waiting_tasks(parts.database, now=_now(parts))

    @registry.periodic("tell_of_expiring_certificates", TIDY_SECONDS)
    def _expire() -> None:
        now = _now(parts)
        with unit_of_work(parts.database) as unit:
            tell_of_expiry(unit.session, now=now)

    @registry.periodic("render_documents", RENDER_SECONDS)
    def _render() -> None:
        render_waiting(parts.database, parts.settings, since=_now(parts) - timedelta(days=MADE_AHEAD_DAYS))

    @registry.periodic("send_waiting_emails", MAIL_SECONDS)
    def _mail() -> None:
        send_waiting(parts.database, parts.settings, lambda email: pdfs_with(parts.database, parts.settings, email))


def _keep_books(registry: JobRegistry, parts: Context) -> None:
    """Tell cases of their money, and check the books every night."""

    @registry.periodic("deliver_case_signals", SIGNAL_SECONDS)
    def _signal() -> None:
        deliver_signals(parts.database, parts.runtime, now=_now(parts))

    @registry.periodic("check_books", BOOK_CHECK_SECONDS)
    def _check() -> None:
        now = _now(parts)
        with reading(parts.database) as unit:
            is_due = is_check_due(unit.session, now=now)
        if is_due:
            with unit_of_work(parts.database) as unit:
                check_and_keep(unit.session, now=now)


def _now(parts: Context) -> datetime:
    if not parts.clock.manual:
        return datetime.now(UTC)
    with unit_of_work(parts.database) as unit:
        return parts.clock.now(unit)
