"""The API's description as a page: made from the OpenAPI document, without scripts of others."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template

blueprint = Blueprint("api_docs", __name__)

VERBS = ("get", "post", "put", "patch", "delete")


@blueprint.get("/api/docs")
def show() -> str:
    """Every call with its parameters and answers."""
    document: dict[str, Any] = current_app.extensions["quanliu_api"].spec.to_dict()
    calls = [
        {"path": path, "verb": verb.upper(), **operations[verb]}
        for path, operations in sorted(document["paths"].items())
        for verb in VERBS
        if verb in operations
    ]
    return render_template("api_docs/show.html", document=document, calls=calls)
