"""值班人员, 值班表 with its records, and 调班登记."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database.scope import below
from app.duty import rules
from app.fields.types import Code, Date, Flag, LongText, PersonName, Phone, Text
from app.lowcode.column import computed, field, lines, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import ChildRow, RosterRow
from app.registers.following import lies_with

SHIFTS, SWAPS, MEMBERS = "duty_shifts", "duty_swaps", "duty_members"
STATE_TONES = {"缺记录": "red", "值班中": "blue", "有记录": "green", "零报告": "green", "未到": "grey"}
SWAP_TONES = {"待批准": "amber", "已批准": "green", "未批准": "grey"}


_later = steps_of("app.duty.steps")


class DutyAway(ChildRow, Model):
    """A span in which somebody is given no turn."""

    __tablename__ = "duty_aways"
    __scope__ = (below("duty_members"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("duty_members.id", ondelete="CASCADE"), index=True)
    begins_on: Mapped[date] = field("从", Date, required=True)
    ends_on: Mapped[date] = field("到", Date, required=True)
    reason: Mapped[str | None] = field("原因", Text(40))


class DutyMember(RosterRow, Model):
    """Somebody who takes turns in one role of one office."""

    __tablename__ = "duty_members"

    name: Mapped[str | None] = field(
        "姓名", PersonName, listed=True, searched=True, pinyin=True, help="不用填，由名册或账号带出"
    )
    role: Mapped[str] = field("值班岗位", Code("duty_role"), listed=True, filtered=True, required=True)
    area = place("值班单位", synonyms=("单位", "社区"))
    worker = link("社区工作者", "community_workers", help="三项里选填一项")
    grid_worker = link("网格员", "grid_workers")
    account: Mapped[str | None] = field("登录账号", Text(64), help="不在名册里的街道干部，填他的登录账号")
    phone: Mapped[str | None] = field("值班电话", Phone, mask="phone", listed=True, help="不填的由名册带出")
    starts_on: Mapped[date | None] = field("参加日期", Date, listed=True, help="从哪天起排班，不填就是一直在名单里")
    ends_on: Mapped[date | None] = field("退出日期", Date)
    aways = lines("不排班的日子", DutyAway, group="请假", help="休假、外出学习等，排班时避开")
    note: Mapped[str | None] = field("备注", LongText, group="请假")

    away_rows: Mapped[list[DutyAway]] = relationship(viewonly=True, lazy="selectin", order_by=DutyAway.position)


class DutyEntry(ChildRow, Model):
    """One thing that happened during a shift."""

    __tablename__ = "duty_entries"
    __scope__ = (below("duty_shifts"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("duty_shifts.id", ondelete="CASCADE"), index=True)
    at: Mapped[str] = field("时间", Text(20), required=True, help="例：21:40")
    matter: Mapped[str] = field("什么事", Text(200), required=True)
    handled: Mapped[str] = field("怎么处理的", Text(200), required=True)
    told: Mapped[str | None] = field("报告给谁", Text(60))


class DutyShift(RosterRow, Model):
    """One day of one office: who stands, why, and what happened."""

    __tablename__ = "duty_shifts"

    name: Mapped[str | None] = field(
        "班次", Text(80), listed=True, searched=True, pinyin=True, help="不用填，由日期和单位组成"
    )
    duty_on: Mapped[date] = field("值班日期", Date, listed=True, required=True, synonyms=("日期",))
    area = place("值班单位", synonyms=("单位", "社区"))
    day_kind: Mapped[str | None] = field(
        "日别", Code("duty_day_kind"), listed=True, filtered=True, help="不用填，按工作日历算出"
    )
    leader = link("带班", "duty_members", listed=True, filtered=True)
    main = link("主班", "duty_members", listed=True, filtered=True)
    deputy = link("副班", "duty_members", listed=True, filtered=True)
    is_fixed: Mapped[bool | None] = field("不再重排", Flag, help="打勾的班次，重新排班时不动；调过的班自动打勾")
    why: Mapped[str | None] = field("为什么是他", LongText, help="排班时自动写明")
    entries = lines("值班记录", DutyEntry, group="值班记录")
    is_zero: Mapped[bool | None] = field("零报告", Flag, group="值班记录", help="这一班没有事，打勾")
    state = computed(
        "记录情况",
        lambda row, today: rules.record_state(
            duty_on=row.duty_on, today=today, is_zero=bool(row.is_zero), entry_count=len(row.entry_rows)
        ),
        Text(4), listed=True, group="值班记录", tones=STATE_TONES,
    )  # fmt: skip
    note: Mapped[str | None] = field("备注", LongText, group="值班记录")

    entry_rows: Mapped[list[DutyEntry]] = relationship(viewonly=True, lazy="selectin", order_by=DutyEntry.position)


class DutySwap(RosterRow, Model):
    """One exchange: asked by a clerk, agreed to by whoever answers for the office."""

    __tablename__ = "duty_swaps"

    name: Mapped[str | None] = field(
        "调班", Text(120), listed=True, searched=True, pinyin=True, help="不用填，由日期、岗位和姓名组成"
    )
    shift = link("班次", "duty_shifts", required=True, filtered=True)
    role: Mapped[str] = field("值班岗位", Code("duty_role"), listed=True, filtered=True, required=True)
    giver = link("原值班人", "duty_members", listed=True, required=True)
    taker = link("顶班人", "duty_members", listed=True, required=True)
    other_shift = link("换回的班次", "duty_shifts", help="顶班人的哪一班由原值班人来值；不换回就不填")
    area = place("值班单位", help="以班次的单位为准")
    reason: Mapped[str] = field("原因", Text(120), required=True, listed=True)
    state_shown = computed("状态", lambda row, _today: row.state, Text(4), listed=True, tones=SWAP_TONES)
    decided = computed(
        "谁批准",
        lambda row, _today: f"{row.decided_by} {row.decided_on.isoformat()}" if row.decided_on else None,
        Text(60), listed=True,
    )  # fmt: skip

    state: Mapped[str] = mapped_column(String(4), default="待批准")
    """Moved by app.duty.service alone."""
    decided_by: Mapped[str] = mapped_column(String(40), default="")
    decided_on: Mapped[date | None]


REGISTER = Register(
    DutyShift,
    name=SHIFTS,
    title="值班登记",
    noun="班次",
    keys=(("area", "duty_on"),),
    group="daily",
    icon="clock",
    checks=(rules.check_shift,),
    prepare=(_later("name_shift"),),
    on_saved=(_later("one_report"),),
    about="每天一班：带班、主班、副班和值班记录。在“值班表”里一次排好一个月，不用逐天新增。",
)
MEMBER_REGISTER = Register(
    DutyMember,
    name=MEMBERS,
    title="值班人员",
    noun="值班人员",
    keys=(("area", "role", "worker"), ("area", "role", "grid_worker"), ("area", "role", "account")),
    group="daily",
    icon="people",
    left_column="ends_on",
    checks=(rules.check_member,),
    prepare=(_later("fill_member"),),
    on_saved=(_later("must_be_somebody"),),
    about="谁参加值班、值哪个岗位。人从名册或登录账号里选，排班按这里的先后和日期。",
)
SWAP_REGISTER = Register(
    DutySwap,
    name=SWAPS,
    title="调班登记",
    noun="调班",
    keys=(("shift", "role", "giver"),),
    group="daily",
    icon="undo",
    prepare=(lies_with("shift"), _later("name_swap")),
    on_saved=(_later("swap_can_be"),),
    permissions=("read", "write", "export", "import", "review"),
    about="谁和谁调班、为什么、谁批准。批准后值班表自动改，原来的安排留在修改记录里。",
)
