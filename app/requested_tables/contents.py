"""What stands in a table somebody fills: rows of plain cells, each with the record it came from; sealed when kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.fields import sealing
from app.security.keys import keyring

Cell = str | int | float | date | None


@dataclass
class Rows:
    """The content of one table: cells by row and position, and the uid of the register's row (or "") for each row."""

    cells: list[list[Cell]] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)

    def add(self, cells: Sequence[Cell], origin: str = "") -> None:
        """Put one more row at the end."""
        self.cells.append(list(cells))
        self.origins.append(origin)


Content = list[Rows]


def shown(cell: Cell) -> str:
    """A cell as the page shows it."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    return str(cell)


def is_blank(cell: Cell) -> bool:
    """Nothing, or nothing but space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def seal(content: Content, *, table: str, uid: str) -> bytes:
    """The content as one sealed box, bound to its row: lists of people hold their numbers."""
    data = [{"rows": [[_packed(cell) for cell in row] for row in each.cells], "from": each.origins} for each in content]
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return keyring().seal(text, context=sealing.place(table, "content", uid))


def unseal(box: bytes | None, *, table: str, uid: str) -> Content:
    """The content again; none for no box. Raises BoxIsDamaged."""
    if box is None:
        return []
    data = json.loads(keyring().open_box(bytes(box), context=sealing.place(table, "content", uid)))
    return [Rows([[_unpacked(cell) for cell in row] for row in each["rows"]], list(each["from"])) for each in data]


def _packed(cell: Cell) -> Any:
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


def _unpacked(cell: Any) -> Cell:
    return date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell
