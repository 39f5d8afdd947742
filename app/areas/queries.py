"""Reading the tree of areas: names, paths, counts, choices, and the lists of what is missing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from app.areas.models import Area
from app.areas.requests import Node, Tree
from app.areas.rules import level_below, path_of, size_doubt
from app.database.scope import range_of
from app.database.steady import steady
from app.database.transactions import is_writing
from app.extensions import database_name, db
from app.security.actor import SYSTEM, acting_as, current_actor
from app.settings.profile import Profile
from app.settings.queries import data_version, profile

CHUNK = 500
"""Codes in one IN list; SQLite takes at most 32,766 variables, older ones 999."""

_NAMES: OrderedDict[tuple[str, int], dict[str, str]] = OrderedDict()
_NAMES_KEPT = 8


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One node as pages show it."""

    code: str
    name: str
    level: str
    parent_code: str | None
    kind: str | None
    size: str | None
    household_count: int | None
    population: int | None
    responsible_name: str | None
    valid_from: date | None
    valid_to: date | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What lies below a node: live nodes by level key, and how many of them nobody answers for."""

    by_level: dict[str, int] = field(default_factory=dict)
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One line of the tree. `depth` counts from the top; `unanswered` counts the node itself and all below it."""

    area: AreaRow
    depth: int
    counts: Counts
    is_open: bool
    has_children: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One area to choose, with its path in words; `depth` 0 is the widest the person may see."""

    code: str
    name: str
    path: str
    depth: int


_COLUMNS = (
    Area.code, Area.name, Area.level, Area.parent_code, Area.kind, Area.size, Area.household_count, Area.population,
    Area.responsible_name, Area.valid_from, Area.valid_to, Area.document,
)  # fmt: skip


def live(today: date) -> ColumnElement[bool]:
    """Nodes that live on a day."""
    return and_(
        or_(Area.valid_from.is_(None), Area.valid_from <= today), or_(Area.valid_to.is_(None), Area.valid_to >= today)
    )


def in_area(code: str) -> ColumnElement[bool]:
    """The node and all below it."""
    low, high = range_of(code)
    return and_(Area.code >= low, Area.code < high)


def is_grid(of: Profile) -> ColumnElement[bool]:
    """A grid is a node of the profile's grid level, or one that carries a size (乾安: a street is a 大网格)."""
    return or_(Area.level == of.grid_level, Area.size.is_not(None))


def names_of(codes: Iterable[str | None]) -> dict[str, str]:
    """Name of each code, closed ones too; a code nobody knows is left out. Kept until an area changes.

    Not cut to the acting person's scope: who holds a code may read the place's name.
    """
    wanted = {code for code in codes if code}
    kept = _names_standing_still() if is_writing() else _kept_names()
    missing = sorted(wanted - kept.keys())
    for start in range(0, len(missing), CHUNK):
        with acting_as(SYSTEM):
            query = select(Area.code, Area.name).where(Area.code.in_(missing[start : start + CHUNK]))
            kept.update(db.session.execute(query).all())
    return {code: kept[code] for code in wanted if code in kept}


def name_of(code: str | None) -> str:
    """Name of one code; the code itself where nobody knows it, '' for none."""
    return names_of((code,)).get(code, code) if code else ""


@steady
def _names_standing_still() -> dict[str, str]:
    """What a transaction has read so far; forgotten at once unless it promised to change nothing."""
    return {}


def _kept_names() -> dict[str, str]:
    key = (database_name(), data_version())
    if key not in _NAMES:
        _NAMES[key] = {}
        while len(_NAMES) > _NAMES_KEPT:
            _NAMES.popitem(last=False)
    return _NAMES[key]


def covers_all_areas(prefix: str) -> bool:
    """Whether every area there is, closed ones too, lies in or below `prefix`."""
    if not prefix:
        return True
    if is_writing():
        first, last = _outermost()
    else:
        first, last = _kept_outermost(database_name(), data_version())
    return bool(first) and first.startswith(prefix) and last.startswith(prefix)


