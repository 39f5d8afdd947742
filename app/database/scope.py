"""The words in which a model declares whose rows one sees: plain values, enforced by `app.security.wall`.

Every mapped class says `__scope__ = (below("grid_workers"),)` or alike; a class without one stops the start-up.
Several rules combine with *or*. `resource` is the register or feature whose permission counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Writers = Literal["permission", "services", "nobody"]
"""Who may change rows: those with the write permission in range; any signed-in person through a service of ours
(history, notices, print records: people cause them but never edit them); or nobody but the system."""


@dataclass(frozen=True, slots=True)
class Below:
    """Rows whose `area_code` lies in or below an area of one's posts that hold the permission."""

    resource: str
    writers: Writers = "permission"


@dataclass(frozen=True, slots=True)
class BelowAndAbove:
    """As `Below`, and for reading also rows of the ancestors of one's areas (areas, units, books, templates)."""

    resource: str
    writers: Writers = "permission"


@dataclass(frozen=True, slots=True)
class Own:
    """Rows whose column `attribute` holds one's own user id."""

    attribute: str = "user_id"
    writers: Writers = "services"


@dataclass(frozen=True, slots=True)
class Granted:
    """Rows a unit of one's posts was let into for a time (table `grants`); read only."""

    resource: str


@dataclass(frozen=True, slots=True)
class ByUnit:
    """Rows whose column `attribute` names a unit of one's posts (roles that see by unit); read only."""

    resource: str
    attribute: str = "unit_id"


@dataclass(frozen=True, slots=True)
class OpenToAll:
    """Rows any signed-in person may read; the reason says why that harms nobody."""

    reason: str
    resource: str = ""
    writers: Writers = "services"


ScopeRule = Below | BelowAndAbove | Own | Granted | ByUnit | OpenToAll


def below(resource: str, *, writers: Writers = "permission") -> Below:
    return Below(resource, writers)


def below_and_above(resource: str, *, writers: Writers = "permission") -> BelowAndAbove:
    return BelowAndAbove(resource, writers)


def own(attribute: str = "user_id", *, writers: Writers = "services") -> Own:
    return Own(attribute, writers)


def granted(resource: str) -> Granted:
    return Granted(resource)


def by_unit(resource: str, attribute: str = "unit_id") -> ByUnit:
    return ByUnit(resource, attribute)


def open_to_all(reason: str, *, resource: str = "", writers: Writers = "services") -> OpenToAll:
    return OpenToAll(reason, resource, writers)


RANGE_END = "~"
"""Sorts after every digit, so that `code >= p and code < p + '~'` is p and all below it, and uses the index."""


def range_of(prefix: str) -> tuple[str, str]:
    """The half-open range of codes in and below `prefix`; '' means everything."""
    return prefix, prefix + RANGE_END


def ancestors_of(code: str, levels: tuple[int, ...] = (2, 4, 6, 9, 12)) -> tuple[str, ...]:
    """Codes above `code`: statistical divisions have 2, 4, 6, 9, 12 digits, each level below adds three."""
    lengths = [length for length in levels if length < len(code)]
    lengths += list(range(15, len(code), 3))
    return tuple(code[:length] for length in lengths)
