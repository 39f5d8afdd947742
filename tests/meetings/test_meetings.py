"""A meeting from the rosters to its locked minutes, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.areas.models import Area
from app.database.transactions import writing
from app.extensions import db
from app.facts.models import Fact
from app.lowcode import queries as rows
from app.lowcode import service as saving
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.meetings import attendance, service, sources, topics
from app.meetings.inputs import ResolutionInput, SpeechInput, TopicInput, VoteInput
from app.meetings.kinds import SOURCES
from app.meetings.models import Meeting, Resolution, TopicSpeech, TopicVote
from app.periods.models import ClosedPeriod
from app.registers.party_members.rules import may_vote
from app.security.actor import SYSTEM, NotPermitted, acting_as
from tests.meetings import world
from tests.meetings.world import HELD
from tests.world import GRID, HOME, TODAY, as_user

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _world(context: object) -> None:
    world.build()


def _names(row: Meeting, *statuses: str) -> list[str]:
    with acting_as(SYSTEM):
        return [person.name for person in attendance.attendees_of(row.id) if person.status in statuses]


def test_those_expected_come_from_the_roster_of_the_day() -> None:
    branch = world.branch()
    world.members(branch, 4)
    world.member(branch, "预备员", kind="probationary", confirmed_on="", joined_on="2026-05-01")
    world.member(branch, "后来人", entered_on="2026-11-15")
    world.member(branch, "早走人", entered_on="2015-01-01", left_on="2026-11-01", state="moved_out")
    world.member(branch, "已转出", state="moved_out")
    world.member(branch, "报到员", roster="reporting")
    world.member(world.branch("第二支部"), "别的支部")
    meeting = world.meeting(organization=branch.id)
    assert sorted(_names(meeting, "pending")) == sorted([*world.NAMES[:4], "预备员"])
    with acting_as(SYSTEM):
        people = {person.name: person for person in attendance.attendees_of(meeting.id)}
        assert not people["预备员"].has_vote
        assert people["赵安"].has_vote
        assert people["赵安"].person_register == "party_members"
    assert (meeting.due_count, meeting.area_code) == (5, GRID)
    assert meeting.name == "2026年11月支部党员大会"


def test_a_later_movement_does_not_change_an_earlier_list() -> None:
    branch = world.branch()
    someone = world.member(branch, "转走人", entered_on="2015-01-01")
    world.row("party_movements", member=someone.id, kind="transfer_out", moved_on="2026-11-12")
    assert _names(world.meeting(organization=branch.id), "pending") == ["转走人"]
    late = world.meeting(organization=branch.id, held_on="2026-11-20", begins_at="09:00")
    assert _names(late, "pending") == []


def test_who_is_confirmed_later_had_no_vote_then() -> None:
    assert not may_vote("full", date(2026, 11, 15), HELD)
    branch = world.branch()
    world.member(branch, "新转正", joined_on="2025-11-15", confirmed_on="2026-11-15")
    meeting = world.meeting(organization=branch.id)
    with acting_as(SYSTEM):
        assert [person.has_vote for person in attendance.attendees_of(meeting.id)] == [False]


def test_the_committee_is_members_with_posts_and_whom_the_roster_names() -> None:
    branch = world.branch(secretary="赵安", publicity_member="钱成", other_members="外请委员、孙国")
    world.member(branch, "赵安", post="secretary")
    world.members(branch, 0)
    for name in ("钱成", "孙国", "李芳"):
        world.member(branch, name)
    meeting = world.meeting("branch_committee", organization=branch.id)
    assert sorted(_names(meeting, "pending")) == sorted(["赵安", "钱成", "孙国", "外请委员"])
    with acting_as(SYSTEM):
        people = {person.name: person for person in attendance.attendees_of(meeting.id)}
    assert people["赵安"].office == "书记"
    assert people["钱成"].person_register == "party_members"
    assert people["外请委员"].person_register == "party_organizations"


def test_other_bodies_call_their_own_people() -> None:
    world.council(20)
    council = world.meeting("residents_council")
    assert council.due_count == 20
    compound = world.row("residential_compounds", name="清溪花园", area=HOME)
    world.row(
        "owners_committees", name="清溪花园业委会", compound=compound.id, area=HOME, elected_on="2024-05-01",
        members=[{"name": "郝主任", "post": "director"}, {"name": "侯补员", "post": "reserve"},
                 {"name": "前委员", "post": "member", "until_on": "2026-01-01"}],
    )  # fmt: skip
    owners = world.meeting("owners_committee", compound=compound.id)
    assert _names(owners, "pending") == ["郝主任", "侯补员"]
    with acting_as(SYSTEM):
        assert [person.has_vote for person in attendance.attendees_of(owners.id)] == [True, False]
    world.row("units", name="清溪供电所", area=HOME, is_partner="是", contact="韩工")
    world.row("units", name="街口商店", area=HOME)
    joint = world.meeting("joint_meeting")
    assert _names(joint, "pending") == ["清溪供电所"]
    world.row("grid_workers", name="方网格", area=GRID, state="on_duty", phone="13800001111")
    world.row(
        "grid_workers", name="离岗人", area=GRID, left_on="2026-10-01", phone="13800001112", hired_on="2020-01-01"
    )
    assert _names(world.meeting("grid_meeting"), "pending") == ["方网格"]
    group = world.branch("第一党小组", kind="group")
    branch = world.branch("第三支部")
    world.member(branch, "组员甲", group_organization=group.id)
    assert _names(world.meeting("group_meeting", organization=group.id), "pending") == ["组员甲"]


def test_every_source_has_its_function() -> None:
    assert set(sources._SOURCES) == SOURCES


def test_a_kind_is_held_by_those_who_may_hold_it() -> None:
    with pytest.raises(SaveRefused) as refused:
        world.meeting("branch_assembly")
    assert "党组织" in refused.value.errors["organization"]
    group = world.branch("第一党小组", kind="group")
    with pytest.raises(SaveRefused) as refused:
        world.meeting("branch_assembly", organization=group.id)
    assert "党小组" in refused.value.errors["organization"]
    with pytest.raises(SaveRefused) as refused:
        world.meeting("owners_committee")
    assert "compound" in refused.value.errors


def test_the_list_follows_the_roster_until_somebody_is_ticked() -> None:
    branch = world.branch()
    world.members(branch, 3)
    meeting = world.meeting(organization=branch.id)
    with acting_as(SYSTEM):
        first = attendance.attendees_of(meeting.id)[0]
        attendance.save_marks(meeting.id, {first.id: ("present", "")})
        model = register("party_members").model
        gone = db.session.execute(select(model).order_by(model.id)).scalars().all()
    world.member(branch, "新来的")
    for row in gone:
        left = {"left_on": "2026-10-01", "entered_on": "2010-01-01"}
        saving.save(register("party_members"), row, left, by=SYSTEM, today=TODAY)
    with acting_as(SYSTEM):
        found = attendance.difference(world.fresh(meeting), attendance.attendees_of(meeting.id))
        assert found.missing == ("新来的",)
        assert len(found.left_over) == 2
        attendance.refresh(meeting.id)
    assert _names(meeting, "pending") == ["新来的"]
    assert _names(meeting, "present") == [first.name]


def test_votes_are_refused_in_words_and_nothing_of_the_topic_is_kept() -> None:
    branch = world.branch()
    world.members(branch, 12)
    meeting = world.meeting(organization=branch.id)
    with as_user("clerk"):
        world.came(meeting, *world.NAMES[:5])
        with pytest.raises(SaveRefused) as refused:
            world.topic(meeting, votes=[VoteInput("年度计划", 7, 1, 0)], speeches=[SpeechInput("吴嘉", "同意")])
        assert "比到会有表决权的 7 人还多" in refused.value.errors["votes-0-in_favour"]
        assert db.session.execute(select(func.count(TopicSpeech.id))).scalar_one() == 0
        world.topic(meeting, votes=[VoteInput("年度计划", 7, 0, 0), VoteInput("补充", 6, 1, 0)])
        votes = attendance.votes_of(meeting.id)
        assert [(vote.is_passed, vote.voters_present) for vote in votes] == [(True, 7), (False, 7)]
        assert {vote.voters_due for vote in votes} == {12}
        with pytest.raises(SaveRefused) as refused:
            world.came(meeting, *world.NAMES[:6])
        assert "年度计划" in refused.value.errors[""]
        assert len(_names(meeting, "present")) == 7
        world.came(meeting)
        assert {vote.voters_present for vote in attendance.votes_of(meeting.id)} == {12}


def test_excluded_members_lower_what_is_needed() -> None:
    branch = world.branch()
    people = world.members(branch, 12)
    meeting = world.meeting(organization=branch.id)
    with as_user("clerk"):
        rows_ = attendance.attendees_of(meeting.id)
        marks = {row.id: ("present", "") for row in rows_[:6]} | {row.id: ("absent", "") for row in rows_[6:]}
        attendance.save_marks(meeting.id, marks)
        with pytest.raises(SaveRefused, match="还差 1 人"):
            world.topic(meeting, votes=[VoteInput("事项", 6, 0, 0)])
        with pytest.raises(SaveRefused) as refused:
            attendance.save_marks(meeting.id, {rows_[11].id: ("excluded", "")})
        assert list(refused.value.errors) == [f"status-{rows_[11].id}"]
        attendance.save_marks(meeting.id, {rows_[11].id: ("excluded", "出国出境半年以上")})
        world.topic(meeting, votes=[VoteInput("事项", 6, 0, 0)])
        assert attendance.votes_of(meeting.id)[0].is_passed
    assert len(people) == 12


def test_speakers_are_people_on_the_list() -> None:
    branch = world.branch()
    world.members(branch, 3)
    meeting = world.meeting(organization=branch.id)
    with as_user("clerk"):
        world.came(meeting)
        with pytest.raises(SaveRefused) as refused:
            world.topic(meeting, speeches=[SpeechInput("路过的人", "说两句"), SpeechInput("赵安", " ")])
        assert set(refused.value.errors) == {"speeches-0-speaker", "speeches-1-text"}
        attendance.add_guest(meeting.id, name="路过的人", office="街道办")
        world.topic(meeting, speeches=[SpeechInput("路过的人", "说两句")])
        with pytest.raises(SaveRefused, match="已经在名单"):
            attendance.add_guest(meeting.id, name="路过的人", office="街道办")
    assert world.fresh(meeting).due_count == 3


def test_changing_a_topic_keeps_what_stays_and_drops_the_rest() -> None:
    world.council(4)
    meeting = world.meeting("residents_council")
    with as_user("clerk"):
        world.came(meeting)
        name = attendance.attendees_of(meeting.id)[0].name
        topic = world.topic(
            meeting, speeches=[SpeechInput(name, "一"), SpeechInput(name, "二")],
            resolutions=[ResolutionInput("画线", date(2026, 11, 30), person=name), ResolutionInput("排班", None)],
        )  # fmt: skip
        second = db.session.execute(select(TopicSpeech).where(TopicSpeech.text == "二")).scalar_one()
        kept = db.session.execute(select(Resolution).where(Resolution.text == "画线")).scalar_one()
        assert (kept.person_register, bool(kept.person_uid)) == ("council_members", True)
        topics.save_topic(
            meeting.id, topic.id,
            TopicInput("新标题", speeches=[SpeechInput(name, "二，补充", second.id)],
                       resolutions=[ResolutionInput("画线两处", date(2026, 12, 1), id=kept.id)]),
        )  # fmt: skip
        db.session.expire_all()
        assert [row.text for row in db.session.execute(select(TopicSpeech)).scalars()] == ["二，补充"]
        assert world.fresh(kept).text == "画线两处"
        live = select(Resolution.text).where(Resolution.deleted_at.is_(None))
        assert list(db.session.execute(live).scalars()) == ["画线两处"]
        topics.delete_topic(meeting.id, topic.id)
        assert db.session.execute(select(func.count(TopicVote.id))).scalar_one() == 0
        assert list(db.session.execute(live).scalars()) == []


def _ready() -> Meeting:
    branch = world.branch()
    world.members(branch, 5)
    meeting = world.meeting(organization=branch.id)
    with as_user("clerk"):
        world.came(meeting)
        world.topic(meeting, resolutions=[ResolutionInput("清理楼道", date(2026, 11, 20))])
    return meeting


def test_final_minutes_are_final() -> None:
    meeting = _ready()
    with as_user("clerk") as clerk:
        service.lock(meeting.id, today=TODAY)
        row = rows.get(register("meetings"), meeting.id)
        with pytest.raises(SaveRefused, match="定稿"):
            saving.save(register("meetings"), row, {"venue": "别处"}, by=clerk, today=TODAY)
        with pytest.raises(NotPermitted, match="定稿"):
            saving.delete(register("meetings"), row, by=clerk)
        with pytest.raises(SaveRefused, match="定稿"):
            world.topic(meeting)
        with pytest.raises(SaveRefused, match="定稿"):
            world.came(meeting)
        with pytest.raises(SaveRefused, match="定稿"):
            attendance.add_guest(meeting.id, name="来晚了")
        resolution = db.session.execute(select(Resolution)).scalar_one()
        with pytest.raises(SaveRefused, match="定稿"):
            saving.save(register("resolutions"), resolution, {"text": "改了"}, by=clerk, today=TODAY)
        with pytest.raises(NotPermitted, match="定稿"):
            saving.delete(register("resolutions"), resolution, by=clerk)
        saving.save(register("resolutions"), resolution, {"due_on": "2026-12-31"}, by=clerk, today=TODAY)
    with acting_as(SYSTEM):
        fact = db.session.execute(select(Fact).where(Fact.kind == "meeting_held")).scalar_one()
    assert (fact.on, fact.details["present"], fact.by_name) == (HELD, 5, "clerk同志")


def test_they_are_opened_again_with_a_reason_only() -> None:
    meeting = _ready()
    with as_user("clerk"):
        service.lock(meeting.id, today=TODAY)
        with pytest.raises(SaveRefused, match="原因"):
            service.reopen(meeting.id, reason=" ")
        service.reopen(meeting.id, reason="记录人写错了名字")
        assert not world.fresh(meeting).is_final
        world.topic(meeting, "补记一个议题")


def test_nothing_is_locked_before_it_is_whole() -> None:
    branch = world.branch()
    world.members(branch, 3)
    meeting = world.meeting(organization=branch.id, host="", recorder="")
    with as_user("clerk"), pytest.raises(SaveRefused) as refused:
        service.lock(meeting.id, today=TODAY)
    assert all(word in str(refused.value) for word in ("主持人", "3 人没有点名", "议题"))


def test_a_closed_month_takes_no_changes() -> None:
    meeting = _ready()
    with acting_as(SYSTEM), writing() as session:
        session.add(
            ClosedPeriod(uid="c" * 32, area_code=HOME, month="2026-11", state="final", changed_at=meeting.created_at,
                         by_name="系统")
        )  # fmt: skip
    with as_user("clerk"), pytest.raises(SaveRefused, match="已经定稿"):
        service.lock(meeting.id, today=TODAY)
    with pytest.raises(SaveRefused, match="已经定稿"):
        world.meeting("residents_council")


def test_notes_are_numbered_without_gaps_by_bodies_that_may_issue() -> None:
    meeting = _ready()
    with as_user("clerk"):
        with pytest.raises(SaveRefused, match="定稿以后"):
            service.issue(meeting.id, today=TODAY)
        service.lock(meeting.id, today=TODAY)
        with pytest.raises(SaveRefused, match="不能发文"):
            service.issue(meeting.id, today=TODAY)
    branch = world.branch("发文支部", may_issue_papers="是")
    world.members(branch, 3)
    issued = []
    for day in ("2026-11-03", "2026-11-04"):
        other = world.meeting(organization=branch.id, held_on=day)
        with as_user("clerk"):
            world.came(other)
            world.topic(other)
            service.lock(other.id, today=TODAY)
            issued.append(service.issue(other.id, today=TODAY).issue)
            with pytest.raises(SaveRefused, match="已经编为"):
                service.issue(other.id, today=TODAY)
    assert issued == ["第1期", "第2期"]


def test_a_resolution_is_ticked_off_with_a_result() -> None:
    _ready()
    with as_user("clerk"):
        row = db.session.execute(select(Resolution)).scalar_one()
        with pytest.raises(SaveRefused) as refused:
            service.finish(row.id, done_on=None, receipt="", today=TODAY)
        assert set(refused.value.errors) == {"done_on", "receipt"}
        with pytest.raises(SaveRefused, match="还没有到"):
            service.finish(row.id, done_on=date(2026, 12, 1), receipt="做完了", today=TODAY)
        service.finish(row.id, done_on=date(2026, 11, 21), receipt="楼道清完了", today=TODAY)
        with pytest.raises(SaveRefused, match="已经办结"):
            service.finish(row.id, done_on=TODAY, receipt="再来", today=TODAY)
    with acting_as(SYSTEM):
        fact = db.session.execute(select(Fact).where(Fact.kind == "resolution_done")).scalar_one()
    assert fact.details["is_late"]
    with as_user("clerk"):
        service.reopen_resolution(row.id)
        assert world.fresh(row).state_code == "open"


def test_everything_lies_where_the_meeting_lies() -> None:
    branch = world.branch()
    world.members(branch, 3)
    meeting = world.meeting(organization=branch.id)
    with as_user("clerk") as clerk:
        world.came(meeting)
        world.topic(meeting, votes=[VoteInput("事项", 3, 0, 0)], resolutions=[ResolutionInput("办事", None)])
        elsewhere = world.branch("社区支部", area=HOME)
        world.member(elsewhere, "另一人")
        row = rows.get(register("meetings"), meeting.id)
        saving.save(register("meetings"), row, {"organization": str(elsewhere.id)}, by=clerk, today=TODAY)
    with acting_as(SYSTEM):
        assert world.fresh(meeting).area_code == HOME
        assert {person.area_code for person in attendance.attendees_of(meeting.id)} == {HOME}
        assert {vote.area_code for vote in attendance.votes_of(meeting.id)} == {HOME}
        assert db.session.execute(select(Resolution.area_code)).scalar_one() == HOME


def test_a_neighbour_neither_sees_nor_writes() -> None:
    meeting = _ready()
    with as_user("neighbour"):
        assert rows.get(register("meetings"), meeting.id) is None
        assert attendance.attendees_of(meeting.id) == []
        assert db.session.execute(select(func.count(Resolution.id))).scalar_one() == 0
        for attempt in (
            lambda: attendance.save_marks(meeting.id, {}),
            lambda: world.topic(meeting),
            lambda: service.lock(meeting.id, today=TODAY),
            lambda: attendance.refresh(meeting.id),
        ):
            with pytest.raises((SaveRefused, NotPermitted)):
                attempt()
    with as_user("leader"), pytest.raises(NotPermitted):
        service.lock(meeting.id, today=TODAY)
    assert db.session.execute(select(func.count(Area.id))).scalar_one() == 0, "nobody signed in sees nothing"


def test_final_minutes_of_a_training_tell_who_was_there_and_opening_them_tells_too() -> None:
    for name in ("甘露", "乔木", "施然"):
        world.row("grid_workers", name=name, area=GRID, state="on_duty")
    held = world.meeting("training", area=HOME)
    with as_user("clerk"):
        world.came(held, "乔木")
        world.topic(held, "灭火器的使用")
        service.lock(held.id, today=TODAY)
    with acting_as(SYSTEM):
        told = db.session.execute(select(Fact).where(Fact.kind == "training_attended")).scalars().all()
    assert len(told) == 2
    assert {fact.details["person_register"] for fact in told} == {"grid_workers"}
    with as_user("clerk"):
        service.reopen(held.id, reason="签到有误")
    with acting_as(SYSTEM):
        assert db.session.execute(select(Fact.on).where(Fact.kind == "meeting_reopened")).scalar() == held.held_on
