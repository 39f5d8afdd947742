"""Taking a batch back together with all that it brought about in other registers, whole or by name, at any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode import queries
from app.lowcode import service as rows_service
from app.lowcode.importing import service
from app.lowcode.importing.models import ImportBatch
from app.lowcode.importing.outcome import Outcome, PublishWish
from app.lowcode.register import register
from app.security import audit
from app.security.actor import SYSTEM, acting_as
from app.security.models import Change
from tests.lowcode.importing.workbooks import make
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, add_user, as_user, build_areas

TODAY = date(2026, 11, 22)
PEOPLE = ["姓名", "身份证号", "联系电话", "备注"]
LEAVING = {"residents": ("resident_movements", "resident"), "party_members": ("party_movements", "member")}


@pytest.fixture(autouse=True)
def street(context: Any) -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    add_user("next", "community_secretary", NEXT_DOOR)
    add_user("office", "street_office", HOME[:9])


def person(serial: int, note: str = "") -> list[Any]:
    return [make.NAMES[serial % len(make.NAMES)], make.id_number(serial), make.phone(serial), note]


def check(name: str, head: Sequence[str], *rows: Sequence[Any], who: str = "sec", **more: Any) -> Outcome:
    data = make.xlsx(make.Page("表", [list(head), *rows]))
    with as_user(who) as actor:
        return service.check(
            name, data, file_name="名册.xlsx", area=more.pop("area", GRID), by=actor, today=TODAY, **more
        )


def publish(outcome: Outcome, wish: PublishWish | None = None, *, who: str = "sec") -> int:
    assert outcome.batch_id is not None, outcome.refusal
    with as_user(who) as actor:
        service.publish_checked(outcome.batch_id, wish or PublishWish(), by=actor, today=TODAY)
    return outcome.batch_id


def pour(name: str, head: Sequence[str], *rows: Sequence[Any], **more: Any) -> int:
    return publish(check(name, head, *rows, **more))


def undo(batch: int, who: str = "sec") -> service.UndoOutcome:
    with as_user(who) as actor:
        return service.undo(batch, by=actor, today=TODAY)


def rows(name: str) -> list[Any]:
    with acting_as(SYSTEM):
        model = register(name).model
        return list(db.session.execute(select(model).where(model.deleted_at.is_(None)).order_by(model.id)).scalars())


def save(register_name: str, row: Any | None = None, **values: Any) -> Any:
    with as_user("office") as actor:
        return rows_service.save(register(register_name), row, values, by=actor, today=TODAY)


def everybody_but_the_first_leaves(name: str) -> int:
    pour(name, PEOPLE, *(person(serial) for serial in range(3)))
    return publish(check(name, PEOPLE, person(0), whole=True), PublishWish(leaving="all"))


@pytest.mark.parametrize("name", LEAVING)
def test_who_moved_out_is_back_and_the_movement_is_gone(name: str) -> None:
    batch = everybody_but_the_first_leaves(name)
    movements, link = LEAVING[name]
    written = rows(movements)
    assert [getattr(row, link + "_id") for row in written] == [row.id for row in rows(name)[1:]]
    with acting_as(SYSTEM):
        noted = {
            row.batch_id for row in db.session.execute(select(Change).where(Change.register == movements)).scalars()
        }
    assert noted == {batch}

    taken = undo(batch)
    assert (taken.reversed, taken.others, taken.kept, taken.refused) == (2, {movements: 2}, (), ())
    assert rows(movements) == []
    assert {(row.left_on, row.state) for row in rows(name)} == {(None, rows(name)[0].state)}
    with acting_as(SYSTEM):
        assert audit.verify() == []


def test_a_state_that_no_movement_explains_comes_back_as_it_was() -> None:
    pour("residents", PEOPLE, person(0), person(1))
    save("residents", rows("residents")[1], state="away")
    batch = publish(check("residents", PEOPLE, person(0), whole=True), PublishWish(leaving="all"))
    assert rows("residents")[1].state == "moved_out"
    undo(batch)
    assert rows("residents")[1].state == "away"


def test_a_movement_that_was_edited_since_keeps_its_person() -> None:
    batch = everybody_but_the_first_leaves("residents")
    save("resident_movements", rows("resident_movements")[0], to_place="常熟市")
    taken = undo(batch)
    assert (taken.reversed, taken.others, taken.refused) == (1, {"resident_movements": 1}, ())
    kept = {(each.register, each.title): each.why for each in taken.kept}
    name = make.NAMES[1]
    assert set(kept) == {("residents", name), ("resident_movements", f"人口变动台账：{name} 迁出")}
    assert "office同志改过“到哪里去”" in kept["resident_movements", f"人口变动台账：{name} 迁出"]
    assert "没有撤销" in kept["residents", name]
    assert [row.left_on for row in rows("residents")] == [None, TODAY, None]


def test_a_person_who_came_back_since_keeps_the_movement() -> None:
    batch = everybody_but_the_first_leaves("residents")
    save("resident_movements", resident=rows("residents")[2].id, kind="come_back", moved_on="2026-11-22")
    taken = undo(batch)
    assert (taken.reversed, taken.others) == (1, {"resident_movements": 1})
    assert {each.register for each in taken.kept} == {"residents", "resident_movements"}
    assert [row.kind for row in rows("resident_movements")] == ["move_out", "come_back"]


def test_what_a_registers_own_rules_will_not_take_back_is_named_and_the_rest_goes() -> None:
    save("party_members", name="王远山", area=GRID, roster="registered", entered_on="2020-01-01")
    save("party_members", name="李望舒", area=GRID, roster="registered", entered_on="2020-01-01")
    first = rows("party_members")[0]
    for kind, on in (("transfer_out", "2025-01-10"), ("transfer_in", "2026-01-10")):
        save("party_movements", member=first.id, kind=kind, moved_on=on)
    head = ["党员姓名", "变动类别", "变动日期"]
    batch = pour(
        "party_movements", head, ["王远山", "转入", "2025-06-10"], ["王远山", "转出", "2025-09-10"], ["李望舒", "转出", "2026-06-10"],
    )  # fmt: skip
    second_out = next(row for row in rows("party_movements") if row.moved_on == date(2025, 9, 10))
    save("party_movements", second_out, note="档案另寄")
    taken = undo(batch)
    assert taken.reversed == 1
    assert [(each.title, "改过“备注”" in each.why) for each in taken.kept] == [("王远山 转出", True)]
    assert [(each.title, "不能再次转出" in each.why) for each in taken.refused] == [("王远山 转入", True)]
    assert [row.left_on for row in rows("party_members")] == [None, None]
    with acting_as(SYSTEM):
        assert audit.verify() == []


def test_a_home_is_not_taken_from_under_who_lives_there() -> None:
    head = ["楼栋号", "楼栋名称", "所属网格"]
    batch = pour("buildings", head, ["3幢", "富康3幢", "第一网格"], ["4幢", "富康4幢", "第一网格"], area=HOME)
    third = rows("buildings")[0]
    save("dwellings", building=third.id, room_number="501", area=GRID)
    taken = undo(batch)
    assert taken.reversed == 1
    assert [(each.title, each.why) for each in taken.refused] == [
        ("富康3幢", "“房屋名册”里已经用到这条记录，不能删除。")
    ]
    assert [row.name for row in rows("buildings")] == ["富康3幢"]


def test_who_is_registered_elsewhere_by_now_does_not_come_back() -> None:
    pour("grid_workers", PEOPLE, person(0), person(1))
    batch = publish(check("grid_workers", PEOPLE, person(0), whole=True), PublishWish(leaving="all"))
    with as_user("next") as actor:
        values = {"name": make.NAMES[1], "id_number": make.id_number(1), "area": NEXT_GRID}
        rows_service.save(register("grid_workers"), None, values, by=actor, today=TODAY)
    taken = undo(batch)
    assert (taken.reversed, [each.why for each in taken.refused]) == (0, ["改回去会与另一条记录重复。"])


def test_a_number_that_went_on_to_somebody_else_comes_back() -> None:
    """The corrected file gave a namesake the telephone that the first had taken away: each waits for the other."""
    head = ["姓名", "身份证号", "联系电话"]
    pour("grid_workers", head, *[["李望舒", make.id_number(serial), make.phone(serial)] for serial in range(2)])
    batch = pour("grid_workers", head, ["李望舒", make.id_number(0), make.phone(7)])
    second = check("grid_workers", head, ["李望舒", make.id_number(1), make.phone(0)])
    with acting_as(SYSTEM), writing() as session:
        session.get_one(ImportBatch, second.batch_id).continues = batch
    publish(second)
    assert [row.phone for row in rows("grid_workers")] == [make.phone(7), make.phone(0)]
    assert undo(batch).reversed == 2
    assert [row.phone for row in rows("grid_workers")] == [make.phone(0), make.phone(1)]


@contextmanager
def counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_undo_costs_statements_by_the_chunk_and_not_by_the_row() -> None:
    size = 1_500
    pour("grid_workers", PEOPLE, *(person(serial, "旧") for serial in range(size)))
    batch = pour("grid_workers", PEOPLE, *(person(serial, "新") for serial in range(2 * size)))
    with counted() as statements:
        assert undo(batch).reversed == 2 * size
    assert len(statements) < 2 * size / 20
    assert {(row.note, row.version) for row in rows("grid_workers")} == {("旧", 3)}
    assert len(rows("grid_workers")) == size
    with as_user("sec") as actor:
        assert queries.page(register("grid_workers"), queries.Wish(words=make.id_number(size)), actor).rows == ()


def test_undo_is_noted_under_its_batch_after_the_moment_it_began() -> None:
    batch = pour("grid_workers", PEOPLE, person(0))
    row = rows("grid_workers")[0]
    undo(batch)
    with acting_as(SYSTEM):
        kept = db.session.get(ImportBatch, batch)
        assert kept is not None
        assert kept.undone_at is not None
        changes = queries.history(register("grid_workers"), row)
        assert [(each.action, each.batch_id, each.at >= kept.undone_at) for each in changes] == [
            ("deleted", batch, True), ("created", batch, False),
        ]  # fmt: skip


def test_a_transaction_that_failed_leaves_no_link_in_the_chain_of_the_next() -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_after_writing()
    before = len(_links())
    save("grid_workers", name="写成的人", area=GRID)
    assert len(_links()) == before + 1


def _fail_after_writing() -> None:
    with acting_as(SYSTEM), writing() as session:
        session.add(register("grid_workers").model(name="没写成的人", area_code=GRID, extra={}))
        session.flush()
        audit.record("exported", "grid_workers", area_code=GRID)
        raise ZeroDivisionError


def _links() -> list[Any]:
    with acting_as(SYSTEM):
        return list(db.session.execute(select(audit.AuditEntry)).scalars())
