"""Whether what a check found still holds when the batch is written."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.lowcode.parts import reached
from app.lowcode.register import Register
from app.security.beyond import beyond_scope
from app.security.models import BulkChange, Change
from app.settings.queries import data_version


def basis_of(reg: Register, today: date) -> dict[str, Any]:
    """The day, the columns and settings, and the last change of the register and of those it links to.

    Writing is quick while this is the same as it was before the check. A change that was under way on PostgreSQL and
    is seen by neither still meets the unique keys and row versions of the database.
    """
    names = {reg.name, *reached(reg)}
    with beyond_scope():
        last = db.session.execute(select(func.max(Change.id)).where(Change.register.in_(names))).scalar()
        bulk = db.session.execute(select(func.max(BulkChange.id)).where(BulkChange.register.in_(names))).scalar()
    said = [
        (each.name, each.label, repr(each.type), each.kind, each.is_required, each.is_searched, each.is_filtered)
        for each in reg.columns
    ]
    columns = hashlib.sha256(repr(said).encode()).hexdigest()[:16]
    return {"day": today.isoformat(), "columns": columns, "settings": data_version(), "change": last, "bulk": bulk}
