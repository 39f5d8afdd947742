"""Papers, figures, to-dos and the demonstration."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from app.areas.queries import below
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.indicators import indicator
from app.lowcode.papers import ALL_FORMATS, PaperRequest, paper
from app.meetings import attendance, demo, queries, service, todos
from app.meetings.indicators import install_indicators
from app.meetings.inputs import ResolutionInput, SpeechInput, VoteInput
from app.meetings.models import Meeting, Resolution
from app.meetings.papers import install_papers
from app.periods.rules import Period, parse
from app.profiles.demo import DemoContext
from app.security.actor import SYSTEM, acting_as
from app.settings.queries import profile
from reports.document import Document, Facts, Paragraph, Roll, Table
from reports.rendering import render
from tests.meetings import world
from tests.world import DISTRICT, GRID, HOME, STREET, TODAY, as_user

pytestmark = pytest.mark.usefixtures("sqlite_context")


@pytest.fixture(autouse=True)
def _world(sqlite_context: object) -> None:
    world.build()
    world.profile_with({})
    install_papers()
    install_indicators()


def _held(**values: Any) -> Meeting:
    branch = world.branch(values.pop("name", "第一网格党支部"), may_issue_papers="是")
    world.members(branch, 4)
    world.member(branch, "预备员", kind="probationary", confirmed_on="", joined_on="2026-05-01")
    meeting = world.meeting(organization=branch.id, **values)
    with as_user("clerk"):
        world.came(meeting, "钱成")
        attendance.add_guest(meeting.id, name="韩科长", office="街道党建办")
        world.topic(
            meeting, speeches=[SpeechInput("赵安", "汇报计划")], votes=[VoteInput("年度计划", 3, 0, 0)],
            resolutions=[ResolutionInput("张贴计划", date(2026, 11, 20)), ResolutionInput("走访困难户", date(2026, 12, 20))],
        )  # fmt: skip
        world.topic(meeting, "听取党费情况")
    return meeting


def _paper(name: str, meeting: Meeting | None = None, period: str = "2026-11") -> Document:
    subject = meeting.uid if meeting is not None else ""
    with as_user("clerk") as clerk:
        return paper(name).build(PaperRequest(HOME, parse(period), TODAY, clerk, subject))


def _tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def test_minutes_hold_what_was_recorded_and_say_draft() -> None:
    meeting = _held()
    made = _paper("minutes", meeting)
    assert made.is_draft
    assert made.title == "第一网格党支部党员大会记录"
    facts = dict(next(block for block in made.blocks if isinstance(block, Facts)).pairs)
    assert facts["应到"] == "5人（有表决权4人）"
    assert facts["实到"] == "4人（有表决权3人）"
    rolls = {block.label: block.names for block in made.blocks if isinstance(block, Roll)}
    assert "预备员（预备党员）" in rolls["出席"]
    assert rolls["请假"] == ("钱成（因公出差）",)
    assert rolls["列席"] == ("韩科长（街道党建办）",)
    vote, resolved = _tables(made)
    assert vote.rows == (("年度计划", "举手表决", 3, 0, 0, "通过"),)
    assert resolved.rows[0][1:3] == ("张贴计划", "第一网格党支部")
    with as_user("clerk"):
        service.lock(meeting.id, today=TODAY)
    assert not _paper("minutes", meeting).is_draft
    for format_ in ALL_FORMATS:
        assert len(render(_paper("minutes", meeting), format_)) > 1000


def test_the_note_is_numbered_and_carries_duty_and_limit() -> None:
    meeting = _held()
    assert _paper("resolutions_note", meeting).is_draft
    with as_user("clerk"):
        service.lock(meeting.id, today=TODAY)
        service.issue(meeting.id, today=TODAY)
    made = _paper("resolutions_note", meeting)
    assert not made.is_draft
    assert made.head is not None
    assert (made.head.mark, made.head.issue) == ("第一网格党支部会议纪要", "第1期")
    text = " ".join(str(getattr(block, "text", "")) for block in made.blocks)
    assert "召开第一网格党支部党员大会" in text
    assert "听取党费情况" in text
    assert "责任单位：第一网格党支部；完成时限：2026年11月20日" in text
    for format_ in ALL_FORMATS:
        assert len(render(made, format_)) > 1000


def test_the_sheet_is_blank_before_and_marked_after() -> None:
    branch = world.branch()
    world.members(branch, 3)
    meeting = world.meeting(organization=branch.id)
    blank = _tables(_paper("sign_in", meeting))[0]
    assert [row[1] for row in blank.rows[:3]] == ["钱成", "孙国", "赵安"], "by pinyin"
    assert len(blank.rows) == 8
    assert {row[4] for row in blank.rows} == {""}
    with as_user("clerk"):
        world.came(meeting, "钱成")
        attendance.add_guest(meeting.id, name="来宾")
    marked = _tables(_paper("sign_in", meeting))[0]
    assert [(row[1], row[4], row[5]) for row in marked.rows] == [
        ("钱成", "", "请假：因公出差"), ("孙国", "已到", ""), ("赵安", "已到", ""), ("来宾", "列席", ""),
    ]  # fmt: skip


def test_phones_stand_on_the_sheet_as_the_reader_may_see_them() -> None:
    world.council(3)
    meeting = world.meeting("residents_council")
    clear = _tables(_paper("sign_in", meeting))[0].rows[0][3]
    assert clear == "13800000000"
    with as_user("office") as office:
        masked = paper("sign_in").build(PaperRequest(STREET, parse("2026-11"), TODAY, office, meeting.uid))
    assert _tables(masked)[0].rows[0][3] == "138****0000"


def test_papers_without_a_subject_say_so() -> None:
    for name in ("minutes", "resolutions_note", "sign_in"):
        made = _paper(name, period="2026-01")
        assert any(isinstance(block, Paragraph) and "没有会议" in str(block.text) for block in made.blocks)
    meeting = _held()
    with as_user("clerk") as clerk:
        request = PaperRequest(HOME, parse("2026-11"), TODAY, clerk)
        assert [subject.id for subject in paper("minutes").subjects(request)] == [meeting.uid]  # type: ignore[misc]
        assert [subject.id for subject in paper("resolutions_note").subjects(request)] == [meeting.uid]  # type: ignore[misc]
    with as_user("neighbour") as neighbour:
        request = PaperRequest(HOME, parse("2026-11"), TODAY, neighbour)
        assert paper("minutes").subjects(request) == []  # type: ignore[misc]
        made = paper("minutes").build(PaperRequest(HOME, parse("2026-11"), TODAY, neighbour, meeting.uid))
        assert "没有会议" in str(made.blocks)


def test_the_matrix_counts_final_minutes_and_the_group_that_met_least() -> None:
    meeting = _held()
    branch_id = meeting.organization_id
    groups = [world.branch(f"第{n}党小组", kind="group", parent=branch_id) for n in "一二"]
    world.member(groups[0], "组员甲", group_organization=groups[0].id)
    world.meeting("group_meeting", organization=groups[0].id)
    with acting_as(SYSTEM):
        found = queries.matrix((HOME,), year=2026, as_of=TODAY)
        names = [kind.key for kind in found.kinds]
        (line,) = found.lines
        cells = dict(zip(names, line.cells, strict=True))
    assert (cells["branch_assembly"].held, cells["branch_assembly"].drafts, cells["branch_assembly"].due) == (0, 1, 3)
    assert cells["branch_committee"].held is None, "fewer than seven full members have no committee"
    assert (cells["group_meeting"].held, cells["group_meeting"].drafts) == (0, 1)
    with as_user("clerk"):
        service.lock(meeting.id, today=TODAY)
    with acting_as(SYSTEM):
        line = queries.matrix((HOME,), year=2026, as_of=TODAY).lines[0]
    assert line.cells[names.index("branch_assembly")].held == 1
    made = _paper("meeting_matrix", period="2026")
    assert made.title == "桂花社区2026年组织生活开展情况表"
    assert "草稿" not in str(made.blocks)
    for format_ in ALL_FORMATS:
        assert len(render(made, format_)) > 1000


def test_figures_follow_their_rules() -> None:
    meeting = _held()
    november, december = Period.numbered("month", 2026, 11), Period.numbered("month", 2026, 12)
    with acting_as(SYSTEM):
        assert indicator("meetings_held").value((HOME,), november) == 0
    with as_user("clerk"):
        service.lock(meeting.id, today=TODAY)
        first = db.session.execute(select(Resolution).where(Resolution.text == "张贴计划")).scalar_one()
        service.finish(first.id, done_on=date(2026, 11, 21), receipt="贴好了", today=TODAY)
    with acting_as(SYSTEM):
        assert indicator("meetings_held").value((HOME,), november) == 1
        assert str(indicator("meeting_attendance").value((HOME,), november)) == "80.0"
        assert str(indicator("resolutions_in_time").value((HOME,), november)) == "0.0"
        assert indicator("resolutions_done").rows((HOME,), november) == [first.id]
        assert indicator("resolutions_in_time").rest((HOME,), november) == [first.id]
        assert indicator("meeting_attendance").value((HOME,), december) is None
        assert indicator("meetings_held").value((HOME[:-1] + "2",), november) == 0


def test_resolutions_become_to_dos_of_the_community() -> None:
    _held()
    with as_user("clerk") as clerk:
        found = todos.resolutions(clerk, TODAY)
        assert [(todo.title, todo.due_on) for todo in found] == [("议定事项：张贴计划", date(2026, 11, 20))]
        assert found[0].url.startswith("/resolutions/show/")
        assert [todo.title for todo in todos.open_minutes(clerk, TODAY)] == ["2026年11月支部党员大会还没有定稿"]
        assert todos.open_minutes(clerk, date(2026, 11, 12)) == []
    with as_user("office") as office:
        assert [todo.title for todo in todos.resolutions(office, TODAY)] == ["有 1 项会议议定事项超过时限"]
        assert todos.open_minutes(office, TODAY) == []
    for name in ("neighbour", "leader", "worker"):
        with as_user(name) as actor:
            assert todos.resolutions(actor, TODAY) == []
    with as_user("clerk") as clerk:
        row = db.session.execute(select(Resolution).where(Resolution.text == "张贴计划")).scalar_one()
        service.finish(row.id, done_on=TODAY, receipt="贴好了", today=TODAY)
        assert todos.resolutions(clerk, TODAY) == []


def _context(step: str = "meetings") -> DemoContext:
    areas = tuple(row for level in ("street", "community", "grid") for row in below(DISTRICT, level, today=TODAY))
    return DemoContext(step, TODAY, profile(), areas, {"county": "320505"})


def test_the_demonstration_tells_the_same_story_twice() -> None:
    with acting_as(SYSTEM):
        branch = world.branch(secretary="赵安")
        world.members(branch, 9)
        committee = world.branch("桂花社区党委", kind="committee", area=HOME, secretary="郝书记", deputy_secretary="周副",
                                 other_members="陈委员、钱委员、孙委员", may_issue_papers="是")  # fmt: skip
        assert committee.id
        with writing():
            demo.run(_context())
        kinds = dict(db.session.execute(select(Meeting.kind, func.count()).group_by(Meeting.kind)).all())
        states = dict(db.session.execute(select(Meeting.state_code, func.count()).group_by(Meeting.state_code)).all())
        late = db.session.execute(
            select(func.count()).where(Resolution.state_code == "open", Resolution.due_on < TODAY)
        ).scalar_one()
        done = db.session.execute(select(func.count()).where(Resolution.state_code == "done")).scalar_one()
        story = db.session.execute(select(Meeting.kind, Meeting.held_on, Meeting.present_count, Meeting.host)).all()
    assert {"theme_day", "branch_assembly", "residents_council", "committee_meeting"} <= kinds.keys()
    assert states["final"] > 4
    assert states["draft"] >= 1, "one is still to come"
    assert late >= 1
    assert done >= 1
    assert all(row.held_on <= TODAY or row.present_count == 0 for row in story)
    assert GRID.startswith(HOME)
    first = demo._plan(_context(), [HOME])
    second = demo._plan(_context(), [HOME])
    with acting_as(SYSTEM):
        assert list(first) == list(second)
