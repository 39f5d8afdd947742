"""The registers of supervision: 督办台账, its weekly progress, and batches with their letter."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, Index, String, and_, false
from sqlalchemy import Text as LongColumn
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.database.scope import below, by_unit, granted
from app.database.types import json_type
from app.fields.types import Code, Date, Integer, LongText, PersonName, Text
from app.lowcode.column import computed, field, lines, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import ChildRow, RosterRow
from app.registers.following import lies_with
from app.supervision import rules

ITEMS, PROGRESS, BATCHES = "supervision_items", "supervision_progress", "supervision_batches"
_later = steps_of("app.supervision.steps")


def _missed(row: Any, today: date) -> str:
    weeks = rules.missed_weeks(row.assigned_on, row.closed_on, row.told_weeks or (), today)
    return f"缺{len(weeks)}周" if weeks else ""


class SupervisionItem(RosterRow, Model):
    """One matter on the ledger, wherever it came from. Level, receipt and closing day are written by steps only."""

    __tablename__ = "supervision_items"
    # A department sees what it leads; one that helps is let in until the matter is closed.
    __scope__: ClassVar[Any] = (below(ITEMS), by_unit(ITEMS), granted(ITEMS))

    name: Mapped[str] = field(
        "督办事项",
        Text(120),
        listed=True,
        searched=True,
        required=True,
        synonyms=("事项", "事项名称", "督查事项", "任务"),
    )
    number: Mapped[str | None] = field("督办编号", Text(40), searched=True, synonyms=("编号",), help="不填时自动编号")
    source: Mapped[str] = field(
        "来源", Code("supervision_source"), listed=True, filtered=True, required=True, synonyms=("事项来源", "督办来源")
    )
    source_number: Mapped[str | None] = field(
        "来源文号", Text(80), searched=True, synonyms=("文号", "工单号", "批示编号", "信访编号")
    )
    demand: Mapped[str | None] = field("交办要求", LongText, searched=True, synonyms=("要求", "批示内容", "督办要求"))
    area = place("所在区域", listed=False, synonyms=("社区", "街道", "属地"), help="没有牵头单位的，由这个区域自己办")
    unit = link(
        "牵头单位", "units", listed=True, filtered=True, synonyms=("责任单位", "承办单位", "主办单位"),
        help="社区、街道自己办的不用填",
    )  # fmt: skip
    partners: Mapped[str | None] = field(
        "配合单位", Text(200), synonyms=("协办单位", "配合部门"), help="几个用顿号隔开；单位名册里有的，能看到这一件"
    )
    leader: Mapped[str | None] = field(
        "批示或交办人", PersonName, searched=True, synonyms=("批示领导", "交办领导", "交办人")
    )
    assigned_on: Mapped[date | None] = field(
        "交办日期", Date, group="期限", synonyms=("批示日期", "交办时间"), help="不填时是今天"
    )
    days: Mapped[int | None] = field(
        "办理工作日数",
        Integer(minimum=1, maximum=250),
        group="期限",
        help="按工作日历算出办结期限；不填就是 15 个工作日",
    )
    due_on: Mapped[date | None] = field(
        "办结期限",
        Date,
        listed=True,
        group="期限",
        synonyms=("完成时限", "时限", "办理期限"),
        help="写了日期就按日期，不用填工作日数",
    )
    standing_shown = computed(
        "时限", lambda row, today: rules.standing(row.due_on, row.closed_on, today), Text(4), listed=True, group="期限",
        tones={"已逾期": "red", "快到期": "amber", "正常": "green", "已销号": "grey"},
    )  # fmt: skip
    level_shown = computed(
        "督办次数", lambda row, _today: rules.LEVEL_NAMES[row.level or 0], Text(6), listed=True, group="督办",
        tones={"一次督办": "amber", "二次督办": "amber", "三次督办": "red", "未督办": "grey"},
    )  # fmt: skip
    missed = computed(
        "缺周进展",
        _missed,
        Text(8),
        listed=True,
        group="督办",
        help="交办的下一周起，每周一条进展；缺哪几周，见“报本周进展”",
    )
    progress_shown = computed("最近进展", lambda row, _today: row.last_progress, LongText, group="督办")
    progress_on_shown = computed("进展日期", lambda row, _today: row.last_progress_on, Date, group="督办")
    result_shown = computed("办结情况", lambda row, _today: row.result, LongText, group="督办")
    closed_shown = computed("销号日期", lambda row, _today: row.closed_on, Date, group="督办")
    note: Mapped[str | None] = field("备注", LongText, group="督办")

    source_register: Mapped[str | None] = mapped_column(String(60))
    source_uid: Mapped[str | None] = mapped_column(String(32))
    """The record it was taken from, once."""
    level: Mapped[int] = mapped_column(default=0)
    told_weeks: Mapped[list[str]] = mapped_column(json_type(), default=list)
    """Mondays of weeks with a line of progress."""
    last_progress: Mapped[str | None] = mapped_column(LongColumn)
    last_progress_on: Mapped[date | None]
    result: Mapped[str | None] = mapped_column(LongColumn)
    closed_on: Mapped[date | None]
    is_dropped: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Closed because it was withdrawn (撤销), not because it was done."""
    is_provisional: Mapped[bool] = mapped_column(default=False)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        table: Any = cls
        alive = and_(table.deleted_at.is_(None), table.source_uid.is_not(None))
        return (
            Index("ix_supervision_items_area", "area_code", "id"),
            Index("ix_supervision_items_due", "closed_on", "due_on", "area_code"),
            Index(
                "uq_supervision_items_source", "source_register", "source_uid", unique=True, sqlite_where=alive,
                postgresql_where=alive,
            ),
        )  # fmt: skip


