"""New, changed, conflict: by the keys of the register, on plain values."""

from __future__ import annotations

from app.lowcode.importing.diff import Decision, Existing, Incoming, Index, decide

KEYS = (("id",), ("name", "phone"))
LABELS = {"id": "身份证号", "name": "姓名", "phone": "电话"}


def record(
    row: int, *, id_: str = "", name: str = "张", phone: str = "", area: str = "A1", is_left: bool = False
) -> Incoming:
    prints = {}
    if id_:
        prints[0] = (id_,)
    if name and phone:
        prints[1] = (name, phone)
    parts = {key: value for key, value in (("id", id_), ("name", name), ("phone", phone)) if value}
    return Incoming(f"第 {row} 行", prints, name, area, parts, is_left)


def row(id_: int, *, number: str = "", name: str = "张", phone: str = "", **more: object) -> Existing:
    parts = {key: value for key, value in (("id", number), ("name", name), ("phone", phone)) if value}
    return Existing(id_, name, parts, "A1", **more)  # type: ignore[arg-type]


def index(*rows: Existing) -> Index:
    by_id = {(each.parts["id"],): each for each in rows if "id" in each.parts}
    by_name = {(each.parts["name"], each.parts["phone"]): each for each in rows if "phone" in each.parts}
    weak: dict[str, list[Existing]] = {}
    for each in rows:
        weak.setdefault(each.title, []).append(each)
    return Index((by_id, by_name), weak)


def one(incoming: Incoming, *rows: Existing) -> Decision:
    return decide([incoming], index(*rows), KEYS, LABELS)[0]


def test_any_whole_key_finds_the_row() -> None:
    assert one(record(1, id_="X"), row(7, number="X")).target == 7
    assert one(record(1, phone="1"), row(7, phone="1")).target == 7
    assert one(record(1, id_="Y"), row(7, number="X")).target is None


def test_a_row_without_the_number_takes_it() -> None:
    assert one(record(1, id_="X", phone="1"), row(7, phone="1")) == Decision(7)


def test_two_rows_for_one_record_are_a_conflict() -> None:
    found = one(record(1, id_="X", phone="1"), row(7, number="X", name="李"), row(8, phone="1"))
    assert found.target is None
    assert "名册里的两条" in found.conflict


def test_same_name_and_telephone_with_another_number_is_a_conflict() -> None:
    found = one(record(1, id_="X", phone="1"), row(7, number="Y", phone="1"))
    assert found.target is None
    assert found.conflict_column == "id"


def test_a_clash_in_another_community_says_no_more_than_that() -> None:
    found = one(record(1, id_="X"), row(7, number="X", name="秘密", is_within=False))
    assert "已在其他社区登记" in found.conflict
    assert "秘密" not in found.conflict


def test_one_who_left_holds_no_key() -> None:
    gone = row(7, number="X", is_left=True)
    assert one(record(1, id_="X"), gone) == Decision(None)
    assert one(record(1, id_="X", is_left=True), gone).target == 7


def test_a_name_counts_only_where_no_key_does_and_only_in_its_area() -> None:
    assert one(record(1), row(7)).target == 7
    assert one(record(1, area="A2"), row(7)).target is None
    assert "分不清" in one(record(1), row(7), row(8)).conflict


def test_two_records_with_one_key_name_each_other() -> None:
    found = decide([record(1, id_="X"), record(2, id_="Y"), record(5, id_="X", name="李")], index(), KEYS, LABELS)
    assert "第 5 行的身份证号相同" in found[0].conflict
    assert found[1] == Decision()
    assert "第 1 行的身份证号相同" in found[2].conflict
