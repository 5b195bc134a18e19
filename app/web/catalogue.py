"""The public catalogue of service items: what enterprises can apply with, by words, category and price (A9.1)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, jsonify, render_template, request

from app.db import reading
from app.domain.agency import Agency
from app.domain.calendar import local_day
from app.domain.expert import Category
from app.domain.organisation import Organisation
from app.domain.service_item import ServiceItem
from app.web.context import context
from app.web.excel import wants_excel
from app.web.public_files import catalogue_file
from app.web.words import category_name

blueprint = Blueprint("catalogue", __name__, url_prefix="/public/catalogue")

MOST_ROWS = 200
ORDERS = {
    "name": (ServiceItem.name, ServiceItem.id),
    "price": (ServiceItem.price_fen, ServiceItem.id),
    "score": (ServiceItem.score_hundredths.desc(), ServiceItem.id),
}


@blueprint.get("")
def show() -> Any:
    """Every published item of an agency that is certified today."""
    text = request.args.get("q", "").strip()[:100]
    category = request.args.get("category", "")
    order = request.args.get("order", "name")
    order = order if order in ORDERS else "name"
    with reading(context().database) as unit:
        query = _query(text, category if category in list(Category) else "", order, local_day(context().now(unit)))
        rows = unit.session.execute(query).all()
    if request.args.get("format") == "json" or request.accept_mimetypes.best == "application/json":
        return jsonify(items=[_as_json(item, agency) for item, agency in rows])
    if wants_excel():
        return catalogue_file(rows)
    return render_template(
        "public/catalogue.html", rows=rows, text=text, category=category, order=order,
        categories=[(str(one), category_name(one)) for one in Category], category_name=category_name,
    )  # fmt: skip


def _query(text: str, category: str, order: str, today: Any) -> sa.Select[ServiceItem, Organisation]:
    query = (
        sa.select(ServiceItem, Organisation)
        .join(Agency, Agency.organisation_id == ServiceItem.organisation_id)
        .join(Organisation, Organisation.id == ServiceItem.organisation_id)
        .where(ServiceItem.status == "listed", Agency.status == "certified", Agency.valid_until >= today)
        .order_by(*ORDERS[order])
        .limit(MOST_ROWS)
    )
    if category:
        query = query.where(ServiceItem.category == category)
    if text:
        columns = (ServiceItem.name, ServiceItem.content, Organisation.name_zh, Organisation.name_en)
        query = query.where(sa.or_(*(one.icontains(text, autoescape=True) for one in columns)))
    return query


def _as_json(item: ServiceItem, agency: Organisation) -> dict[str, Any]:
    return {
        "id": item.id, "name": item.name, "category": item.category, "price_fen": item.price_fen,
        "score_hundredths": item.score_hundredths, "agency": agency.name_zh, "agency_id": agency.id,
    }  # fmt: skip
