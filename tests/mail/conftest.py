"""A mail server of our own on the loopback, which keeps what it gets and can be told to refuse."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from app.settings import AppEnv, Settings, SmtpSecurity
from tests.serving import free_port


@dataclass
class MailServer:
    """What has come in, and what it answers to the next recipients, by address."""

    port: int = field(default_factory=free_port)
    got: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    signed_in: list[bytes] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        """Answer as told, else take it."""
        planned = self.answers.get(address)
        if planned:
            return planned.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep it."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"

    def check(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """One name and one password."""
        self.signed_in.append(data.login)
        is_right = (data.login, data.password) == (b"quanliu", b"right")
        return AuthResult(success=is_right, handled=is_right)

    def settings(self, **more: Any) -> Settings:
        """Settings that lead here."""
        given: dict[str, Any] = {
            "env": AppEnv.TEST, "smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_from": "券流 <noreply@q.example>",
            "smtp_security": SmtpSecurity.NONE, "public_url": "https://q.example",
        }  # fmt: skip
        return Settings(**(given | more))


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """The server, listening in a thread of its own."""
    server = MailServer()
    loop = asyncio.new_event_loop()

    def make() -> SMTP:
        return SMTP(
            server, authenticator=server.check, auth_require_tls=False, enable_SMTPUTF8=False, loop=loop, hostname="q"
        )

    listening = loop.run_until_complete(loop.create_server(make, "127.0.0.1", server.port))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server
    loop.call_soon_threadsafe(listening.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
