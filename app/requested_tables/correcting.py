"""Putting right how a blank table was recognised: kept with the collection or the filling, before anybody works with it."""

from __future__ import annotations

from sqlalchemy import func, select

from app.database.transactions import writing
from app.requested_tables import blank_files, fillings, kept_layouts
from app.requested_tables.choices import TableChoice, choices_from
from app.requested_tables.corrections import BlankCorrection
from app.requested_tables.models import Collection, PileFile, TableFilling, TableReturn
from app.requested_tables.queries import Asked, may_gather
from app.requested_tables.rules import OPEN, StepRefused
from app.security.actor import Actor, NotPermitted, acting_as


def correct_collection(of: Collection, wish: Asked, said: BlankCorrection, *, by: Actor) -> None:
    """Read the blank table anew with what a person said. What was chosen for its tables stays as far as it still fits.

    Raises StepRefused once somebody has filled or sent something in, FileIsRefused where no table is left, NotPermitted.
    """
    if not may_gather(by, of):
        raise NotPermitted("这次收表不在您负责的范围内。")
    tables = blank_files.tables_of(wish.blank, said=said)
    with acting_as(by), writing() as session:
        row = session.get_one(Collection, of.id, populate_existing=True, with_for_update=True)
        begun = select(func.count()).select_from(TableReturn)
        begun = begun.where(TableReturn.collection_id == of.id, TableReturn.state != OPEN)
        piled = select(func.count()).select_from(PileFile).where(PileFile.collection_id == of.id)
        if session.execute(begun).scalar_one() or session.execute(piled).scalar_one():
            raise StepRefused("已经有社区在填，或已经收到文件，不能再改认表。要改请结束这次收表，另发一张。")
        before = choices_from(row.choices, len(tables))
        fresh = fillings.proposed(tables, row.area_code, by)
        row.choices = [_kept(old, new).as_json() for old, new in zip(before, fresh, strict=True)]
        row.layout, row.corrections = kept_layouts.to_json(tables), said.as_json()


def _kept(old: TableChoice, new: TableChoice) -> TableChoice:
    return old if old.register else new


def correct_filling(of: fillings.Opened, said: BlankCorrection, *, by: Actor) -> None:
    """Read the blank table of one's filling anew; where it is filled from is asked again. Raises FileIsRefused."""
    tables = blank_files.tables_of(of.blank, said=said)
    with acting_as(by), writing() as session:
        row = session.get_one(TableFilling, of.filling.id)
        row.title = row.title or tables[0].title[:120]
        row.corrections, row.choices = said.as_json(), []
