"""Finding the rows of a register that records of a file may mean: a few statements for any number of records."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import or_, select

from app.database.scope import range_of
from app.extensions import db
from app.lowcode.column import Column, fingerprint
from app.lowcode.importing.diff import Existing, Incoming, Index
from app.lowcode.register import Register
from app.security.actor import SYSTEM, Actor, acting_as

CHUNK = 500


def defaults_of(reg: Register) -> dict[str, Any]:
    """Column → the value a new row has where the file says nothing (名册类别: 组织关系在册)."""
    found = {}
    for column in reg.declared_columns:
        default = reg.model.__table__.c[column.name].default if column.kind == "stored" else None
        if default is not None and default.is_scalar:
            found[column.name] = default.arg
    return found


class Lookup:
    """The rows that records may mean, read once; `rows` by id. `is_locking` keeps them from changing meanwhile."""

    def __init__(self, reg: Register, by: Actor, *, is_locking: bool = False) -> None:
        self.reg, self.by, self.is_locking = reg, by, is_locking
        self.columns = {column.name: column for column in reg.declared_columns}
        self.rows: dict[int, Any] = {}
        self.key_names = {name for key in reg.keys for name in key}
        self.defaults = {name: value for name, value in defaults_of(reg).items() if name in self.key_names}

    def comparable(self, name: str, value: Any) -> Hashable:
        """A value of a key column as rows of the database keep it."""
        column = self.columns[name]
        if value is None or value == "":
            return None
        if column.kind == "sealed":
            return fingerprint(column.type, column.type.show(value))
        return value  # type: ignore[no-any-return]

    def incoming(self, where: str, values: dict[str, Any], area: str) -> Incoming:
        """A record as the comparison takes it."""
        filled = {name: values[name] for name in self.key_names if values.get(name) not in (None, "")}
        parts = self.defaults | {name: self.comparable(name, value) for name, value in filled.items()}
        for name in self.key_names:
            if self.columns[name].kind == "place" and area:
                parts.setdefault(name, area)
        prints = {
            number: tuple(parts[name] for name in key)
            for number, key in enumerate(self.reg.keys)
            if all(parts.get(name) is not None for name in key)
        }
        title = values.get(self.reg.row_title)
        is_left = bool(self.reg.left_column) and values.get(self.reg.left_column) is not None
        return Incoming(where, prints, str(title) if title else "", area, parts, is_left)

    def index(self, records: Sequence[Incoming]) -> Index:
        """Live rows of the register under the prints and names of the records."""
        by_key: list[dict[tuple[Hashable, ...], Existing]] = []
        for number, key in enumerate(self.reg.keys):
            wanted = {record.prints[number] for record in records if number in record.prints}
            column = self._mapped(self.columns[key[0]])
            found: dict[tuple[Hashable, ...], Existing] = {}
            for row in self._where(column, {print_[0] for print_ in wanted}):
                print_ = tuple(self._part(row, self.columns[name]) for name in key)
                if print_ in wanted and (print_ not in found or found[print_].is_left):
                    found[print_] = self._existing(row)
            by_key.append(found)
        names = {record.weak for record in records if not record.prints and record.weak}
        weak: dict[str, list[Existing]] = {}
        if names:
            title = self.columns[self.reg.row_title]
            for row in self._where(self._mapped(title), names):
                existing = self._existing(row)
                if existing.is_within:
                    weak.setdefault(str(self._part(row, title)), []).append(existing)
        return Index(tuple(by_key), weak)

    def _where(self, column: Any, values: set[Any]) -> Iterator[Any]:
        """Live rows with one of the values, those of other communities too, so that a clash is told."""
        model, ordered = self.reg.model, sorted(values, key=str)
        for start in range(0, len(ordered), CHUNK):
            statement = select(model).where(column.in_(ordered[start : start + CHUNK]), model.deleted_at.is_(None))
            if self.is_locking:
                statement = statement.with_for_update().execution_options(populate_existing=True)
            with acting_as(SYSTEM):
                found = db.session.execute(statement).scalars().all()
            yield from found

    def _existing(self, row: Any) -> Existing:
        self.rows[row.id] = row
        parts = {
            name: part for name in self.key_names if (part := self._part(row, self.columns[name])) not in (None, "")
        }
        title = self.columns[self.reg.row_title]
        return Existing(
            row.id, str(self._part(row, title) or ""), parts, row.area_code,
            is_within=self.by.covers(self.reg.name, "write", row.area_code),
            is_left=bool(self.reg.left_column) and getattr(row, self.reg.left_column) is not None,
        )  # fmt: skip

    def _mapped(self, column: Column) -> Any:
        return getattr(self.reg.model, _attribute(column))

    def _part(self, row: Any, column: Column) -> Hashable:
        return getattr(row, _attribute(column))  # type: ignore[no-any-return]


def _attribute(column: Column) -> str:
    if column.kind == "sealed":
        return column.name + "_hash"
    if column.kind == "link":
        return column.name + "_id"
    return "area_code" if column.kind == "place" else column.name


def missing_ids(reg: Register, areas: Iterable[str], seen: set[int], by: Actor) -> list[tuple[int, str]]:
    """(id, title) of live rows in the areas that the file does not name, within the actor's scope.

    Who has left already is not missing.
    """
    model, ranges = reg.model, [range_of(area) for area in sorted(set(areas))]
    if not ranges:
        return []
    title = getattr(model, reg.row_title)
    within = or_(*((model.area_code >= low) & (model.area_code < high) for low, high in ranges))
    statement = select(model.id, title).where(model.deleted_at.is_(None), within).order_by(model.id)
    if reg.left_column:
        statement = statement.where(getattr(model, reg.left_column).is_(None))
    with acting_as(by):
        found = db.session.execute(statement).all()
    return [(id_, str(name)) for id_, name in found if id_ not in seen]
