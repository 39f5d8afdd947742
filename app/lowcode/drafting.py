"""Rows as they will stand in their table, made before they are written: sealed, with pinyin and search tokens.

An import drafts its rows while it checks them, so that writing them is no more than an INSERT of what is ready.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import inspect

from app.fields import sealing
from app.lowcode import service
from app.lowcode.binding import native
from app.lowcode.column import Column, fingerprint
from app.lowcode.register import Register
from app.lowcode.tokens import TokenMaker
from app.security.changes import SILENT, portable
from app.security.keys import keyring

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_Put = Callable[[list[Any], Any, str, str | None], None]
"""How a parsed value gets into the list of values: (values, value, uid, fingerprint where known)."""
_REMEMBERED = 20_000
"""Names whose pinyin and tokens are kept while rows are drafted."""


@lru_cache(maxsize=256)
def attributes_of(model: Any) -> tuple[str, ...]:
    """Attributes of a model that its history keeps, in the order of a draft's values."""
    return tuple(attr.key for attr in inspect(model).column_attrs if attr.key not in SILENT and attr.key != "id")


@dataclass(slots=True)
class Draft:
    """A row to be made. `values` is the JSON array of `attributes_of` its model, `tokens` its search tokens in one text."""

    uid: str
    area_code: str
    values: str
    pinyin: str | None
    tokens: str


@dataclass(slots=True)
class RowChange:
    """A change of a row that is there: portable values by attribute before and after, for the version it was drafted on.

    `tokens` are those of the row afterwards; "" takes it out of the search.
    """

    row_id: int
    uid: str
    version: int
    area_code: str
    before: dict[str, Any]
    after: dict[str, Any]
    pinyin: str | None
    tokens: str
    filled: frozenset[str] = frozenset()
    """Attributes that have a value afterwards."""

    @property
    def areas(self) -> tuple[str, ...]:
        """Where the row lies before and after."""
        return (self.area_code, self.after.get("area_code") or self.area_code)


