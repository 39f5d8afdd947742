"""The registers of whistles: kinds with their clocks, whistles, how each department answered, the district's grades."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.clock import utc_now
from app.database.scope import below, below_and_above, by_unit, granted
from app.database.types import UtcMoment
from app.fields.types import Code, Date, Integer, LongText, Moment, Number, PersonName, Text
from app.lowcode.column import computed, field, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import RosterRow
from app.whistles import rules

KINDS, WHISTLES, CALLS, GRADES = "whistle_kinds", "whistles", "whistle_calls", "department_grades"
HUNDRED = Number(5, 2, minimum=Decimal(0), maximum=Decimal(100))
_later = steps_of("app.whistles.steps")


class WhistleKind(RosterRow, Model):
    """One 哨型 and how long its departments have."""

    __tablename__ = "whistle_kinds"
    __scope__ = (below_and_above(KINDS),)

    name: Mapped[str] = field("哨型", Text(20), listed=True, searched=True, required=True)
    area = place("适用区域")
    sign_within: Mapped[str] = field(
        "签收时限", Text(20), listed=True, required=True, help="例如 30分钟、1小时、4工作时"
    )
    arrive_within: Mapped[str] = field(
        "报到时限", Text(20), listed=True, required=True, help="签收以后多久到场，例如 30分钟、3工作日"
    )
    finish_within: Mapped[str] = field(
        "处置时限", Text(20), listed=True, required=True, help="到场以后多久办完，例如 24小时、10工作日"
    )
    note: Mapped[str | None] = field("什么情况用", LongText)


class Whistle(RosterRow, Model):
    """One whistle. When it was blown, how often, and its letters are written by steps only."""

    __tablename__ = "whistles"
    # A called department is let in until it is scored.
    __scope__: ClassVar[Any] = (below(WHISTLES), granted(WHISTLES))

    name: Mapped[str] = field("事由", Text(80), listed=True, searched=True, required=True, synonyms=("标题",))
    kind = link("哨型", KINDS, listed=True, filtered=True, required=True)
    area = place("所在区域", help="社区可以起草，由街道吹哨和编号")
    source: Mapped[str] = field("哨源", Code("whistle_source"), listed=True, filtered=True, required=True)
    event = link("事件", "events", help="由哪一件事吹的哨；被吹部门在评分以前能看到这一件")
    location: Mapped[str] = field("地点", Text(80), searched=True, required=True)
    problem: Mapped[str] = field("问题", LongText, searched=True, required=True, help="一行一段")
    done_so_far: Mapped[str | None] = field("已做的工作", LongText)
    unit = link(
        "主责部门", "units", listed=True, filtered=True, required=True, help="要在单位名册里，部门的账号要带这个单位"
    )
    partners: Mapped[str | None] = field("配合部门", Text(200), help="几个用顿号隔开，要在单位名册里")
    report_at: Mapped[str] = field("报到时间地点", Text(80), required=True, help="例：今天15:00，清溪路12号门前")
    round_shown = computed(
        "第几次", lambda row, _today: {0: "未吹", 1: "一次", 2: "二次"}[row.round], Text(4), listed=True, group="吹哨",
        tones={"未吹": "grey", "一次": "blue", "二次": "red"},
    )  # fmt: skip
    number_shown = computed("吹哨单编号", lambda row, _today: row.number, Text(40), group="吹哨")
    blown_shown = computed("吹哨时间", lambda row, _today: row.blown_at, Moment, listed=True, group="吹哨")
    blower_shown = computed("吹哨人", lambda row, _today: row.blown_by, PersonName, group="吹哨")
    second_number_shown = computed("二次吹哨单编号", lambda row, _today: row.second_number, Text(40), group="吹哨")
    leader_shown = computed("报到的区领导", lambda row, _today: row.attended_by, PersonName, group="吹哨")
    feedback_shown = computed("反馈群众", lambda row, _today: row.feedback, LongText, group="吹哨")
    note: Mapped[str | None] = field("备注", LongText, group="吹哨")

    round: Mapped[int] = mapped_column(default=0)
    number: Mapped[str | None]
    second_number: Mapped[str | None]
    blown_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    second_blown_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    blown_by: Mapped[str | None]
    attended_by: Mapped[str | None]
    feedback: Mapped[str | None]
    due_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    """When its last department was scored."""
    letter_id: Mapped[int | None]
    second_letter_id: Mapped[int | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (Index("ix_whistles_area", "area_code", "id"), Index("ix_whistles_blown", "blown_at", "area_code"))


class WhistleCall(RosterRow, Model):
    """How one department answers one whistle; made when it is blown, moved by steps only."""

    __tablename__ = "whistle_calls"
    __scope__: ClassVar[Any] = (below(CALLS), by_unit(CALLS))

    name: Mapped[str] = field("报到", Text(160), listed=True, searched=True, required=True)
    whistle = link("吹哨", WHISTLES, filtered=True, required=True)
    area = place("吹哨街道")
    unit = link("部门", "units", listed=True, filtered=True, required=True)
    duty: Mapped[str] = field("责任", Text(4), listed=True, required=True)
    problem: Mapped[str | None] = field("问题", LongText)
    location: Mapped[str | None] = field("地点", Text(80))
    report_at: Mapped[str | None] = field("报到时间地点", Text(80))
    person: Mapped[str | None] = field("联系人", PersonName, group="签收和报到")
    phone: Mapped[str | None] = field("联系电话", Text(30), group="签收和报到")
    arrived_at: Mapped[datetime | None] = field("到场时间", Moment(), listed=True, group="签收和报到")
    arrived_place: Mapped[str | None] = field("到场地点", Text(80), group="签收和报到")
    arrived_by: Mapped[str | None] = field("到场人", PersonName, group="签收和报到")
    signed_shown = computed("签收时间", lambda row, _today: row.signed_at, Moment, group="签收和报到")
    measures_shown = computed("处置措施", lambda row, _today: row.measures, LongText, group="处置和评价")
    solved_shown = computed(
        "处置结果", lambda row, _today: {None: "", True: "已解决", False: "未解决"}[row.is_solved], Text(6), group="处置和评价",
        tones={"已解决": "green", "未解决": "red"},
    )  # fmt: skip
    response: Mapped[Decimal | None] = field("响应分", HUNDRED, group="处置和评价")
    arrival: Mapped[Decimal | None] = field("到场分", HUNDRED, group="处置和评价")
    effect: Mapped[Decimal | None] = field("效果分", HUNDRED, group="处置和评价")
    score_shown = computed("得分", lambda row, _today: row.score, HUNDRED, listed=True, group="处置和评价")

    called_at: Mapped[datetime] = mapped_column(UtcMoment(), default=utc_now)
    """When it was called last: by the first whistle or the second."""
    called_on: Mapped[date | None]
    """The day of the first whistle."""
    signed_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    measures: Mapped[str | None]
    finding: Mapped[str | None]
    is_solved: Mapped[bool | None]
    score: Mapped[Decimal | None] = mapped_column(HUNDRED.sql_type())
    scored_on: Mapped[date | None]
    is_late_signed: Mapped[bool] = mapped_column(default=False)
    is_late_arrived: Mapped[bool] = mapped_column(default=False)
    is_late_done: Mapped[bool] = mapped_column(default=False)
    done_at: Mapped[datetime | None] = mapped_column(UtcMoment())

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (
            Index("ix_whistle_calls_area", "area_code", "id"),
            UniqueConstraint("whistle_id", "unit_id", name="uq_whistle_calls_unit"),
        )


class DepartmentGrade(RosterRow, Model):
    """What the district gives a department for a year; the other half beside the streets' scores."""

    __tablename__ = "department_grades"

    name: Mapped[str | None] = field("考评", Text(120), listed=True, searched=True, help="不用填，由部门和年份组成")
    unit = link("部门", "units", listed=True, filtered=True, required=True)
    area = place("考评区域")
    year: Mapped[int] = field("年份", Integer(minimum=2000, maximum=2100), listed=True, filtered=False, required=True)
    grade: Mapped[Decimal] = field("区级考评分", HUNDRED, listed=True, required=True)
    given_on: Mapped[date | None] = field("考评日期", Date)
    note: Mapped[str | None] = field("备注", LongText)


