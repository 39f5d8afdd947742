"""收表 → 汇总: twelve files of which one is missing, one double and one has an inserted column come out right."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.database.transactions import writing
from app.extensions import db
from app.requested_tables import gathering, piles, queries, service
from app.requested_tables.blank_files import saved_at
from app.requested_tables.choices import TableChoice
from app.requested_tables.editing import Changes
from app.requested_tables.models import Collection, ReturnVersion, TableReturn
from app.requested_tables.rules import HANDED_IN, OPEN, StepRefused
from app.requested_tables.todos import find
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import AuditEntry
from tests.requested_tables.world import (
    CODES,
    COMMUNITIES,
    HEADERS,
    blank_figures,
    blank_list,
    build_street,
    filled_figures,
    filled_list,
    id_number,
    opened,
    phone,
)
from tests.world import HOME, NEXT_DOOR, STREET, TODAY, as_user

DUE = date(2026, 12, 5)


@pytest.fixture
def street(app: Flask) -> Any:
    with app.test_request_context():
        build_street()
        yield


def people(code: str, count: int) -> list[tuple[Any, ...]]:
    """(社区, 姓名, 性别, 身份证号, 联系电话, 补贴金额, 备注) of so many people of one community."""
    first = CODES.index(code) * 20
    return [
        ("", f"{COMMUNITIES[code][:1]}姓{'甲乙丙丁戊己庚辛'[number]}", "男性", id_number(first + number), phone(first + number), 100, "")
        for number in range(count)
    ]  # fmt: skip


def send_down(blank: bytes, codes: tuple[str, ...] = CODES, choices: tuple[TableChoice, ...] = ()) -> Collection:
    with as_user("street") as actor:
        return service.send_down(
            title="11月网格员花名册", note="请核对后上报", due_on=DUE, areas=codes, blank=blank, file_name="花名册.xlsx",
            choices=choices, area_code=STREET, by=actor, today=TODAY,
        )  # fmt: skip


def twelve_files() -> list[piles.Upload]:
    """Twelve files for twelve communities: 清溪 is missing, 桂花 came twice, 银杏 put a column in, 梧桐 renamed one."""
    counts = {code: 2 + number % 3 for number, code in enumerate(CODES)}
    files = []
    for code in CODES[:11]:
        name, rows = COMMUNITIES[code], people(code, counts[code])
        total = 100 * len(rows)
        headers, cells, sheet, title_name, file_name = HEADERS, {}, "花名册", name, f"{name}.xlsx"
        if code == HOME:
            files.append(
                piles.Upload(
                    "附件1-桂花.xlsx",
                    filled_list(name, rows[:1], total=100, saved_on=datetime(2026, 11, 20, 8, tzinfo=UTC)),
                )
            )
            file_name = "桂花社区(1).xlsx"
        elif code == NEXT_DOOR:
            headers = (*HEADERS[:4], "民族", *HEADERS[4:])
            cells = {"民族": "汉族"}
        elif name == "梧桐社区":
            headers = tuple("手机" if header == "联系电话" else header for header in HEADERS)
            title_name, file_name = "", "网格员表(梧桐社区)(1).xlsx"
            rows = [(row[0], row[1], row[2], row[3], "", row[5], row[6]) for row in rows]
            cells = {"手机": "13900000000"}
        elif name == "丹枫社区":
            title_name, sheet, file_name = "", "丹枫", "新建 Microsoft Excel 工作表.xlsx"
        elif name == "海棠社区":
            title_name, file_name = "", "未命名.xlsx"
            rows = [("海棠社区", *row[1:]) for row in rows]
        elif name == "玉兰社区":
            total = 999
        data = filled_list(title_name, rows, headers=headers, cells=cells, sheet=sheet, total=total,
                           saved_on=datetime(2026, 11, 21, 8, tzinfo=UTC))  # fmt: skip
        files.append(piles.Upload(file_name, data))
    return files


def drop(collection: Collection, files: list[piles.Upload]) -> tuple[queries.Asked, piles.Pile]:
    wish = queries.asked(collection)
    with as_user("street") as actor:
        piles.add_files(collection, wish, files, by=actor)
        return wish, piles.sorted_pile(collection, wish)


def take_everything(collection: Collection, pile: piles.Pile) -> None:
    with as_user("street") as actor:
        piles.take_in(collection, [row.id for row in pile.proposed.values()], by=actor)


def summary(collection: Collection, wish: queries.Asked) -> gathering.Summary:
    with as_user("street"):
        return gathering.summary(wish, queries.returns_of(collection))


def notes(row: Any) -> str:
    return "；".join(each[0] for each in row.findings)


def test_twelve_files_come_out_right(street: Any) -> None:
    collection = send_down(blank_list())
    files = twelve_files()
    assert len(files) == 12
    wish, pile = drop(collection, files)

    assert not pile.strangers
    assert sorted(pile.proposed) == list(CODES[:11])
    assert pile.missing == [CODES[11]]
    by = {COMMUNITIES[code]: row.by for code, row in pile.proposed.items()}
    assert by["梧桐社区"] == "文件名"
    assert by["丹枫社区"] == "工作表名"
    assert by["海棠社区"] == "社区一列"
    assert by["新桂花社区"] == "表头"

    double = pile.older[HOME]
    assert pile.proposed[HOME].file_name == "桂花社区(1).xlsx"
    assert [row.file_name for row, _ in double] == ["附件1-桂花.xlsx"]
    assert double[0][1] == ["只在要收的这份里：桂姓乙 男性"]

    assert "多了一列“民族”" in notes(pile.proposed[NEXT_DOOR])
    assert "“联系电话”写成了“手机”" in notes(pile.proposed[CODES[2]])
    take_everything(collection, pile)
    with as_user("street"):
        assert not queries.pile_of(collection)

    made = summary(collection, wish)
    assert made.missing == ("清溪社区",)
    rows = made.gathered.content[0].cells
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    expected = {COMMUNITIES[code]: 2 + number % 3 for number, code in enumerate(CODES[:11])}
    assert dict(made.gathered.counts) == expected
    assert [row[1] for row in rows] == [name for name, count in expected.items() for _ in range(count)]
    assert all(row[5] == "13900000000" for row in rows if row[1] == "梧桐社区")
    said = [(each.source, each.text) for each in made.gathered.findings]
    assert len(said) == 1
    assert said[0][0].startswith("玉兰社区")
    assert "写的是 999，各行加起来是 400" in said[0][1]

    with as_user("street") as actor:
        data = gathering.workbook(collection, wish, made, sees_numbers=True, by=actor)
    page = opened(data)
    last = 3 + len(rows)
    assert page["A1"].value == "清溪街道网格员花名册"
    assert page["A1"].font.name == "方正小标宋简体"
    assert [page.cell(row, 3).value for row in range(4, last + 1)] == [row[2] for row in rows]
    assert page.cell(last, 5).value == rows[-1][4]
    assert page.cell(last, 5).border.left.style == "thin"
    assert page.cell(last + 1, 1).value == "合计"
    assert page.cell(last + 1, 7).value == f"=SUM(G4:G{last})"
    assert str(page.cell(last + 2, 1).value).startswith("填表人")


def test_numbers_leave_with_stars_unless_they_may_be_seen(street: Any) -> None:
    collection = send_down(blank_list())
    wish, pile = drop(collection, twelve_files())
    take_everything(collection, pile)
    made = summary(collection, wish)
    with as_user("street") as actor:
        page = opened(gathering.workbook(collection, wish, made, sees_numbers=False, by=actor))
        assert "*" in page["E4"].value
        noted = db.session.execute(
            select(AuditEntry.note).where(AuditEntry.action == "exported").order_by(AuditEntry.id.desc())
        ).scalars().first()  # fmt: skip
    with acting_as(SYSTEM):
        noted = db.session.execute(select(AuditEntry.note).where(AuditEntry.action == "exported")).scalars().all()
    assert noted == ["汇总“11月网格员花名册”，11 家"]


def test_statistics_are_added_cell_by_cell(street: Any) -> None:
    collection = send_down(blank_figures(), CODES[:3])
    files = [
        piles.Upload("桂花社区.xlsx", filled_figures("桂花社区", [(1, 2, 3, 1, "10%"), (4, 5, 9, 0, ""), (7, 8, 15, 0, "")], totals=(12, 15, 27, 1))),
        piles.Upload("银杏社区.xlsx", filled_figures("银杏社区", [(10, 20, 31, 0, ""), (0, 0, 0, 2, ""), ("无", 1, 1, 0, "")], totals=(11, 21, 32, 2))),
    ]  # fmt: skip
    wish, pile = drop(collection, files)
    assert wish.tables[0].is_statistics
    assert wish.tables[0].labels == ("30岁以下", "31岁至60岁", "61岁以上")
    take_everything(collection, pile)
    made = summary(collection, wish)
    assert made.missing == ("梧桐社区",)
    grid = [row[1:5] for row in made.gathered.content[0].cells]
    assert grid == [[11, 22, 34, 1], [4, 5, 9, 2], [7, 9, 16, 0]]
    said = "；".join(each.source + each.text for each in made.gathered.findings)
    assert "银杏社区（银杏社区.xlsx）“30岁以下”的“合计”写的是 31，各栏加起来是 30" in said
    assert "“61岁以上”的“男”写的是“无”，不是数字" in said
    assert "银杏社区（银杏社区.xlsx）合计行的“男”写的是 11，各行加起来是 10" in said
    assert "“占比”不能直接相加" in said
    with as_user("street") as actor:
        page = opened(gathering.workbook(collection, wish, made, sees_numbers=False, by=actor))
    assert [page.cell(row, 2).value for row in range(4, 8)] == [11, 4, 7, 22]
    assert page["E7"].value == "=SUM(E4:E6)"
    assert page["F4"].value is None


def test_a_wrong_file_is_taken_back(street: Any) -> None:
    collection = send_down(blank_list(), CODES[:2])
    rows = people(HOME, 3)
    wish, pile = drop(collection, [piles.Upload("桂花.xlsx", filled_list("桂花社区", rows))])
    take_everything(collection, pile)
    _, pile = drop(collection, [piles.Upload("桂花2.xlsx", filled_list("桂花社区", rows[:1]))])
    with as_user("street") as actor:
        assert piles.against_return(collection, wish, pile.proposed[HOME]) == ["只在另一份里：桂姓乙 男性；桂姓丙 男性"]
    take_everything(collection, pile)
    assert len(summary(collection, wish).gathered.content[0].cells) == 1
    with as_user("street") as actor:
        there = queries.return_of(collection, HOME)
        service.go_back(there, 1, by=actor)
        there = queries.return_of(collection, HOME)
        assert (there.state, there.number) == (HANDED_IN, 3)
        assert [each.action for each in queries.steps_of(there)] == ["go_back", "take_in", "take_in"]
    assert len(summary(collection, wish).gathered.content[0].cells) == 3


def test_versions_are_locked(street: Any) -> None:
    collection = send_down(blank_list(), CODES[:1])
    _, pile = drop(collection, [piles.Upload("桂花.xlsx", filled_list("桂花社区", people(HOME, 1)))])
    take_everything(collection, pile)
    with acting_as(SYSTEM), pytest.raises(DBAPIError, match="table_return_versions is locked"), writing() as session:
        session.execute(update(ReturnVersion).values(row_count=9))


def test_one_file_with_a_sheet_for_each_community(street: Any) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled_list("", people(HOME, 1), sheet="桂花")))
    other = openpyxl.load_workbook(io.BytesIO(filled_list("", people(NEXT_DOOR, 2), sheet="银杏"))).active
    page = book.create_sheet("银杏 ")
    for row in other.iter_rows():
        for cell in row:
            page.cell(cell.row, cell.column, cell.value)
    buffer = io.BytesIO()
    book.save(buffer)
    collection = send_down(blank_list(), CODES[:2])
    _, pile = drop(collection, [piles.Upload("全部.xlsx", buffer.getvalue())])
    assert {code: row.row_count for code, row in pile.proposed.items()} == {HOME: 1, NEXT_DOOR: 2}
    assert not pile.missing


def test_strangers_are_named(street: Any) -> None:
    collection = send_down(blank_list(), CODES[:2])
    files = [
        piles.Upload("通知.docx", b"PK\x03\x04 nonsense"),
        piles.Upload("别的表.xlsx", filled_list("桂花社区", [("", "a", "b", "c", "d", 1, "")], headers=("序号", "车牌号", "车位"))),
        piles.Upload("无名.xlsx", filled_list("", people(HOME, 1))),
    ]  # fmt: skip
    _, pile = drop(collection, files)
    assert [row.file_name for row in pile.strangers] == ["通知.docx", "别的表.xlsx", "无名.xlsx"]
    assert pile.missing == list(CODES[:2])
    with as_user("street") as actor:
        piles.assign(collection, {pile.strangers[2].id: HOME, pile.strangers[1].id: "999"}, by=actor)
        again = piles.sorted_pile(collection, queries.asked(collection))
    assert list(again.proposed) == [HOME]


def test_only_the_gathering_office_takes_in(street: Any) -> None:
    collection = send_down(blank_list(), CODES[:2])
    wish = queries.asked(collection)
    with as_user("secretary") as actor, pytest.raises(NotPermitted):
        piles.add_files(collection, wish, [piles.Upload("桂花.xlsx", b"")], by=actor)
    with as_user("next_secretary"):
        assert queries.return_of(collection, HOME) is None
        assert queries.return_of(collection, NEXT_DOOR) is not None
    with as_user("secretary") as actor, pytest.raises(NotPermitted):
        service.send_down(
            title="x", note="", due_on=DUE, areas=(HOME,), blank=blank_list(), file_name="x.xlsx", choices=(),
            area_code=HOME, by=actor, today=TODAY,
        )  # fmt: skip


def begun(collection: Collection, wish: queries.Asked, user: str = "clerk") -> TableReturn:
    with as_user(user) as actor:
        there = queries.return_of(collection, HOME)
        service.begin(there, wish, by=actor, today=TODAY)
        return queries.return_of(collection, HOME)


def test_a_community_fills_and_hands_in(street: Any) -> None:
    collection = send_down(blank_list(), CODES[:2], (TableChoice("grid_workers"),))
    wish = queries.asked(collection)
    there = begun(collection, wish)
    with as_user("clerk") as actor:
        cells = queries.draft_of(there)[0].cells
        assert [row[2] for row in cells] == ["陈六", "卫八", "褚七"]
        assert [row[3] for row in cells] == ["男性", "男性", "女性"]
        assert cells[0][1] == "桂花社区"
        assert "*" in cells[0][4]
        assert cells[0][5] == phone(1)
        with pytest.raises(NotPermitted, match="书记"):
            service.hand_in(there, wish, version=there.version, by=actor, today=TODAY)
    with as_user("secretary") as actor, pytest.raises(StepRefused, match="3 处"):
        service.hand_in(there, wish, version=there.version, by=actor, today=TODAY)
    with as_user("clerk") as actor:
        changes = Changes({(0, 0, 4): id_number(1), (0, 1, 4): id_number(3), (0, 2, 4): id_number(2), (0, 0, 6): "300"})
        stale = there.version
        service.save(there, changes, wish, version=stale, by=actor)
        with pytest.raises(service.ContentIsStale):
            service.save(there, changes, wish, version=stale, by=actor)
        there = queries.return_of(collection, HOME)
        shown = Changes({(0, 0, 4): id_number(1)[:6] + "********" + id_number(1)[-4:]})
        service.save(there, shown, wish, version=there.version, by=actor)
        there = queries.return_of(collection, HOME)
        assert queries.draft_of(there)[0].cells[0][4] == id_number(1)
    with as_user("secretary") as actor:
        version = service.hand_in(there, wish, version=there.version, by=actor, today=TODAY)
        assert version.number == 1
        with pytest.raises(StepRefused, match="已经上报"):
            service.save(there, shown, wish, version=queries.return_of(collection, HOME).version, by=actor)
    with as_user("street") as actor:
        there = queries.return_of(collection, HOME)
        with pytest.raises(StepRefused, match="退回原因"):
            service.give_back(there, reason=" ", by=actor)
        service.give_back(there, reason="少了一位", by=actor)
    assert summary(collection, wish).missing == ("桂花社区", "银杏社区")
    with as_user("secretary") as actor:
        there = queries.return_of(collection, HOME)
        assert there.reason == "少了一位"
        service.hand_in(there, wish, version=there.version, by=actor, today=TODAY)
    assert summary(collection, wish).gathered.content[0].cells[0][6] == 300


def test_an_uploaded_file_keeps_numbers_that_left_with_stars(street: Any) -> None:
    collection = send_down(blank_list(), CODES[:1], (TableChoice("grid_workers"),))
    wish = queries.asked(collection)
    there = begun(collection, wish)
    with as_user("clerk") as actor:
        service.save(there, Changes({(0, 0, 4): id_number(1)}), wish, version=there.version, by=actor)
        draft = gathering.masked(queries.draft_of(queries.return_of(collection, HOME)), sees_phones=True)
        people_again = [tuple(row[1:]) for row in draft[0].cells]
        data = filled_list("桂花社区", people_again)
        found = service.upload(there, data, "改过.xlsx", wish, by=actor)
        assert found == []
        cells = queries.draft_of(queries.return_of(collection, HOME))[0].cells
        assert cells[0][4] == id_number(1)
        assert "*" in cells[1][4]


def test_to_dos_ask_communities_and_tell_the_street(street: Any) -> None:
    collection = send_down(blank_list(), CODES[:2])
    with as_user("clerk") as actor:
        assert [todo.title for todo in find(actor, TODAY)] == ["填报“11月网格员花名册”"]
    with as_user("street") as actor:
        assert find(actor, TODAY) == []
        late = find(actor, DUE + timedelta(days=1))
        assert [todo.title for todo in late] == ["“11月网格员花名册”还有 2 家没报"]
        service.close(collection, is_closed=True, by=actor)
    with as_user("clerk") as actor:
        assert find(actor, TODAY) == []
        there = queries.return_of(collection, HOME)
        assert there.state == OPEN
        with pytest.raises(StepRefused, match="已经结束"):
            service.begin(there, queries.asked(collection), by=actor, today=TODAY)


def test_saved_times_are_compared_in_one_zone() -> None:
    assert saved_at(filled_list("", [], saved_on=datetime(2026, 11, 20, 8, tzinfo=UTC))) == datetime(
        2026, 11, 20, 8, tzinfo=UTC
    )
    assert saved_at(b"no workbook") is None