class Drafter:
    """Makes drafts of one register. What the register's `prepare` steps say of a row is asked while it is made."""

    def __init__(self, reg: Register) -> None:
        self.model, self.prepare = reg.model, reg.prepare
        self.columns = reg.columns
        self.attributes = attributes_of(reg.model)
        self.frozen: Any = service.frozen(reg)
        self._at = {name: at for at, name in enumerate(self.attributes)}
        self._types = {attr.key: attr.columns[0].type for attr in inspect(reg.model).column_attrs}
        self._blank = self._defaults()
        self._table = reg.model.__tablename__
        self._pinyin_at = next((self._at[column.name] for column in self.columns if column.has_pinyin), None)
        self._sort_keys: dict[str, str | None] = {}
        self._stored = {
            column.name: at
            for column in self.columns
            if column.is_editable and (at := self._stored_at(column)) is not None
        }
        self._puts = {
            column.name: self._put_sealed(column) if column.kind == "sealed" else self._put_extra(column)
            for column in self.columns
            if column.is_editable and column.kind in ("sealed", "extra")
        }
        self._tokens = TokenMaker(self.columns, self._at)

    def _defaults(self) -> list[Any]:
        found = dict.fromkeys(self.attributes)
        for attr in inspect(self.model).column_attrs:
            default = attr.columns[0].default
            if attr.key in found and default is not None and default.is_scalar:
                found[attr.key] = portable(default.arg)
        return list((found | {"extra": {}}).values())

    def _stored_at(self, column: Column) -> int | None:
        """Where a value stands that goes in as it is; None for those of `_puts` and for lines of their own."""
        if column.kind in ("sealed", "extra", "lines"):
            return None
        return self._at.get({"place": "area_code", "link": column.name + "_id"}.get(column.kind, column.name))

    def _put_extra(self, column: Column) -> _Put:
        extra_at, name, type_ = self._at["extra"], column.name, column.type

        def put_extra(values: list[Any], value: Any, _uid: str, _print: str | None) -> None:
            values[extra_at] = {**values[extra_at], name: type_.json(value)}

        return put_extra

    def _put_sealed(self, column: Column) -> _Put:
        box_at, hash_at = self._at[column.name + "_box"], self._at[column.name + "_hash"]
        ring, name, type_ = keyring(), column.name, column.type

        def put_sealed(values: list[Any], value: Any, uid: str, print_: str | None) -> None:
            text = type_.show(value)
            box = ring.seal(text, context=sealing.place(self._table, name, uid))
            values[box_at] = {"box": base64.b64encode(box).decode("ascii")}
            values[hash_at] = print_ or fingerprint(type_, text)

        return put_sealed

    def draft(self, values: Mapping[str, Any], area: str, prints: Mapping[str, str] | None = None) -> Draft:
        """A draft of parsed values lying in `area`; `prints` are fingerprints of sealed columns where they are known."""
        if self.prepare:
            return self._from_row(service.apply(self.frozen, None, {**values, **self._place(area)}))
        uid = secrets.token_hex(16)
        cells = self._blank.copy()
        cells[self._at["uid"]] = uid
        known = prints or {}
        stored = self._stored
        for name, value in values.items():
            if value is None:
                continue
            at = stored.get(name)
            if at is not None:
                cells[at] = value if value.__class__ is str else portable(value)
            elif name in self._puts:
                self._puts[name](cells, value, uid, known.get(name))
        cells[self._at["area_code"]] = area
        return self._finished(uid, area, cells)

    def _place(self, area: str) -> dict[str, str]:
        return {column.name: area for column in self.columns if column.kind == "place"} if area else {}

    def _from_row(self, row: Any) -> Draft:
        """A draft of a row that the register's own steps have been over; the row itself is never saved."""
        cells = self._blank.copy()
        for at, name in enumerate(self.attributes):
            value = row.__dict__.get(name)
            if value is not None:
                cells[at] = portable(value)
        return self._finished(row.uid, row.area_code, cells)

    def _finished(self, uid: str, area: str, cells: list[Any]) -> Draft:
        pinyin = None
        if self._pinyin_at is not None and (name := cells[self._pinyin_at]) is not None:
            pinyin = self._sort_keys.get(name)
            if pinyin is None:
                if len(self._sort_keys) >= _REMEMBERED:
                    self._sort_keys.clear()
                pinyin = self._sort_keys[name] = service.sort_key(name)
        return Draft(uid, area, _encode(cells), pinyin, self._tokens.text(cells, area))

    def change(self, row: Any, values: Mapping[str, Any]) -> RowChange:
        """What putting parsed values into a row of the database would change; the row itself stays as it is."""
        copy = service.apply(self.frozen, self._copy(row), values)
        return self._difference(row, copy)

    def revert(self, row: Any, values: Mapping[str, Any]) -> RowChange:
        """What putting portable values back, as a history holds them, would change; no `prepare` step is asked."""
        copy = self._copy(row)
        for name, value in values.items():
            if name in self._at:
                setattr(copy, name, native(self._types[name], value))
        return self._difference(row, copy)

    def removal(self, row: Any, at: datetime) -> RowChange:
        """Moving a row to the recycle bin."""
        filled = frozenset(name for name in self.attributes if getattr(row, name) is not None)
        return RowChange(
            row.id, row.uid, row.version, row.area_code, {"deleted_at": None}, {"deleted_at": portable(at)}, row.pinyin,
            tokens="", filled=filled,
        )  # fmt: skip

    def _copy(self, row: Any) -> Any:
        """A row with the same values that belongs to no session."""
        old = {name: value for name in self.attributes if (value := getattr(row, name)) is not None}
        return self.model(**old, id=row.id, version=row.version)

    def _difference(self, row: Any, copy: Any) -> RowChange:
        before, after, cells = {}, {}, []
        for name in self.attributes:
            was, now = getattr(row, name), getattr(copy, name)
            cells.append(portable(now))
            if was != now:
                before[name], after[name] = portable(was), cells[-1]
        finished = self._finished(row.uid, copy.area_code, cells)
        filled = frozenset(name for name, cell in zip(self.attributes, cells, strict=True) if cell is not None)
        return RowChange(
            row.id, row.uid, row.version, row.area_code, before, after, finished.pinyin, finished.tokens, filled
        )
