"""Rows of other registers that cells of a file may mean, read for many cells at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from app.areas.rules import COMMUNITY_DIGITS
from app.database.scope import range_of
from app.extensions import db
from app.lowcode.naming import Naming
from app.lowcode.register import Register
from app.security.actor import SYSTEM, Actor, acting_as

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live row: `values` are those of the parts it was asked for by, links as ids."""

    id: int
    area: str
    title: str
    values: tuple[Any, ...]
    is_within: bool
    is_left: bool


def titled(reg: Register, titles: set[str], by: Actor) -> dict[str, list[Candidate]]:
    """Live rows by what they are called."""
    found: dict[str, list[Candidate]] = {}
    for row in rows_with(reg, (reg.row_title,), reg.row_title, titles, by=by):
        found.setdefault(str(row.values[0]), []).append(row)
    return found


def rows_with(
    reg: Register, parts: Sequence[str], part: str, values: set[Any], *, by: Actor,
    areas: Iterable[str] | None = None,
) -> Iterator[Candidate]:  # fmt: skip
    """Live rows that have one of the values in a part; those of all communities where `areas` names none.

    A row of another community is told from one that is nowhere, so the wall does not hide it here.
    """
    model = reg.model
    names = [reg.key_attribute(name) for name in (*parts, part)]
    has_left = getattr(model, reg.left_column) if reg.left_column else model.deleted_at
    shown = [model.id, model.area_code, getattr(model, reg.row_title), has_left]
    ordered = sorted(values, key=str)
    for start in range(0, len(ordered), CHUNK):
        wanted = select(*shown, *(getattr(model, name) for name in names[:-1])).where(
            getattr(model, names[-1]).in_(ordered[start : start + CHUNK]), model.deleted_at.is_(None)
        )
        if areas is not None:
            ranges = [range_of(area) for area in sorted({area[:COMMUNITY_DIGITS] for area in areas})]
            wanted = wanted.where(or_(*((model.area_code >= low) & (model.area_code < high) for low, high in ranges)))
        for id_, area, title, left, *row in read_all(wanted):
            is_within = by.covers(reg.name, "read", area)
            yield Candidate(id_, area, str(title or ""), tuple(row), is_within, left is not None)


def read_all(statement: Any) -> Any:
    """Whatever the statement asks for, the actor's scope left aside."""
    with acting_as(SYSTEM):
        return db.session.execute(statement)


def fits(naming: Naming, values: Mapping[str, Any], row: Candidate) -> bool:
    """Whether a row has every value that the file says."""
    return all(part not in values or values[part] == row.values[at] for at, part in enumerate(naming.parts))


def is_bare(naming: Naming, values: Mapping[str, Any], row: Candidate) -> bool:
    """Whether a row has nothing where the file says nothing."""
    return all(part in values or row.values[at] is None for at, part in enumerate(naming.parts))


def best(rows: Sequence[Candidate], area: str) -> Sequence[Candidate]:
    """Of several rows those within reach, there still, and in the area of the record, as far as that leaves any."""
    for test in (
        lambda row: row.is_within, lambda row: not row.is_left, lambda row: row.area.startswith(area),
        lambda row: row.area.startswith(area[:COMMUNITY_DIGITS]),
    ):  # fmt: skip
        if len(rows) > 1:
            rows = [row for row in rows if test(row)] or rows
    return rows
