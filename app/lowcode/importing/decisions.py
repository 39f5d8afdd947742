"""What a person decides on the way: how the sheets are to be read, and which rows are ticked at the preview."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, delete, func, select, update

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.importing.corrections import SheetCorrection, to_json
from app.lowcode.importing.models import CHECKED, UPLOADED, ImportBatch, ImportRow

LEAVING, DOUBTFUL = "missing", "doubtful"
"""Tabs of the preview with tick boxes: 迁出, 确认保留."""
GOOD = ("new", "changed", "same")


def correct(batch: ImportBatch, *, mapping: Mapping[str, str], corrections: Mapping[str, SheetCorrection]) -> None:
    """Keep a person's answers; what was checked before does not hold any more."""
    with writing() as session:
        kept = session.get_one(ImportBatch, batch.id, populate_existing=True, with_for_update=True)
        if kept.state not in (UPLOADED, CHECKED):
            return
        kept.mapping, kept.corrections, kept.state = dict(mapping), to_json(corrections), UPLOADED
        session.execute(delete(ImportRow).where(ImportRow.batch_id == kept.id))


def of_tab(batch: ImportBatch, tab: str) -> tuple[ColumnElement[bool], ...]:
    """The rows of one tab of the preview."""
    if tab == DOUBTFUL:
        return (ImportRow.batch_id == batch.id, ImportRow.is_doubtful.is_(True), ImportRow.verdict.in_(GOOD))
    return (ImportRow.batch_id == batch.id, ImportRow.verdict == tab)


def tick(batch: ImportBatch, tab: str, *, shown: Collection[int], ticked: Collection[int]) -> None:
    """Remember the ticks of one page: of the rows shown, those ticked and no others."""
    wanted = set(ticked) & set(shown)
    with writing() as session:
        for ids, is_picked in ((wanted, True), (set(shown) - wanted, False)):
            if ids:
                session.execute(
                    update(ImportRow).where(*of_tab(batch, tab), ImportRow.id.in_(ids)).values(is_picked=is_picked)
                )  # fmt: skip


def tick_all(batch: ImportBatch, tab: str, *, is_picked: bool) -> None:
    """Tick every row of a tab, on whichever page it stands, or none."""
    with writing() as session:
        session.execute(update(ImportRow).where(*of_tab(batch, tab)).values(is_picked=is_picked))


def ticked_count(batch: ImportBatch, tab: str) -> int:
    """How many rows of a tab are ticked, over all its pages."""
    wanted = select(func.count()).select_from(ImportRow).where(*of_tab(batch, tab), ImportRow.is_picked.is_(True))
    return int(db.session.execute(wanted).scalar_one())


def leaving(batch: ImportBatch) -> frozenset[int]:
    """Ids of the register's rows that are to leave."""
    wanted = select(ImportRow.target_id).where(*of_tab(batch, LEAVING), ImportRow.is_picked.is_(True))
    return frozenset(id_ for id_ in db.session.execute(wanted).scalars() if id_ is not None)


def confirmed(batch: ImportBatch) -> frozenset[int]:
    """Ids of staged rows whose doubts were confirmed."""
    wanted = select(ImportRow.id).where(*of_tab(batch, DOUBTFUL), ImportRow.is_picked.is_(True))
    return frozenset(db.session.execute(wanted).scalars())
