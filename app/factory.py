"""The composition root: the one module that sees everything and puts it together."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from types import ModuleType

from flask import Flask, redirect, url_for
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

import handlers
from app.clock import Clock
from app.db import create_engine, reading, unit_of_work
from app.documents.rendering import render_waiting
from app.domain.calendar import deadline
from app.domain.expiring import tell_of_expiry
from app.domain.forgotten_password import answer_resets, is_reset_asked
from app.domain.registration import forget_old_registrations
from app.domain.role_grant import ROLES, end_roles
from app.domain.role_request import begin_roles
from app.domain.sign_in_attempt import forget_old_failures
from app.domain.sign_in_session import forget_old_sessions
from app.engine.deployment import known_names
from app.engine.operations import operations_of
from app.engine.runtime import Runtime
from app.engine.search_words import catch_up, has_arrears
from app.engine.service_jobs import run_due_jobs
from app.engine.timers import fire_due_timers
from app.jobs import JobRegistry
from app.logs import configure_logs
from app.mail.delivery import send_waiting
from app.settings import AppEnv, Settings
from app.web import (
    account,
    accounts,
    api_docs,
    audit,
    calendar,
    cases,
    comments,
    deadlines,
    desk,
    files,
    health,
    home,
    inbox,
    inbox_bulk,
    inbox_export,
    inbox_filters,
    kept_posts,
    keys,
    letters,
    links,
    mailbox,
    members,
    message_templates,
    messages,
    objections,
    operations,
    organisations,
    panels,
    passkeys,
    permissions,
    pool,
    pool_proposals,
    processes,
    public,
    receipts,
    registration,
    role_requests,
    rules,
    saved_views,
    second_factor,
    second_step,
    sending,
    shareholdings,
    sign_in,
    single_sign_on,
    starts,
    substitutions,
    tasks,
    withdrawals,
)
from app.web.api import register_api
from app.web.articles import article_link
from app.web.assets.manifest import asset_path
from app.web.commands import register_commands
from app.web.context import EXTENSION, Context
from app.web.deadline_messages import remind_applicants
from app.web.errors import register_errors
from app.web.excel import excel_url
from app.web.languages import speak
from app.web.late_interests import replace_tied
from app.web.late_posts import keep_of_stale_page
from app.web.limits import limiter
from app.web.navigation import navigation, role_name
from app.web.reckoning import reckoning_of
from app.web.request_log import keep_log
from app.web.security import secure
from app.web.signed_in import has_bearer, visitor

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
TIDY_SECONDS = 3600.0
"""How often a worker drops old rows that nobody needs."""

PAGES = (
    health, home, sign_in, account, inbox, tasks, cases, starts, files, public, processes, operations, api_docs,
    messages, mailbox, message_templates, letters, sending,
    kept_posts, comments,
    calendar, deadlines,
    inbox_filters, inbox_bulk, inbox_export, saved_views, substitutions, keys, desk,
    accounts, audit, links, members, organisations, passkeys, registration,
    role_requests, second_factor, second_step, single_sign_on,
    withdrawals, objections, panels, pool, pool_proposals, receipts, shareholdings,
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (default: the environment's); opens no connection by itself."""
    settings = settings or Settings.from_environment()
    configure_logs(settings.env)
    app = Flask("app.web", instance_path=str(settings.instance_dir.resolve()))
    app.url_map.converters["int"] = RowId
    parts = put_together(settings)
    app.extensions[EXTENSION] = parts
    app.extensions["job_registry"] = sweeps(parts)
    keep_log(app)
    secure(app, settings)
    speak(app)
    _protect_forms(app)
    _limit(app, settings)
    permissions.guard(app)
    single_sign_on.know_provider(app, settings)
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    app.add_url_rule("/rules", "public.show_rules", rules.show_rules)
    app.extensions["quanliu_api"] = register_api(app)
    register_errors(app)
    register_commands(app)
    app.jinja_env.globals.update(
        asset=_asset_url,
        visitor=visitor,
        may=permissions.may,
        navigation=navigation,
        role_name=role_name,
        key_labels=keys.act_labels,
        article_link=article_link,
        unread=messages.unread,
        reckoning_of=reckoning_of,
        excel_url=excel_url,
    )
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    return app


class RowId(IntegerConverter):
    """A number in an address: what no row can have is not found, before any database is asked."""

    def __init__(self, map: Map) -> None:  # noqa: A002 -- werkzeug's name
        super().__init__(map, max=2**31 - 1)


def put_together(settings: Settings) -> Context:
    """Database, clock, and the engine with every handler that ships."""
    operations = operations_of(handler_modules())
    return Context(
        settings=settings,
        database=create_engine(settings.database_url, hide_parameters=True),  # values are people's: not for logs
        clock=Clock(manual=settings.clock == "manual"),
        runtime=Runtime(operations, deadline),
        known=known_names(operations, ROLES),
    )


def handler_modules() -> dict[str, ModuleType]:
    """The handlers by the process that they serve."""
    return {
        found.name: importlib.import_module(f"handlers.{found.name}")
        for found in pkgutil.iter_modules(handlers.__path__)
    }


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
    return registry


def _write_letters(registry: JobRegistry, parts: Context) -> None:
    """Remind, make the PDFs of what has been issued, and send what waits in the outbox."""

    @registry.periodic("remind_applicants", REMIND_SECONDS)
    def _remind() -> None:
        remind_applicants(parts.database, now=_now(parts))

    @registry.periodic("tell_of_expiring_certificates", TIDY_SECONDS)
    def _expire() -> None:
        now = _now(parts)
        with unit_of_work(parts.database) as unit:
            tell_of_expiry(unit.session, now=now)

    @registry.periodic("render_documents", RENDER_SECONDS)
    def _render() -> None:
        render_waiting(parts.database, parts.settings)

    @registry.periodic("send_waiting_emails", MAIL_SECONDS)
    def _mail() -> None:
        send_waiting(parts.database, parts.settings)


def _now(parts: Context) -> datetime:
    if not parts.clock.manual:
        return datetime.now(UTC)
    with unit_of_work(parts.database) as unit:
        return parts.clock.now(unit)


def _protect_forms(app: Flask) -> None:
    """Every form carries a CSRF token; a request with a bearer token needs none, since browsers never add one."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> Response | None:
        if app.config.get("WTF_CSRF_ENABLED", True) and not has_bearer():
            try:
                csrf.protect()
            except CSRFError:
                kept = keep_of_stale_page()
                if kept is None:
                    raise
                return redirect(kept)
        return None


def _limit(app: Flask, settings: Settings) -> None:
    app.config.update(
        RATELIMIT_STORAGE_URI=settings.rate_limit_storage, RATELIMIT_ENABLED=settings.env is not AppEnv.TEST
    )
    limiter.init_app(app)


def _asset_url(name: str) -> str:
    return url_for("static", filename=asset_path(name))
