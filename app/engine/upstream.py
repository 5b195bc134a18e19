"""One step upstream: from which user tasks a case may come to somebody with a role, by the diagrams that cases run on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from app.engine.catalogue import Bundle, Catalogue
from app.engine.inbox_views import Condition, Upstream
from app.engine.kernel.model import UserTaskElement
from app.engine.tables import instance, process_definition


def upstream_of(
    connection: sa.Connection, catalogue: Catalogue, roles: Collection[str], *, among: Condition | None = None
) -> tuple[Upstream, ...]:
    """The user tasks behind which a task of one of `roles` may be the next, in every bundle on which a case runs.

    One statement; bundles are parsed once in a process.

    Args:
        among: which cases count; None: all. A case that is kept from the reader must not be guessed from a list.
    """
    if not roles:
        return ()
    counts = sa.true() if among is None else among
    is_of_it = instance.c.definition_id == process_definition.c.id
    runs = sa.exists().where(is_of_it, instance.c.status == "running", counts)
    found = connection.execute(sa.select(process_definition.c.bundle_id).where(runs).distinct())
    bundles = [catalogue.bundle(connection, bundle_id) for bundle_id in sorted(found.scalars())]
    return tuple(one for bundle in bundles for one in _of_bundle(bundle, frozenset(roles)))


def _of_bundle(bundle: Bundle, roles: frozenset[str]) -> list[Upstream]:
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for place, following in sorted(bundle.following.items()):
        if any(_role(bundle, one) in roles for one in following):
            places[_role(bundle, place)].append(place)
    return [Upstream(bundle.id, role, tuple(those)) for role, those in sorted(places.items())]


def _role(bundle: Bundle, place: tuple[str, str]) -> str:
    element = bundle.model(place[0]).elements[place[1]]
    return element.role if isinstance(element, UserTaskElement) else ""
