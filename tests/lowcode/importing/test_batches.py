"""Batches on both databases: what is written, who may write it, what taking back does."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode import extra, queries
from app.lowcode import service as rows_service
from app.lowcode.importing import originals, service, sheets
from app.lowcode.importing.checking import recognise_for
from app.lowcode.importing.corrections import SheetCorrection, from_json
from app.lowcode.importing.models import ImportBatch, ImportRow
from app.lowcode.importing.outcome import Outcome
from app.lowcode.register import register
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import AuditEntry
from tests.lowcode.importing.workbooks import make
from tests.world import GRID, HOME, NEXT_DOOR, NEXT_GRID, add_user, as_user, build_areas

TODAY = date(2026, 11, 22)
HEAD = ["序号", "姓名", "性别", "身份证号", "联系电话", "所属网格", "备注"]


def person(serial: int, *, grid: str = "第一网格", note: str = "", **more: Any) -> list[Any]:
    row = [*make.person(serial)[:5], grid, note]
    for name, value in more.items():
        row[{"name": 1, "sex": 2, "id_number": 3, "phone": 4}[name]] = value
    return row


def file(rows: Sequence[Sequence[Any]], *, head: Sequence[str] = HEAD, name: str = "名册") -> bytes:
    return make.xlsx(make.Page(name, [["网格员花名册"], list(head), *rows]))


@pytest.fixture(autouse=True)
def street(context: Any) -> None:
    build_areas()
    add_user("sec", "community_secretary", HOME)
    add_user("next", "community_secretary", NEXT_DOOR)
    add_user("office", "street_office", HOME[:9])
    add_user("leader", "street_leader", HOME[:9])


def check(data: bytes, who: str = "sec", *, whole: bool | None = None, **more: Any) -> Outcome:
    with as_user(who) as actor:
        return service.check("grid_workers", data, file_name="名册.xlsx", whole=whole, by=actor, today=TODAY, **more)


def publish(outcome: Outcome, who: str = "sec", mode: Any = "all") -> Outcome:
    with as_user(who) as actor:
        return service.publish(outcome, mode=mode, by=actor, today=TODAY)


def undo(batch: int | None, who: str = "sec") -> service.UndoOutcome:
    assert batch is not None
    with as_user(who) as actor:
        return service.undo(batch, by=actor, today=TODAY)


def rows() -> list[Any]:
    with acting_as(SYSTEM):
        model = register("grid_workers").model
        return list(db.session.execute(select(model).where(model.deleted_at.is_(None)).order_by(model.id)).scalars())


def counts(outcome: Outcome) -> tuple[int, ...]:
    return tuple(outcome.as_json()[key] for key in ("new", "changed", "same", "conflict", "missing"))


def found(words: str, who: str = "sec") -> list[str]:
    with as_user(who) as actor:
        page = queries.page(register("grid_workers"), queries.Wish(words=words), actor)
        return [row.name for row in page.rows]


def test_nothing_is_visible_before_it_is_published() -> None:
    outcome = check(file([person(0), person(1)]))
    assert counts(outcome) == (2, 0, 0, 0, 0)
    assert outcome.as_json()["batch"] is None
    assert outcome.is_good("all")
    assert rows() == []


def test_new_rows_are_sealed_found_noted_and_signed() -> None:
    done = publish(check(file([person(0), person(1)])))
    assert (done.written, done.refusal, done.as_json()["batch"]) == (2, "", done.batch_id)
    first, second = rows()
    assert (first.name, first.area_code, first.version) == ("张清和", GRID, 1)
    assert first.id_number.open() == make.id_number(0)
    assert found("清和") == ["张清和"]
    assert found("zqh") == ["张清和"]
    assert found(make.id_number(1)) == [second.name]
    with acting_as(SYSTEM):
        changes = [change for row in (first, second) for change in queries.history(register("grid_workers"), row)]
        assert [(change.action, change.row_id, change.by_name, change.batch_id) for change in changes] == [
            ("created", first.id, "sec同志", done.batch), ("created", second.id, "sec同志", done.batch),
        ]  # fmt: skip
        assert changes[0].after["name"] == "张清和"
        assert set(changes[0].after["id_number_box"]) == {"box"}
        assert audit.verify() == []
        actions = set(db.session.execute(select(AuditEntry.action)).scalars())
        assert {"created", "imported"} <= actions
        # A row saved afterwards goes on from the ids and the chain that the batch left.
        rows_service.save(register("grid_workers"), None, {"name": "后来人", "area": GRID}, by=SYSTEM, today=TODAY)
        assert audit.verify() == []


def test_history_of_a_batch_equals_that_of_a_form() -> None:
    with as_user("sec") as actor:
        raw = dict(zip(("name", "sex", "id_number", "phone", "area", "note"), person(0, note="x")[1:], strict=True))
        rows_service.save(register("grid_workers"), None, raw, by=actor, today=TODAY)
    publish(check(file([person(1, note="x")])))
    with acting_as(SYSTEM):
        mine, theirs = rows()
        (typed,), (poured,) = (queries.history(register("grid_workers"), row) for row in (mine, theirs))
        assert set(typed.after) == set(poured.after)
        assert typed.row_version == poured.row_version
        assert mine.pinyin
        assert theirs.pinyin
        assert mine.created_by == theirs.created_by


def test_the_same_file_again_is_all_the_same() -> None:
    data = file([person(0), person(1)])
    publish(check(data))
    again = check(data)
    assert counts(again) == (0, 0, 2, 0, 0)
    assert publish(again).written == 0


def test_changes_touch_filled_cells_of_mapped_columns_only() -> None:
    publish(check(file([person(0, note="旧"), person(1)])))
    data = file(
        [[make.id_number(0), "13912345678", ""], [make.id_number(1), make.phone(1), ""]],
        head=["身份证号", "联系电话", "备注"],
    )
    outcome = check(data)
    assert counts(outcome) == (0, 1, 1, 0, 0)
    publish(outcome)
    first, _ = rows()
    assert (first.phone, first.note, first.name) == ("13912345678", "旧", "张清和")
    with as_user("sec"):
        staged = db.session.execute(select(func.count()).select_from(ImportRow)).scalar()
    assert staged == 0


def test_every_bad_cell_is_told_at_once_with_its_place() -> None:
    bad = [
        person(0, id_number="320505199001011234", sex="不知道"), person(1, name=""), person(2),
        person(3, phone="1380000"),
        [5, "无名", "", "3.20505E+17", "", "第一网格", ""],
    ]  # fmt: skip
    outcome = check(file(bad))
    told = {(error["row"], error["column"]) for error in outcome.as_json()["errors"]}
    assert told == {(3, "id_number"), (3, "sex"), (4, "name"), (6, "phone"), (7, "id_number")}
    assert outcome.error_rows == 4
    assert counts(outcome) == (1, 0, 0, 0, 0)
    assert "19900101" not in str(outcome.as_json())
    assert not outcome.is_good("all")
    assert publish(outcome).as_json()["batch"] is None
    assert rows() == []
    done = publish(outcome, mode="good")
    assert (done.written, done.left) == (1, 4)
    assert [row.name for row in rows()] == ["王远山"]


def test_two_records_with_one_number_wait_for_somebody_to_choose() -> None:
    outcome = check(file([person(0), person(1), person(2, id_number=make.id_number(0))]))
    assert counts(outcome) == (1, 0, 0, 2, 0)
    assert publish(outcome, mode="good").written == 1
    assert [row.name for row in rows()] == ["李望舒"]


def test_rows_for_another_community_are_refused_by_name() -> None:
    outcome = check(file([person(0), person(1, grid="银杏社区/第一网格")]))
    assert outcome.error_rows == 1
    (error,) = outcome.as_json()["errors"]
    assert (error["row"], error["column"]) == (4, "area")
    assert "银杏社区" in error["message"]


def test_a_number_registered_next_door_is_a_conflict_that_names_nobody() -> None:
    publish(check(file([person(0)]), "next"), "next")
    outcome = check(file([person(0)]))
    assert counts(outcome) == (0, 0, 0, 1, 0)
    (error,) = outcome.as_json()["errors"]
    assert "已在其他社区登记" in error["message"]
    assert publish(outcome, mode="good").written == 0
    assert [row.area_code for row in rows()] == [NEXT_GRID]


def test_sheets_named_after_communities_lie_there() -> None:
    pages = [make.Page(name, [HEAD, person(n, grid="第一网格")]) for n, name in enumerate(("桂花社区 ", "银杏社区"))]
    done = publish(check(make.xlsx(*pages), "office"), "office")
    assert done.written == 2
    assert [row.area_code for row in rows()] == [GRID, NEXT_GRID]


def test_community_and_grid_in_two_columns_make_one_place() -> None:
    data = file(
        [["张清和", make.id_number(0), "银杏社区", "第一网格"]], head=["姓名", "身份证号", "所属社区", "网格名称"]
    )
    publish(check(data, "office"), "office")
    assert [row.area_code for row in rows()] == [NEXT_GRID]


def test_a_whole_roster_lists_whom_it_lacks_in_its_communities_only() -> None:
    publish(check(file([person(0), person(1)])))
    publish(check(file([person(2)]), "next"), "next")
    data = file([person(0)])
    assert counts(check(data, "office", whole=None, area=HOME)) == (0, 0, 1, 0, 0)
    assert counts(check(data, "office", whole=True, area=HOME)) == (0, 0, 1, 0, 1)
    assert len(rows()) == 3


def test_a_file_without_a_column_that_identifies_is_refused_in_words() -> None:
    outcome = check(file([["男", "第一网格"]], head=["性别", "所属网格"]))
    assert "认出是谁" in outcome.refusal
    assert outcome.batch_id is not None
    assert not outcome.is_good("good")
    assert counts(check(b"%PDF-1.4")) == (0, 0, 0, 0, 0)
    assert "PDF" in check(b"%PDF-1.4").errors[0].message


def test_a_mapping_by_label_or_name_is_obeyed() -> None:
    data = file([["张清和", make.id_number(0), "心理咨询"]], head=["本人", "证件", "特长"])
    mapping = {"本人": "姓名", "证件": "id_number", "特长": "note"}
    publish(check(data, mapping=mapping))
    assert [(row.name, row.note) for row in rows()] == [("张清和", "心理咨询")]


def test_who_may_not_import_or_not_there_is_stopped() -> None:
    data = file([person(0)])
    with pytest.raises(NotPermitted):
        check(data, "leader")
    with pytest.raises(NotPermitted):
        check(data, "sec", area=NEXT_GRID)
    outcome = check(data)
    with pytest.raises(NotPermitted):
        publish(outcome, "next")
    publish(outcome)
    with pytest.raises(NotPermitted):
        undo(outcome.batch_id, "next")


def test_a_batch_is_written_once() -> None:
    outcome = check(file([person(0)]))
    assert publish(outcome).written == 1
    again = publish(outcome)
    assert again.as_json()["batch"] is None
    assert "已经写入过" in again.refusal
    assert len(rows()) == 1


def test_what_changed_between_check_and_publishing_is_judged_anew() -> None:
    outcome = check(file([person(0), person(1)]))
    publish(check(file([person(0)]), "office", area=HOME), "office")
    done = publish(outcome)
    assert (done.written, done.counts["new"], done.counts["same"]) == (1, 1, 1)
    assert len(rows()) == 2


def test_undo_reverses_what_nobody_touched_and_names_the_rest() -> None:
    publish(check(file([person(0, note="原来")])))
    done = publish(check(file([person(0, note="改过"), person(1), person(2)])))
    third = rows()[2]
    with as_user("office") as actor:
        rows_service.save(register("grid_workers"), third, {"note": "补记"}, by=actor, today=TODAY)
    taken = undo(done.batch)
    assert taken.reversed == 2
    assert [(title, "office同志改过“备注”" in why) for _, title, why, *_ in taken.kept] == [("王远山", True)]
    assert taken.refused == ()
    assert [(row.name, row.note) for row in rows()] == [("张清和", "原来"), ("王远山", "补记")]
    assert found("望舒") == []
    with pytest.raises(service.UndoRefused):
        undo(done.batch)
    with acting_as(SYSTEM):
        assert audit.verify() == []


def test_undo_gives_a_sealed_number_back() -> None:
    publish(check(file([person(0, id_number="")])))
    done = publish(check(file([person(0)])))
    assert rows()[0].id_number.open() == make.id_number(0)
    undo(done.batch)
    assert rows()[0].id_number is None
    assert found(make.id_number(0)) == []


def test_undo_refuses_what_would_clash_or_lies_elsewhere_now() -> None:
    publish(check(file([person(0)])))
    done = publish(check(file([person(0, phone="13912345678"), person(1)])))
    with acting_as(SYSTEM), writing() as session:
        first, second = rows()
        second.area_code = NEXT_GRID
        twin = register("grid_workers").model(name=first.name, phone=make.phone(0), area_code=GRID, extra={})
        session.add(twin)
    taken = undo(done.batch)
    assert taken.reversed == 0
    assert sorted(why[:6] for _, _, why, *_ in taken.refused) == ["改回去会与另", "这条记录现在"]


def test_the_original_is_kept_sealed() -> None:
    data = file([person(0)])
    outcome = check(data)
    with as_user("sec"):
        batch = db.session.get(ImportBatch, outcome.batch_id)
        assert batch is not None
        assert originals.read(batch.digest) == data
        on_disk = originals._path(batch.digest).read_bytes()
        assert b"PK" not in on_disk[:64]
        assert make.id_number(0).encode() not in on_disk
    with as_user("sec") as actor:
        service.discard(outcome.batch_id or 0, by=actor)
        assert db.session.get(ImportBatch, outcome.batch_id) is None
    assert not originals._path(batch.digest).exists()


def test_staged_rows_are_sealed_and_belong_to_their_person() -> None:
    check(file([person(0)]))
    with as_user("sec"):
        staged = db.session.execute(select(ImportRow)).scalar_one()
        assert make.id_number(0) not in str(staged.values)
        assert make.id_number(0) not in str(staged.shown)
    for other in ("next", "office"):
        with as_user(other):
            assert db.session.execute(select(ImportRow)).all() == []


def test_the_template_comes_back_clean() -> None:
    with as_user("sec"):
        book = openpyxl.load_workbook(io.BytesIO(service.template("grid_workers")))
    page = book.worksheets[0]
    heads = {str(cell.value): cell.column for cell in page[1]}
    assert "姓名 *" in heads
    assert page.cell(2, heads["身份证号"]).number_format == "@" or page.column_dimensions["B"].width
    assert len(page.data_validations.dataValidation) >= 5
    for serial in range(3):
        values = dict(
            zip(("姓名 *", "性别", "身份证号", "联系电话", "所属网格 *"), make.person(serial)[1:], strict=True)
        )
        for head, value in values.items():
            page.cell(2 + serial, heads[head], value)
    buffer = io.BytesIO()
    book.save(buffer)
    outcome = check(buffer.getvalue())
    assert (counts(outcome), outcome.errors, outcome.warnings) == ((3, 0, 0, 0, 0), (), ())


def test_an_extra_column_is_poured_in_like_any_other() -> None:
    with as_user("office"):
        extra.add_column("grid_workers", name="skill", label="特长", type_key="text", searched=True)
    data = file([["张清和", make.id_number(0), "手语翻译"]], head=["姓名", "身份证号", "特长"])
    done = publish(check(data))
    assert [row.extra for row in rows()] == [{"skill": "手语翻译"}]
    assert found("手语") == ["张清和"]
    publish(check(file([["张清和", make.id_number(0), "水电"]], head=["姓名", "身份证号", "特长"])))
    assert undo(done.batch).kept[0][1] == "张清和"


def test_a_key_column_the_file_lacks_counts_with_its_default() -> None:
    """党员花名册 rarely says 名册类别; its people are those 组织关系在册, and come out the same the second time."""
    data = make.xlsx(
        make.Page("党员", [["姓名", "身份证号", "联系电话"], [make.NAMES[0], make.id_number(0), make.phone(0)]])
    )
    with as_user("sec") as actor:
        first = service.check("party_members", data, file_name="党员.xlsx", area=HOME, by=actor, today=TODAY)
        assert (counts(first), first.errors) == ((1, 0, 0, 0, 0), ())
        assert service.publish(first, by=actor, today=TODAY).written == 1
        again = service.check("party_members", data, file_name="党员.xlsx", area=HOME, by=actor, today=TODAY)
        assert counts(again) == (0, 0, 1, 0, 0)


def test_a_layout_that_was_published_is_recognised_next_time_in_that_office() -> None:
    head = ["序号", "尊称", "性别", "身份证号", "勿扰热线", "所属网格", "备注"]
    data = file([person(0), person(1)], head=head)
    publish(check(data, mapping={"尊称": "name", "勿扰热线": "phone"}))

    def matches(who_at: str) -> dict[str, tuple[str, bool]]:
        sheet = recognise_for(register("grid_workers"), sheets.read(data), {}, area=who_at)[0]
        (table,) = sheet.tables
        return {cell.title: (table.matches[cell.index].column, table.matches[cell.index].is_remembered)
                for cell in table.table.columns}  # fmt: skip

    with as_user("sec"):
        assert matches(HOME)["尊称"] == ("name", True)
        assert matches(HOME)["勿扰热线"] == ("phone", True)
        assert matches(GRID)["勿扰热线"] == ("phone", True)
        assert not matches(NEXT_DOOR)["尊称"][1]
    again = check(file([person(0), person(5)], head=head))
    assert (counts(again), again.errors) == ((1, 0, 1, 0, 0), ())


def test_corrections_are_kept_with_the_batch() -> None:
    data = file([person(0), person(1)])
    with as_user("sec") as actor:
        reg = register("grid_workers")
        batch, book = service.upload(reg, data, file_name="名册.xlsx", area=HOME, is_whole=False, by=actor)
        said = {"名册": SheetCorrection(other_rows=frozenset({3}))}
        outcome = service.check_batch(batch, book, mapping={}, corrections=said, by=actor, today=TODAY)
        assert counts(outcome) == (1, 0, 0, 0, 0)
        assert outcome.sheets[0]["skipped"] == [{"row": 1, "why": "title"}, {"row": 4, "why": "note"}]
        kept = db.session.get(ImportBatch, batch.id)
        assert kept is not None
        assert from_json(kept.corrections) == said
