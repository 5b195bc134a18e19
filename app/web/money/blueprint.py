"""The one blueprint on which the pages of purse and books stand."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("money", __name__)