@lru_cache(maxsize=16)
def _kept_outermost(database: str, version: int) -> tuple[str, str]:  # noqa: ARG001
    return _outermost()


def _outermost() -> tuple[str, str]:
    with acting_as(SYSTEM):
        first, last = db.session.execute(select(func.min(Area.code), func.max(Area.code))).one()
    return first or "", last or ""


def full_name(code: str, *, since: str = "") -> str:
    """Names of the path joined, without the top and without those above `since`: 荣业街道丹青社区第一网格."""
    steps = [step for step in path_of(code, profile().levels) if len(step) > len(since or profile().top_code)]
    names = names_of(steps)
    return "".join(names.get(step, "") for step in steps) or name_of(code)


def path(code: str) -> tuple[tuple[str, str], ...]:
    """(code, name) from the top down to the node."""
    steps = path_of(code, profile().levels)
    names = names_of(steps)
    return tuple((step, names.get(step, step)) for step in steps)


def area(code: str) -> AreaRow | None:
    """One node, if the acting person may see it."""
    row = db.session.execute(select(*_COLUMNS).where(Area.code == code)).first()
    return AreaRow(*row) if row else None


def children(code: str, *, today: date) -> list[AreaRow]:
    """Live children in the order of their codes, within scope."""
    query = select(*_COLUMNS).where(Area.parent_code == code, live(today)).order_by(Area.code)
    return [AreaRow(*row) for row in db.session.execute(query)]


def below(code: str, level: str, *, today: date) -> list[AreaRow]:
    """All live nodes of a level in and below an area, in the order of their codes, within scope."""
    query = select(*_COLUMNS).where(in_area(code), Area.level == level, live(today)).order_by(Area.code)
    return [AreaRow(*row) for row in db.session.execute(query)]


def counts_of(parents: Sequence[str], digits: int, *, today: date) -> dict[str, Counts]:
    """What lies in and below each child (code of `digits` digits) of the parents, in one statement."""
    prefix = func.substr(Area.code, 1, digits)
    nobody = func.sum(case((or_(Area.responsible_name.is_(None), Area.responsible_name == ""), 1), else_=0))
    query = (
        select(prefix, Area.level, func.count(), nobody)
        .where(or_(*(in_area(code) for code in parents)), func.length(Area.code) >= digits, live(today))
        .group_by(prefix, Area.level)
    )
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for code, level, number, unanswered in db.session.execute(query):
        found.setdefault(code, {})[level] = (number, unanswered or 0)
    return {
        code: Counts({level: number for level, (number, _) in levels.items()}, sum(none for _, none in levels.values()))
        for code, levels in found.items()
    }


def tree(at: str, *, today: date) -> list[TreeRow]:
    """The tree opened down to `at` and its children: the top, and the children of every node on the path.

    One statement for the nodes and one for the counts of each level shown.
    """
    levels = profile().levels
    open_codes = path_of(at, levels)
    query = (
        select(*_COLUMNS)
        .where(or_(Area.code == open_codes[0], Area.parent_code.in_(open_codes)), live(today))
        .order_by(Area.code)
    )
    rows = [AreaRow(*row) for row in db.session.execute(query)]
    counts: dict[str, Counts] = {}
    for digits in sorted({len(row.code) for row in rows}):
        above = [code for code in open_codes if len(code) < digits] or [open_codes[0]]
        counts |= counts_of(above[-1:], digits, today=today)
    depths = {level.digits: number for number, level in enumerate(levels)}
    return [
        _tree_row(row, depths[len(row.code)], counts.get(row.code, Counts()), row.code in open_codes) for row in rows
    ]


def _tree_row(row: AreaRow, depth: int, counts: Counts, is_open: bool) -> TreeRow:
    below_it = {level: number for level, number in counts.by_level.items() if level != row.level}
    return TreeRow(row, depth, Counts(below_it, counts.unanswered), is_open, bool(below_it))


