"""Who may call what: one table, endpoint by endpoint. What is not in it is refused, and a test finds it.

The table says who may knock; whose case or task it is, engine and `visibility` decide.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, redirect, request, url_for
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from app.db import unit_of_work
from app.domain.role_grant import ROLES, Role
from app.domain.security_event import note_refusal
from app.web.context import context
from app.web.errors import wants_json
from app.web.late_posts import keep_this_post
from app.web.signed_in import came_from, has_bearer, visitor

PUBLIC: frozenset[str] = frozenset({"public"})
"""Anybody, signed in or not."""
SIGNED_IN: frozenset[str] = frozenset({"signed_in"})
"""Everybody who has signed in, with any role or none."""

WORKERS = ROLES - {Role.SYSTEM_ADMIN, Role.PROCESS_ADMIN}
"""Roles that can have tasks: admins take part in no decision."""
OFFICE = frozenset(map(str, (Role.REVIEWER, Role.SUPERVISOR, Role.FINANCE, Role.BUREAU, Role.AUDITOR)))
APPLICANTS = frozenset(map(str, (Role.AGENCY, Role.ENTERPRISE)))
ADMIN = frozenset({str(Role.PROCESS_ADMIN)})
BUREAU = frozenset({str(Role.BUREAU)})
READERS = OFFICE | ADMIN
SUPERVISORS = frozenset({str(Role.SUPERVISOR)})
EXAMINERS = frozenset({str(Role.REVIEWER), str(Role.SUPERVISOR)})
BOOK_READERS = frozenset(map(str, (Role.FINANCE, Role.BUREAU, Role.AUDITOR)))
EXPERTS = frozenset({str(Role.EXPERT)})
FINANCE = frozenset({str(Role.FINANCE)})
BOOKS = frozenset(map(str, (Role.FINANCE, Role.SUPERVISOR, Role.BUREAU, Role.AUDITOR)))
ENTERPRISES = frozenset({str(Role.ENTERPRISE)})
SYSTEM = frozenset({str(Role.SYSTEM_ADMIN)})
AUDITORS = frozenset({str(Role.SYSTEM_ADMIN), str(Role.AUDITOR)})

PERMISSIONS: dict[str, frozenset[str]] = {
    "static": PUBLIC,
    "health.healthz": PUBLIC,
    "health.readyz": PUBLIC,
    "health.metrics": PUBLIC,
    "home.show": PUBLIC,
    "home.set_language": PUBLIC,
    "home.accessibility": PUBLIC,
    "sign_in.show": PUBLIC,
    "sign_in.sign_in": PUBLIC,
    "sign_in.sign_out": PUBLIC,
    "second_step.show": PUBLIC,
    "second_step.enter": PUBLIC,
    "passkeys.ask_sign_in": PUBLIC,
    "passkeys.sign_in": PUBLIC,
    "single_sign_on.begin": PUBLIC,
    "single_sign_on.finish": PUBLIC,
    "links.show_forgotten": PUBLIC,
    "links.ask_reset": PUBLIC,
    "links.show_link": PUBLIC,
    "links.follow": PUBLIC,
    "registration.show": PUBLIC,
    "registration.register": PUBLIC,
    "registration.show_link": PUBLIC,
    "registration.confirm": PUBLIC,
    "account.show": SIGNED_IN,
    "account.set_password": SIGNED_IN,
    "own_email.show": SIGNED_IN,
    "own_email.ask": SIGNED_IN,
    "own_email.show_link": SIGNED_IN,
    "own_email.confirm": SIGNED_IN,
    "account.sign_out_everywhere": SIGNED_IN,
    "messages.list_messages": SIGNED_IN,
    "messages.show": SIGNED_IN,
    "messages.read_all": SIGNED_IN,
    "messages.set_email": SIGNED_IN,
    "letters.list_letters": APPLICANTS | {Role.EXPERT},
    "letters.show": SIGNED_IN,
    "letters.show_pdf": SIGNED_IN,
    "letters.show_qr": SIGNED_IN,
    "mailbox.list_emails": SIGNED_IN,
    "mailbox.show": SIGNED_IN,
    "message_templates.list_templates": ADMIN,
    "message_templates.show": ADMIN,
    "message_templates.save": ADMIN,
    "account.end_session": SIGNED_IN,
    "account.revoke_token": SIGNED_IN,
    "second_factor.show": SIGNED_IN,
    "second_factor.show_qr": SIGNED_IN,
    "second_factor.confirm": SIGNED_IN,
    "second_factor.renew_codes": SIGNED_IN,
    "second_factor.remove": SIGNED_IN,
    "passkeys.ask_registration": SIGNED_IN,
    "passkeys.register": SIGNED_IN,
    "passkeys.rename": SIGNED_IN,
    "passkeys.remove": SIGNED_IN,
    "members.list_members": APPLICANTS,
    "members.invite": APPLICANTS,
    "members.invite_again": APPLICANTS,
    "members.remove": APPLICANTS,
    "accounts.list_accounts": SYSTEM,
    "accounts.show_invitation": SYSTEM,
    "accounts.invite": SYSTEM,
    "accounts.show": SYSTEM,
    "accounts.invite_again": SYSTEM,
    "accounts.correct_email": SYSTEM,
    "accounts.close": SYSTEM,
    "accounts.reopen": SYSTEM,
    "accounts.reset_second_factor": SYSTEM,
    "accounts.link_identity": SYSTEM,
    "accounts.request_role": SYSTEM,
    "accounts.revoke_role": SYSTEM,
    "accounts.set_member_admin": SYSTEM,
    "role_requests.list_requests": SYSTEM,
    "role_requests.approve": SYSTEM,
    "role_requests.refuse": SYSTEM,
    "organisations.list_organisations": SYSTEM,
    "organisations.show_form": SYSTEM,
    "organisations.register": SYSTEM,
    "organisations.show": SYSTEM,
    "audit.list_events": AUDITORS,
    "money.show_purse": OFFICE,
    "money.list_plans": BOOKS,
    "money.allocate_funds": BUREAU,
    "money.take_back_plan": BUREAU,
    "money.undo_plan": FINANCE,
    "money.show_deposits": BOOKS,
    "money.match_line": FINANCE,
    "money.send_back": FINANCE,
    "money.book_interest": FINANCE,
    "money.confirm_by_line": FINANCE,
    "money.list_payments": BOOKS,
    "money.make_payment_file": FINANCE,
    "money.show_payment_file": FINANCE,
    "money.confirm_order": FINANCE,
    "money.list_bank_lines": BOOKS,
    "money.show_import": FINANCE,
    "money.look_at_file": FINANCE,
    "money.book_file": FINANCE,
    "money.enter_bank_line": FINANCE,
    "money.show_reconciliation": BOOKS,
    "money.close_day": FINANCE,
    "money.show_check": BOOKS,
    "money.check_now": FINANCE | BUREAU,
    "money.list_commitments": BOOKS,
    "money.list_entries": BOOKS,
    "money.show_entry": BOOKS,
    "money.show_trial_balance": BOOKS,
    "public.list_agencies": PUBLIC,
    "public.show_agency": PUBLIC,
    "public.list_notices": PUBLIC,
    "public.show_notice": PUBLIC,
    "objections.ask": PUBLIC,
    "objections.send": PUBLIC,
    "evidence_files.show": SUPERVISORS,
    "objections.show": PUBLIC,
    "objections.confirm": PUBLIC,
    "public.show_queue": PUBLIC,
    "catalogue.show": PUBLIC,
    "vouchers.list_vouchers": APPLICANTS | OFFICE,
    "vouchers.show": APPLICANTS | OFFICE,
    "vouchers.show_qr": APPLICANTS | OFFICE,
    "vouchers.apply": frozenset({str(Role.ENTERPRISE)}),
    "vouchers.void": SUPERVISORS,
    "public.ask_verification": PUBLIC,
    "public.verify": PUBLIC,
    "public.show_rules": PUBLIC,
    "deadlines.show": PUBLIC,
    "calendar.show": PUBLIC,
    "calendar.change": BUREAU,
    "calendar.show_notice": BUREAU,
    "calendar.preview_notice": BUREAU,
    "calendar.edit_notice": BUREAU,
    "calendar.adopt": BUREAU,
    "parameters.list_parameters": READERS,
    "parameters.show": READERS,
    "parameters.change": BUREAU,
    "enterprises.show_own": ENTERPRISES,
    "enterprises.declare": ENTERPRISES,
    "enterprises.list_enterprises": OFFICE,
    "enterprises.show": OFFICE,
    "enterprises.record": frozenset({str(Role.REVIEWER), str(Role.SUPERVISOR)}),
    "bad_credit.list_entries": OFFICE,
    "bad_credit.enter": SUPERVISORS,
    "voucher_amount.show": ENTERPRISES,
    "inbox.show": WORKERS,
    "inbox.count_fresh": WORKERS,
    "inbox_filters.apply": WORKERS,
    "inbox_export.download": WORKERS,
    "inbox_bulk.check": WORKERS,
    "inbox_bulk.run": WORKERS,
    "saved_views.ask": WORKERS,
    "saved_views.save": WORKERS,
    "saved_views.edit": WORKERS,
    "saved_views.change": WORKERS,
    "substitutions.show": WORKERS,
    "substitutions.appoint": WORKERS,
    "substitutions.end": WORKERS,
    "keys.show": WORKERS,
    "keys.save": WORKERS,
    "desk.snooze": WORKERS,
    "desk.wake": WORKERS,
    "desk.flag": WORKERS,
    "desk.urge": frozenset({str(Role.SUPERVISOR)}),
    "desk.hand_over": WORKERS,
    "tasks.show": WORKERS,
    "tasks.complete": WORKERS,
    "tasks.save_draft": WORKERS,
    "kept_posts.bring_back": SIGNED_IN,
    "comments.write": WORKERS - {Role.EXPERT, Role.AUDITOR},
    "comments.withdraw": WORKERS - {Role.EXPERT, Role.AUDITOR},
    "comments.answer": WORKERS - {Role.EXPERT, Role.AUDITOR},
    "api_comments.write": WORKERS - {Role.AUDITOR},
    "sending.check": WORKERS,
    "sending.send": WORKERS,
    "sending.show_sent": WORKERS,
    "tasks.claim": WORKERS,
    "tasks.release": WORKERS,
    "tasks.assign": frozenset({str(Role.SUPERVISOR)}),
    "cases.list_cases": WORKERS - {Role.EXPERT},
    "cases.show": WORKERS - {Role.EXPERT},
    "cases.show_diagram": SIGNED_IN,
    "withdrawals.ask": APPLICANTS,
    "withdrawals.withdraw": APPLICANTS,
    "panels.list_panels": SUPERVISORS,
    "panels.show": SUPERVISORS,
    "panels.remind": SUPERVISORS,
    "panels.replace": SUPERVISORS,
    "pool.list_experts": SUPERVISORS | BUREAU,
    "pool.add": SUPERVISORS,
    "pool.leave": SUPERVISORS,
    "pool_proposals.approve": SUPERVISORS | BUREAU,
    "pool_proposals.refuse": SUPERVISORS | BUREAU,
    "pool_proposals.show_form": SYSTEM,
    "pool_proposals.propose_from_account": SYSTEM,
    "shareholdings.show_list": OFFICE,
    "shareholdings.record": EXAMINERS,
    "shareholdings.end": EXAMINERS,
    "service_files.show": OFFICE | APPLICANTS,
    "receipts.list_receipts": EXPERTS,
    "receipts.show": EXPERTS,
    "starts.start": APPLICANTS,
    "files.show": SIGNED_IN,
    "processes.list_processes": READERS,
    "processes.show": READERS,
    "processes.show_xml": READERS,
    "processes.deploy": ADMIN,
    "operations.list_incidents": READERS,
    "operations.act": ADMIN,
    "api_docs.show": SIGNED_IN,
    "api-docs.openapi_json": SIGNED_IN,
    "api_deployments.deploy": ADMIN,
    "api_processes.list_processes": SIGNED_IN,
    "api_processes.list_versions": SIGNED_IN,
    "api_processes.show_xml": SIGNED_IN,
    "api_instances.start": APPLICANTS | ADMIN,
    "api_instances.show": READERS,
    "api_instances.show_history": READERS,
    "api_instances.cancel": ADMIN,
    "api_instances.suspend": ADMIN,
    "api_instances.resume": ADMIN,
    "api_instances.retry": ADMIN,
    "api_messages.correlate": ADMIN,
    "api_tasks.list_tasks": WORKERS,
    "api_tasks.show": WORKERS,
    "api_tasks.claim": WORKERS,
    "api_tasks.release": WORKERS,
    "api_tasks.assign": frozenset({str(Role.SUPERVISOR)}),
    "api_tasks.hand_over": WORKERS,
    "api_tasks.snooze": WORKERS,
    "api_tasks.wake": WORKERS,
    "api_tasks.save_draft": WORKERS,
    "api_tasks.complete": WORKERS,
    "api_forms.show": SIGNED_IN,
    "api_decisions.evaluate": READERS,
    "api_clock.move": ADMIN,
    "api_log.show_head": READERS,
    "api_books.show_trial_balance": BOOK_READERS,
    "api_books.list_entries": BOOK_READERS,
    "api_books.take_statement": frozenset({str(Role.FINANCE)}),
}


BEFORE_SECOND_FACTOR = frozenset(
    {
        "static", "health.healthz", "health.readyz", "home.set_language", "sign_in.sign_out", "second_factor.show",
        "second_factor.show_qr", "second_factor.confirm", "passkeys.ask_registration", "passkeys.register",
    }
)  # fmt: skip
"""What somebody may call who must set up a second factor first."""


def guard(app: Flask) -> None:
    """Check the table before every request."""
    app.before_request(_check)


def may(endpoint: str) -> bool:
    """Whether whoever asks may call an endpoint; navigation shows nothing else."""
    allowed = PERMISSIONS.get(endpoint, frozenset())
    who = visitor()
    return allowed == PUBLIC or (who is not None and (allowed == SIGNED_IN or bool(allowed & who.roles)))


def _check() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None
    who = visitor()
    if may(endpoint):
        if who is not None and who.lacks_second_factor and endpoint not in BEFORE_SECOND_FACTOR:
            return redirect(url_for("second_factor.show"))
        return None
    if who is not None:
        with unit_of_work(context().database) as unit:
            note_refusal(
                unit.session, who.person_id, endpoint=endpoint, method=request.method, address=came_from(),
                now=datetime.now(UTC),
            )  # fmt: skip
        raise Forbidden
    if has_bearer() or wants_json():
        raise Unauthorized
    here = request.full_path if request.method == "GET" else keep_this_post()
    return redirect(url_for("sign_in.show", next=here))
