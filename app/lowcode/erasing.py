"""Emptying one row of a register for good, where the law asks for it: the row stays as a shell that others refer to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.orm import Session

from app.lowcode.importing.models import ImportBatch, ImportRow
from app.lowcode.register import Register
from app.lowcode.search_index import write_tokens
from app.lowcode.tokens import tokens_of
from app.security.erasing import forget_bulk_line, forget_changes

OF_EVERY_ROW = frozenset({
    "id", "uid", "area_code", "version", "created_at", "created_by", "changed_at", "changed_by", "deleted_at",
})  # fmt: skip


def empty_row(session: Session, reg: Register, row: Any, *, keep: Collection[str], words: dict[str, str]) -> None:
    """Empty all columns of a row but `keep`, put `words` where a value must stand, and forget its history.

    Staged rows of imports that were to change it go, and it is found by its words no more. Inside `writing()`, beyond
    scope. Nothing of it enters the history: the caller writes the act itself into the audit chain.
    """
    values: dict[str, Any] = {"version": row.version + 1, "extra": {}}
    for attr in inspect(reg.model).column_attrs:
        if attr.key not in OF_EVERY_ROW and attr.key not in keep and attr.key != "extra":
            values[attr.columns[0].name] = words.get(attr.key)
    table = reg.model.__table__
    session.execute(update(table).where(table.c.id == row.id).values(values))
    forget_changes(session, reg.name, [row.uid])
    forget_bulk_line(session, reg.name, row.id, row.uid)
    batches = select(ImportBatch.id).where(ImportBatch.register == reg.name)
    session.execute(delete(ImportRow).where(ImportRow.target_id == row.id, ImportRow.batch_id.in_(batches)))
    session.refresh(row)
    write_tokens(session.connection(), reg, [(row.id, tokens_of(reg, row, date.min))])
