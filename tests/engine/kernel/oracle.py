"""Knows what must be open in a block-structured process at every moment, without knowing the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.engine.kernel.random_processes import Block


class Place(NamedTuple):
    """Where a block is played: the places of the items around it, and the numbers of the guards around it."""

    items: str
    guards: tuple[int, ...]


def _name(key: str, place: Place) -> str:
    return f"{key}#{place.items}" if place.items else key


class Oracle:
    """Plays a block with continuations: which user tasks are open, by id and place among items, and whether all is done."""

    def __init__(self, block: Block) -> None:
        self.open: list[tuple[str, Place, Callable[[], None]]] = []
        self.guards: dict[int, tuple[str, Callable[[], None]]] = {}
        self._guard_number = 0
        self._paths: dict[int, tuple[int, ...]] = {}
        self.is_done = False
        self._enter(block, Place("", ()), self._end)

    def _end(self) -> None:
        self.is_done = True

    def names(self) -> list[str]:
        return sorted(_name(key, place) for key, place, _ in self.open)

    def complete(self, name: str) -> None:
        index = next(at for at, (key, place, _) in enumerate(self.open) if _name(key, place) == name)
        self.open.pop(index)[2]()

    def interruptible(self) -> list[str]:
        """The guards that can be interrupted, by key, where only one of that key is at work."""
        keys = [key for key, _ in self.guards.values()]
        return sorted(key for key in set(keys) if keys.count(key) == 1)

    def interrupt(self, key: str) -> None:
        number = next(number for number, (found, _) in self.guards.items() if found == key)
        self.guards[number][1]()

    def _guard(self, key: str, inner: Block, handler: Block, place: Place, then: Callable[[], None]) -> None:
        self._guard_number += 1
        number = self._guard_number
        inside = Place(place.items, (*place.guards, number))

        def leave() -> None:
            del self.guards[number]
            then()

        def interrupt() -> None:
            self.open = [one for one in self.open if number not in one[1].guards]
            for other in [other for other, path in self._paths.items() if number in path]:
                self.guards.pop(other, None)
            self._enter(handler, place, then)

        self._paths[number] = inside.guards
        self.guards[number] = (key, interrupt)
        self._enter(inner, inside, leave)

    def _enter(self, block: Block, place: Place, then: Callable[[], None]) -> None:
        getattr(self, f"_{block[0]}")(*block[1:], place, then)

    def _user(self, key: str, place: Place, then: Callable[[], None]) -> None:
        self.open.append((key, place, then))

    def _work(self, _key: str, _place: Place, then: Callable[[], None]) -> None:
        then()

    def _seq(self, blocks: list[Block], place: Place, then: Callable[[], None]) -> None:
        if not blocks:
            then()
        else:
            self._enter(blocks[0], place, lambda: self._seq(blocks[1:], place, then))

    def _xor(self, _key: str, blocks: list[Block], chosen: int, place: Place, then: Callable[[], None]) -> None:
        self._enter(blocks[chosen], place, then)

    def _or(self, key: str, blocks: list[Block], chosen: list[int], place: Place, then: Callable[[], None]) -> None:
        self._par(key, [blocks[one] for one in chosen], place, then)

    def _par(self, _key: str, blocks: list[Block], place: Place, then: Callable[[], None]) -> None:
        self._all(len(blocks), lambda one, done: self._enter(blocks[one], place, done), then)

    def _all(self, count: int, enter: Callable[[int, Callable[[], None]], None], then: Callable[[], None]) -> None:
        left = [count]

        def done() -> None:
            left[0] -= 1
            if not left[0]:
                then()

        for one in range(count):
            enter(one, done)
        if not count:
            then()

    def _loop(self, _key: str, block: Block, rounds: int, place: Place, then: Callable[[], None]) -> None:
        self._enter(block, place, then if rounds == 1 else lambda: self._loop(_key, block, rounds - 1, place, then))

    def _sub(self, _key: str, block: Block, place: Place, then: Callable[[], None]) -> None:
        self._enter(block, place, then)

    _call = _sub

    def _many(
        self, _key: str, inner: Block, count: int, sequential: bool, place: Place, then: Callable[[], None]
    ) -> None:
        def item(one: int) -> Place:
            return Place(f"{place.items}.{one + 1}" if place.items else str(one + 1), place.guards)

        if not sequential:
            self._all(count, lambda one, done: self._enter(inner, item(one), done), then)
            return

        def go(one: int) -> None:
            if one == count:
                then()
            else:
                self._enter(inner, item(one), lambda: go(one + 1))

        go(0)
