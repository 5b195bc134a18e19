"""A settled world in one open transaction, on both databases: the domain's own."""

from tests.domain.conftest import World, world

__all__ = ["World", "world"]
