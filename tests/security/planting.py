"""Rows with marked values in every table there is, so that a walk can tell at once whose row it was shown.

Registers are filled through their own service. Whatever other tables a feature brings are filled by the types of their
columns, so that a feature added tomorrow is planted without a line here.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_appbuilder import Model
from sqlalchemy import Table, event
from sqlalchemy.orm import Session

from app.database.scope import OpenToAll
from app.database.transactions import writing
from app.extensions import db
from app.files.service import attach
from app.lowcode import service
from app.lowcode.column import Column
from app.lowcode.lines import child_columns
from app.lowcode.register import Register, register, registers
from app.security.actor import SYSTEM, acting_as
from app.security.wall import FAB_TABLES, scoped_models
from tests.registers.values import OVERRIDES, ValueMaker
from tests.world import TODAY

NEAR, FAR = "鸊", "鹮"
"""Characters that no page of ours writes, for rows of another grid of one's own community and for rows next door.
After them comes the character of the table."""
FIRST_TAG = 0x8000
SOUGHT = "秘密"
"""What marked texts begin with: may be searched for without the mark itself being echoed."""
DAY = date(2026, 10, 15)
MOMENT = datetime(2026, 10, 15, 3, 0, tzinfo=UTC)
COUNTING = "零壹贰叁肆伍陆柒捌玖"


def tag_of(table: str) -> str:
    """The character that marks values of this table."""
    return chr(FIRST_TAG + sorted(Model.metadata.tables).index(table))


def table_of(tag: str) -> str:
    """The table that this character marks."""
    return sorted(Model.metadata.tables)[ord(tag) - FIRST_TAG]


def marked(table: str, mark: str, *, number: int, most: int | None = None) -> str:
    """A value of this table to be told from all others: 秘密鹮<table><number>; shortened from the front."""
    count = "".join(COUNTING[int(digit)] for digit in str(number))
    text = f"{mark}{tag_of(table)}{count}"
    if most is not None and len(text) + 2 > most:
        return text[:most]
    return SOUGHT + text


@dataclass
class Planted:
    """What lies in one area now. Ids start at `first_id` in every table, so one number is a row of each of them."""

    area: str
    first_id: int
    owner_id: int
    mark: str = ""
    ids: dict[str, list[int]] = field(default_factory=dict)
    uids: dict[str, list[str]] = field(default_factory=dict)
    keys: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """Primary key of the first row of each table, for tables whose key is no number."""

    @property
    def tables(self) -> set[str]:
        return set(self.ids) | set(self.keys)


class MarkedValues(ValueMaker):
    """Values as a register wants them, every free text marked with the register's own character."""

    mark = FAR

    def values(self, reg: Register, **changes: Any) -> dict[str, Any]:
        found = super().values(reg, **changes)
        kept = {*OVERRIDES.get(reg.name, {}), *changes}
        for column in reg.columns:
            if column.name in kept or not column.is_editable:
                continue
            if column.kind == "lines":
                child = column.child.__tablename__
                found[column.name] = [
                    {name: self._mark(child, part, text) for name, (part, text) in _parts(column, line).items()}
                    for line in found[column.name]
                ]
            elif column.name in found:
                found[column.name] = self._mark(reg.name, column, found[column.name])
        return found

    def _mark(self, table: str, column: Column, text: Any) -> Any:
        kind: Any = column.type
        if column.kind in ("place", "link") or kind.key not in ("text", "person_name", "long_text"):
            return text
        return marked(table, self.mark, number=self.number, most=getattr(kind, "length", None))


def save_row(maker: ValueMaker, reg: Register) -> Any:
    """A saved row; where the register's own rules refuse a value, it is left empty or another one is tried."""
    changes: dict[str, Any] = {}
    for _try in range(9):
        try:
            return maker.row(reg, **changes)
        except service.SaveRefused as refused:
            needed = {column.name for column in reg.columns if column.is_required}
            changes |= {name: "" for name in refused.errors if name and name not in needed}
            last = refused
    raise AssertionError(f"Teach tests/registers/values.py what {reg.name} wants: {last.errors}")


