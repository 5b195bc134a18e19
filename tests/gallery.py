"""Every page and state that people meet, with an address in the gallery: axe, the measuring and the screenshots go round it.

A page without arguments in its address is gone to even if nobody has listed it, by somebody who may; one with arguments must
be listed in STOPS, or a test fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from app.domain.agency import Agency
from app.domain.certification import CertificationApplication
from app.domain.issued_document import IssuedDocument
from app.domain.ledger import LedgerEntry
from app.domain.notice import Notice
from app.domain.organisation import Organisation
from app.domain.outbox import OutboxEmail
from app.domain.panel import Panel, PanelSeat
from app.domain.role_grant import Role, RoleGrant
from app.domain.voucher import Voucher
from app.engine.tables import instance, process_definition, user_task
from app.web.permissions import PERMISSIONS, PUBLIC, SIGNED_IN
from tests.gallery_site import Gallery

NO_PAGES = {
    "static": "files of the front end",
    "health.healthz": "JSON", "health.readyz": "JSON", "health.metrics": "text for Prometheus",
    "home.show": "leads on", "files.show": "the uploaded file itself", "evidence_files.show": "the file itself", "cases.show_diagram": "XML",
    "processes.show_xml": "XML", "second_factor.show_qr": "a picture", "letters.show_qr": "a picture", "letters.show_pdf": "a PDF", "inbox_export.download": "an Excel file", "money.show_payment_file": "CSV",
    "kept_posts.bring_back": "leads back to where somebody was",
    "second_step.show": "half a sign-in; tests/browser looks at it where people sign in",
    "vouchers.show_qr": "a picture",
    "inbox.count_fresh": "a number that a script asks for", "inbox_filters.apply": "leads on",
    "single_sign_on.begin": "leads to the provider", "single_sign_on.finish": "leads on", "api_docs.show": "drawn by Swagger UI, a library of its own",
}  # fmt: skip
"""Endpoints that answer GET and are no pages of ours, with why."""
LOGIN_OF = {
    Role.AGENCY: "agency8", Role.REVIEWER: "reviewer3", Role.SUPERVISOR: "supervisor1", Role.BUREAU: "bureau1",
    Role.AUDITOR: "auditor1", Role.PROCESS_ADMIN: "admin", Role.SYSTEM_ADMIN: "system", Role.FINANCE: "finance1",
    Role.ENTERPRISE: "enterprise2",
}  # fmt: skip

Address = Callable[[Gallery], str]
Act = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """One page in one state.

    Attributes:
        name: of its picture; stable.
        endpoint: what it shows.
        login: who looks, or how to find out; None: the public.
        address: where it is.
        act: what is done on the page before it is looked at.
        in_english: whether it is looked at in English too.
    """

    name: str
    endpoint: str
    login: str | Callable[[Gallery], str] | None
    address: Address
    act: Act | None = None
    in_english: bool = False

    def who(self, gallery: Gallery) -> str | None:
        """The login of whoever looks."""
        return self.login(gallery) if callable(self.login) else self.login


def is_page(rule: Rule) -> bool:
    """Whether people look at what a GET of it answers."""
    is_machine = rule.endpoint.startswith(("api_", "api-docs"))
    return "GET" in (rule.methods or set()) and not is_machine and rule.endpoint not in NO_PAGES


def stops(app: Flask) -> Iterator[Stop]:
    """Everything to look at: what is listed, then every page without arguments that nobody has listed."""
    yield from STOPS
    listed = {stop.endpoint for stop in STOPS}
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        if is_page(rule) and rule.endpoint not in listed and not rule.arguments:
            yield Stop(rule.endpoint.replace(".", "-"), rule.endpoint, _somebody(rule.endpoint), _at(rule.rule))


def _somebody(endpoint: str) -> str | None:
    allowed = PERMISSIONS[endpoint]
    if allowed == PUBLIC:
        return None
    if allowed == SIGNED_IN:
        return "reviewer3"
    return next(LOGIN_OF[role] for role in LOGIN_OF if role in allowed)


def _at(path: str) -> Address:
    return lambda _gallery: path


def _task(element: str, *, of: str | None = None, tab: str = "") -> Address:
    return lambda gallery: f"/tasks/{gallery.task(element, login=of)}" + (f"?tab={tab}" if tab else "")


def _id_of(address: str) -> str:
    return address.split("/")[2]


def _holder(element: str) -> Callable[[Gallery], str]:
    return lambda gallery: gallery.holder(gallery.task(element))


def _claimed(element: str, login: str) -> Address:
    def find(gallery: Gallery) -> str:
        task_id = gallery.task(element)
        query = sa.select(user_task.c.assignee_id).where(
            user_task.c.id == task_id, user_task.c.assignee_id.is_not(None)
        )
        try:
            gallery.ask(query)
        except LookupError:
            gallery.claim(task_id, login)
        return f"/tasks/{task_id}"

    return find


def _case(subject: str, tab: str = "") -> Address:
    """The last case of a firm."""
    query = sa.select(instance.c.id).where(instance.c.subject.contains(subject)).order_by(instance.c.id.desc())
    return lambda gallery: f"/cases/{gallery.ask(query)}" + (f"?tab={tab}" if tab else "")


def _stage(name: str, tab: str = "") -> Address:
    return lambda gallery: f"/cases/{gallery.cases[name]}" + (f"?tab={tab}" if tab else "")


def _letter_to(login: str) -> Address:
    def find(gallery: Gallery) -> str:
        mine = sa.select(RoleGrant.organisation_id).where(RoleGrant.person_id == gallery.cast[login])
        query = sa.select(IssuedDocument.id).where(IssuedDocument.organisation_id.in_(mine))
        return f"/letters/{gallery.ask(query.order_by(IssuedDocument.id.desc()))}"

    return find


def _drafted(element: str, login: str, answers: dict[str, Any]) -> Address:
    """The page before sending, of a task whose draft is whole."""

    def find(gallery: Gallery) -> str:
        address = _claimed(element, login)(gallery)
        gallery.draft(int(address.split("/")[2]), login, answers)
        return f"{address}/check"

    return find


def _id(path: str, column: Any, *where: Any) -> Address:
    query = sa.select(column).where(*where).order_by(column.desc())
    return lambda gallery: path.format(gallery.ask(query))


_HAS_PANEL = sa.exists().where(Panel.application_id == CertificationApplication.id)


def _receipt(element: str) -> Address:
    """The receipt of whoever holds a task of an element."""

    def find(gallery: Gallery) -> str:
        mine = PanelSeat.person_id == gallery.cast[_holder(element)(gallery)]
        seats = sa.select(PanelSeat.id).where(mine, PanelSeat.status == "scored").order_by(PanelSeat.id.desc())
        return f"/receipts/{gallery.ask(seats)}"

    return find


def _send_empty(page: Any) -> None:
    """Send the form with nothing in it: every field says what it wants."""
    page.evaluate("document.querySelectorAll('main form [required]').forEach(field => field.required = false)")
    button = page.locator(".ql-outcome .btn-primary, main form .btn-primary").last
    button.click()
    page.locator("[aria-invalid=true], [role=alert], .ql-error").first.wait_for()


def _open_details(page: Any) -> None:
    page.locator("details.ql-reckon summary").first.click()


def _open_act(page: Any) -> None:
    page.locator("main details summary").first.click()


STOPS: tuple[Stop, ...] = (
    # open to everybody
    Stop("sign-in", "sign_in.show", None, _at("/sign-in"), in_english=True),
    Stop("agencies", "public.list_agencies", None, _at("/public/agencies"), in_english=True),
    Stop("agencies-none", "public.list_agencies", None, _at("/public/agencies?q=无此机构")),
    Stop("agency", "public.show_agency", None, _id("/public/agencies/{}", Agency.organisation_id)),
    Stop("notices", "public.list_notices", None, _at("/public/notices")),
    Stop("notice-open", "public.show_notice", None, _id("/public/notices/{}", Notice.id), _open_details, in_english=True),
    Stop("notice-ended", "public.show_notice", None, lambda _gallery: "/public/notices/1"),
    Stop("queue", "public.show_queue", None, _at("/public/queue")),
    Stop("verify-ask", "public.ask_verification", None, _at("/public/verify")),
    Stop("verify-valid", "public.verify", None, _id("/public/verify/{}", Agency.certificate_number)),
    Stop("verify-unknown", "public.verify", None, _at("/public/verify/QL-0000-0000")),
    Stop("rules", "public.show_rules", None, _at("/rules"), in_english=True),
    Stop("calendar", "calendar.show", None, _at("/calendar?year=2026")),
    Stop("calendar-unknown-year", "calendar.show", "bureau1", _at("/calendar?year=2027"), in_english=True),
    Stop("calendar-refused", "calendar.show", "bureau1", _at("/calendar?year=2026"), _send_empty),
    Stop("parameters", "parameters.list_parameters", "bureau1", _at("/parameters"), in_english=True),
    Stop("parameter", "parameters.show", "bureau1", _at("/parameters/voucher_cap_fen")),
    Stop("parameter-refused", "parameters.show", "bureau1", _at("/parameters/panel_size"), _send_empty, in_english=True),
    Stop("enterprise", "enterprises.show_own", "enterprise2", _at("/enterprise"), in_english=True),
    Stop("enterprise-large", "enterprises.show_own", "enterprise6", _at("/enterprise")),
    Stop("enterprise-refused", "enterprises.show_own", "enterprise8", _at("/enterprise"), _send_empty),
    Stop("enterprise-office", "enterprises.show", "reviewer3", _id("/enterprises/{}", Organisation.id, Organisation.kind == "enterprise"), in_english=True),
    Stop("amount", "voucher_amount.show", "enterprise2", _at("/vouchers/amount?contract_fen=5600&requested_fen=2800&category=other"), in_english=True),
    Stop("amount-refused", "voucher_amount.show", "enterprise2", _at("/vouchers/amount?contract_fen=many")),
    Stop("calendar-notice", "calendar.show_notice", "bureau1", _at("/calendar/notice?year=2027")),
    Stop("calendar-notice-refused", "calendar.show_notice", "bureau1", _at("/calendar/notice?year=2027"), _send_empty),
    Stop("deadline", "deadlines.show", None, _at("/deadlines?from=2026-09-30&days=4"), in_english=True),
    Stop("deadline-refused", "deadlines.show", None, _at("/deadlines?from=soon&days=many")),
    Stop("not-found", "public.show_notice", None, _at("/public/notices/999999")),
    Stop("objection-ask", "objections.ask", None, _id("/public/notices/{}/object", Notice.id), in_english=True),
    Stop("objection", "objections.show", None, lambda gallery: f"/public/objections/{gallery.objection}"),
    # the office
    Stop("inbox", "inbox.show", "reviewer3", _at("/inbox?view=claimable&layout=list"), in_english=True),
    Stop("inbox-split", "inbox.show", "reviewer3",
         lambda gallery: f"/inbox?view=claimable&layout=split&task={gallery.task('verify_compliance')}"),
    Stop("inbox-work", "inbox.show", "reviewer1",
         lambda gallery: f"/inbox?view=mine&layout=work&task={_id_of(_claimed('verify_authenticity', 'reviewer1')(gallery))}"),
    Stop("inbox-empty", "inbox.show", "finance1", _at("/inbox")),
    Stop("case-list", "cases.list_cases", "supervisor1", _at("/cases")),
    Stop("case-list-none", "cases.list_cases", "supervisor1", _at("/cases?q=2099-99999")),
    Stop("case-overview", "cases.show", "supervisor1", _stage("conclude"), in_english=True),
    Stop("case-materials", "cases.show", "supervisor1", _stage("conclude", "materials")),
    Stop("case-course", "cases.show", "supervisor1", _stage("conclude", "course")),
    Stop("case-diagram", "cases.show", "supervisor1", _stage("conclude", "diagram")),
    Stop("case-objection", "cases.show", "supervisor2", _stage("examine_objection")),
    Stop("verify-open", "tasks.show", "reviewer3", _task("verify_compliance"), _open_details),
    Stop("verify-claimed", "tasks.show", "reviewer1", _claimed("verify_authenticity", "reviewer1"), in_english=True),
    Stop("verify-refused", "tasks.show", "reviewer1", _claimed("verify_authenticity", "reviewer1"), _send_empty),
    Stop("allow-corrections", "tasks.show", "supervisor1", _claimed("allow_corrections", "supervisor1")),
    Stop("prepare-panel", "tasks.show", "supervisor1", _claimed("prepare_panel", "supervisor1")),
    Stop("call-discussion", "tasks.show", "supervisor1", _claimed("call_discussion", "supervisor1")),
    Stop("conclude", "tasks.show", "supervisor1", _claimed("conclude", "supervisor1"), in_english=True),
    Stop("examine-objection", "tasks.show", "supervisor2", _claimed("examine_objection", "supervisor2")),
    Stop("examine-review", "tasks.show", "supervisor2", _claimed("examine_review", "supervisor2")),
    Stop("file-certification", "tasks.show", "bureau1", _claimed("file_certification", "bureau1")),
    Stop("conclude-check", "sending.check", "supervisor1",
         _drafted("conclude", "supervisor1", {"reason": "达到合格线，专家意见一致。", "outcome": "certify"}), in_english=True),
    Stop("sent", "sending.show_sent", "reviewer1", lambda gallery: f"/tasks/{gallery.sent_by('reviewer1')}/sent"),
    Stop("pool-proposal", "pool.list_experts", "supervisor2", _at("/experts")),
    Stop("own-email", "own_email.show", "reviewer1", _at("/account/email"), _send_empty),
    Stop("confirm-email", "own_email.show_link", "reviewer1", lambda gallery: f"/account/email/{gallery.new_email('reviewer1')}"),
    Stop("propose-expert", "pool_proposals.show_form", "system",
         lambda gallery: f"/people/{gallery.cast['expert2']}/pool", _send_empty),
    Stop("shareholdings", "shareholdings.show_list", "reviewer1", _at("/shareholdings"), in_english=True),
    Stop("shareholdings-refused", "shareholdings.show_list", "reviewer1", _at("/shareholdings"), _send_empty),
    Stop("panel", "panels.show", "supervisor1", _id("/panels/{}", CertificationApplication.case_number, _HAS_PANEL), in_english=True),
    # vouchers
    Stop("catalogue", "catalogue.show", None, _at("/public/catalogue"), in_english=True),
    Stop("catalogue-none", "catalogue.show", None, _at("/public/catalogue?q=xyz")),
    Stop("vouchers", "vouchers.list_vouchers", "enterprise2", _at("/vouchers"), in_english=True),
    Stop("vouchers-none", "vouchers.list_vouchers", "enterprise8", _at("/vouchers")),
    Stop("voucher", "vouchers.show", "enterprise2", _id("/vouchers/{}", Voucher.number), in_english=True),
    Stop("voucher-to-void", "vouchers.show", "supervisor1", _id("/vouchers/{}", Voucher.number)),
    Stop("verify-voucher", "public.verify", None, _id("/public/verify/{}", Voucher.number), in_english=True),
    Stop("first-review", "tasks.show", "reviewer3", _task("first_review"), in_english=True),
    Stop("own-vouchers-cases", "cases.list_cases", "enterprise5", _at("/cases"), in_english=True),
    # purse and books
    Stop("purse", "money.show_purse", "bureau1", _at("/purse?year=2026"), in_english=True),
    Stop("purse-empty", "money.show_purse", "bureau1", _at("/purse?year=2031")),
    Stop("entries", "money.list_entries", "finance1", _at("/books/entries?year=2026&account=fund_available"), in_english=True),
    Stop("entries-none", "money.list_entries", "finance1", _at("/books/entries?year=2031")),
    Stop("entry", "money.show_entry", "finance1", _id("/books/entries/{}", LedgerEntry.id, LedgerEntry.kind == "settled")),
    Stop("plans", "money.list_plans", "bureau1", _at("/purse/plans"), in_english=True),
    Stop("plans-refused", "money.list_plans", "bureau1", _at("/purse/plans"), _send_empty),
    Stop("deposits", "money.show_deposits", "finance1", _at("/deposits"), _open_act, in_english=True),
    Stop("payments", "money.list_payments", "finance1", _at("/payments"), in_english=True),
    Stop("payments-none", "money.list_payments", "auditor1", _at("/payments?state=paid&before=1")),
    Stop("bank", "money.list_bank_lines", "finance1", _at("/bank"), in_english=True),
    Stop("bank-import", "money.show_import", "finance1", _at("/bank/import"), in_english=True),
    Stop("bank-import-refused", "money.show_import", "finance1", _at("/bank/import"), _send_empty),
    Stop("reconciliation", "money.show_reconciliation", "finance1", _at("/reconciliation?month=2026-11"), in_english=True),
    Stop("book-check", "money.show_check", "bureau1", _at("/books/check"), _open_act),
    Stop("money-of-cases", "money.list_commitments", "supervisor1", _at("/purse/cases?state=reserved"), in_english=True),
    Stop("service-file", "service_files.show", "reviewer1", lambda gallery: f"/service-files/{gallery.filed}", in_english=True),
    # experts
    Stop("declaration", "tasks.show", _holder("declare_interests"), _task("declare_interests")),
    Stop("scoring", "tasks.show", _holder("score_application"), _task("score_application"), in_english=True),
    Stop("scoring-refused", "tasks.show", _holder("score_application"), _task("score_application"), _send_empty),
    Stop("revision", "tasks.show", _holder("revise_scores"), _task("revise_scores")),
    Stop("receipts", "receipts.list_receipts", _holder("revise_scores"), _at("/receipts")),
    Stop("receipt", "receipts.show", _holder("revise_scores"), _receipt("revise_scores"), in_english=True),
    # applicants
    Stop("own-cases", "cases.list_cases", "agency8", _at("/cases"), in_english=True),
    Stop("own-cases-none", "cases.list_cases", "agency2", _at("/cases")),
    Stop("own-case", "cases.show", "agency4", _case("衡笺"), _open_details),
    Stop("own-case-certified", "cases.show", "agency1", _case("砺信信用")),
    Stop("application", "tasks.show", "agency8", _claimed("submit_application", "agency8")),
    Stop("application-refused", "tasks.show", "agency8", _claimed("submit_application", "agency8"), _send_empty),
    Stop("mend", "tasks.show", "firm1", _claimed("mend_application", "firm1"), in_english=True),
    Stop("withdraw", "withdrawals.ask", "firm1", lambda gallery: f"/cases/{gallery.cases['mend_application']}/withdraw"),
    Stop("letter", "letters.show", "agency1", _letter_to("agency1"), in_english=True),
    Stop("ask-review", "tasks.show", "firm8", _claimed("request_review", "firm8")),
    # the house
    Stop("account", "account.show", "reviewer3", _at("/account")),
    Stop("message", "messages.show", _holder("score_application"),
         lambda gallery: f"/messages/{gallery.message(_holder('score_application')(gallery))}", in_english=True),
    Stop("mailbox", "mailbox.list_emails", "system", _at("/mailbox")),
    Stop("letters", "letters.list_letters", "agency1", _at("/letters")),
    Stop("messages", "messages.list_messages", _holder("score_application"), _at("/messages")),
    Stop("email", "mailbox.show", "system", _id("/mailbox/{}", OutboxEmail.id)),
    Stop("message-template", "message_templates.show", "admin", _at("/templates/certified"), in_english=True),
    Stop("saved-view", "saved_views.edit", "reviewer3", lambda gallery: f"/inbox/views/{gallery.saved_view('reviewer3')}"),
    Stop("audit", "audit.list_events", "system", _at("/audit")),
    Stop("organisation", "organisations.show", "system", _at("/organisations/1")),
    Stop("person", "accounts.show", "system", lambda gallery: f"/people/{gallery.cast['reviewer1']}", in_english=True),
    Stop("invitation", "links.show_link", None, lambda gallery: f"/invitation/{gallery.invitation('finance1')}"),
    Stop("link-spent", "links.show_link", None, _at("/password-reset/nothing")),
    Stop("registration-link-spent", "registration.show_link", None, _at("/register/nothing")),
    Stop("process-version", "processes.show", "admin",
         lambda gallery: f"/processes/agency_certification/versions/{gallery.ask(sa.select(process_definition.c.version).where(process_definition.c.process_key == 'agency_certification').order_by(process_definition.c.version.desc()))}"),
)  # fmt: skip
