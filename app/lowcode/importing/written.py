"""What a batch wrote, register by register: also the rows that saving its own brought about (人口变动, 转出)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lowcode.register import Register, registers
from app.security.bulk_changes import of_batch
from app.security.models import BulkChange, Change


@dataclass(slots=True)
class Written:
    """All that a batch did to one row, taken together: portable values, the first before and the last after."""

    row_id: int
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def registers_of(session: Session, batch_id: int) -> list[Register]:
    """The registers that a batch wrote into, in menu order."""
    names: set[str] = set()
    for table in (Change.__table__, BulkChange.__table__):
        found = select(table.c.register).where(table.c.batch_id == batch_id).distinct()
        names.update(session.connection().execute(found).scalars())
    return [reg for reg in registers() if reg.name in names]


def written_by(session: Session, reg: Register, batch_id: int) -> Iterator[Written]:
    """One entry per row of the register: new ones as they were made, then changed ones in their order.

    Reads below the wall: whoever may take a batch back, or see its result, has to be told of all of it.
    """
    changed = _changed(session, reg, batch_id)
    for row_id, _uid, _area, values in of_batch(batch_id, reg.name):
        later = changed.pop(row_id, None)
        yield Written(row_id, is_new=True, after=values | later.after if later else values)
    yield from changed.values()


def _changed(session: Session, reg: Register, batch_id: int) -> dict[int, Written]:
    table, found = Change.__table__, dict[int, Written]()
    changes = session.connection().execute(
        select(table.c.row_id, table.c.action, table.c.before, table.c.after)
        .where(table.c.batch_id == batch_id, table.c.register == reg.name)
        .order_by(table.c.id)
    )
    for row_id, action, before, after in changes:
        if after is None:  # erased by law: nothing of it is taken back
            continue
        each = found.setdefault(row_id, Written(row_id, is_new=action == "created"))
        each.before = {**before, **each.before}
        each.after.update(after)
    return found