def level_counts(code: str, *, today: date) -> dict[str, int]:
    """Live nodes in and below an area by level key, in the order of the levels."""
    query = select(Area.level, func.count()).where(in_area(code), live(today)).group_by(Area.level)
    found = dict(db.session.execute(query).all())
    return {level.key: found[level.key] for level in profile().levels if level.key in found}


def grid_counts(code: str, *, today: date) -> dict[tuple[str | None, str | None], int]:
    """Live grids in and below an area by (kind, size)."""
    query = (
        select(Area.kind, Area.size, func.count())
        .where(in_area(code), live(today), is_grid(profile()))
        .group_by(Area.kind, Area.size)
    )
    return {(kind, size): number for kind, size, number in db.session.execute(query)}


def without_responsible(code: str, *, today: date, limit: int = 200) -> list[AreaRow]:
    """Live nodes nobody answers for, in and below an area, widest first."""
    query = (
        select(*_COLUMNS)
        .where(in_area(code), live(today), or_(Area.responsible_name.is_(None), Area.responsible_name == ""))
        .order_by(func.length(Area.code), Area.code)
        .limit(limit)
    )
    return [AreaRow(*row) for row in db.session.execute(query)]


def outside_bounds(code: str, *, today: date, limit: int = 200) -> list[tuple[AreaRow, str]]:
    """Live grids of the grid level whose size is outside the profile's bounds, each with the reason in words."""
    of = profile()
    bounds = of.grid_bounds
    doubtful = [Area.household_count < bounds.households_min, Area.household_count > bounds.households_max]
    if bounds.people_max is not None:
        doubtful.append(Area.population > bounds.people_max)
    query = (
        select(*_COLUMNS)
        .where(in_area(code), live(today), Area.level == of.grid_level, or_(*doubtful))
        .order_by(Area.code)
        .limit(limit)
    )
    rows = [AreaRow(*row) for row in db.session.execute(query)]
    return [(row, size_doubt(row.household_count, row.population, bounds) or "") for row in rows]


def area_choices(search: str = "", *, today: date, limit: int = 60, resource: str = "areas") -> list[Choice]:
    """Areas the acting person may work in, widest first; `search` is part of a name, or the beginning of a code."""
    prefixes = current_actor().prefixes(resource, "read")
    if not prefixes:
        return []
    conditions: list[Any] = [live(today), or_(*(in_area(prefix) for prefix in prefixes))]
    text = search.strip()
    if text:
        named = Area.name.contains(text, autoescape=True)
        conditions.append(or_(named, in_area(text)) if text.isdigit() else named)
    query = select(Area.code, Area.name).where(*conditions).order_by(func.length(Area.code), Area.code).limit(limit)
    rows = db.session.execute(query).all()
    levels = profile().levels
    depths = {level.digits: number for number, level in enumerate(levels)}
    top = min((depths.get(len(code), 0) for code, _ in rows), default=0)
    found = [Choice(code, name, full_name(code), depths.get(len(code), 0) - top) for code, name in rows]
    return sorted(found, key=lambda choice: choice.code)


def whole_tree(codes: Collection[str], *, today: date) -> Tree:
    """The pure tree a reorganisation needs: all nodes in and below the codes, live or closed. Reads as the system."""
    wanted = or_(*(in_area(code) for code in codes), Area.code.in_(codes))
    with acting_as(SYSTEM):
        rows = db.session.execute(
            select(
                Area.code, Area.name, Area.kind, Area.size, Area.household_count, Area.population, Area.valid_from,
                Area.valid_to,
            ).where(wanted)
        )  # fmt: skip
        nodes = [Node(*row) for row in rows]
    alive = {node.code: node for node in nodes if node.valid_to is None or node.valid_to >= today}
    return Tree(alive, frozenset(node.code for node in nodes), profile().levels)


def child_level_name(code: str) -> str:
    """What a child of this node is called (社区, 网格 …); '' on the lowest level."""
    level = level_below(code, profile().levels)
    return level.name if level else ""