KIND_REGISTER = Register(
    WhistleKind,
    name=KINDS,
    title="哨型",
    noun="哨型",
    keys=(("area", "name"),),
    group="supervision",
    icon="gear",
    checks=(rules.check_kind,),
    is_in_menu=False,
    about="集结哨、民生哨、紧急哨、推进哨、攻坚哨，各有签收、报到、处置的时限。改了只管以后的哨。",
)
WHISTLE_REGISTER = Register(
    Whistle,
    name=WHISTLES,
    title="吹哨台账",
    noun="吹哨",
    keys=(),
    group="supervision",
    icon="bell",
    why_fixed=lambda row: rules.blown_reason(row.round),
    why_kept=lambda row: rules.blown_reason(row.round),
    on_saved=(_later("refuse_blown"), _later("refuse_unknown_units", "partners", "unit_id")),
    about="街道解决不了、要部门到场的事，在这里起草；由街道书记或主任吹哨，部门签收、报到、处置，街道评价。",
)
CALL_REGISTER = Register(
    WhistleCall,
    name=CALLS,
    title="部门报到台账",
    noun="部门报到",
    keys=(("whistle", "unit"),),
    group="supervision",
    icon="check",
    permissions=("read", "export"),
    about="每个被吹到的部门一条：什么时候签收、到场、办完，街道评了多少分。吹哨以后自动生成。",
)
GRADE_REGISTER = Register(
    DepartmentGrade,
    name=GRADES,
    title="部门区级考评",
    noun="部门考评",
    keys=(("unit", "year"),),
    group="supervision",
    icon="star",
    prepare=(_later("name_grade"),),
    is_in_menu=False,
    about="区里给部门打的年度分，和街道评分各占 50%，合成部门年度考核表。",
)
