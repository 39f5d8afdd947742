"""划转楼栋: a building goes to another grid with its households and people, as previewed, or not at all."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.areas import handover
from app.areas.handover import Handover
from app.areas.models import Area, Reorganisation
from app.areas.rules import AreaRefused
from app.database.transactions import writing
from app.extensions import db
from app.lowcode import service
from app.lowcode.register import register
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import AuditEntry, Change
from tests.world import GRID, HOME, NEXT_GRID, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

SECOND = HOME + "002"
PAPER = "清街发〔2026〕8号"
in_world = pytest.mark.usefixtures("filled")


def _row(register_name: str, /, **values: Any) -> Any:
    with acting_as(SYSTEM):
        return service.save(register(register_name), None, values, by=SYSTEM, today=TODAY)


def _fill() -> dict[str, Any]:
    build_areas()
    add_user("office", "street_office", STREET)
    add_user("clerk", "community_clerk", HOME)
    compound = _row("residential_compounds", name="富康新村", area=HOME)
    made: dict[str, Any] = {}
    for number in (1, 2):
        building = _row(
            "buildings", number=f"{number}幢", compound=str(compound.id), area=GRID, household_count=str(10 * number)
        )
        home = _row("dwellings", building=str(building.id), area=GRID, unit_number="1单元", room_number="101")
        household = _row("households", dwelling=str(home.id), area=GRID, head=f"户主{'甲乙'[number - 1]}")
        person = _row("residents", household=str(household.id), area=GRID, name=f"居民{'甲乙'[number - 1]}")
        made |= {f"building{number}": building, f"home{number}": home, f"household{number}": household,
                 f"person{number}": person}  # fmt: skip
    branch = _row("party_organizations", name="第一网格党支部", kind="branch", area=GRID)
    given = {"organization": str(branch.id), "roster": "registered", "building": str(made["building1"].id)}
    made["member"] = _row("party_members", name="赵安", area=GRID, **given)
    made["elsewhere"] = _row("party_members", name="钱成", area=HOME, **given)
    with acting_as(SYSTEM), writing() as session:
        for row in session.execute(select(Area).where(Area.level == "grid")).scalars():
            row.household_count = 100
    return made


@pytest.fixture
def filled(context: None) -> dict[str, Any]:
    return _fill()


def _wanted(made: dict[str, Any], **changes: Any) -> Handover:
    given = {"source": GRID, "target": SECOND, "items": (made["building1"].uid,), "on": TODAY, "document": PAPER}
    return Handover(**(given | changes))


def _area_of(row: Any) -> str:
    with acting_as(SYSTEM):
        return str(db.session.get(type(row), row.id, populate_existing=True).area_code)


def test_all_that_hangs_on_a_building_comes_along_and_nothing_else(filled: dict[str, Any]) -> None:
    with as_user("office"):
        found = handover.preview_handover(_wanted(filled), today=TODAY)
        assert [item.label for item in found.items] == ["富康新村1幢"]
        counted = {each.title: each.count for each in found.coming}
        assert counted == {"楼栋": 1, "房屋": 1, "户": 1, "居民": 1, "党员": 1}
        assert found.households == 10
        record = handover.hand_over(_wanted(filled), today=TODAY, expected=found.fingerprint)
    moved = ("building1", "home1", "household1", "person1", "member")
    assert {_area_of(filled[name]) for name in moved} == {SECOND}
    kept = ("building2", "home2", "household2", "person2")
    assert {_area_of(filled[name]) for name in kept} == {GRID}
    assert _area_of(filled["elsewhere"]) == HOME, "a member lies with his branch where that lies elsewhere"
    with acting_as(SYSTEM):
        counts = dict(db.session.execute(select(Area.code, Area.household_count)).all())
        assert (counts[GRID], counts[SECOND]) == (90, 110)
        history = db.session.execute(select(Change).where(Change.batch_id == -record.id)).scalars().all()
        before = {
            (change.register, change.before.get("area_code"), change.after.get("area_code")) for change in history
        }
        assert ("residents", GRID, SECOND) in before
        assert ("buildings", GRID, SECOND) in before
        kept_record = db.session.get(Reorganisation, record.id)
        assert (kept_record.kind, kept_record.on, kept_record.document) == ("buildings", TODAY, PAPER)
        assert kept_record.details["items"] == [[filled["building1"].uid, "富康新村1幢"]]
        note = db.session.execute(select(AuditEntry.note).where(AuditEntry.action == "reorganised")).scalar()
    assert "富康新村1幢" in note
    assert PAPER in note


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"items": ()}, "没有勾选"),
        ({"document": " "}, "依据的文件"),
        ({"on": date(2026, 12, 1)}, "还没有到"),
        ({"target": ""}, "划到哪个"),
        ({"target": GRID}, "本来就在"),
        ({"target": HOME}, "不是同一级"),
        ({"target": HOME + "009"}, "不存在"),
        ({"items": ("gone",)}, "已经不在"),
        ({"source": SECOND, "target": GRID}, "已经不在"),
    ],
)
def test_what_cannot_be_handed_over(filled: dict[str, Any], changes: dict[str, Any], why: str) -> None:
    with as_user("office"), pytest.raises(AreaRefused, match=why):
        handover.preview_handover(_wanted(filled, **changes), today=TODAY)


def test_a_grid_that_did_not_exist_yet_takes_nothing(filled: dict[str, Any]) -> None:
    with acting_as(SYSTEM), writing() as session:
        session.execute(select(Area).where(Area.code == SECOND)).scalar_one().valid_from = TODAY
    with as_user("office"), pytest.raises(AreaRefused, match="起设立"):
        handover.preview_handover(_wanted(filled, on=date(2026, 11, 21)), today=TODAY)


def test_nothing_is_done_when_rows_changed_since_the_preview(filled: dict[str, Any]) -> None:
    with as_user("office"):
        found = handover.preview_handover(_wanted(filled), today=TODAY)
    _row("residents", household=str(filled["household1"].id), area=GRID, name="新来的")
    with as_user("office"), pytest.raises(AreaRefused, match="又有变动"):
        handover.hand_over(_wanted(filled), today=TODAY, expected=found.fingerprint)
    assert _area_of(filled["building1"]) == GRID


def test_who_may_not_change_both_grids_hands_nothing_over(filled: dict[str, Any]) -> None:
    add_user("next", "community_secretary", NEXT_GRID[:12])
    for name in ("next", "clerk"):
        with as_user(name), pytest.raises(NotPermitted):
            handover.preview_handover(_wanted(filled, target=NEXT_GRID), today=TODAY)


def test_the_wizard_previews_and_moves(app: Flask) -> None:
    with app.app_context():
        made = _fill()
        uid, person = made["building1"].uid, made["person1"].id
    client = signed_in_client(app, "office")
    first = client.get(f"/areas/reorganise/?at={HOME}").get_data(as_text=True)
    assert "划转楼栋" in first
    form: dict[str, Any] = {"at": HOME, "kind": "buildings", "source": [GRID, SECOND], "step": "choose"}
    assert "一次勾选一个" in client.post("/areas/reorganise/", data=form).get_data(as_text=True)
    form["source"] = [GRID]
    second = client.post("/areas/reorganise/", data=form).get_data(as_text=True)
    assert "富康新村1幢" in second
    targets = second[second.index('name="target"') :]
    assert targets.index("第二网格") < targets.index("银杏社区"), "grids nearby come first"
    filled_in = form | {"item": [uid], "target": SECOND, "on": "2026-11-22", "document": "", "step": "details"}
    assert "依据的文件" in client.post("/areas/reorganise/", data=filled_in).get_data(as_text=True)
    filled_in["document"] = PAPER
    third = client.post("/areas/reorganise/", data=filled_in).get_data(as_text=True)
    for word in ("确认划转楼栋", "富康新村1幢", "1 人", "10 户", PAPER):
        assert word in third
    expected = re.search(r'name="expected" value="(\w+)"', third)
    assert expected
    done = client.post("/areas/reorganise/", data=filled_in | {"step": "preview", "expected": expected[1]})
    assert done.status_code == 302
    assert SECOND in done.location
    assert "第二网格" in client.get(f"/residents/show/{person}").get_data(as_text=True)
