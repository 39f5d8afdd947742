"""The ledger in the database: taken over once, three supervisions with their letters, receipts, progress, who sees what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database.transactions import writing
from app.extensions import db
from app.letters.models import Letter
from app.lowcode.dates import date_sources
from app.lowcode.flow.service import StepRefused
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.queries import get
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.periods.rules import parse
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.settings.service import save_setting
from app.supervision import queries, service, signing, sources, sweeping
from app.supervision.models import ITEMS, SupervisionBatch, SupervisionItem, SupervisionOrder
from app.supervision.signing import Signed
from tests.lowcode.flow.cases import at
from tests.supervision.world import LATER, NOW, SHEET, fresh, in_street, matter, person, state, sweep, take
from tests.world import DISTRICT, HOME, STREET, TODAY, as_user, signed_in_client


def letters() -> list[Letter]:
    with acting_as(SYSTEM):
        return list(db.session.execute(select(Letter).order_by(Letter.id)).scalars())


def proposed(*rows: SupervisionItem) -> None:
    """Late matters as the sweep leaves them."""
    sweep(NOW)
    assert {state(row) for row in rows} == {"proposed"}


@in_street
def test_a_matter_gets_its_number_and_its_limit_by_the_working_calendar() -> None:
    row = matter(assigned_on="2026-11-20", due_on="", days="3")
    assert (row.number, row.due_on, row.days) == ("督001-2026-001", date(2026, 11, 25), 3)
    assert matter(assigned_on="2026-11-20", due_on="").days == 15
    provisional = matter(assigned_on="2026-11-20", due_on="", days="40")
    assert provisional.is_provisional
    with pytest.raises(SaveRefused, match="申请，由领导批准"):
        save(register(ITEMS), row, {"due_on": "2026-12-25"}, by=person("office"), today=TODAY)


@in_street
def test_the_program_proposes_what_is_late_once_and_signs_nothing() -> None:
    late, coming = matter(), matter(due_on="2026-12-25", name="还没到期")
    assert sweep(NOW) == 1
    assert sweep(NOW) == 0
    assert (state(late), state(coming)) == ("proposed", "open")
    assert fresh(late).level == 0
    assert letters() == []


@in_street
def test_three_supervisions_each_signed_by_a_leader_with_a_numbered_letter() -> None:
    row = matter()
    proposed(row)
    take(row, "issue_first", "leader", NOW)
    assert fresh(row).level == 1
    for level, key in ((1, "issue_second"), (2, "issue_third")):
        assert sweep(LATER[level]) == 1
        take(row, key, "leader", LATER[level])
        assert fresh(row).level == level + 1
    found = letters()
    assert [letter.number for letter in found] == [f"清街办督〔2026〕{number}号" for number in (1, 2, 3)]
    assert [letter.level for letter in found] == [1, 2, 3]
    assert [letter.copies_to for letter in found] == [None, None, "区委督查室"]
    assert {letter.signatory for letter in found} == {"leader同志"}
    sweep(LATER[3])
    assert state(row) == "third_late"
    assert sweep(at("2027-01-20 09:00")) == 0  # 问责线索 is never automatic


@in_street
def test_a_clerk_records_only_with_the_sheet_and_a_leader_who_may_sign() -> None:
    row = matter()
    proposed(row)
    with pytest.raises(StepRefused, match="街道书记或主任、街道领导"):
        take(row, "issue_first", "office")
    good = {"signatory": "leader同志", "signed_on": "2026-11-23"}
    with pytest.raises(StepRefused, match="签发单"):
        take(row, "record_first", "office", **good)
    for wrong, name in (({"signatory": "某领导"}, "signatory"), ({"signed_on": "2026-11-30"}, "signed_on"),
                        ({"signed_on": "昨天"}, "signed_on")):  # fmt: skip
        with pytest.raises(StepRefused) as refused:
            take(row, "record_first", "office", photos=(SHEET,), **good | wrong)
        assert list(refused.value.errors) == [name]
    assert letters() == []
    step = take(row, "record_first", "office", photos=(SHEET,), **good)
    assert step.files[0][0] == "签发单"
    (letter,) = letters()
    assert (letter.signatory, letter.number) == ("leader同志", "清街办督〔2026〕1号")
    with acting_as(SYSTEM):
        (batch,) = queries.batches_of(row.id)
    assert (batch.signatory, batch.recorded_by, batch.state) == ("leader同志", "office同志", "issued")


@in_street
def test_a_batch_is_drafted_by_a_clerk_and_signed_by_a_leader_in_one_transaction() -> None:
    rows = [matter(name=f"第{number}件") for number in (1, 2, 3)]
    proposed(*rows)
    batch = signing.draft([row.id for row in rows], by=person("office"), now=NOW)
    with pytest.raises(SaveRefused, match="已经在“一次督办"):
        signing.draft([rows[0].id], by=person("office"), now=NOW)
    with pytest.raises(StepRefused):
        signing.sign(batch.id, Signed(day_of(NOW)), by=person("office"), now=NOW)
    assert {state(row) for row in rows} == {"proposed"}
    signing.sign(batch.id, Signed(day_of(NOW)), by=person("head"), now=NOW)
    (letter,) = letters()
    assert letter.number == "清街办督〔2026〕1号"
    assert [line.due_on for line in letter.matter_rows] == [date(2026, 11, 26)] * 3
    assert {state(row) for row in rows} == {"first"}
    with pytest.raises(SaveRefused, match="已经签发"):
        signing.sign(batch.id, Signed(day_of(NOW)), by=person("head"), now=NOW)
    assert len(letters()) == 1


@in_street
def test_a_batch_whose_matter_was_answered_meanwhile_signs_nothing() -> None:
    rows = [matter(name="甲"), matter(name="乙")]
    proposed(*rows)
    batch = signing.draft([row.id for row in rows], by=person("office"), now=NOW)
    take(rows[1], "reply_open", "mender")
    with pytest.raises(StepRefused, match="待审结"):
        signing.sign(batch.id, Signed(day_of(NOW)), by=person("leader"), now=NOW)
    assert state(rows[0]) == "proposed"
    assert letters()[0].number == ""
    signing.withdraw(batch.id, by=person("office"))
    assert letters()[0].deleted_at is not None


@in_street
def test_a_bureau_of_the_district_is_asked_and_never_ordered() -> None:
    row = matter(unit="bureau单位")
    proposed(row)
    batch = signing.draft([row.id], by=person("office"), now=NOW)
    (letter,) = letters()
    assert letter.kind == "liaison"
    with acting_as(SYSTEM):
        line = {
            "problem": "北门路面坑洼",
            "assigned_on": "2026-11-02",
            "was_due_on": "2026-11-20",
            "due_on": "2026-11-26",
        }
        save(register("letters"), letter, {"kind": "supervision", "matters": [line]}, by=SYSTEM, today=TODAY)
    with pytest.raises(SaveRefused, match="不归本单位管"):
        signing.sign(batch.id, Signed(day_of(NOW)), by=person("leader"), now=NOW)
    with acting_as(SYSTEM):
        save(register("letters"), letter, {"kind": "liaison"}, by=SYSTEM, today=TODAY)
    signing.sign(batch.id, Signed(day_of(NOW)), by=person("leader"), now=NOW)
    assert letters()[0].number == "清街办函〔2026〕1号"


@in_street
def test_who_may_not_draft_is_told() -> None:
    row = matter()
    proposed(row)
    with pytest.raises(NotPermitted, match="起草"):
        signing.draft([row.id], by=person("clerk"), now=NOW)
    with pytest.raises(SaveRefused, match=r"不在您负责的范围内|先勾选"):
        signing.draft([row.id], by=person("next"), now=NOW)


@in_street
def test_a_matter_is_closed_only_when_another_accepts_the_receipt() -> None:
    row = matter()
    proposed(row)
    take(row, "issue_first", "leader")
    take(row, "reply_first", "mender", note="已修补，雨后复查过")
    with pytest.raises(StepRefused, match="没有这个岗位"):
        take(row, "accept", "mender")
    take(row, "return_first", "office", note="没有照片")
    assert (state(row), fresh(row).level) == ("first", 1)
    take(row, "reply_first", "mender", note="补了照片")
    take(row, "accept", "office")
    closed = fresh(row)
    assert (state(row), closed.closed_on, closed.result) == ("closed", date(2026, 11, 23), "补了照片")
    with acting_as(SYSTEM):
        order = db.session.execute(select(SupervisionOrder)).scalar_one()
    assert (order.replied_on, order.accepted_on) == (date(2026, 11, 23), date(2026, 11, 23))


@in_street
def test_a_community_answers_for_what_no_unit_leads() -> None:
    row = matter(unit="")
    with pytest.raises(NotPermitted):
        take(row, "reply_open", "next")
    take(row, "reply_open", "clerk", note="已清理")
    with pytest.raises(StepRefused):
        take(row, "accept", "clerk")
    take(row, "accept", "centre")
    assert state(row) == "closed"


@in_street
def test_a_limit_moves_once_and_by_a_leader() -> None:
    row = matter(due_on="2026-12-04")
    take(row, "ask_more", "mender", note="等材料")
    with pytest.raises(StepRefused):
        take(row, "more", "office")
    take(row, "more", "leader")
    assert fresh(row).due_on == date(2026, 12, 11)
    with pytest.raises(StepRefused, match="最多 1 次"):
        take(row, "ask_more", "mender", note="再等")


@in_street
def test_units_see_what_they_lead_or_help_with_until_it_is_closed() -> None:
    row, other = matter(partners="helper单位、没登记的单位", due_on="2026-12-04"), matter(unit="bureau单位")

    def seen(name: str) -> set[int]:
        with as_user(name):
            return {each for each in (row.id, other.id) if get(register(ITEMS), each) is not None}

    assert (seen("mender"), seen("helper"), seen("bureau")) == ({row.id}, {row.id}, {other.id})
    assert (seen("clerk"), seen("next"), seen("worker")) == ({row.id, other.id}, set(), set())
    save(register(ITEMS), row, {"partners": "bureau单位"}, by=person("office"), today=TODAY)
    assert (seen("helper"), seen("bureau")) == (set(), {row.id, other.id})
    take(row, "reply_open", "mender")
    take(row, "accept", "office")
    assert (seen("mender"), seen("bureau")) == ({row.id}, {other.id})


@in_street
def test_progress_is_one_line_a_week_and_missed_weeks_show() -> None:
    row = matter(assigned_on="2026-11-02", due_on="2026-12-20")
    shown = register(ITEMS).column("missed")
    assert shown.get(row, today=TODAY) == "缺1周"
    service.tell(row.id, "已进场", "", week_of=date(2026, 11, 18), by=person("mender"), today=TODAY)
    service.tell(row.id, "已铺底层", "明天铺面层", week_of=date(2026, 11, 20), by=person("mender"), today=TODAY)
    now = fresh(row)
    assert (now.told_weeks, now.last_progress) == (["2026-11-16"], "已铺底层")
    assert shown.get(now, today=date(2026, 11, 30)) == "缺2周"
    with pytest.raises(NotPermitted):
        service.tell(row.id, "路过", "", week_of=TODAY, by=person("helper"), today=TODAY)
    with acting_as(person("mender")):
        assert [each.id for each in queries.without_progress(person("mender"), date(2026, 11, 23), limit=9)] == [row.id]
        assert not queries.without_progress(person("mender"), date(2026, 11, 16), limit=9)


@in_street
def test_records_are_taken_over_once_with_what_they_say() -> None:
    with acting_as(person("office")):
        event = save(
            register("events"), None,
            {"name": "井盖缺失", "source": "hotline", "area": HOME, "number": "12345-7", "due_at": "2026-11-25 12:00"},
            by=person("office"), today=TODAY,
        )  # fmt: skip
        raw = sources.proposed("events", event, TODAY)
        item = sources.take_over("events", event, raw, by=person("office"), today=TODAY)
        assert (item.name, item.source, item.source_number, item.area_code) == ("井盖缺失", "hotline", "12345-7", HOME)
        assert sources.origin_of(item).id == event.id
        with pytest.raises(SaveRefused, match="已经在督办台账里"):
            sources.take_over("events", event, raw, by=person("office"), today=TODAY)


@in_street
def test_late_events_come_by_themselves_only_where_the_profile_says_so() -> None:
    with acting_as(SYSTEM):
        event = save(
            register("events"), None,
            {"name": "逾期的事", "source": "patrol", "area": HOME, "due_at": "2026-11-19 12:00", "reported_at": "2026-11-10 9:00"},
            by=SYSTEM, today=TODAY,
        )  # fmt: skip
        assert sweeping.take_late(TODAY) == 0
        with writing():
            save_setting(sweeping.AUTOMATIC, ["events", "resolutions"], area_code=DISTRICT)
        assert sweeping.take_late(TODAY) == 1
        assert sweeping.take_late(TODAY) == 0
        item = queries.taken_over("events", event.uid)
    assert item is not None
    assert (item.source, item.due_on) == ("overdue", date(2026, 11, 19))
    proposed(item)


@in_street
def test_the_ledger_prints_and_feeds_the_dates_of_papers() -> None:
    matter(due_on="2026-12-01", name="快到期的")
    matter(name="逾期的")
    with acting_as(SYSTEM):
        request = PaperRequest(STREET, parse("2026-11"), TODAY, SYSTEM)
        table: Any = paper("supervision_ledger").build(request).blocks[0]
        names = [row[3] for row in table.rows]
        source = next(each for each in date_sources() if each.name == "supervision")
        assert source.late is not None
        assert source.coming is not None
        late = source.late(STREET, parse("2026-11"), TODAY, 10)
        coming = source.coming(STREET, date(2026, 12, 1), date(2026, 12, 7))
    assert names == ["逾期的", "快到期的"]
    assert table.note.startswith("共2件（上级交办：2件）；已销号0件，逾期未销号1件")
    assert ([each.what for each in late.rows], late.count, late.rows[0].unit) == (["逾期的"], 1, "mender单位")
    assert [each.what for each in coming] == ["快到期的"]


def test_pages_take_a_late_matter_to_a_signed_letter(street: Flask) -> None:
    with street.app_context():
        row = matter()
        sweep(NOW)
        row_id = row.id
    office, leader, mender = (signed_in_client(street, name) for name in ("office", "leader", "mender"))
    page = office.get("/supervision/proposals").get_data(as_text=True)
    assert "北门路面坑洼" in page
    assert "起草函件" in page
    assert "起草函件" not in signed_in_client(street, "clerk").get("/supervision/proposals").get_data(as_text=True)
    refused = office.post("/supervision/draft", data={}, follow_redirects=True).get_data(as_text=True)
    assert "请先勾选" in refused
    desk = office.post("/supervision/draft", data={"id": [str(row_id)]}, follow_redirects=True).get_data(as_text=True)
    assert "代录签发" in desk
    with street.app_context(), acting_as(SYSTEM):
        batch_id = db.session.execute(select(SupervisionBatch.id)).scalar_one()
    bad = office.post(
        f"/supervision/batches/{batch_id}/sign", data={"signatory": "leader同志", "signed_on": "2026-11-22"}
    )
    assert bad.status_code == 422
    assert "签发单" in bad.get_data(as_text=True)
    said = leader.post(f"/supervision/batches/{batch_id}/sign", data={}, follow_redirects=True).get_data(as_text=True)
    assert "清街办督〔2026〕1号" in said
    assert mender.get(f"/{ITEMS}/show/{row_id}").status_code == 200
    assert "北门路面坑洼" in mender.get(f"/{ITEMS}/list/").get_data(as_text=True)
    form = {"week_on": "2026-11-16", "text": "已安排施工队", "next_step": ""}
    told = mender.post(f"/supervision/items/{row_id}/progress", data=form, follow_redirects=True)
    assert "已安排施工队" in told.get_data(as_text=True)
    assert mender.post(f"/supervision/items/{row_id}/progress", data=form | {"text": " "}).status_code == 422


def day_of(moment: Any) -> date:
    return moment.date()  # type: ignore[no-any-return]