def _parts(column: Column, line: dict[str, Any]) -> dict[str, tuple[Column, Any]]:
    return {part.name: (part, line[part.name]) for part in child_columns(column)}


@contextmanager
def numbered_from(first: int, planted: Planted) -> Iterator[None]:
    """New rows of every table get ids from `first` on, and are noted in `planted`."""

    def give_id(session: Session, _context: Any, _instances: Any) -> None:
        for row in session.new:
            table = row.__table__
            if set(table.primary_key.columns.keys()) == {"id"} and row.id is None and table.name not in FAB_TABLES:
                ids = planted.ids.setdefault(table.name, [])
                row.id = first + len(ids)
                ids.append(row.id)
                if getattr(row, "uid", None):
                    planted.uids.setdefault(table.name, []).append(row.uid)

    event.listen(Session, "before_flush", give_id)
    try:
        yield
    finally:
        event.remove(Session, "before_flush", give_id)


def plant(area: str, mark: str, *, first_id: int, start: int, owner_id: int, with_features: bool = True) -> Planted:
    """Marked rows in every register (one live, one in the bin) and, by column types, in every other table."""
    planted = Planted(area, first_id, owner_id, mark)
    maker = MarkedValues(SYSTEM, area=area, today=TODAY, start=start)
    maker.mark = mark
    with acting_as(SYSTEM), numbered_from(first_id, planted):
        for reg in registers():
            if reg.name not in maker.made:
                maker.made[reg.name] = save_row(maker, reg).id
            doomed = save_row(maker, reg)
            service.delete(reg, doomed, by=SYSTEM)
        if with_features:
            _plant_file(planted)
    if with_features:
        with acting_as(SYSTEM), writing() as session:
            plant_tables(session, planted, number=start)
    return planted


def plain_rows(area: str, *, first_id: int, start: int) -> Planted:
    """Unmarked rows in every register: what a walker owns himself."""
    planted = Planted(area, first_id, 0)
    maker = ValueMaker(SYSTEM, area=area, today=TODAY, start=start)
    with acting_as(SYSTEM), numbered_from(first_id, planted):
        for reg in registers():
            if reg.name not in maker.made:
                maker.made[reg.name] = save_row(maker, reg).id
    return planted


def _plant_file(planted: Planted) -> None:
    """A file beside a row of a register, its title and its content marked."""
    secret = marked("attachments", planted.mark, number=planted.first_id)
    worker = register("grid_workers").model
    uid = db.session.execute(sa.select(worker.uid).where(worker.id == planted.ids["grid_workers"][0])).scalar_one()
    attach("grid_workers", uid, planted.area, f"{secret}.txt", f"内容 {secret}".encode())


def open_tables() -> set[str]:
    """Tables that everybody who is signed in may read, by their own declaration."""
    return {
        model.__tablename__  # type: ignore[attr-defined]
        for model in scoped_models()
        if any(isinstance(rule, OpenToAll) for rule in model.__scope__)  # type: ignore[attr-defined]
    }


def plant_tables(session: Session, planted: Planted, *, number: int) -> None:
    """One marked row in every table behind the wall that has none yet."""
    behind = {model.__tablename__ for model in scoped_models()}  # type: ignore[attr-defined]
    for table in Model.metadata.sorted_tables:
        if table.name in planted.tables or table.name not in behind - open_tables() - set(PLANTED_OTHERWISE):
            continue
        values = {
            column.name: value
            for column in table.columns
            if (value := _value(table, column, planted, number)) is not _LEFT_OUT
        }
        session.execute(sa.insert(table).values(values))
        planted.keys[table.name] = tuple(values[column.name] for column in table.primary_key.columns)
        if "uid" in values:
            planted.uids.setdefault(table.name, []).append(values["uid"])
        if list(table.primary_key.columns.keys()) == ["id"]:
            planted.ids.setdefault(table.name, []).append(values["id"])


