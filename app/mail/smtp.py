"""The connection to the mail server: opened when first needed, closed after any trouble, never without time limit."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol, Self

from app.settings import SMTP_PORTS, Settings, SmtpSecurity

TIMEOUT_SECONDS = 20.0
PERMANENT = 500
"""From this reply code on a mail server means: never."""


class EmailNotTakenError(Exception):
    """The mail server has not taken an e-mail; `is_final`: and it never will."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        self.reason, self.is_final = reason, is_final
        super().__init__(reason)


class Sender(Protocol):
    """Whatever takes e-mails."""

    def send(self, message: EmailMessage) -> None:
        """Send; raise EmailNotTakenError."""


@dataclass(slots=True)
class SmtpSender:
    """A mail server by the settings; use it in a `with`, and in one thread."""

    settings: Settings
    _open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Send; raise EmailNotTakenError. Trouble with the connection or the sign-in is never final."""
        try:
            self._open = self._open or self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise EmailNotTakenError(_reason(error), is_final=False) from error
        try:
            self._open.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise EmailNotTakenError(_reason(error), is_final=_is_final(error)) from error

    def _connect(self) -> smtplib.SMTP:
        settings = self.settings
        security = settings.smtp_security
        port = settings.smtp_port or SMTP_PORTS[security]
        if security is SmtpSecurity.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.smtp_host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(settings.smtp_host, port, timeout=TIMEOUT_SECONDS)
        try:
            if security is SmtpSecurity.STARTTLS:
                connection.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                connection.login(settings.smtp_user, settings.smtp_password)
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection

    def _close(self) -> None:
        if self._open is not None:
            with suppress(OSError, smtplib.SMTPException):  # it has said what it had to say
                self._open.quit()
            self._open = None


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= PERMANENT


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return f"{type(error).__name__}: {error}"
