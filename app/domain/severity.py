"""How severely experts score, and what ranks would be without it (A8.4): information beside the score, never in it.

All in hundredths of a point. A ballot is what each expert of one panel gave one subject in all: person → total.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from statistics import median_low
from typing import TypeVar

Ballot = Mapping[int, int]
Key = TypeVar("Key", bound=Hashable)


def mean_deviations(ballots: Iterable[Ballot]) -> dict[int, Fraction]:
    """Each expert's mean deviation from the means of the ballots they took part in, exactly.

    Negative: they score below their colleagues, severely; positive: above them. Who always sat alone deviates by nothing.
    """
    found: dict[int, list[Fraction]] = {}
    for ballot in ballots:
        mean = Fraction(sum(ballot.values()), len(ballot)) if ballot else Fraction(0)
        for person_id, total in ballot.items():
            found.setdefault(person_id, []).append(total - mean)
    return {person_id: sum(each, Fraction(0)) / len(each) for person_id, each in found.items()}


def adjusted(ballot: Ballot, deviations: Mapping[int, Fraction]) -> dict[int, int]:
    """What each expert would have given without their usual deviation, down to the hundredth, from 0 to 100 points."""
    return {
        person_id: min(max((total - deviations.get(person_id, Fraction(0))).__floor__(), 0), HIGHEST)
        for person_id, total in ballot.items()
    }


HIGHEST = 10_000
"""A hundred points: what no total exceeds."""


def outliers(ballot: Ballot, *, beyond: int) -> set[int]:
    """The experts whose total lies more than `beyond` from the middle one of their panel."""
    if not ballot:
        return set()
    middle = median_low(ballot.values())
    return {person_id for person_id, total in ballot.items() if abs(total - middle) > beyond}


def ranks(scores: Mapping[Key, int]) -> dict[Key, int]:
    """The place of each, the highest first; equals share a place, and the next one's counts them (1, 2, 2, 4)."""
    return {key: 1 + sum(other > score for other in scores.values()) for key, score in scores.items()}
