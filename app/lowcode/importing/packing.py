"""Parsed values as the staging table keeps them: JSON, sealed columns in boxes that open only in their own row."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.fields import sealing
from app.fields.masks import mask
from app.lowcode.column import Column
from app.lowcode.drafting import attributes_of
from app.lowcode.places import AreaFinder
from app.lowcode.queries import row_titles
from app.lowcode.register import Register
from app.security.keys import keyring

AREA = "@area"
"""Under this name stands the area of a record that names none; no column can be called so."""
NAMED = "@named"
"""And under this one the cells of a record that waits for rows of other registers."""


def pack(values: Mapping[str, Any], columns: Mapping[str, Column], uid: str) -> dict[str, Any]:
    """Values by column as JSON; null for a blank cell of a column that the file has."""
    return {
        name: None if value is None else _pack_one(value, columns[name], uid)
        for name, value in values.items()
        if name in columns
    }


def _pack_one(value: Any, column: Column, uid: str) -> Any:
    if column.kind == "sealed":
        box = keyring().seal(column.type.show(value), context=sealing.place("import_rows", column.name, uid))
        return {"box": base64.b64encode(box).decode("ascii")}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return value


def unpack(stored: Mapping[str, Any], uid: str) -> tuple[dict[str, Any], str]:
    """The values again, and the area of a record that names none."""
    values = {name: _unpack_one(name, value, uid) for name, value in stored.items() if name not in (AREA, NAMED)}
    return values, str(stored.get(AREA, ""))


def _unpack_one(name: str, value: Any, uid: str) -> Any:
    if not isinstance(value, dict):
        return value
    if "box" in value:
        return keyring().open_box(base64.b64decode(value["box"]), context=sealing.place("import_rows", name, uid))
    return date.fromisoformat(value["day"]) if "day" in value else Decimal(value["number"])


def names_of_new(values: Mapping[str, Any]) -> dict[str, Any]:
    """Of a new row, whose draft holds its values: the columns that were filled, and those left blank."""
    return {
        "filled": [name for name, value in values.items() if value is not None],
        "blank": [name for name, value in values.items() if value is None],
    }


def unpack_new(reg: Register, names: Mapping[str, Any], draft: str, uid: str) -> tuple[dict[str, Any], str]:
    """The values of a new row as the file gave them, out of its draft; and where it lies."""
    stored = dict(zip(attributes_of(reg.model), json.loads(draft), strict=True))
    columns = {column.name: column for column in reg.columns}
    values: dict[str, Any] = {
        name: _value_of(reg, columns[name], stored, uid) for name in names["filled"] if name in columns
    }
    return values | dict.fromkeys(names["blank"]), str(stored["area_code"])


def _value_of(reg: Register, column: Column, stored: Mapping[str, Any], uid: str) -> Any:
    if column.kind == "place":
        return stored["area_code"]
    if column.kind == "link":
        return stored[column.name + "_id"]
    if column.kind == "sealed":
        context = sealing.place(reg.name, column.name, uid)
        return keyring().open_box(base64.b64decode(stored[column.name + "_box"]["box"]), context=context)
    return column.type.parse(
        (stored["extra"] or {}).get(column.name) if column.kind == "extra" else stored[column.name]
    )


def shown_of_new(
    reg: Register, names: Mapping[str, Any], draft: str, uid: str, places: AreaFinder | None = None
) -> list[list[str | None]]:
    """[label, None, value] of each filled cell of a new row, masked."""
    values, _area = unpack_new(reg, names, draft, uid)
    columns = {column.name: column for column in reg.columns}
    finder = places or AreaFinder()
    return [
        [columns[name].label, None, shown_value(columns[name], value, finder)]
        for name, value in values.items()
        if value is not None
    ]


def shown_changes(
    changes: Mapping[str, tuple[Any, Any]], columns: Mapping[str, Column], places: AreaFinder
) -> list[list[str | None]]:
    """[label, old, new] of each changed field, masked."""
    return [
        [columns[name].label, shown_value(columns[name], old, places), shown_value(columns[name], new, places)]
        for name, (old, new) in changes.items()
    ]


def shown_value(column: Column, value: Any, places: AreaFinder) -> str:
    """A parsed value as text, numbers of persons masked."""
    if value is None:
        return ""
    if column.kind == "place":
        return places.label(value)
    if column.kind == "link":
        return row_titles(column.target, {value}).get(value, "")
    return masked(column, column.type.show(value))


def masked(column: Column | None, text: str) -> str:
    """Numbers of persons are masked in previews and messages; the file itself shows them to whoever has it."""
    return mask("id", text, "working") if column is not None and column.kind == "sealed" and text else text


def fault_rows(faults: Sequence[Any], columns: Mapping[str, Column]) -> list[list[Any]]:
    """Faults as the staging table keeps them: [column, masked value, sentence, position]."""
    return [
        [fault.column, masked(columns.get(fault.column), fault.value), fault.message, fault.index] for fault in faults
    ]
