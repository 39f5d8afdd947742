"""Rows written many at once leave what an ordinary save leaves, behind the same wall, with a proof that shows tampering."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from app.database.transactions import writing
from app.extensions import db
from app.lowcode import bulk, queries, service
from app.lowcode.drafting import attributes_of
from app.lowcode.register import register
from app.lowcode.tokens import tokens_of
from app.security import audit, bulk_changes
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import BulkChange
from tests.lowcode.importing.workbooks import make
from tests.world import GRID, HOME, NEXT_GRID, add_user, as_user, build_areas

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def street(context: Any) -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)


def values(serial: int, area: str = GRID) -> dict[str, Any]:
    return {
        "name": make.NAMES[serial], "id_number": make.id_number(serial), "phone": make.phone(serial), "area": area,
        "kind": "full_time", "hired_on": date(2020, 5, 1), "note": '说了"好"，\n然后走了',
    }  # fmt: skip


def insert(*rows: dict[str, Any], name: str = "grid_workers") -> list[int]:
    with acting_as(SYSTEM), writing() as session:
        return bulk.insert_rows(session, register(name), rows, by=SYSTEM, today=TODAY, batch_id=None)


def stored_tokens(row_id: int) -> set[str]:
    is_sqlite = db.engine.dialect.name == "sqlite"
    key, sign = ("rowid", -1) if is_sqlite else ("id", 1)
    found = db.session.execute(
        text(f"SELECT tokens FROM grid_workers_search WHERE {key} = :id"), {"id": sign * row_id}
    ).scalar_one()
    return set(found.split(" ") if is_sqlite else found)


def test_a_bulk_row_equals_a_saved_one() -> None:
    reg = register("grid_workers")
    (first,) = insert(values(0))
    with acting_as(SYSTEM):
        saved = service.save(reg, None, values(1), by=SYSTEM, today=TODAY)
        made = db.session.get_one(reg.model, first)
        assert made.id_number.open() == make.id_number(0)
        assert (made.hired_on, made.note, made.kind) == (saved.hired_on, saved.note, saved.kind)
        for row in (made, saved):
            assert stored_tokens(row.id) == tokens_of(reg, row, TODAY)
        filled = [
            {name for name in attributes_of(reg.model) if getattr(row, name) is not None} for row in (made, saved)
        ]
        assert filled[0] == filled[1]
        assert audit.verify() == []


def test_a_row_for_another_community_is_refused_and_nothing_is_written() -> None:
    reg = register("grid_workers")
    with as_user("sec") as actor, pytest.raises(NotPermitted), writing() as session:
        bulk.insert_rows(session, reg, [values(0), values(1, NEXT_GRID)], by=actor, today=TODAY, batch_id=None)
    with acting_as(SYSTEM):
        assert db.session.execute(select(reg.model)).all() == []
        assert db.session.execute(select(BulkChange)).all() == []


def test_history_tells_who_may_see_it_how_each_row_came_about() -> None:
    reg = register("grid_workers")
    home, foreign = insert(values(0), values(1, NEXT_GRID))
    with acting_as(SYSTEM):
        (change,) = queries.history(reg, db.session.get_one(reg.model, home))
        assert (change.action, change.row_id, change.after["name"]) == ("created", home, make.NAMES[0])
    with as_user("sec") as actor:
        assert bulk_changes.created("grid_workers", foreign, by=actor) is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE bulk_changes SET lines = replace(lines, '2020-05-01', '2020-05-02')",
        "UPDATE bulk_changes SET lines = lines || '\n'",
        "UPDATE bulk_changes SET columns = '[\"uid\"]'",
        "UPDATE audit_entries SET digest = 'x' WHERE bulk_change_id IS NOT NULL",
        "UPDATE audit_entries SET bulk_change_id = 99 WHERE bulk_change_id IS NOT NULL",
        "DELETE FROM bulk_changes",
    ],
)
def test_tampering_with_rows_made_together_is_found(tampering: str) -> None:
    insert(values(0), values(1))
    with acting_as(SYSTEM), writing() as session:
        assert audit.verify() == []
        session.execute(text(tampering))
    with acting_as(SYSTEM):
        assert len(audit.verify()) == 1


def test_a_line_erased_by_law_leaves_the_others_proved() -> None:
    first, second = insert(values(0), values(1))
    with acting_as(SYSTEM), writing() as session:
        change = session.execute(select(BulkChange)).scalar_one()
        change.lines = "\n".join(["", change.lines.split("\n")[1]])
    with acting_as(SYSTEM):
        assert audit.verify() == []
        assert bulk_changes.created("grid_workers", first, by=SYSTEM) is None
        assert bulk_changes.created("grid_workers", second, by=SYSTEM) is not None


def test_the_smallest_area_that_holds_all() -> None:
    assert bulk_changes.area_of([GRID, GRID]) == GRID
    assert bulk_changes.area_of([GRID, HOME]) == HOME
    assert bulk_changes.area_of([GRID, NEXT_GRID]) == HOME[:9]
    assert bulk_changes.area_of(["11", "99"]) == ""
