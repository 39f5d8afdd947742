"""合并, 拆分 and 划转 on real databases: the result is the preview, all in one batch, or nothing at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.area_tree import service as posts_move_too
from app.areas import movers as registry
from app.areas import service
from app.areas.models import Area, AreaSuccessor, Reorganisation
from app.areas.movers import Item, Mover, register_mover
from app.areas.queries import counts_of, level_counts, names_of
from app.areas.reorganising import Moves
from app.areas.requests import Request
from app.areas.rules import AreaRefused
from app.extensions import db
from app.lowcode.register import registers
from app.profiles.service import init
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.models import Change, Post
from tests.world import TODAY, add_user, as_user

STREET = "990101001"
GUI_HUA, YIN_XING = STREET + "001", STREET + "002"
NEW = STREET + "007"
PAPER = "清街发〔2026〕5号"

pytestmark = pytest.mark.usefixtures("context", "buildings")


class Buildings:
    """Stands for the roster of buildings: uid → area code."""

    def __init__(self) -> None:
        self.at = {f"b{number}": GUI_HUA + f"{number % 4 + 1:03d}" for number in range(12)}
        self.is_broken = False

    def count(self, codes: Collection[str]) -> dict[str, int]:
        return {code: list(self.at.values()).count(code) for code in codes}

    def move(self, moves: Moves) -> int:
        if self.is_broken:
            raise OSError("disk full")
        goes = {
            uid: moves.by_item.get(uid) or moves.by_area[code] for uid, code in self.at.items() if code in moves.by_area
        }
        self.at |= goes
        return len(goes)

    def items(self, codes: Collection[str]) -> list[Item]:
        return [Item(uid, f"{uid}幢", code) for uid, code in self.at.items() if code in codes]


@pytest.fixture
def buildings(context: Any, monkeypatch: pytest.MonkeyPatch) -> Buildings:
    found = Buildings()
    monkeypatch.setattr(registry, "_MOVERS", {"posts": registry._MOVERS["posts"]})
    register_mover(Mover("buildings", lambda: "楼栋", "幢", found.count, found.move, found.items))
    init("demo", today=date(2026, 1, 1))
    return found


def _request(**values: Any) -> Request:
    merger = {"kind": "merge", "sources": (GUI_HUA, YIN_XING), "on": TODAY, "document": PAPER, "names": ("桂杏社区",)}
    return Request(**{**merger, **values})


def _live_codes() -> set[str]:
    with acting_as(SYSTEM):
        return set(db.session.execute(select(Area.code).where(Area.valid_to.is_(None))).scalars())


def _do(request: Request) -> Any:
    with acting_as(SYSTEM):
        preview = service.preview(request, today=TODAY)
        return preview, service.reorganise(request, today=TODAY, expected=preview.plan.fingerprint)


def test_a_merger_does_what_was_previewed(buildings: Buildings) -> None:
    before = _live_codes()
    preview, record = _do(_request())
    plan = preview.plan
    assert {moving.title: moving.count for moving in preview.moving} == {"岗位": 0, "楼栋": 12}
    assert record.details["moved"] == {"posts": 0, "buildings": 12}
    assert _live_codes() == (before - set(plan.closed)) | {node.code for node in plan.made}
    with acting_as(SYSTEM):
        pairs = db.session.execute(select(AreaSuccessor.old_code, AreaSuccessor.new_code)).all()
        assert sorted(pairs) == sorted(plan.successors)
        closed = db.session.execute(select(Area.valid_to, Area.document).where(Area.code == GUI_HUA)).one()
        assert tuple(closed) == (date(2026, 11, 21), PAPER)
        counts = counts_of([STREET], 12, today=TODAY)
        assert GUI_HUA not in counts
        assert counts[NEW].by_level["grid"] == 4 + 4 + 3
    assert set(buildings.at.values()) == {NEW + f"{number:03d}" for number in range(1, 5)}
    assert names_of([NEW, GUI_HUA]) == {NEW: "桂杏社区", GUI_HUA: "桂花社区"}


def test_all_of_it_is_one_logged_batch() -> None:
    _, record = _do(_request())
    with acting_as(SYSTEM):
        changes = db.session.execute(select(Change).where(Change.batch_id == -record.id)).scalars().all()
        assert len(changes) == len(record.details["closed"]) + len(record.details["made"])
        assert record.area_code == STREET
        assert audit.verify() == []


def test_a_split_sends_buildings_where_told(buildings: Buildings) -> None:
    grid = GUI_HUA + "001"
    here = sorted(uid for uid, code in buildings.at.items() if code == grid)
    _do(_request(kind="split", sources=(grid,), names=("东网格", "西网格"), items={here[0]: 1}, rest=0))
    east, west = GUI_HUA + "005", GUI_HUA + "006"
    assert buildings.at[here[0]] == west
    assert {buildings.at[uid] for uid in here[1:]} == {east}
    with pytest.raises(AreaRefused, match="已经不在"), acting_as(SYSTEM):
        service.preview(
            _request(kind="split", sources=(east,), names=("甲", "乙"), items={here[0]: 1}, on=TODAY), today=TODAY
        )


def test_a_transfer_moves_posts_and_the_old_rows_stay_readable() -> None:
    grid = GUI_HUA + "001"
    add_user("wang", "grid_worker", grid)
    preview, _ = _do(_request(kind="transfer", sources=(grid,), names=(), parent=YIN_XING))
    new = preview.plan.moves.by_area[grid]
    assert new == YIN_XING + "005"
    assert {moving.title: moving.count for moving in preview.moving}["岗位"] == 1
    with as_user("wang") as actor:
        assert actor.covers("areas", "read", new)
        assert actor.covers("areas", "read", grid)
        assert actor.access is not None
        assert actor.access.area_codes == (new,)
    with acting_as(SYSTEM):
        assert db.session.execute(select(Post.area_code)).scalar() == new
        name = db.session.execute(select(Area.name).where(Area.code == new)).scalar()
        assert name == "桂花第一网格"  # 银杏社区 has a 第一网格 of its own


def test_codes_are_never_used_again_over_many_changes() -> None:
    seen = _live_codes()
    requests = [_request()]
    for number in range(1, 4):
        grid = f"{STREET}003{number:03d}"
        requests.append(_request(kind="split", sources=(grid,), names=(f"甲{number}网格", f"乙{number}网格"), rest=1))
    requests.append(_request(kind="transfer", sources=(STREET + "003004",), names=(), parent=STREET + "004"))
    for request in requests:
        preview, _ = _do(request)
        made = {node.code for node in preview.plan.made}
        assert not made & seen
        seen |= made
    with acting_as(SYSTEM):
        code = service.create_area(STREET, "新设社区", on=TODAY)
        assert code not in seen


def test_nothing_is_done_when_the_tree_changed_after_the_preview() -> None:
    with acting_as(SYSTEM):
        preview = service.preview(_request(), today=TODAY)
        service.create_area(GUI_HUA, "加设网格", on=date(2026, 5, 1))
        with pytest.raises(AreaRefused, match="重新预览"):
            service.reorganise(_request(), today=TODAY, expected=preview.plan.fingerprint)
        assert db.session.execute(select(Reorganisation)).first() is None


def test_nothing_is_done_when_one_mover_fails(buildings: Buildings) -> None:
    before = _live_codes()
    buildings.is_broken = True
    with acting_as(SYSTEM):
        preview = service.preview(_request(), today=TODAY)
        with pytest.raises(OSError, match="disk full"):
            service.reorganise(_request(), today=TODAY, expected=preview.plan.fingerprint)
        assert db.session.execute(select(AreaSuccessor)).first() is None
    assert _live_codes() == before


def test_a_street_may_reorganise_its_own_but_a_clerk_may_not() -> None:
    add_user("office", "street_office", STREET)
    add_user("clerk", "community_clerk", GUI_HUA)
    add_user("next", "street_office", YIN_XING)
    for name in ("clerk", "next"):
        with as_user(name), pytest.raises(NotPermitted):
            service.preview(_request(), today=TODAY)
    with as_user("office"):
        preview = service.preview(_request(), today=TODAY)
        assert {moving.title: moving.count for moving in preview.moving}["岗位"] == 2
        record = service.reorganise(_request(), today=TODAY, expected=preview.plan.fingerprint)
        assert record.by_name == "office同志"
    with as_user("clerk") as actor:
        assert actor.access.area_codes == (NEW,)


def test_a_node_is_made_renamed_and_closed() -> None:
    with acting_as(SYSTEM):
        code = service.create_area(GUI_HUA, "商圈网格", on=date(2026, 5, 1), kind="commercial", document=PAPER)
        assert code == GUI_HUA + "503"
        with pytest.raises(AreaRefused, match="已经有"):
            service.create_area(GUI_HUA, "商圈网格", on=TODAY)
        service.rename_area(code, "老街网格", on=TODAY, document=PAPER)
        service.set_responsible(code, " 李明 ")
        row = db.session.execute(select(Area).where(Area.code == code)).scalar_one()
        assert (row.name, row.responsible_name, row.valid_from) == ("老街网格", "李明", date(2026, 5, 1))
        assert row.extra["former_names"] == [{"name": "商圈网格", "until": "2026-11-21", "document": PAPER}]
        assert names_of([code]) == {code: "老街网格"}
        service.close_area(code, on=TODAY, document=PAPER)
        assert service.create_area(GUI_HUA, "商圈网格", on=TODAY, kind="commercial") == GUI_HUA + "504"
        with pytest.raises(AreaRefused, match="已经撤销"):
            service.rename_area(code, "再改", on=TODAY)


def test_a_node_that_is_not_empty_is_not_closed(buildings: Buildings) -> None:
    with acting_as(SYSTEM):
        with pytest.raises(AreaRefused, match="下面还有 6 个区域"):
            service.close_area(GUI_HUA, on=TODAY, document=PAPER)
        with pytest.raises(AreaRefused, match="3 幢楼栋"):
            service.close_area(GUI_HUA + "001", on=TODAY, document=PAPER)
        with pytest.raises(AreaRefused, match="最上一级"):
            service.close_area(STREET, on=TODAY, document=PAPER)
        assert level_counts(STREET, today=TODAY) == {"street": 1, "community": 6, "grid": 27}


def test_unsaid_rows_move_and_are_neither_named_nor_counted(buildings: Buildings) -> None:
    """Neither in the preview nor where an area is not empty because of them alone."""
    register_mover(Mover("targets", lambda: "重点人员", "人", buildings.count, buildings.move, is_unsaid=True))
    with acting_as(SYSTEM):
        registry._MOVERS.pop("buildings")
        with pytest.raises(AreaRefused, match="里还有不便列出的记录") as refusal:
            service.close_area(GUI_HUA + "001", on=TODAY, document=PAPER)
        assert "重点" not in str(refusal.value)
        preview = service.preview(_request(), today=TODAY)
        assert [moving.title for moving in preview.moving] == ["岗位"]
        service.reorganise(_request(), today=TODAY, expected=preview.plan.fingerprint)
    assert set(buildings.at.values()) == {NEW + f"{number:03d}" for number in range(1, 5)}


def test_sensitive_rosters_are_unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    unsaid = {mover.name for mover in registry.movers() if mover.is_unsaid}
    assert unsaid == {f"register:{reg.name}" for reg in registers() if reg.is_sensitive}
    assert unsaid


def test_the_posts_mover_is_registered() -> None:
    assert posts_move_too is not None
    assert [mover.name for mover in registry.movers()] == ["posts", "buildings"]
