"""Where people reach us: what links in mail, passkeys and the single sign-on's way back are made from."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from app.web.context import context


def site_address() -> str:
    """The address of the site without a path; by the settings, and only where they are silent by the request.

    A forged Host header must not decide where a password's link leads: production does not start without PUBLIC_URL.
    """
    return context().settings.public_url or request.url_root.rstrip("/")


def site_host() -> str:
    """The site's name without port: the "relying party" to which a passkey is bound."""
    return urlsplit(site_address()).hostname or "localhost"
