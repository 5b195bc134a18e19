"""The composition root: the one module that sees everything and puts it together."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from flask import Flask, redirect, url_for
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

import handlers
from app.clock import Clock
from app.db import create_engine
from app.domain.calendar import deadline
from app.domain.role_grant import ROLES
from app.engine.deployment import known_names
from app.engine.operations import operations_of
from app.engine.runtime import Runtime
from app.logs import configure_logs
from app.settings import AppEnv, Settings
from app.web import (
    account,
    accounts,
    api_docs,
    audit,
    bad_credit,
    calendar,
    cases,
    catalogue,
    comments,
    deadlines,
    desk,
    enterprises,
    evidence_files,
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
    money,
    objections,
    operations,
    organisations,
    own_email,
    panels,
    parameters,
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
    service_files,
    shareholdings,
    sign_in,
    single_sign_on,
    starts,
    substitutions,
    tasks,
    voucher_amount,
    vouchers,
    withdrawals,
    words,
)
from app.web.api import register_api
from app.web.articles import article_link
from app.web.assets.manifest import asset_path
from app.web.commands import register_commands
from app.web.context import EXTENSION, Context
from app.web.errors import register_errors
from app.web.excel import excel_url
from app.web.languages import speak
from app.web.late_posts import keep_of_stale_page
from app.web.limits import limiter
from app.web.money.tabs import money_tabs
from app.web.navigation import navigation, role_name
from app.web.reckoning import reckoning_of
from app.web.request_log import keep_log
from app.web.security import secure
from app.web.signed_in import has_bearer, visitor
from app.web.sweeps import sweeps

PAGES = (
    health, home, sign_in, account, inbox, tasks, cases, starts, files, public, processes, operations, api_docs,
    messages, mailbox, message_templates, letters, sending,
    kept_posts, comments,
    calendar, deadlines, money,
    inbox_filters, inbox_bulk, inbox_export, saved_views, substitutions, keys, desk,
    accounts, audit, links, members, organisations, own_email, passkeys, registration,
    role_requests, second_factor, second_step, single_sign_on,
    withdrawals, objections, evidence_files, panels, pool, pool_proposals, receipts, service_files, shareholdings,
    parameters, enterprises, bad_credit, voucher_amount, catalogue, vouchers,
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
        voucher_state=words.voucher_state,
        move_kind=words.move_kind,
        key_labels=keys.act_labels,
        article_link=article_link,
        unread=messages.unread,
        reckoning_of=reckoning_of,
        excel_url=excel_url,
        money_tabs=money_tabs,
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
