"""Parsed values as the staging table keeps them: JSON, sealed columns in boxes that open only in their own row."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.fields import sealing
from app.lowcode.column import Column
from app.security.keys import keyring

AREA = "@area"
"""Under this name stands the area of a record that names none; no column can be called so."""


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
    values = {name: _unpack_one(name, value, uid) for name, value in stored.items() if name != AREA}
    return values, str(stored.get(AREA, ""))


def _unpack_one(name: str, value: Any, uid: str) -> Any:
    if not isinstance(value, dict):
        return value
    if "box" in value:
        return keyring().open_box(base64.b64decode(value["box"]), context=sealing.place("import_rows", name, uid))
    return date.fromisoformat(value["day"]) if "day" in value else Decimal(value["number"])
