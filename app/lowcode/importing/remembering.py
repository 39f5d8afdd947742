"""Layouts that an office has used before: kept under the print of their header, found again next month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.extensions import db
from app.lowcode.importing.models import ImportBatch, ImportLayout
from app.lowcode.importing.recognition import ReadSheet, Recalled, print_of

MOST_RECALLED = 300
"""Layouts of one register and office that are looked through, the newest first."""


def noted(sheets: Sequence[ReadSheet]) -> list[dict[str, Any]]:
    """The layouts of the tables that are taken, as a batch keeps them until it is published."""
    found = {}
    for sheet in sheets:
        for read in sheet.tables:
            if read.is_taken:
                mapping = {cell.title: read.matches[cell.index].column for cell in read.table.columns}
                found[print_of(read.table)] = mapping
    return [{"print": print_, "mapping": mapping} for print_, mapping in found.items()]


def remember(session: Session, batch: ImportBatch, layouts: Sequence[Mapping[str, Any]]) -> None:
    """Keep the layouts of a published batch for its register and area; what stood there under the same print goes."""
    for each in layouts:
        kept = session.execute(
            select(ImportLayout).where(
                ImportLayout.register == batch.register, ImportLayout.area_code == batch.area_code,
                ImportLayout.header_print == each["print"],
            )
        ).scalar_one_or_none()  # fmt: skip
        if kept is None:
            kept = ImportLayout(register=batch.register, area_code=batch.area_code, header_print=each["print"])
            session.add(kept)
        kept.mapping, kept.used_at, kept.used_by = dict(each["mapping"]), utc_now(), batch.user_name


def recall(register_name: str, area_code: str) -> Recalled:
    """Print → (header → column) of the layouts used for this register in the area or above it, the nearest first."""
    chain = [area_code[:length] for length in range(len(area_code) + 1)]
    rows = db.session.execute(
        select(ImportLayout.header_print, ImportLayout.mapping)
        .where(ImportLayout.register == register_name, ImportLayout.area_code.in_(chain))
        .order_by(ImportLayout.area_code.desc(), ImportLayout.used_at.desc())
        .limit(MOST_RECALLED)
    ).all()
    found: dict[str, dict[str, str]] = {}
    for print_, mapping in rows:
        found.setdefault(print_, mapping)
    return found
