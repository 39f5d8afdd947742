"""Whistles in the database: the whole way, failing and a second whistle, who sees the case and until when, scores once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.letters.models import Letter
from app.lowcode.flow import sweeping
from app.lowcode.flow.service import CaseMoved, StepRefused
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.queries import get
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, delete, save
from app.periods.rules import parse
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.queries import forget_access
from app.settings.working_calendar import save_year
from app.whistles.models import CALLS, GRADES, WHISTLES, WhistleCall
from reports.document import Table
from tests.lowcode.flow.cases import at
from tests.whistles.world import NOW, blown, calls, draft, event, fresh, in_street, states, take, units_called
from tests.world import DISTRICT, HOME, STREET, TODAY, as_user, signed_in_client


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


def letters() -> list[Letter]:
    with acting_as(SYSTEM):
        return list(db.session.execute(select(Letter).order_by(Letter.id)).scalars())


@in_street
def test_a_whistle_runs_from_its_draft_to_the_feedback() -> None:
    row, first, second = blown()
    assert (row.number, row.blown_by, row.round) == ("清街办哨〔2026〕1号", "head同志", 1)
    assert [(call.duty, call.unit_id == row.unit_id) for call in (first, second)] == [("主责", True), ("配合", False)]
    take(first, "sign", "police", hours(0.5))
    take(first, "arrive", "police", hours(3))
    take(second, "arrive", "mender", hours(4))
    take(first, "finish", "police", hours(50), note="拆除棚屋")
    take(second, "finish", "mender", hours(51), note="清运垃圾")
    take(first, "score", "office", hours(60))
    assert states(row)[0] == "blown"
    take(second, "score", "leader", hours(61), response="100", arrival="100", effect="100")
    assert states(row) == ("settled", ["scored", "scored"])
    take(row, "answer", "office", hours(62), note="已公示")
    done = fresh(first)
    assert (done.score, done.measures, done.is_solved) == (Decimal("89.00"), "拆除棚屋", True)
    assert (fresh(second).score, fresh(row).feedback) == (Decimal("100.00"), "已公示")


@in_street
def test_only_head_of_this_street_blows() -> None:
    row = draft()
    for name in ("leader", "office", "top", "police", "clerk"):
        with pytest.raises((StepRefused, NotPermitted)):
            take(row, "blow", name)
    with pytest.raises(NotPermitted):
        take(row, "blow", "stranger")
    assert letters() == []
    take(row, "blow", "head")
    with pytest.raises(StepRefused, match="现在是“已吹哨”"):
        take(row, "blow", "head")
    with as_user("office") as office:
        with pytest.raises(SaveRefused, match="已经吹过的哨"):
            save(register(WHISTLES), row, {"problem": "改一改"}, by=office, today=TODAY)
        with pytest.raises(SaveRefused, match="已经吹过的哨"):
            delete(register(WHISTLES), row, by=office)


@in_street
def test_who_is_called_must_be_in_the_roster() -> None:
    with pytest.raises(SaveRefused) as refused:
        draft(partners="mender单位、没有的单位")
    assert "没有的单位" in refused.value.errors["partners"]


@in_street
def test_a_community_drafts_and_the_street_blows_under_its_own_number() -> None:
    row = draft("clerk", area=HOME)
    take(row, "blow", "head")
    assert fresh(row).number == "清街办哨〔2026〕1号"
    assert {call.area_code for call in calls(row)} == {STREET}


@in_street
def test_clocks_follow_the_kind() -> None:
    urgent, call, _other = blown(kind="紧急哨")
    assert sweeping.move_overdue(hours(0.49)) == 0
    assert sweeping.move_overdue(hours(0.51)) == 2
    assert states(urgent) == ("failed", ["unsigned", "unsigned"])
    take(call, "sign", "police", hours(0.6))
    assert sweeping.move_overdue(hours(1.2)) == 1
    slow, lead, _support = blown(hours(2), kind="攻坚哨")
    take(lead, "sign", "police", hours(2.5))
    sweeping.move_overdue(hours(24 * 4))
    assert states(slow)[1][0] == "signed"  # 5 working days
    sweeping.move_overdue(hours(24 * 8))
    assert states(slow)[1][0] == "absent"


@in_street
def test_a_second_whistle_waits_for_the_first_to_fail_and_goes_to_the_district() -> None:
    row, first, second = blown()
    take(first, "arrive", "police", hours(0.5))
    with pytest.raises(StepRefused, match="要到“有部门未响应或未解决”"):
        take(row, "blow_again", "head", hours(0.6))
    sweeping.move_overdue(hours(1.1))
    assert states(row) == ("failed", ["arrived", "unsigned"])
    for name in ("office", "leader"):
        with pytest.raises(StepRefused):
            take(row, "blow_again", name, hours(2))
    take(row, "blow_again", "head", hours(2), note="一小时没有人签收")
    again = fresh(row)
    assert (again.round, again.second_number) == (2, "清街办哨〔2026〕2号")
    assert states(row) == ("second", ["arrived", "called"])
    with pytest.raises(StepRefused):
        take(row, "attend", "head", hours(3))
    take(row, "attend", "top", hours(3), note="到场督办")
    assert fresh(row).attended_by == "top同志"
    sweeping.move_overdue(hours(3.5))
    assert states(row) == ("failed_again", ["arrived", "unsigned"])
    with pytest.raises(StepRefused):
        take(row, "blow_again", "head", hours(4))
    take(row, "refer", "watch", hours(5), note="两次吹哨都没有人签收")
    take(first, "finish", "police", hours(6))
    take(first, "score", "office", hours(7))
    take(second, "score_failed", "office", hours(8), note="没有来", response="0", arrival="0", effect="0")
    assert states(row) == ("settled", ["scored", "scored"])
    assert (fresh(second).score, fresh(second).is_solved) == (Decimal("0.00"), False)
    assert fresh(second).is_late_signed


@in_street
def test_what_was_judged_unsolved_may_be_called_again_and_is_scored_once() -> None:
    row = draft(partners="")
    take(row, "blow", "head")
    (first,) = calls(row)
    take(first, "arrive", "police", hours(1) - timedelta(minutes=1))
    take(first, "finish", "police", hours(5))
    take(first, "reject", "office", hours(6), note="又搭起来了")
    assert states(row) == ("failed", ["unsolved"])
    take(row, "blow_again", "head", hours(7), note="没有解决")
    take(first, "arrive", "police", hours(7.5))
    take(first, "finish", "police", hours(9))
    take(first, "score", "office", hours(10))
    with pytest.raises(StepRefused, match="现在是“已评分”"):
        take(first, "score", "leader", hours(11))
    assert states(row)[0] == "settled"


@in_street
def test_a_score_has_its_range_and_its_people() -> None:
    _row, call, _other = blown()
    take(call, "arrive", "police", hours(0.5))
    take(call, "finish", "police", hours(2))
    with pytest.raises(StepRefused) as refused:
        take(call, "score", "office", hours(3), effect="101")
    assert list(refused.value.errors) == ["effect"]
    for name in ("police", "mender", "top", "clerk", "watch"):
        with pytest.raises((StepRefused, NotPermitted)):
            take(call, "score", name, hours(3))
    assert fresh(call).score is None


@in_street
def test_arrival_needs_its_photo_and_a_moment_that_can_be() -> None:
    _row, call, _other = blown()
    with pytest.raises(StepRefused, match="到场"):
        take(call, "arrive", "police", hours(0.5), photos=())
    for wrong in ("2026-11-23 09:30", "2026-11-23 18:00", "下午"):
        with pytest.raises(StepRefused) as refused:
            take(call, "arrive", "police", hours(0.5), arrived_at=wrong)
        assert list(refused.value.errors) == ["arrived_at"]
    step = take(call, "arrive", "police", hours(0.5))
    assert [label for label, _text in step.filled] == ["到场时间", "到场地点", "到场人"]
    assert fresh(call).arrived_place == "清溪路东侧"


@in_street
def test_a_called_department_sees_just_that_case_and_no_longer_after_its_score() -> None:
    matter, other = event(), event()
    row, first, second = blown(event=str(matter.id))
    unheard = draft(name="没有吹的哨", event=str(other.id))

    def seen(name: str) -> tuple[set[int], set[int], set[int]]:
        with as_user(name):
            return (
                {each.id for each in (matter, other) if get(register("events"), each.id) is not None},
                {each.id for each in (row, unheard) if get(register(WHISTLES), each.id) is not None},
                {each.id for each in (first, second) if get(register(CALLS), each.id) is not None},
            )

    assert seen("police") == ({matter.id}, {row.id}, {first.id})
    assert seen("mender") == ({matter.id}, {row.id}, {second.id})
    assert seen("other") == (set(), set(), set())
    with as_user("police") as police, pytest.raises((SaveRefused, NotPermitted)):
        save(register("events"), matter, {"name": "改名"}, by=police, today=TODAY)
    take(first, "arrive", "police", hours(0.5))
    take(first, "finish", "police", hours(1))
    take(first, "score", "office", hours(2))
    assert seen("police") == (set(), set(), {first.id})
    assert seen("mender") == ({matter.id}, {row.id}, {second.id})
    sweeping.move_overdue(hours(3))
    take(second, "score_failed", "office", hours(4), note="没有来")
    assert seen("mender") == (set(), set(), {second.id})


@in_street
def test_an_event_stays_open_to_whom_another_whistle_still_calls() -> None:
    matter = event()
    for row, call, _other in [blown(event=str(matter.id)) for _time in range(2)]:
        take(call, "arrive", "police", hours(0.5))
        take(call, "finish", "police", hours(1))
        with as_user("police"):
            assert get(register("events"), matter.id) is not None
        take(call, "score", "office", hours(2))
        with as_user("police"):
            assert get(register(WHISTLES), row.id) is None
    with as_user("police"):
        assert get(register("events"), matter.id) is None


@in_street
def test_an_event_stays_open_to_whom_it_was_sent_with_others() -> None:
    matter = event()
    with acting_as(SYSTEM):
        ids = [row.id for row in units_called("other单位", "police单位")]
    take(matter, "raise", "clerk")
    take(matter, "dispatch", "office", units=",".join(map(str, ids)), limit="3工作日")
    _row, call, _other = blown(event=str(matter.id))
    take(call, "arrive", "police", hours(0.5))
    take(call, "finish", "police", hours(1))
    take(call, "score", "office", hours(2))
    with as_user("police"):
        assert get(register("events"), matter.id) is not None, "it still has its part to do"
    for name in ("police", "other"):
        take(matter, "handle_above", name, hours(3), result="拆了")
    take(matter, "confirm", "clerk", hours(4))
    with as_user("police"):
        assert get(register("events"), matter.id) is None


@in_street
def test_the_door_closes_by_itself_where_nobody_scores(street: Flask) -> None:
    matter = event()
    row, _first, _second = blown(event=str(matter.id))  # ten working days from 11-23: 12-07 17:30
    seen = []
    for day in ("2027-01-05", "2027-01-07"):
        street.config["TODAY"] = day
        forget_access()
        with as_user("police"):
            seen.append(
                [get(register(name), id_) is not None for name, id_ in (("events", matter.id), (WHISTLES, row.id))]
            )
    assert seen == [[True, True], [False, False]]


@in_street
def test_a_clock_of_working_days_waits_for_the_calendar_and_one_of_hours_does_not() -> None:
    eve = at("2026-12-31 18:00")
    row = draft()
    with pytest.raises(StepRefused, match="2027年的放假安排还没有录入，期限 2027-01-15 只是暂定"):
        take(row, "blow", "head", eve)
    assert states(row)[0] == "drafted"
    urgent = draft(kind="紧急哨")
    take(urgent, "blow", "head", eve)
    with acting_as(SYSTEM):
        letter = db.session.get_one(Letter, fresh(urgent).letter_id)
        assert letter.reply_by == date(2027, 1, 1)
        save_year(2027, "2027-01-01至2027-01-04 休 元旦")
    take(row, "blow", "head", eve)
    assert fresh(row).due_on == date(2027, 1, 18)


@in_street
def test_papers_show_the_whole_way_and_weigh_the_year() -> None:
    row, first, _second = blown()
    take(first, "arrive", "police", hours(0.5))
    take(first, "finish", "police", hours(2), note="拆除棚屋")
    take(first, "score", "office", hours(3))
    with acting_as(SYSTEM):
        unit = {"unit": "police单位", "area": DISTRICT, "year": "2026", "grade": "80"}
        save(register(GRADES), None, unit, by=SYSTEM, today=TODAY)
        request = PaperRequest(STREET, parse("2026-11"), TODAY, SYSTEM, row.uid)
        sheet = paper("whistle_sheet").build(request)
        subjects = paper("whistle_sheet").subjects
        assert subjects is not None
        assert [each.id for each in subjects(PaperRequest(STREET, parse("2026-11"), TODAY, SYSTEM))] == [row.uid]
        year = paper("department_year").build(PaperRequest(DISTRICT, parse("2026"), TODAY, SYSTEM))
    tables = [block for block in sheet.blocks if isinstance(block, Table)]
    assert sheet.subtitle.startswith("编号：清街办哨〔2026〕1号")
    assert [line[0] for line in tables[0].rows] == ["police单位", "mender单位"]
    assert tables[1].rows[0][1:4] == ("拆除棚屋", "好", "已解决")
    (table,) = [block for block in year.blocks if isinstance(block, Table)]
    lines = {line[1]: line for line in table.rows}
    assert lines["police单位"][2:] == (
        1, 1, 1, 1, 1, Decimal("89.00"), Decimal("44.50"), Decimal("80.00"), Decimal("40.00"), Decimal("84.50"),
    )  # fmt: skip
    assert lines["mender单位"][7:] == (None, None, None, None, None)


def test_of_two_who_score_at_once_one_wins_and_the_other_is_told(street: Flask) -> None:
    with street.app_context():
        _row, call, _other = blown()
        take(call, "arrive", "police", hours(0.5))
        take(call, "finish", "police", hours(2))
        call_id = call.id
    gate = Barrier(2)

    def score(name: str) -> str:
        with street.app_context():
            row = fresh(db_call(call_id))
            gate.wait(timeout=30)
            try:
                take(row, "score", name, hours(3))
            except (CaseMoved, StepRefused) as told:
                return str(told)
            return "done"

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(score, ("office", "leader")))
    assert said.count("done") == 1
    loser = next(text for text in said if text != "done")
    assert "刚有人办过" in loser or "现在是“已评分”" in loser
    with street.app_context():
        assert fresh(db_call(call_id)).score == Decimal("89.00")


def db_call(call_id: int) -> WhistleCall:
    with acting_as(SYSTEM):
        found = db.session.get(WhistleCall, call_id)
    assert found is not None
    return found


def test_two_departments_scored_at_once_settle_the_whistle(street: Flask) -> None:
    with street.app_context():
        row, first, second = blown()
        for call, name in ((first, "police"), (second, "mender")):
            take(call, "arrive", name, hours(0.5))
            take(call, "finish", name, hours(2))
        ids = (first.id, second.id)
    gate = Barrier(2)

    def score(call_id: int) -> None:
        with street.app_context():
            found = db_call(call_id)
            gate.wait(timeout=30)
            for _attempt in range(3):
                try:
                    take(found, "score", "office", hours(3))
                except CaseMoved:
                    continue
                return

    with ThreadPoolExecutor(2) as both:
        list(both.map(score, ids))
    with street.app_context():
        assert states(row) == ("settled", ["scored", "scored"])


def test_pages_draft_from_an_event_and_show_each_department(street: Flask) -> None:
    with street.app_context():
        matter_id = event().id
    office, head, police = (signed_in_client(street, name) for name in ("office", "head", "police"))
    assert "起草吹哨" in office.get(f"/events/show/{matter_id}").get_data(as_text=True)
    form_html = office.get(f"/whistle_desk/draft/{matter_id}").get_data(as_text=True)
    assert "河堤边有人搭棚" in form_html
    form: dict[str, Any] = {
        "name": "违建棚屋", "kind": "集结哨", "area": STREET, "source": "hotline", "event": str(matter_id), "unit": "police单位",
        "location": "清溪路", "problem": "有人搭棚", "report_at": "今天15:00",
    }  # fmt: skip
    assert office.post(f"/whistle_desk/draft/{matter_id}", data=form | {"location": ""}).status_code == 422
    page = office.post(f"/whistle_desk/draft/{matter_id}", data=form, follow_redirects=True).get_data(as_text=True)
    assert "已起草" in page
    with street.app_context(), acting_as(SYSTEM):
        id_ = db.session.execute(select(register(WHISTLES).model.id)).scalar_one()
    assert police.get(f"/whistles/show/{id_}").status_code == 404
    answer = head.post(f"/flow/of/whistles/{id_}/blow", data={"version": "1", "note": ""}, follow_redirects=True)
    assert "police单位（主责）" in answer.get_data(as_text=True)
    assert "违建棚屋" in police.get("/whistle_calls/list/").get_data(as_text=True)
    assert police.get(f"/whistles/show/{id_}").status_code == 200
    assert police.get(f"/events/show/{matter_id}").status_code == 200
    assert "清街办哨〔" in office.get(f"/whistles/show/{id_}").get_data(as_text=True)
