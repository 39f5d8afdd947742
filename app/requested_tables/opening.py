"""What an address names: a collection, the blank table in it, a filling; 404 for what is not there or not one's own."""

from __future__ import annotations

from flask import abort

from app.fields.sealing import BoxIsDamaged
from app.lowcode.importing.containers import FileIsRefused
from app.requested_tables import fillings, queries
from app.requested_tables.models import RESOURCE, Collection
from app.security.actor import current_actor


def one(collection_id: int) -> Collection:
    """A collection within scope; 404 for others."""
    of = queries.collection(collection_id)
    if of is None:
        abort(404)
    return of


def gathered(collection_id: int, permission: str = "write") -> Collection:
    """A collection of one's own office; `permission` "read" lets those in who only look."""
    of = one(collection_id)
    if not current_actor().covers(RESOURCE, permission, of.area_code):
        abort(404)
    return of


def read(of: Collection) -> queries.Asked:
    """The collection with its blank table; 404 where that cannot be opened."""
    try:
        return queries.asked(of)
    except (BoxIsDamaged, FileIsRefused, ValueError):
        abort(404)


def opened(filling_id: int) -> fillings.Opened:
    """One's own filling with the tables of its blank workbook; 404 where it cannot be opened, or has none yet."""
    of = kept(filling_id)
    if not of.tables:
        abort(404)
    return of


def kept(filling_id: int) -> fillings.Opened:
    """One's own filling, whether or not a table was recognised in it; 404 where it cannot be opened."""
    row = queries.filling(filling_id)
    if row is None:
        abort(404)
    try:
        return fillings.opened(row)
    except (BoxIsDamaged, FileIsRefused, ValueError):
        abort(404)
