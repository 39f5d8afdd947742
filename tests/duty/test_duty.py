"""The month planned from the rosters, records and 零报告, exchanges with who agreed, and what is asked of whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from app.duty import queries, service, todos
from app.duty.models import MEMBERS, SHIFTS, SWAPS, DutyShift
from app.extensions import db
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.periods.rules import parse
from app.security.actor import SYSTEM, NotPermitted, acting_as
from tests.world import GRID, HOME, NEXT_DOOR, STREET, TODAY, add_user, as_user, build_areas, signed_in_client

MONTH = parse("2026-11")


def made(name: str, /, **raw: Any) -> Any:
    return save(register(name), None, {"area": HOME} | raw, by=SYSTEM, today=TODAY)


def office() -> list[Any]:
    """Two who lead, three who stand in the first place, two in the second: from both rosters and an account."""
    build_areas()
    add_user("shuji", "community_secretary", HOME)
    add_user("neiqin", "community_clerk", HOME)
    with acting_as(SYSTEM):
        found = [made(MEMBERS, role="leader", account="shuji")]
        for number, role in enumerate(("leader", "main", "main", "main", "deputy")):
            worker = made("community_workers", name="职工" + "甲乙丙丁戊"[number], phone=f"1540000000{number}")
            found.append(made(MEMBERS, role=role, worker=str(worker.id)))
        grid = made("grid_workers", name="格员", area=GRID)
        found.append(made(MEMBERS, role="deputy", grid_worker=str(grid.id)))
    return found


def shifts() -> list[DutyShift]:
    return queries.shifts_between(HOME, MONTH.first, MONTH.last)


def test_people_come_from_rosters_and_accounts_only(context: Any) -> None:
    members = office()
    assert [row.name for row in members] == ["shuji同志", "职工甲", "职工乙", "职工丙", "职工丁", "职工戊", "格员"]
    assert members[1].phone == "15400000000"
    with acting_as(SYSTEM):
        with pytest.raises(SaveRefused, match="选填一个"):
            made(MEMBERS, role="main", name="随手写的")
        add_user("linju", "community_clerk", NEXT_DOOR)
        with pytest.raises(SaveRefused, match="没有这个登录账号"):
            made(MEMBERS, role="main", account="linju")


def test_a_month_is_planned_from_today_and_planned_again_around_what_is_settled(context: Any) -> None:
    office()
    with as_user("neiqin") as clerk:
        done = service.plan_month(HOME, MONTH, days="all", by=clerk, today=TODAY)
        assert (done.written, done.kept, done.gaps) == (9, 0, ())
        rows = shifts()
        assert [row.duty_on.day for row in rows] == list(range(22, 31))
        assert rows[0].day_kind == "weekend"
        assert all(row.leader_id and row.main_id and row.deputy_id and "主班 " in row.why for row in rows)
        service.report_zero(rows[0], by=clerk, today=TODAY)
        again = service.plan_month(HOME, MONTH, days="rest", by=clerk, today=TODAY)
        assert (again.written, again.removed, again.kept) == (2, 6, 1)
        assert [row.duty_on.day for row in shifts()] == [22, 28, 29]
        with pytest.raises(SaveRefused, match="已经过去"):
            service.plan_month(HOME, MONTH.previous(), days="all", by=clerk, today=TODAY)
        with pytest.raises(NotPermitted):
            service.plan_month(NEXT_DOOR, MONTH, days="all", by=clerk, today=TODAY)


def test_what_happened_and_nothing_exclude_each_other_and_nothing_is_reported_ahead(context: Any) -> None:
    office()
    with as_user("neiqin") as clerk:
        service.plan_month(HOME, MONTH, days="all", by=clerk, today=TODAY)
        first, second, *_rest = shifts()
        entry = {"at": "21:40", "matter": "路灯不亮", "handled": "报修", "told": ""}
        save(register(SHIFTS), first, {"entries": [entry]}, by=clerk, today=TODAY)
        with pytest.raises(SaveRefused, match="不能再报零报告"):
            service.report_zero(first, by=clerk, today=TODAY)
        with pytest.raises(SaveRefused, match="还没到"):
            service.report_zero(second, by=clerk, today=TODAY)


def test_a_missing_record_is_a_todo_of_who_keeps_the_plan(context: Any) -> None:
    office()
    with as_user("neiqin") as clerk:
        service.plan_month(HOME, MONTH, days="all", by=clerk, today=TODAY)
    later = date(2026, 11, 25)
    with as_user("neiqin") as clerk:
        found = todos.unrecorded(clerk, later)
        assert [todo.due_on for todo in found] == [date(2026, 11, day) for day in (22, 23, 24)]
        service.report_zero(shifts()[0], by=clerk, today=later)
        assert len(todos.unrecorded(clerk, later)) == 2
    add_user("linju", "community_clerk", NEXT_DOOR)
    with as_user("linju") as neighbour:
        assert todos.unrecorded(neighbour, later) == []


def swap_of(**more: Any) -> tuple[Any, DutyShift, DutyShift]:
    rows = shifts()
    one, other = next((a, b) for a in rows[1:] for b in rows[2:] if a.main_id != b.main_id)
    raw = {
        "shift": str(one.id), "role": "main", "giver": str(one.main_id), "taker": str(other.main_id),
        "other_shift": str(other.id), "reason": "参加培训",
    }  # fmt: skip
    return raw | more, one, other


def test_an_exchange_names_both_is_agreed_to_by_the_secretary_and_leaves_its_history(context: Any) -> None:
    office()
    with as_user("neiqin") as clerk:
        service.plan_month(HOME, MONTH, days="all", by=clerk, today=TODAY)
        raw, one, other = swap_of()
        giver, taker = one.main_id, other.main_id
        swap = save(register(SWAPS), None, {"area": HOME} | raw, by=clerk, today=TODAY)
        assert "→" in swap.name
        assert one.main_id == giver, "nothing moves before somebody agrees"
        with pytest.raises(NotPermitted):
            service.decide_swap(swap.id, is_agreed=True, by=clerk, today=TODAY)
    with as_user("shuji") as secretary:
        assert [todo.title for todo in todos.swaps(secretary, TODAY)] == [f"调班待批准：{swap.name}"]
        service.decide_swap(swap.id, is_agreed=True, by=secretary, today=TODAY)
        db.session.refresh(one)
        db.session.refresh(other)
        assert (one.main_id, other.main_id) == (taker, giver)
        assert one.is_fixed
        assert "shuji同志批准" in one.why
        assert (swap.state, swap.decided_by, swap.decided_on) == ("已批准", "shuji同志", TODAY)
        with pytest.raises(SaveRefused, match="不用再处理"):
            service.decide_swap(swap.id, is_agreed=False, by=secretary, today=TODAY)
        assert todos.swaps(secretary, TODAY) == []
    with as_user("neiqin") as clerk:
        kept = service.plan_month(HOME, MONTH, days="all", by=clerk, today=TODAY)
        assert kept.kept == 2, "planning again leaves an exchange as it was agreed"


def test_an_exchange_that_does_not_fit_is_refused_with_its_reason(context: Any) -> None:
    members = office()
    with as_user("neiqin") as clerk:
        service.plan_month(HOME, MONTH, days="all", by=clerk, today=TODAY)
        raw, one, _other = swap_of()
        for change, words in (
            ({"taker": str(members[0].id)}, "只能和主班"),
            ({"taker": str(one.main_id)}, "同一个人"),
            ({"giver": raw["taker"], "taker": raw["giver"]}, "的主班不是"),
        ):
            with pytest.raises(SaveRefused, match=words):
                save(register(SWAPS), None, {"area": HOME} | raw | change, by=clerk, today=TODAY)


def test_papers_show_the_month_and_its_records(context: Any) -> None:
    office()
    with as_user("neiqin") as clerk:
        service.plan_month(HOME, MONTH, days="all", by=clerk, today=TODAY)
        service.report_zero(shifts()[0], by=clerk, today=TODAY)
    with acting_as(SYSTEM):
        sheet = paper("duty_month").build(PaperRequest(HOME, MONTH, TODAY, SYSTEM))
        assert [row[0] for row in sheet.blocks[0].rows] == [f"11月{day}日" for day in range(22, 31)]
        assert "15400000001" in str(sheet.blocks[1].names)
        records = paper("duty_records").build(PaperRequest(STREET, MONTH, TODAY, SYSTEM))
        assert [row[3] for row in records.blocks[0].rows] == ["零报告"]


def test_the_pages_plan_report_and_exchange(app: Flask) -> None:
    with app.app_context():
        office()
    clerk, secretary = signed_in_client(app, "neiqin"), signed_in_client(app, "shuji")
    planned = clerk.post("/duty/plan", data={"area": HOME, "month": "2026-11", "days": "all"}, follow_redirects=True)
    assert "已排 9 天" in planned.get_data(as_text=True)
    with app.app_context(), acting_as(SYSTEM):
        raw, one, _other = swap_of()
        today_id, shift_id = shifts()[0].id, one.id
    assert clerk.post(f"/duty/{today_id}/zero", follow_redirects=True).status_code == 200
    assert clerk.get(f"/duty/{shift_id}/swap").status_code == 200
    form = {name: raw[name] for name in ("taker", "other_shift", "reason")} | {"giver": f"main-{raw['giver']}"}
    assert clerk.post(f"/duty/{shift_id}/swap", data=form | {"taker": ""}).status_code == 422
    assert clerk.post(f"/duty/{shift_id}/swap", data=form).status_code == 302
    with app.app_context(), acting_as(SYSTEM):
        (swap_id,) = [row.id for row in queries.waiting_swaps((HOME,))]
    assert clerk.post(f"/duty/swaps/{swap_id}/yes").status_code == 403
    assert "已批准" in secretary.post(f"/duty/swaps/{swap_id}/yes", follow_redirects=True).get_data(as_text=True)
    assert clerk.get("/duty/?month=2026-13").status_code == 404
