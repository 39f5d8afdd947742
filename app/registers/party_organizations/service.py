"""What saving a party organisation brings about: the end of its term, and a parent that can stand above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.extensions import db
from app.lowcode.service import SaveRefused
from app.registers import terms
from app.registers.party_organizations import rules
from app.security.beyond import beyond_scope

DEEPEST = 12
"""More steps up than any party tree has; only a circle is deeper."""


def fill_end_of_term(row: Any) -> None:
    """The end of the term from election and years, where nobody typed it."""
    if row.term_ends_on is None and row.kind in rules.ELECTED:
        row.term_ends_on = terms.end_of(row.elected_on, row.term_years)


def refuse_wrong_parent(row: Any, _today: date) -> None:
    """Raise SaveRefused where the parent is of a lower kind, or the row itself stands above its parent."""
    if row.parent_id is None:
        return
    if row.parent_id == row.id:
        raise SaveRefused({"parent": "上级不能是自己，请改选。"})
    with beyond_scope():
        parent = db.session.get(type(row), row.parent_id)
        if parent is not None and not rules.may_stand_below(row.kind, parent.kind):
            raise SaveRefused({"parent": f"“{parent.name}”不能作这个党组织的上级，请核对两边的党组织类别。"})
        for _step in range(DEEPEST):
            if parent is None or parent.parent_id is None:
                return
            if parent.parent_id == row.id:
                raise SaveRefused({"parent": f"“{row.name}”本来就在所选党组织的上面，不能再作它的下级。"})
            parent = db.session.get(type(row), parent.parent_id)
    raise SaveRefused({"parent": "所属上级连成了一个圈，请从最上级开始核对。"})
