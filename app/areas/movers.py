"""What moves along when areas change, and what a grid may lack: upper rooms say so here, by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from app.areas.reorganising import Moves
from app.fields.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Item:
    """A building that a split may send elsewhere than the rest."""

    uid: str
    label: str
    area_code: str


@dataclass(frozen=True, slots=True)
class Mover:
    """One kind of rows that live in areas. `count` and `move` run as the system, in the reorganisation's transaction.

    `title()` is asked only when it is shown: districts name their lists. `count(codes)` → rows lying in exactly each code; `move(moves)` → number of rows moved (a row of a building in
    `moves.by_item` goes there). `items(codes)`, where given, lists the buildings a split may deal out. Rows of a kind
    `is_unsaid` move like all others, and neither their name nor their number is told: in a small grid it would name
    people (rosters under their own 条线 permission).
    """

    name: str
    title: Callable[[], str]
    unit: str
    count: Callable[[Collection[str]], Mapping[str, int]]
    move: Callable[[Moves], int]
    items: Callable[[Collection[str]], list[Item]] | None = None
    is_unsaid: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """So many rows of one kind that come along, in words for a preview."""

    title: str
    unit: str
    count: int


@dataclass(frozen=True, slots=True)
class ItemMover:
    """How single buildings go to another grid. All run as the system; `move` inside the handover's transaction.

    `items(codes)` lists the buildings of areas; `coming(uids)` counts what hangs on them; `households(uids)` sums their
    households; `move(uids, code, today)` moves them and all that hangs on them, and answers rows by kind.
    """

    items: Callable[[Collection[str]], list[Item]]
    coming: Callable[[Collection[str]], list[Coming]]
    households: Callable[[Collection[str]], int]
    move: Callable[[Collection[str], str, date], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something grids lack: `query(code, limit)` → (code, name, note) of areas in `code`, within the acting person's scope.

    Titles are Sentences, so that an English screen can say them.
    """

    name: str
    title: Sentence
    empty_text: Sentence
    query: Callable[[str, int], list[tuple[str, str, str]]]


_MOVERS: dict[str, Mover] = {}
_ITEM_MOVERS: list[ItemMover] = []
_GAPS: dict[str, Gap] = {}


def register_mover(mover: Mover) -> Mover:
    """Make a kind of rows known, once, in `install()`; the same name again replaces it (a second application)."""
    _MOVERS[mover.name] = mover
    return mover


def movers() -> tuple[Mover, ...]:
    """All kinds in the order they were registered."""
    return tuple(_MOVERS.values())


def register_item_mover(mover: ItemMover) -> None:
    """Say how buildings move, in `install()`; the last one counts (a second application)."""
    _ITEM_MOVERS[:] = [mover]


def item_mover() -> ItemMover:
    """How buildings move. Raises LookupError where no roster of buildings is there."""
    if not _ITEM_MOVERS:
        raise LookupError("No room registered how buildings move: movers.register_item_mover")
    return _ITEM_MOVERS[0]


def register_gap(gap: Gap) -> Gap:
    """Add a list to the area page (grids without a full-time worker, say); the same name again replaces it."""
    _GAPS[gap.name] = gap
    return gap


def gaps() -> tuple[Gap, ...]:
    """All lists in the order they were registered."""
    return tuple(_GAPS.values())
