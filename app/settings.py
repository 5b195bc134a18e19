"""Every environment variable that Quanliu reads: name, type, default, unit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

DEMO_SECRET = "demo-secret-never-for-production"  # noqa: S105 -- refused in production, see check_production


class AppEnv(StrEnum):
    """What the process is for; production refuses whatever is only fit for a demo."""

    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is secured."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


SMTP_PORTS = {SmtpSecurity.NONE: 25, SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SecondFactor(StrEnum):
    """Whether holders of powerful roles must have a second factor."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class UnsafeSettingsError(ValueError):
    """The settings would run production with something that is only fit for a demo."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process; immutable, read once at start."""

    env: AppEnv = AppEnv.DEMO
    database_url: str = "sqlite:///instance/quanliu.sqlite3"
    secret_key: str = DEMO_SECRET
    port: int = 8000
    storage_url: str = "file://instance/files"
    """Where uploaded files lie, by content hash: any URL that fsspec understands, outside the web root."""
    clock: str = "system"
    """"system", or "manual" (demo and test only): `PUT /api/v1/clock` moves it."""
    session_idle_minutes: int = 60
    session_max_hours: int = 12
    upload_max_mib: int = 20
    """The largest file that a form accepts, in MiB."""
    rate_limit_storage: str = "memory://"
    embedded_worker: bool = True
    """Whether the web process also runs the jobs; several web processes set it false and run `flask worker`."""
    worker_dead_after_seconds: float = 30.0
    """How long a worker may be silent before others take its jobs over."""
    behind_proxy: bool = False
    """Whether X-Forwarded-* headers come from our own reverse proxy and may be believed."""
    instance_dir: Path = Path("instance")
    public_url: str = ""
    """Where people reach the pages, without a slash at the end: e-mails, letters and QR codes carry it, passkeys
    are bound to it; never what a request claims. Required in production. "": this machine."""
    smtp_host: str = ""
    """The mail server; "": no e-mail leaves, and a demo shows it in its mailbox."""
    smtp_port: int = 0
    """0: 25, 587 or 465 by `smtp_security`."""
    smtp_user: str = ""
    """"": the mail server asks for no name."""
    smtp_password: str = ""
    smtp_from: str = ""
    """The sender of every e-mail: an address, or a name with an address in angle brackets."""
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_attach_letters: bool = True
    """Whether the PDF of a letter goes with the e-mail that tells of it; without, people read it after signing in."""
    second_factor: SecondFactor = SecondFactor.OPTIONAL
    """"required" (the default in production): who holds a powerful role signs in with a second factor."""
    oidc_issuer: str = ""
    """The provider of single sign-on, by whose discovery document all else is found; "": none."""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    """What the button says; "": "Single sign-on"."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; raise UnsafeSettingsError or ValueError with the variable's name."""
        settings = cls(
            env=_member("APP_ENV", environ.get("APP_ENV", "demo")),
            database_url=environ.get("DATABASE_URL", cls.database_url),
            secret_key=environ.get("SECRET_KEY", DEMO_SECRET),
            port=_integer("PORT", environ.get("PORT", "8000")),
            storage_url=environ.get("STORAGE_URL", cls.storage_url),
            clock=environ.get("APP_CLOCK", "system"),
            session_idle_minutes=_integer("SESSION_IDLE_MINUTES", environ.get("SESSION_IDLE_MINUTES", "60")),
            session_max_hours=_integer("SESSION_MAX_HOURS", environ.get("SESSION_MAX_HOURS", "12")),
            upload_max_mib=_integer("UPLOAD_MAX_MIB", environ.get("UPLOAD_MAX_MIB", "20")),
            rate_limit_storage=environ.get("RATE_LIMIT_STORAGE", cls.rate_limit_storage),
            embedded_worker=environ.get("EMBEDDED_WORKER", "1") == "1",
            worker_dead_after_seconds=float(
                _integer("WORKER_DEAD_AFTER_SECONDS", environ.get("WORKER_DEAD_AFTER_SECONDS", "30"))
            ),
            behind_proxy=environ.get("BEHIND_PROXY", "0") == "1",
            public_url=environ.get("PUBLIC_URL", "").rstrip("/"),
            smtp_host=environ.get("SMTP_HOST", ""),
            smtp_port=_integer("SMTP_PORT", environ.get("SMTP_PORT", "0")),
            smtp_user=environ.get("SMTP_USER", ""),
            smtp_password=environ.get("SMTP_PASSWORD", ""),
            smtp_from=environ.get("SMTP_FROM", ""),
            smtp_security=_security(environ.get("SMTP_SECURITY", SmtpSecurity.STARTTLS)),
            smtp_attach_letters=environ.get("SMTP_ATTACH_LETTERS", "1") == "1",
            second_factor=_second_factor(environ),
            oidc_issuer=environ.get("OIDC_ISSUER", "").rstrip("/"),
            oidc_client_id=environ.get("OIDC_CLIENT_ID", ""),
            oidc_client_secret=environ.get("OIDC_CLIENT_SECRET", ""),
            oidc_name=environ.get("OIDC_NAME", ""),
        )
        settings.check_production()
        return settings

    def check_production(self) -> None:
        """Refuse default secrets, a movable clock and unknown clocks where they would do harm."""
        if self.clock not in {"system", "manual"}:
            raise ValueError("APP_CLOCK must be 'system' or 'manual'")
        if self.smtp_host and "@" not in self.smtp_from:
            raise ValueError("SMTP_FROM must be set to the sender's address when SMTP_HOST is set")
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("OIDC_ISSUER needs OIDC_CLIENT_ID")
        if self.env is not AppEnv.PRODUCTION:
            return
        if self.secret_key == DEMO_SECRET or len(self.secret_key) < 32:
            raise UnsafeSettingsError("SECRET_KEY must be set to at least 32 random characters in production")
        if self.clock != "system":
            raise UnsafeSettingsError("APP_CLOCK=manual is for demo and test only")
        if not self.public_url.startswith("https://"):
            raise UnsafeSettingsError("PUBLIC_URL must be set to where people reach the site, beginning with https://")
        self._check_mail()

    @property
    def root_url(self) -> str:
        """Where people reach the pages, without a slash at the end."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    def _check_mail(self) -> None:
        is_clear = self.smtp_security is SmtpSecurity.NONE and self.smtp_host not in _LOOPBACK
        if self.smtp_password and is_clear:
            raise UnsafeSettingsError("SMTP_SECURITY=none would send SMTP_PASSWORD in clear: use starttls or tls")


def _member(name: str, text: str) -> AppEnv:
    try:
        return AppEnv(text)
    except ValueError as error:
        raise ValueError(f"{name} must be one of {', '.join(AppEnv)}, not {text!r}") from error


def _security(text: str) -> SmtpSecurity:
    try:
        return SmtpSecurity(text)
    except ValueError as error:
        raise ValueError(f"SMTP_SECURITY must be one of {', '.join(SmtpSecurity)}, not {text!r}") from error


def _second_factor(environ: Mapping[str, str]) -> SecondFactor:
    is_production = environ.get("APP_ENV") == AppEnv.PRODUCTION
    text = environ.get("SECOND_FACTOR", SecondFactor.REQUIRED if is_production else SecondFactor.OPTIONAL)
    try:
        return SecondFactor(text)
    except ValueError as error:
        raise ValueError(f"SECOND_FACTOR must be one of {', '.join(SecondFactor)}, not {text!r}") from error


def _integer(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ValueError(f"{name} must be a whole number, not {text!r}") from error
