"""The registers of events: categories (大类/小类) with limit and unit, and the events themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import Index, String, false
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.clock import local
from app.database.scope import below, below_and_above, by_unit, granted
from app.database.types import UtcMoment
from app.events import rules
from app.fields.types import Code, LongText, Moment, PersonName, Phone, Text
from app.lowcode.column import computed, field, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import RosterRow

_later, _merging = steps_of("app.events.steps"), steps_of("app.events.merging")


class EventCategory(RosterRow, Model):
    """One 小类: when it is taken on, how long it may take, who is responsible."""

    __tablename__ = "event_categories"
    # The street keeps them, its communities choose among them.
    __scope__ = (below_and_above("event_categories"),)

    name: Mapped[str] = field(
        "小类", Text(40), listed=True, searched=True, required=True, synonyms=("小类名称", "名称")
    )
    kind: Mapped[str | None] = field("大类", Code("event_group"), listed=True, filtered=True, synonyms=("大类名称",))
    area = place("适用区域", listed=False, synonyms=("区域",))
    time_limit: Mapped[str | None] = field(
        "办理时限", Text(20), listed=True, synonyms=("时限", "处置时限"), help="例如 4工作时、3工作日、24小时"
    )
    unit = link("责任单位", "units", listed=True, filtered=True, synonyms=("处置单位", "主责单位"))
    level: Mapped[str | None] = field("办理层级", Code("event_level"), listed=True, filtered=True)
    answers: Mapped[str | None] = field(
        "口径类别", Code("answer_category"), help="写结果和回复时，先推荐口径库里这一类的口径", synonyms=("诉求类别",)
    )
    filing_rule: Mapped[str | None] = field("立案条件", LongText, group="条件")
    closing_rule: Mapped[str | None] = field("结案条件", LongText, group="条件")
    note: Mapped[str | None] = field("备注", LongText, group="条件")


def _lamp(row: Any, today: date) -> str:
    internal = local(row.internal_due_at).date() if row.internal_due_at else None
    return rules.lamp(row.state, internal, row.due_on, today)


class Event(RosterRow, Model):
    """One matter somebody reported. What figures count is kept beside it by app.events.steps."""

    __tablename__ = "events"
    # A department sees what was dispatched to it or what it was let into (a whistle), and nothing else of its area.
    __scope__: ClassVar[Any] = (below("events"), by_unit("events"), granted("events"))

    name: Mapped[str] = field(
        "何事", Text(120), listed=True, searched=True, required=True, synonyms=("事件名称", "标题", "工单标题", "诉求标题", "主题", "事项名称"),
    )  # fmt: skip
    number: Mapped[str | None] = field(
        "工单号", Text(40), listed=True, searched=True, help="不填时自动编号",
        synonyms=("工单编号", "事件编号", "受理编号", "案件编号", "任务号", "流水号", "编号"),
    )  # fmt: skip
    content: Mapped[str | None] = field(
        "详细情况",
        LongText,
        searched=True,
        synonyms=("诉求内容", "工单内容", "事件描述", "问题描述", "内容", "主要内容"),
    )
    category = link("小类", "event_categories", listed=True, filtered=True, synonyms=("事件小类", "案件小类"))
    source: Mapped[str] = field(
        "来源", Code("event_source"), listed=True, filtered=True, required=True, synonyms=("事件来源", "问题来源", "渠道", "受理渠道"),
    )  # fmt: skip
    location: Mapped[str | None] = field(
        "何地",
        Text(120),
        searched=True,
        synonyms=("地点", "事发地点", "事发地址", "发生地点", "详细地址", "地址", "位置"),
    )
    area = place("办理区域", listed=True, help="归哪个社区、网格办")
    level: Mapped[str | None] = field(
        "办理层级", Code("event_level"), filtered=True, help="不填时按小类和区域；往上交一级就升一级，不会降"
    )
    state: Mapped[str | None] = field(
        "状态", Code("event_state"), listed=True, filtered=True, default="reported", synonyms=("办理状态",)
    )
    lamp = computed("总时限", _lamp, Text(6), listed=True, tones=rules.LAMP_TONES)
    reporter: Mapped[str | None] = field(
        "上报人", PersonName, searched=True, group="上报", synonyms=("诉求人", "反映人", "举报人", "来电人", "联系人")
    )
    phone: Mapped[str | None] = field(
        "联系电话", Phone, mask="phone", group="上报", synonyms=("电话", "来电号码", "联系方式", "诉求人电话")
    )
    reported_at: Mapped[datetime | None] = field(
        "上报时间",
        Moment(),
        group="上报",
        synonyms=("受理时间", "登记时间", "来电时间", "发现时间", "创建时间"),
        help="不填时是现在",
    )
    unit = link(
        "责任单位", "units", filtered=True, group="办理", synonyms=("承办单位", "处置单位", "主办单位", "办理单位")
    )
    due_at: Mapped[datetime | None] = field(
        "办结时限", Moment(is_end=True), group="办理", synonyms=("截止时间", "要求办结时间", "处置截止时间", "办理时限", "到期时间"),
    )  # fmt: skip
    internal_due = computed(
        "内部时限", lambda row, _today: row.internal_due_at, Moment, group="办理", help="早于上级时限，留出改回复的时间"
    )
    result: Mapped[str | None] = field(
        "结果", LongText, group="办理", synonyms=("办理结果", "处置结果", "处理结果", "答复内容")
    )
    reply: Mapped[str | None] = field("回复稿", LongText, group="办理", help="上级平台的工单，在这里起草回复")
    closed_at: Mapped[datetime | None] = field(
        "办结时间", Moment(), group="办理", synonyms=("结案时间", "完成时间", "归档时间", "办理完成时间")
    )
    satisfaction: Mapped[str | None] = field(
        "满意度",
        Code("satisfaction"),
        filtered=True,
        group="办理",
        synonyms=("满意情况", "回访结果", "评价结果", "满意度评价"),
    )
    merged_into = link("并入", "events", group="办理", help="同一件事的主件；各人的回访各自做")
    handling: Mapped[str | None] = field(
        "流转方式", Code("event_handling"), filtered=True, group="上级平台", default=rules.OWN, help="上级平台的工单，这里只做内部分办",
    )  # fmt: skip
    upstream_state: Mapped[str | None] = field(
        "上级状态", Text(30), group="上级平台", synonyms=("工单状态", "当前状态", "案件状态", "流程状态", "当前环节", "办件状态"),
    )  # fmt: skip
    upstream_area: Mapped[str | None] = field(
        "上级派发", Text(60), group="上级平台", synonyms=("所属社区", "所属街道", "属地", "所属区域", "派发单位", "所属网格", "社区"),
    )  # fmt: skip
    note: Mapped[str | None] = field("备注", LongText, group="上级平台")

    registered_on: Mapped[date | None]
    """Day of the report: that of `reported_at`."""
    place_key: Mapped[str | None] = mapped_column(String(rules.MOST_KEY))
    internal_due_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    due_on: Mapped[date | None]
    filed_on: Mapped[date | None]
    dispatched_on: Mapped[date | None]
    """Day of the last dispatch."""
    dispatch_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    handled_at: Mapped[datetime | None] = mapped_column(UtcMoment())
    handled_on: Mapped[date | None]
    handled_by: Mapped[str | None] = mapped_column(String(64))
    """Name of who handled it last, on that day."""
    handler_uid: Mapped[str | None] = mapped_column(String(32))
    """Roster row of that grid worker; None for others."""
    rework_count: Mapped[int] = mapped_column(default=0)
    reopen_count: Mapped[int] = mapped_column(default=0)
    closed_on: Mapped[date | None]
    is_on_time: Mapped[bool | None]
    visited_on: Mapped[date | None]
    is_repeat: Mapped[bool] = mapped_column(default=False)
    is_excluded: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Left out of all rates by a decision (app.events.exclusions)."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        # Each holds all that a figure by that day reads, so that a month of 15,000 events is counted from it alone.
        return (
            Index("ix_events_area", "area_code", "id"),
            Index(
                "ix_events_reported",
                "registered_on",
                "area_code",
                "deleted_at",
                "state",
                "filed_on",
                "is_repeat",
                "is_excluded",
            ),
            Index(
                "ix_events_due", "due_on", "area_code", "deleted_at", "state", "handled_on", "is_on_time", "is_excluded"
            ),
            Index("ix_events_handled", "handled_on", "area_code", "deleted_at", "state", "rework_count", "is_excluded"),
            Index(
                "ix_events_dispatched",
                "dispatched_on",
                "area_code",
                "deleted_at",
                "state",
                "dispatch_count",
                "refused_count",
                "is_excluded",
            ),
            Index("ix_events_visited", "visited_on", "area_code", "deleted_at", "satisfaction", "is_excluded"),
            Index("ix_events_place", "place_key", "registered_on"),
        )


CATEGORIES = Register(
    EventCategory,
    name="event_categories",
    title="事件类别",
    noun="类别",
    keys=(("area", "name"),),
    group="events",
    icon="list",
    checks=(rules.check_category,),
    about="事件的大类和小类：什么情况立案、多久办完、归哪个单位。街道管，社区用。",
)
EVENTS = Register(
    Event,
    name="events",
    title="事件台账",
    noun="事件",
    keys=(("source", "number"),),
    group="events",
    icon="bell",
    checks=(rules.check_event,),
    prepare=(_later("fill"),),
    follow=rules.named_by_content,
    asked_on_import=(("source", ""), ("handling", rules.UPSTREAM)),
    on_saved=(
        _later("note_repeat", "place_key", "category_id"),
        _merging("refuse_early_visit", "merged_into_id"),
        _later("tell_reported"),
        _later("tell_others"),
        _later("note_deadline"),
    ),
    about="网格员上报、热线、随手拍、上级平台交来的事，都在这里。上级平台的工单直接导入导出的表，不用再打一遍。",
)
