"""Who may call what: one table, endpoint by endpoint. What is not in it is refused, and a test finds it.

The table says who may knock; whose case or task it is, engine and `visibility` decide.
"""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from app.domain.role_grant import ROLES, Role
from app.web.signed_in import has_bearer, visitor

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
    "account.show": SIGNED_IN,
    "account.set_password": SIGNED_IN,
    "account.sign_out_everywhere": SIGNED_IN,
    "messages.list_messages": SIGNED_IN,
    "messages.show": SIGNED_IN,
    "messages.read_all": SIGNED_IN,
    "messages.set_email": SIGNED_IN,
    "mailbox.list_emails": SIGNED_IN,
    "mailbox.show": SIGNED_IN,
    "message_templates.list_templates": ADMIN,
    "message_templates.show": ADMIN,
    "message_templates.save": ADMIN,
    "public.list_agencies": PUBLIC,
    "public.show_agency": PUBLIC,
    "public.list_notices": PUBLIC,
    "public.show_notice": PUBLIC,
    "public.show_queue": PUBLIC,
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
    "sending.check": WORKERS,
    "sending.send": WORKERS,
    "sending.show_sent": WORKERS,
    "tasks.claim": WORKERS,
    "tasks.release": WORKERS,
    "tasks.assign": frozenset({str(Role.SUPERVISOR)}),
    "cases.list_cases": WORKERS - {Role.EXPERT},
    "cases.show": WORKERS - {Role.EXPERT},
    "cases.show_diagram": SIGNED_IN,
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
}


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
    if endpoint is None or may(endpoint):
        return None
    if visitor() is not None:
        raise Forbidden
    if has_bearer() or request.path.startswith("/api/"):
        raise Unauthorized
    return redirect(url_for("sign_in.show", next=request.full_path if request.method == "GET" else None))
