"""What may be chosen in a template workbook: codes, rows of other registers, areas level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.areas.models import Area
from app.areas.rules import COMMUNITY_DIGITS, lowest_common
from app.extensions import db
from app.lowcode.column import Column
from app.lowcode.importing.headings import plain_heading
from app.lowcode.importing.vocabulary import place_order, vocabulary
from app.lowcode.register import Register, register
from app.security.actor import current_actor
from app.settings.queries import profile

MOST_AREAS = 3_000
MOST_LINKS = 500
"""A longer list nobody looks through; the name is typed then."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One column of the template: its header, and what its cells may be chosen from.

    Each of `choices` is (parent, word): the word is offered where the columns of the same register column to the left
    say `parent`, levels joined by "/"; parent "" always.
    """

    column: Column
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    level: int = 0
    """Which of several columns for one place this is, from 0."""


def picks(reg: Register, columns: Sequence[Column]) -> list[Pick]:
    """The template's columns in their order. A place takes one column a level where there are several levels."""
    found: list[Pick] = []
    for column in columns:
        levels = _area_levels(reg, column) if column.kind == "place" else []
        found += levels or [Pick(column, column.label, tuple(("", word) for word in _words(reg, column)))]
    return found


def _words(reg: Register, column: Column) -> list[str]:
    if column.kind == "place":
        return _paths(_areas(reg))
    if column.kind == "link":
        return _titles(register(column.target))
    if column.type.key == "flag":
        return ["是", "否"]
    return [label for _, label in column.type.choices()]


def _titles(other: Register) -> list[str]:
    """What the rows are called that a link may name, as far as the person may read them; none where they are many."""
    if other.is_sensitive or not current_actor().allows(other.name, "read"):
        return []
    title = getattr(other.model, other.row_title)
    alive = select(title).where(other.model.deleted_at.is_(None), title.is_not(None)).distinct().order_by(title)
    found = [str(text) for text in db.session.execute(alive.limit(MOST_LINKS + 1)).scalars()]
    return found if len(found) <= MOST_LINKS else []


def _areas(reg: Register) -> dict[str, str]:
    """Code → name of living areas that the person may import into, in the order of their codes."""
    actor = current_actor()
    alive = select(Area.code, Area.name).where(Area.valid_to.is_(None)).order_by(Area.code)
    return {code: name for code, name in db.session.execute(alive).all() if actor.covers(reg.name, "import", code)}


def _paths(names: dict[str, str]) -> list[str]:
    """桂花社区/第一网格 for every area, communities and below."""
    found = [
        f"{names.get(code[:COMMUNITY_DIGITS], '')}/{name}" if len(code) > COMMUNITY_DIGITS else name
        for code, name in names.items()
        if len(code) >= COMMUNITY_DIGITS
    ]
    return found[:MOST_AREAS]


def _area_levels(reg: Register, column: Column) -> list[Pick]:
    """社区 and 网格 as columns of their own, below what all areas have in common; none where one list will do."""
    names = _areas(reg)
    if not names:
        return []
    common = len(lowest_common(list(names), profile().levels))
    levels = [level for level in profile().levels if level.digits > common]
    words = vocabulary(reg.columns)
    heads = [plain_heading(level.name) for level in levels]
    orders = [place_order(head) for head in heads]
    is_understood = all(words.get(head) == column.name for head in heads) and sorted(set(orders)) == orders
    if len(levels) < 2 or not is_understood or len(names) > MOST_AREAS:
        return []
    digits = [level.digits for level in levels]
    return [
        Pick(column, level.name, tuple(_choices(names, digits, number)), number) for number, level in enumerate(levels)
    ]


def _choices(names: dict[str, str], digits: Sequence[int], number: int) -> list[tuple[str, str]]:
    """(names of the levels above, name) of all areas of a level, those below one area together."""
    return [
        ("/".join(names.get(code[:above], "") for above in digits[:number]), name)
        for code, name in names.items()
        if len(code) == digits[number]
    ]