PLANTED_OTHERWISE = {
    "areas": "the areas themselves carry marked names",
    "area_successors": "says which area became which, and so widens what one reads",
    "accounts": "the owner of the planted rows has one, and his name is marked",
}
_LEFT_OUT = object()

BY_NAME: dict[str, Any] = {
    "role": "community_secretary", "register": "grid_workers", "record_kind": "grid_workers",
    "resource": "grid_workers", "line": None, "valid_to": None, "parent_uid": None, "period_kind": "month",
    "period": "2026-10", "period_key": "2026-10",
}  # fmt: skip
"""What columns of these names mean in every table."""


def _value(table: Table, column: sa.Column[Any], planted: Planted, number: int) -> Any:
    name = column.name
    if name == "id" and column.primary_key:
        return planted.first_id
    if name == "area_code":
        return planted.area
    if name == "uid":
        return secrets.token_hex(16)
    if name in BY_NAME and (BY_NAME[name] is not None or column.nullable):
        return BY_NAME[name]
    if name.endswith("uid"):
        return planted.uids["grid_workers"][0]
    for key in column.foreign_keys:
        return _target(key.column, planted, is_needed=not column.nullable)
    is_text = isinstance(column.type, sa.String)
    if column.default is not None and not (is_text and getattr(column.default, "arg", None) == ""):
        return _LEFT_OUT
    if is_text:
        return marked(table.name, planted.mark, number=number, most=column.type.length)  # type: ignore[attr-defined]
    return _plain(column, planted, number, table.name)


def _target(target: sa.Column[Any], planted: Planted, *, is_needed: bool) -> Any:
    if target.table.name == "ab_user":
        return planted.owner_id
    if target.table.name == "areas":
        return planted.area
    if target.table.name in planted.ids and target.name == "id":
        return planted.ids[target.table.name][0]
    if target.table.name in planted.keys:
        position = list(target.table.primary_key.columns.keys()).index(target.name)
        return planted.keys[target.table.name][position]
    row = db.session.execute(sa.select(target).limit(1)).scalar()
    return row if is_needed else None


def _plain(column: sa.Column[Any], planted: Planted, number: int, table: str) -> Any:
    declared: Any = column.type
    kind = declared.impl_instance if isinstance(declared, sa.types.TypeDecorator) else declared
    if isinstance(kind, sa.JSON):
        return {"note": marked(table, planted.mark, number=number)}
    if isinstance(kind, sa.Integer) and column.name.endswith(("user_id", "by_id", "_by")):
        return planted.owner_id
    if isinstance(kind, sa.Integer) and column.name.endswith("_id"):
        return planted.first_id
    if column.nullable:
        return None
    plain: dict[type, Any] = {
        sa.Boolean: False, sa.Integer: number, sa.Float: Decimal(3), sa.Numeric: Decimal(3), sa.Date: DAY,
        sa.DateTime: MOMENT, sa.LargeBinary: marked(table, planted.mark, number=number).encode(),
    }  # fmt: skip
    return next(value for known, value in plain.items() if isinstance(kind, known))


def snapshot(planted: Planted) -> dict[str, Any]:
    """Every planted row as it stands, and how many rows of each table lie in its area; read below the wall."""
    found: dict[str, Any] = {}
    for table in Model.metadata.sorted_tables:
        if table.name in planted.ids:
            key = table.c.id
            statement = sa.select(table).where(key.in_(planted.ids[table.name])).order_by(key)
            found[table.name] = [tuple(row) for row in db.session.execute(statement).all()]
        if "area_code" in table.c:
            low, high = planted.area, planted.area + "~"
            count = sa.select(sa.func.count()).select_from(table).where(
                table.c.area_code >= low, table.c.area_code < high
            )  # fmt: skip
            found[f"{table.name} in {planted.area}"] = db.session.execute(count).scalar()
    return found
