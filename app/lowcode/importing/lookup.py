"""Finding the rows of a register that records of a file may mean: a few statements for any number of records."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, literal, or_, select

from app.database.scope import range_of
from app.extensions import db
from app.lowcode.column import Column
from app.lowcode.importing.diff import Existing, Incoming, Index
from app.lowcode.register import Register
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.keys import keyring

CHUNK = 500
SCAN_FROM, SCAN_UP_TO, SCANNED_AT_ONCE = 2_000, 20, 2_000
"""From so many records on the keys of the whole register are read, if it has at most so many rows for each record."""


def defaults_of(reg: Register) -> dict[str, Any]:
    """Column → the value a new row has where the file says nothing (名册类别: 组织关系在册)."""
    found = {}
    for column in reg.declared_columns:
        default = reg.model.__table__.c[column.name].default if column.kind == "stored" else None
        if default is not None and default.is_scalar:
            found[column.name] = default.arg
    return found


class Lookup:
    """The rows that records may mean. `rows` are those of the records asked about last, by id.

    `expected` is how many records will be asked about: for many, the keys of the whole register are read once (64 bits
    each), for few, the rows that hold one of their keys. `is_locking` keeps found rows from changing meanwhile.
    """

    def __init__(self, reg: Register, by: Actor, *, expected: int = 0, is_locking: bool = False) -> None:
        self.reg, self.by, self.is_locking = reg, by, is_locking
        self.columns = {column.name: column for column in reg.declared_columns}
        self.rows: dict[int, Any] = {}
        self.key_names = {name for key in reg.keys for name in key}
        self.defaults = {name: value for name, value in defaults_of(reg).items() if name in self.key_names}
        self._sealed = {name for name in self.key_names if self.columns[name].kind == "sealed"}
        self._places = [name for name in self.key_names if self.columns[name].kind == "place"]
        self._compared = [(name, name in self._sealed) for name in self.key_names]
        self._keys = list(enumerate(reg.keys))
        self._ring = keyring()
        self._title, self._left = reg.row_title, reg.left_column or None
        self._known = self._scan() if expected >= SCAN_FROM and self._size() <= expected * SCAN_UP_TO else None

    def _size(self) -> int:
        return int(self._read(select(func.count()).select_from(self.reg.model)).scalar_one())

    def _read(self, statement: Any) -> Any:
        """Rows of other communities too, so that a clash is told."""
        with acting_as(SYSTEM):
            return db.session.execute(statement)

    def _scan(self) -> list[dict[int, int]]:
        """For each key, the hash of its values → id of the live row that holds it, one who has left only if no other."""
        model = self.reg.model
        names = sorted(self.key_names)
        has_left = getattr(model, self.reg.left_column) if self.reg.left_column else literal(None)
        wanted = select(model.id, has_left, *(self._mapped(self.columns[name]) for name in names)).where(
            model.deleted_at.is_(None)
        )
        positions = [tuple(names.index(name) + 2 for name in key) for key in self.reg.keys]
        known: list[dict[int, int]] = [{} for _ in self.reg.keys]
        for row in self._read(wanted.execution_options(yield_per=SCANNED_AT_ONCE)):
            for number, at in enumerate(positions):
                print_ = tuple([row[position] for position in at])
                if None not in print_:
                    mark = hash(print_)
                    if row[1] is None or mark not in known[number]:
                        known[number][mark] = row[0]
        return known

    def comparable(self, name: str, value: Any) -> Hashable:
        """A value of a key column as rows of the database keep it."""
        if value is None or value == "":
            return None
        if name in self._sealed:
            type_ = self.columns[name].type
            return self._ring.fingerprint(type_.show(value), purpose=type_.key)
        return value  # type: ignore[no-any-return]

    def incoming(self, where: str, values: Mapping[str, Any], area: str) -> Incoming:
        """A record as the comparison takes it."""
        parts = self.defaults.copy()
        for name, is_sealed in self._compared:
            value = values.get(name)
            if value is not None and value != "":
                parts[name] = self.comparable(name, value) if is_sealed else value
        if area:
            for name in self._places:
                parts.setdefault(name, area)
        prints: dict[int, tuple[Hashable, ...]] = {}
        for number, key in self._keys:
            print_ = tuple([parts.get(name) for name in key])
            if None not in print_:
                prints[number] = print_
        title = values.get(self._title)
        is_left = self._left is not None and values.get(self._left) is not None
        return Incoming(where, prints, str(title) if title else "", area, parts, is_left)

    def index(self, records: Sequence[Incoming]) -> Index:
        """Live rows of the register under the prints and names of the records; they stand in `rows` afterwards."""
        self.rows = {}
        by_key: list[dict[tuple[Hashable, ...], Existing]] = []
        for number, key in enumerate(self.reg.keys):
            wanted = {record.prints[number] for record in records if number in record.prints}
            found: dict[tuple[Hashable, ...], Existing] = {}
            for row in self._candidates(number, key, wanted):
                print_ = tuple(self._part(row, self.columns[name]) for name in key)
                if print_ in wanted and (print_ not in found or found[print_].is_left):
                    found[print_] = self._existing(row)
            by_key.append(found)
        return Index(tuple(by_key), self._by_name(records))

    def _candidates(self, number: int, key: tuple[str, ...], wanted: set[tuple[Hashable, ...]]) -> Iterator[Any]:
        """Rows that may hold one of these keys."""
        if self._known is None:
            yield from self._where(self._mapped(self.columns[key[0]]), {print_[0] for print_ in wanted})
            return
        known = self._known[number]
        ids = {known[mark] for print_ in wanted if (mark := hash(print_)) in known}
        yield from self._where(self.reg.model.id, ids)

    def _by_name(self, records: Sequence[Incoming]) -> dict[str, list[Existing]]:
        names = {record.weak for record in records if not record.prints and record.weak}
        weak: dict[str, list[Existing]] = {}
        if names:
            title = self.columns[self.reg.row_title]
            for row in self._where(self._mapped(title), names):
                existing = self._existing(row)
                if existing.is_within:
                    weak.setdefault(str(self._part(row, title)), []).append(existing)
        return weak

    def _where(self, column: Any, values: set[Any]) -> Iterator[Any]:
        """Live rows with one of the values."""
        model, ordered = self.reg.model, sorted(values, key=str)
        for start in range(0, len(ordered), CHUNK):
            statement = select(model).where(column.in_(ordered[start : start + CHUNK]), model.deleted_at.is_(None))
            if self.is_locking:
                statement = statement.with_for_update().execution_options(populate_existing=True)
            yield from self._read(statement).scalars().all()

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
