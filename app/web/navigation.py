"""What the top bar offers: only what the visitor may call."""

from __future__ import annotations

from flask_babel import gettext

from app.web.permissions import may
from app.web.signed_in import visitor


def navigation() -> list[tuple[str, str]]:
    """The endpoints of the top bar with their names, for whoever asks."""
    who = visitor()
    if who is None:
        return [
            ("public.list_agencies", gettext("Agencies")),
            ("catalogue.show", gettext("Service items")),
            ("public.show_queue", gettext("Queue")),
            ("public.list_notices", gettext("Notices")),
            ("public.ask_verification", gettext("Verify")),
        ]
    offered = [
        ("inbox.show", gettext("Inbox")),
        ("cases.list_cases", gettext("Cases")),
        ("money.show_purse", gettext("Purse")),
        ("vouchers.list_vouchers", gettext("Vouchers")),
        ("panels.list_panels", gettext("Panels")),
        ("shareholdings.show_list", gettext("Shareholdings")),
        ("receipts.list_receipts", gettext("Receipts")),
        ("letters.list_letters", gettext("Letters")),
        ("processes.list_processes", gettext("Processes")),
        ("operations.list_incidents", gettext("Incidents")),
        ("message_templates.list_templates", gettext("Templates")),
        ("enterprises.show_own", gettext("Our enterprise")),
        ("enterprises.list_enterprises", gettext("Enterprises")),
        ("parameters.list_parameters", gettext("Parameters")),
        ("accounts.list_accounts", gettext("People")),
        ("organisations.list_organisations", gettext("Organisations")),
        ("role_requests.list_requests", gettext("Role requests")),
        ("members.list_members", gettext("Colleagues")),
        ("audit.list_events", gettext("Audit")),
        ("public.list_agencies", gettext("Agencies")),
        ("public.list_notices", gettext("Notices")),
    ]
    return [(endpoint, label) for endpoint, label in offered if may(endpoint)]


def role_name(role: str) -> str:
    """A role in the reader's language."""
    names = {
        "enterprise": gettext("Enterprise"),
        "agency": gettext("Agency"),
        "reviewer": gettext("Reviewer"),
        "supervisor": gettext("Supervisor"),
        "finance": gettext("Finance"),
        "process_admin": gettext("Process administrator"),
        "system_admin": gettext("System administrator"),
        "expert": gettext("Expert"),
        "bureau": gettext("Bureau"),
        "auditor": gettext("Auditor"),
    }
    return names.get(role, role)