class SupervisionProgress(RosterRow, Model):
    """What one week brought to one matter."""

    __tablename__ = "supervision_progress"
    __scope__: ClassVar[Any] = (below(PROGRESS), by_unit(PROGRESS))

    name: Mapped[str | None] = field("进展", Text(160), listed=True, searched=True, help="不用填，由事项和日期组成")
    item = link("督办事项", ITEMS, filtered=True, required=True, synonyms=("事项",))
    area = place("所在区域", help="以督办事项为准")
    unit = link("牵头单位", "units", listed=True, filtered=True, help="以督办事项为准")
    week_on: Mapped[date] = field(
        "哪一周", Date, listed=True, required=True, help="填那一周的任何一天", synonyms=("周", "日期")
    )
    text: Mapped[str] = field(
        "本周进展", LongText, listed=True, searched=True, required=True, synonyms=("进展情况", "工作进展")
    )
    next_step: Mapped[str | None] = field("下一步", LongText, synonyms=("下步打算", "下周计划"))
    told_by: Mapped[str | None] = field("填报人", PersonName, listed=True)


class SupervisionOrder(ChildRow, Model):
    """One matter in one batch: the supervision it got, its new limit, and the receipt that came back."""

    __tablename__ = "supervision_orders"
    __scope__: ClassVar[Any] = (below(BATCHES), by_unit(BATCHES))

    parent_id: Mapped[int] = mapped_column(ForeignKey("supervision_batches.id", ondelete="CASCADE"), index=True)
    number: Mapped[str | None] = field("督办编号", Text(40))
    problem: Mapped[str] = field("督办事项", Text(120), required=True)
    was_due_on: Mapped[date | None] = field("原定时限", Date)
    due_on: Mapped[date | None] = field("新的时限", Date)
    replied_on: Mapped[date | None] = field("回执日期", Date)
    accepted_on: Mapped[date | None] = field("审结日期", Date)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("supervision_items.id"), index=True)
    unit_id: Mapped[int | None]


class SupervisionBatch(RosterRow, Model):
    """One letter with its list: drafted by a clerk, signed by a named leader. Made by app.supervision.signing."""

    __tablename__ = "supervision_batches"
    __scope__: ClassVar[Any] = (below(BATCHES), by_unit(BATCHES))

    name: Mapped[str] = field("批次", Text(120), listed=True, searched=True, required=True)
    area = place("发函区域")
    unit = link("被督办单位", "units", listed=True, filtered=True)
    to_whom: Mapped[str | None] = field("主送", Text(80), listed=True, searched=True)
    level: Mapped[int | None] = field("第几次督办", Integer(minimum=1, maximum=3), listed=True)
    letter = link("函件", "letters", listed=True)
    state: Mapped[str | None] = field("状态", Code("letter_state"), listed=True, filtered=True)
    signatory: Mapped[str | None] = field("签发人", PersonName, listed=True)
    signed_on: Mapped[date | None] = field("签发日期", Date, listed=True)
    recorded_by: Mapped[str | None] = field("代录人", PersonName, help="领导在纸上签字、由工作人员代录的")
    orders = lines("督办事项", SupervisionOrder)


ITEM_REGISTER = Register(
    SupervisionItem,
    name=ITEMS,
    title="督办台账",
    noun="督办事项",
    keys=(("number",),),
    group="supervision",
    icon="list",
    checks=(rules.check_item,),
    prepare=(_later("fill_item"),),
    why_kept=lambda row: rules.kept_reason(row.level or 0),
    on_saved=(_later("let_partners_in", "partners"),),
    on_changed=(_later("refuse_removal", "deleted_at"),),
    about="领导批示、会议议定事项、上级交办、12345、信访和逾期的事，都在这一本台账里。系统里已有的，打开那条记录点“列入督办台账”，不用重打。",
)
PROGRESS_REGISTER = Register(
    SupervisionProgress,
    name=PROGRESS,
    title="督办周进展",
    noun="周进展",
    keys=(("item", "week_on"),),
    group="supervision",
    icon="clock",
    is_in_menu=False,
    checks=(rules.check_progress,),
    prepare=(lies_with("item"), _later("fill_progress")),
    on_saved=(_later("note_progress"),),
    about="督办事项每周一条进展。牵头单位在事项页点“报本周进展”；没报的周会标出来。",
)
BATCH_REGISTER = Register(
    SupervisionBatch,
    name=BATCHES,
    title="督办批次",
    noun="督办批次",
    keys=(),
    group="supervision",
    icon="send",
    is_in_menu=False,
    permissions=("read", "export"),
    about="同一个单位、同一次督办的事项合成一批，附清单，发一份有文号的函。到“待签发督办”里起草。",
)
