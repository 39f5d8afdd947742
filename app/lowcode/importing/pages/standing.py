"""What the register holds of rows that a file does not change or does not name, so that a person knows them again."""

from __future__ import annotations

from collections.abc import Sequence

from app.clock import today
from app.language import gettext as _
from app.lowcode.list_page import cell
from app.lowcode.page_models.importing import ValueChange
from app.lowcode.queries import labels_of, rows_by_id
from app.lowcode.register import Register
from app.lowcode.viewing import viewer_of
from app.security.actor import Actor


def standing_values(reg: Register, ids: Sequence[int], actor: Actor) -> dict[int, tuple[ValueChange, ...]]:
    """Row id → the columns its list shows, masked as there; the name, which stands beside them, left out."""
    if not ids:
        return {}
    columns = [column for column in reg.listed if column.name != reg.row_title]
    rows = rows_by_id(reg, ids)
    labels, viewer = labels_of(columns, rows), viewer_of(reg, actor, today=today())
    return {
        row.id: tuple(
            ValueChange(_(column.label), shown)
            for column in columns
            if (shown := cell(reg, column, row, viewer, labels).text)
        )
        for row in rows
    }
