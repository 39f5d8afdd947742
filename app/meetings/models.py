"""Meetings and what belongs to them: attendees, topics, speeches, votes; 议定事项."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import ScopeRule, below
from app.database.types import UtcMoment
from app.fields.types import Date, Integer, LongText, Number, PersonName
from app.fields.types import Text as Line
from app.lowcode.column import Attribute, Declared, field, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import ChildRow, RosterRow
from app.meetings import owners_rules, rules, timing
from app.meetings.kinds import OwnCode, body_errors, kind_of

_later = steps_of("app.meetings.saving")


def shown(
    label: str, attribute: str, kind: Any, *, listed: bool = False, filtered: bool = False, group: str = ""
) -> Any:
    """A column that services write and forms only show."""
    options = {"compute": lambda row, _today: getattr(row, attribute), "is_listed": listed, "is_filtered": filtered}
    return Attribute(Declared(label, kind, "computed", options | {"group": group}))


def counted(label: str, compute: Any) -> Any:
    """A listed text that follows from other columns."""
    return Attribute(Declared(label, Line(30), "computed", {"compute": compute, "is_listed": True}))


class Meeting(RosterRow, Model):
    """One meeting: its head. Attendees, topics, votes and resolutions hang on it."""

    __tablename__ = "meetings"

    name: Mapped[str | None] = field(
        "会议名称", Line(100), listed=True, searched=True, synonyms=("名称", "会议主题"), help="不填时按年月和类别取名"
    )
    kind: Mapped[str] = field(
        "会议类别", OwnCode("meeting_kind"), listed=True, filtered=True, required=True, synonyms=("类别", "会议类型")
    )
    organization = link(
        "召开的党组织", "party_organizations", listed=True, filtered=True, synonyms=("党组织", "党支部", "所在支部"),
        help="支部党员大会、党小组会等由党组织召开的会议填写",
    )  # fmt: skip
    compound = link("小区", "residential_compounds", synonyms=("所在小区",), help="业主大会、业委会会议填写")
    area = place(
        "所在社区或网格", synonyms=("社区", "网格", "所属社区", "所属网格"), help="由党组织召开的，按党组织所在地"
    )
    held_on: Mapped[date] = field(
        "会议日期", Date, listed=True, required=True, synonyms=("日期", "时间", "召开日期", "开会日期")
    )
    begins_at: Mapped[str | None] = field("开始时间", Line(12), help="例：14:30")
    ends_at: Mapped[str | None] = field("结束时间", Line(12), help="例：16:00")
    venue: Mapped[str | None] = field("地点", Line(100), searched=True, synonyms=("会议地点",))
    host: Mapped[str | None] = field("主持人", PersonName, searched=True, synonyms=("主持",))
    recorder: Mapped[str | None] = field("记录人", PersonName, searched=True, synonyms=("记录",))
    owners_count: Mapped[int | None] = field(
        "业主总人数", Integer(minimum=1), group="业主大会", synonyms=("业主人数",),
        help="开业主大会才填；不填时先用小区名册的总户数，请核对",
    )  # fmt: skip
    owners_area: Mapped[Decimal | None] = field(
        "专有部分总面积", Number(12, 2, unit="㎡", minimum=Decimal(1)), group="业主大会", synonyms=("专有面积",),
        help="开业主大会才填；不填时先用小区名册的建筑面积，请核对",
    )  # fmt: skip
    number: Mapped[str | None] = field("届次", Line(40), group="其他", help="例：第三届第5次")
    considered: Mapped[str | None] = field(
        "会议认为", LongText, group="其他", help="写进会议纪要的总的意见，一段一条；没有可以不填"
    )
    published_from: Mapped[date | None] = field("公示开始", Date, group="其他")
    published_until: Mapped[date | None] = field("公示结束", Date, group="其他")
    note: Mapped[str | None] = field("备注", LongText, group="其他")
    turnout = counted("到会", lambda row, _today: f"{row.present_count or 0}/{row.due_count or 0}")
    state = shown("状态", "state_code", OwnCode("meeting_state"), listed=True, filtered=True)

    state_code: Mapped[str] = mapped_column(String(10), default="draft")
    due_count: Mapped[int] = mapped_column(default=0)
    present_count: Mapped[int] = mapped_column(default=0)
    leave_count: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    locked_by: Mapped[str | None] = mapped_column(String(64))
    issue: Mapped[str | None] = mapped_column(String(40))
    """第5期, once the 纪要 is issued."""
    issued_on: Mapped[date | None]

    @property
    def is_final(self) -> bool:
        """Whether the minutes are locked."""
        return self.state_code == "final"

    @property
    def rules_kind(self) -> rules.MeetingKind:
        """The kind with its rules."""
        return kind_of(self.kind)

    @property
    def owners(self) -> owners_rules.Owners:
        """Everybody who decides in 业主大会; nobody where it was not filled in."""
        return owners_rules.Owners(self.owners_count or 0, self.owners_area or Decimal(0))


class Attendee(ChildRow, Model):
    """One who should come (taken from a roster), or who sat in (列席, may be typed)."""

    __tablename__ = "meeting_attendees"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("meetings"),)
    __table_args__ = (Index("ix_meeting_attendees_person", "person_register", "person_uid"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    person_register: Mapped[str] = mapped_column(String(60), default="")
    person_uid: Mapped[str] = mapped_column(String(32), default="")
    name: Mapped[str] = mapped_column(String(80))
    """As the roster had it when the list was drawn up."""
    office: Mapped[str] = mapped_column(String(100), default="")
    has_vote: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(10), default="pending")
    reason: Mapped[str] = mapped_column(String(100), default="")


class Topic(ChildRow, Model):
    """One point of the agenda."""

    __tablename__ = "meeting_topics"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("meetings"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    proposer: Mapped[str] = mapped_column(String(80), default="")
    points: Mapped[str] = mapped_column(Text, default="")
    """讨论要点."""
    source_register: Mapped[str] = mapped_column(String(60), default="", server_default="")
    source_uid: Mapped[str] = mapped_column(String(32), default="", server_default="", index=True)
    """The row of another register the topic is about (a need, a project); '' for none."""


class TopicSpeech(ChildRow, Model):
    """What one person said to a topic."""

    __tablename__ = "meeting_speeches"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("meetings"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("meeting_topics.id", ondelete="CASCADE"), index=True)
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_attendees.id", ondelete="SET NULL"))
    speaker: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)


class TopicVote(ChildRow, Model):
    """One ballot; how many could vote, and what the rules made of it, as it was saved."""

    __tablename__ = "meeting_votes"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("meetings"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("meeting_topics.id", ondelete="CASCADE"), index=True)
    matter: Mapped[str] = mapped_column(String(200))
    method: Mapped[str] = mapped_column(String(20), default="hands")
    in_favour: Mapped[int] = mapped_column(default=0)
    against: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    voters_due: Mapped[int] = mapped_column(default=0)
    voters_present: Mapped[int] = mapped_column(default=0)
    is_passed: Mapped[bool] = mapped_column(default=False)


class OwnersVote(ChildRow, Model):
    """What the owners decided on one matter: heads and square metres, and what the rules made of it, as it was saved."""

    __tablename__ = "meeting_owners_votes"
    __scope__: ClassVar[tuple[ScopeRule, ...]] = (below("meetings"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("meeting_topics.id", ondelete="CASCADE"), index=True)
    matter: Mapped[str] = mapped_column(String(200))
    matter_kind: Mapped[str] = mapped_column(String(20), default="other")
    method: Mapped[str] = mapped_column(String(20), default="written")
    in_favour: Mapped[int] = mapped_column(default=0)
    in_favour_area: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    against: Mapped[int] = mapped_column(default=0)
    against_area: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    abstained: Mapped[int] = mapped_column(default=0)
    abstained_area: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    owners_count: Mapped[int] = mapped_column(default=0)
    owners_area: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    is_passed: Mapped[bool] = mapped_column(default=False)

    @property
    def ballot(self) -> owners_rules.OwnersBallot:
        """The count, as the rules take it."""
        return owners_rules.OwnersBallot(
            owners_rules.Owners(self.in_favour, self.in_favour_area),
            owners_rules.Owners(self.against, self.against_area),
            owners_rules.Owners(self.abstained, self.abstained_area),
        )

    @property
    def owners(self) -> owners_rules.Owners:
        """All owners at the time of the vote."""
        return owners_rules.Owners(self.owners_count, self.owners_area)


class Resolution(RosterRow, Model):
    """One 议定事项: what shall be done, by whom, until when, and how it ended."""

    __tablename__ = "resolutions"

    text: Mapped[str] = field(
        "议定事项", Line(300), listed=True, searched=True, required=True, synonyms=("事项", "内容")
    )
    meeting = link("会议", "meetings", listed=True, filtered=True, required=True, synonyms=("会议名称",))
    unit = link("责任单位", "units", listed=True, filtered=True, help="社区外的单位；社区自己办的不填")
    organization = link("责任党组织", "party_organizations", help="由党支部负责的填写")
    person: Mapped[str | None] = field("责任人", PersonName, listed=True, searched=True)
    due_on: Mapped[date | None] = field("完成时限", Date, listed=True, synonyms=("时限", "完成时间"))
    area = place("所在社区或网格", listed=False, synonyms=("社区", "网格"), help="跟会议走")
    standing = counted("时限情况", lambda row, today: timing.standing_of(row.due_on, row.done_on, today))
    state = shown("办理状态", "state_code", OwnCode("resolution_state"), listed=True, filtered=True)
    finished_on = shown("办结日期", "done_on", Date(), group="办结")
    result = shown("办理结果", "receipt", LongText(), group="办结")

    topic_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_topics.id", ondelete="SET NULL"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    held_on: Mapped[date | None]
    """Day of the meeting."""
    state_code: Mapped[str] = mapped_column(String(10), default="open", index=True)
    done_on: Mapped[date | None]
    receipt: Mapped[str | None] = mapped_column(Text)
    person_register: Mapped[str] = mapped_column(String(60), default="")
    person_uid: Mapped[str] = mapped_column(String(32), default="")
    """Roster row of the person, where he was among the attendees."""


REGISTER = Register(
    Meeting,
    name="meetings",
    title="会议",
    noun="会议",
    keys=(("organization", "kind", "held_on", "begins_at"),),
    group="meetings",
    icon="meeting",
    checks=(timing.head_errors, body_errors),
    prepare=(_later("before_meeting"),),
    on_saved=(_later("after_meeting"),),
    about="三会一课、主题党日、居民议事会、联席会都记在这里。先定类别、时间和召开的组织，应到名单从名册里自动列出。",
)
RESOLUTIONS = Register(
    Resolution,
    name="resolutions",
    title="议定事项",
    noun="议定事项",
    keys=(("meeting", "text"),),
    row_title="text",
    group="meetings",
    icon="list",
    prepare=(_later("before_resolution"),),
    on_saved=(_later("after_resolution"),),
    about="会议议定的事都列在这里，有责任单位和时限；到期没办结的会提醒，办结时写明结果、附上回执。",
)
