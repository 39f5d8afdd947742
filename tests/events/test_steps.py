"""Events on their flows: 即办件, eight steps, dispatch to a unit, rework, merging, reopening, visits; who sees what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import utc_now
from app.events import service
from app.events.models import Event
from app.events.shipped import shipped_categories
from app.extensions import db
from app.facts.models import Fact
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import Asked, listed, running, steps
from app.lowcode.flow.service import CaseMoved, Sent, StepRefused
from app.lowcode.flow.shipped import read_shipped
from app.lowcode.flow.versions import choose_flow, flow_of, flows_of
from app.lowcode.queries import get
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import SYSTEM, acting_as
from app.security.service import change_account
from tests.events.world import EIGHT_STEPS, NOW, build, counted, fresh, person, report, take, unit_id
from tests.lowcode.flow.cases import at
from tests.registers.values import ValueMaker
from tests.world import GRID, HOME, NEXT_GRID, STREET, TODAY

BEFORE_AFTER = ("处置前", "处置后")


@pytest.fixture(autouse=True)
def _world(context: Any) -> None:
    build()


def eight_steps_here() -> None:
    with acting_as(SYSTEM):
        choose_flow("events", EIGHT_STEPS, area=HOME)


def test_init_brings_flows_and_categories_once() -> None:
    reg = register("events")
    assert [flow.key for flow in flows_of(reg)] == ["event_three_steps", "event_upstream_tickets"]
    with acting_as(person("clerk")):
        category = db.session.execute(select(register("event_categories").model.name)).scalars().all()
    assert len(category) == len(shipped_categories())


def test_one_screen_records_handles_and_closes_and_says_it_was_one_person() -> None:
    raw = {
        "name": "路面垃圾",
        "source": "patrol",
        "area": GRID,
        "location": "北门",
        "category": "暴露垃圾",
        "result": "已清走",
    }
    by, begun = person("clerk"), utc_now()
    row = service.record_at_once(raw, is_alone=True, by=by, today=TODAY, now=begun)
    assert (row.state, row.result, row.number) == ("closed", "已清走", "网001-2026-00001")
    with acting_as(SYSTEM):
        at_ = running(register("events"), row, begun)
        assert at_ is not None
        taken = steps(at_.row)
    assert [(step.action, step.is_same_person) for step in taken] == [("confirm", True), ("handle", False)]
    with acting_as(by), pytest.raises(SaveRefused, match="满意度在回访时记"):
        save(register("events"), row, {"satisfaction": "satisfied"}, by=by, today=TODAY)
    visit = take(row, "visit", "clerk", satisfaction="满意")
    assert (fresh(row).satisfaction, visit.is_same_person) == ("satisfied", True)
    open_ = service.record_at_once(raw, is_alone=False, by=by, today=TODAY, now=NOW)
    assert open_.state == "handled"
    told = service.record_at_once(raw | {"result": ""}, is_alone=True, by=by, today=TODAY, now=NOW)
    assert told.state == "reported"
    with pytest.raises(SaveRefused) as refused:
        service.record_at_once(raw | {"source": ""}, is_alone=True, by=by, today=TODAY, now=NOW)
    assert refused.value.errors == {"source": "“来源”必须填写。"}


def test_the_eight_steps_with_units_limits_rework_and_satisfaction() -> None:
    eight_steps_here()
    row = report("worker", source="snapshot")
    take(row, "verify", "worker")
    with pytest.raises(StepRefused, match="您没有这个岗位"):
        take(row, "file", "clerk")
    take(row, "file", "centre")
    take(row, "dispatch", "centre", units=str(unit_id("officer")))
    assert fresh(row).unit_id == unit_id("officer")
    take(row, "refuse", "officer", NOW + timedelta(hours=1), note="不归我们管")
    take(row, "dispatch", "centre", units=str(unit_id("officer")))
    # What the 小类 says stands, whatever the department types: 4工作时 from 10:00.
    take(row, "accept", "officer", at("2026-11-23 15:00"))
    assert fresh(row).due_at == at("2026-11-23 16:00")
    with pytest.raises(StepRefused, match="处置后"):
        take(row, "handle", "officer", photos=("处置前",))
    take(row, "handle", "officer", photos=BEFORE_AFTER, note="已清运")
    with pytest.raises(StepRefused, match="岗位"):
        take(row, "pass", "officer")
    take(row, "rework", "worker", note="还有一半")
    take(row, "handle", "officer", at("2026-11-23 15:00"), photos=BEFORE_AFTER)
    take(row, "pass", "worker")
    take(row, "close", "centre", at("2026-11-24 09:00"))
    assert counted(row) == {
        "state": "closed", "dispatch_count": 2, "refused_count": 1, "rework_count": 1, "reopen_count": 0,
        "is_on_time": True,  # handled in time; that it was checked later is not the unit's fault
    }  # fmt: skip
    assert fresh(row).result == "好"
    with pytest.raises(StepRefused, match="还没有人“未联系上”"):
        take(row, "end_unreached", "centre", note="找不到人")
    for tries in range(3):
        take(row, "unreached", "centre")
        if tries < 2:
            with pytest.raises(StepRefused, match=f"要有 3 次才能.*现在 {tries + 1} 次"):
                take(row, "end_unreached", "centre", note="找不到人")
    with pytest.raises(StepRefused, match="最多 3 次"):
        take(row, "unreached", "centre")
    take(row, "answer", "centre", satisfaction="不满意")
    assert (fresh(row).satisfaction, fresh(row).visited_on) == ("dissatisfied", NOW.date())
    take(row, "reopen", "centre", at("2026-11-27 09:00"), note="又堆上了", limit="1工作日")
    assert (fresh(row).state, fresh(row).reopen_count, fresh(row).closed_on) == ("handling", 1, None)


def test_a_department_sees_what_was_dispatched_to_it_and_nothing_else() -> None:
    eight_steps_here()
    mine, other = report(), report(location="5幢")
    for row, unit in ((mine, "officer"), (other, "stranger")):
        take(row, "verify", "worker")
        take(row, "file", "centre")
        take(row, "dispatch", "centre", units=str(unit_id(unit)))
    reg, officer = register("events"), person("officer")
    with acting_as(officer):
        assert get(reg, mine.id) is not None
        assert get(reg, other.id) is None
        assert [row.id for row, _at in listed(reg, officer, NOW, Asked())] == [mine.id]
        assert not officer.covers("events", "write", GRID)


def test_a_community_shows_nothing_of_its_neighbour() -> None:
    row = report()
    with acting_as(person("next")):
        assert get(register("events"), row.id) is None
    with pytest.raises(SaveRefused, match="不在您负责的范围内"):
        report("clerk", area=NEXT_GRID)


def test_duplicates_are_merged_and_each_reporter_keeps_his_visit() -> None:
    main, again = report(reporter="张三丰"), report(source="wechat", reporter="李安邦")
    assert (fresh(main).is_repeat, fresh(again).is_repeat) == (False, True)
    with pytest.raises(StepRefused, match="不能是它自己"):
        take(again, "merge", "clerk", into=str(again.number))
    take(again, "merge", "clerk", into=str(main.number))
    assert (fresh(again).state, fresh(again).merged_into_id) == ("merged", main.id)
    with pytest.raises(StepRefused, match="还没有办结，办结后再回访"):
        take(again, "answer", "clerk", satisfaction="满意")
    with pytest.raises(StepRefused, match="已并案"):
        take(report(location="别处"), "merge", "clerk", into=str(again.number))
    take(main, "handle", "worker", result="已清走")
    take(main, "confirm", "clerk")
    take(main, "visit", "clerk", satisfaction="满意")
    take(again, "answer", "clerk", satisfaction="不满意")
    assert (fresh(main).satisfaction, fresh(again).satisfaction) == ("satisfied", "dissatisfied")


def test_a_merged_report_is_called_three_times_before_its_visit_ends() -> None:
    main, again = report(), report(source="wechat", reporter="李安邦")
    take(again, "merge", "clerk", into=str(main.number))
    with pytest.raises(StepRefused, match="还没有办结，办结后再回访"):
        take(again, "unreached", "clerk")
    take(main, "handle", "worker", result="已清走")
    take(main, "confirm", "clerk")
    for _try in range(3):
        with pytest.raises(StepRefused, match=r"还没有人“未联系上”|要有 3 次"):
            take(again, "end_unreached", "clerk", note="空号")
        take(again, "unreached", "clerk")
    take(again, "end_unreached", "clerk", note="空号")
    assert (fresh(again).state, fresh(again).satisfaction, fresh(main).satisfaction) == ("merged", None, None)


def test_an_event_goes_up_a_level_with_who_takes_it_on_and_never_down() -> None:
    small, hard = report(category=""), report(category="", location="别处")
    take(small, "handle", "worker", result="好了")
    assert fresh(small).level == "grid"
    take(small, "rework", "boss", note="没好")
    take(small, "handle", "clerk", result="好了")
    assert fresh(small).level == "community"
    take(hard, "raise", "boss", note="社区没有能力拆")
    assert fresh(hard).level == "street"
    take(hard, "dispatch", "centre", units=str(unit_id("officer")), limit="3工作日")
    assert fresh(hard).level == "district"
    take(hard, "handle_above", "officer", result="拆了")
    take(hard, "confirm", "clerk")
    assert fresh(hard).level == "district"


def test_the_street_does_not_close_its_own_work() -> None:
    flow = read_shipped(EIGHT_STEPS)
    for action in flow.actions:
        checks = action.key in ("pass", "rework", "close", "answer", "correct_answer")
        assert ("not_handler" in action.relations) == checks, action.key
    assert not any(action.marks_same for action in flow.actions)


def test_of_two_people_at_once_one_wins_and_the_other_is_told() -> None:
    row, reg = report(), register("events")
    with acting_as(person("worker")):
        at_ = running(reg, row, NOW)
        assert at_ is not None
    sent = Sent(at_.version, {"result": "好了"})
    flow_service.act(reg, row, "handle", sent, by=person("worker"), now=NOW)
    with pytest.raises(CaseMoved, match="刚有人办过这一步"):
        flow_service.act(reg, row, "handle", sent, by=person("clerk"), now=NOW)
    assert fresh(row).handled_by == "worker同志"


def test_the_limit_of_the_category_runs_from_the_first_day_and_a_late_one_is_late() -> None:
    row = report(category="路灯损坏")
    first = fresh(row)
    assert first.due_at is not None
    with acting_as(SYSTEM):
        at_ = running(register("events"), first, NOW)
    assert at_ is not None
    assert at_.row is not None
    assert at_.row.due_at == first.due_at
    assert str(at_.case.clocks["reported"].limit) == "WorkingDays(days=3)"
    take(row, "handle", "worker", first.due_at + timedelta(minutes=1), result="修好")
    take(row, "confirm", "boss", first.due_at + timedelta(minutes=2))
    assert counted(row)["is_on_time"] is False


def test_each_area_runs_on_the_flow_chosen_for_it_and_cases_keep_theirs() -> None:
    reg, before = register("events"), report()
    eight_steps_here()
    after = report(location="别处")
    with acting_as(SYSTEM):
        assert [running(reg, fresh(row), NOW).flow.key for row in (before, after)] == ["event_three_steps", EIGHT_STEPS]  # type: ignore[union-attr]
        choose_flow("events", "", area=HOME)
        found = flow_of(reg, Event(area_code=GRID, source="patrol", name="事"))
    assert found is not None
    assert found[0].key == "event_three_steps"


def test_points_hear_once_of_each_event_a_grid_worker_reports_and_handles() -> None:
    maker = ValueMaker(SYSTEM, area=GRID, today=TODAY)
    with acting_as(SYSTEM):
        worker = maker.row(register("grid_workers"))
        change_account("worker", name="worker", person_uid=worker.uid)
    row = report("worker")
    with acting_as(SYSTEM):
        save(register("events"), fresh(row), {"note": "改一下"}, by=SYSTEM, today=TODAY)
    take(row, "handle", "worker", result="好了")
    take(row, "confirm", "clerk")
    with acting_as(SYSTEM):
        facts = db.session.execute(select(Fact).where(Fact.record_uid == row.uid).order_by(Fact.id)).scalars().all()
    assert [(fact.kind, fact.details["person_uid"]) for fact in facts] == [
        ("event_reported", worker.uid), ("event_handled", worker.uid), ("event_on_time", worker.uid)
    ]  # fmt: skip


def test_the_street_may_send_a_matter_to_a_unit_or_back(context: Any) -> None:
    row = report()
    take(row, "raise", "boss", note="社区没有能力拆")
    take(row, "return_down", "centre", note="先劝离")
    take(row, "raise", "boss", note="劝了没用")
    take(row, "dispatch", "centre", units=str(unit_id("officer")))
    take(row, "handle_above", "officer", result="拆了")
    take(row, "confirm", "clerk")
    assert counted(row)["state"] == "closed"
    assert fresh(row).area_code.startswith(STREET)
