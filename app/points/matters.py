"""Kinds of records points can be given for: rooms above register theirs by name (meetings, resolutions, projects)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.lowcode import queries
from app.lowcode.register import Register
from app.points.rules import LONGEST_MATTER, TEXT_MATTER, Matter
from app.security.actor import Actor, current_actor

SEPARATOR = ":"


@dataclass(frozen=True, slots=True)
class Found:
    """One record to choose: its uid, its title, and where or when it was."""

    uid: str
    title: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class MatterSource:
    """`find(words, actor)` lists records within the actor's scope; `get(uid)` answers one, None where he sees none.

    `kind` is the records' table; `address(uid)` is the path of the record's page, '' where there is none.
    """

    kind: str
    title: Callable[[], str]
    """Asked when it is shown: districts name their lists."""
    find: Callable[[str, Actor], list[Found]]
    get: Callable[[str], Found | None]
    address: Callable[[str], str]


_SOURCES: dict[str, MatterSource] = {}


def register_matter_source(source: MatterSource) -> MatterSource:
    """Make a kind of records known; the same kind again replaces it (a second application in one process)."""
    _SOURCES[source.kind] = source
    return source


def matter_sources() -> tuple[MatterSource, ...]:
    """All kinds in the order they were registered."""
    return tuple(_SOURCES.values())


def from_register(reg: Register, *, address: Callable[[int], str]) -> MatterSource:
    """Rows of a register as matters; `address` makes the path of a row's page from its id."""
    model: Any = reg.model

    def row_of(uid: str) -> Any | None:
        return db.session.execute(select(model).where(model.uid == uid, model.deleted_at.is_(None))).scalar()

    def found(row: Any) -> Found:
        names = queries.area_names({row.area_code})
        return Found(row.uid, str(getattr(row, reg.row_title))[:LONGEST_MATTER], names.get(row.area_code, ""))

    def find(words: str, actor: Actor) -> list[Found]:
        if not actor.allows(reg.name, "read"):
            return []
        return [found(row) for row in queries.page(reg, queries.Wish(words=words, size=10), actor).rows]

    def get(uid: str) -> Found | None:
        row = row_of(uid)
        return None if row is None else found(row)

    def path(uid: str) -> str:
        row = row_of(uid)
        return "" if row is None else address(row.id)

    return MatterSource(reg.name, lambda: reg.title, find, get, path)


def choices(words: str, actor: Actor) -> list[tuple[str, str, str]]:
    """(key, title, hint) of records to choose from, for the select of the award form."""
    return [
        (f"{source.kind}{SEPARATOR}{found.uid}", found.title, "　".join(filter(None, (source.title(), found.hint))))
        for source in matter_sources()
        for found in source.find(words, actor)
    ]


def matter_of(key: str) -> Matter | None:
    """The record of a key from `choices`; None where there is none the actor may see."""
    kind, _separator, uid = key.partition(SEPARATOR)
    source = _SOURCES.get(kind)
    found = source.get(uid) if source is not None and uid else None
    return None if found is None else Matter(kind, found.uid, found.title)


def address_of(kind: str, uid: str) -> str:
    """Path of a matter's page; '' for words, and for what the actor may not see."""
    source = _SOURCES.get(kind)
    if kind == TEXT_MATTER or source is None or not current_actor().allows(kind, "read"):
        return ""
    return source.address(uid)
