"""联合巡查安排 and 联合巡查台账."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import below
from app.fields.types import Date, Flag, Integer, LongText, Text
from app.joint_patrols import rules
from app.lowcode.column import computed, field, lines, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import ChildRow, RosterRow
from app.registers.following import lies_with

PLANS, PATROLS = "patrol_plans", "joint_patrols"


_later = steps_of("app.joint_patrols.steps")


class PatrolPlan(RosterRow, Model):
    """One compound is walked on one day of each month."""

    __tablename__ = "patrol_plans"

    name: Mapped[str | None] = field(
        "安排", Text(80), listed=True, searched=True, pinyin=True, help="不用填，由小区和日子组成"
    )
    compound = link(
        "巡查的小区", "residential_compounds", listed=True, filtered=True, required=True, synonyms=("小区",)
    )
    area = place("所属社区", help="以小区所在社区为准")
    day: Mapped[int] = field("每月几日", Integer(minimum=1, maximum=31), listed=True, required=True)
    who: Mapped[str | None] = field("参加单位", Text(120), help="例：小区党支部、业委会、物业")
    is_stopped: Mapped[bool | None] = field("停用", Flag, listed=True, help="打勾以后不再生成新的巡查")


class PatrolFinding(ChildRow, Model):
    """One fault somebody found."""

    __tablename__ = "patrol_findings"
    __scope__ = (below("joint_patrols"),)

    parent_id: Mapped[int] = mapped_column(ForeignKey("joint_patrols.id", ondelete="CASCADE"), index=True)
    location: Mapped[str] = field("在哪里", Text(60), required=True)
    problem: Mapped[str] = field("什么问题", Text(160), required=True)
    mender: Mapped[str | None] = field("谁来改", Text(60))
    mend_by: Mapped[date | None] = field("整改期限", Date)
    is_mended: Mapped[bool | None] = field("已整改", Flag)


class JointPatrol(RosterRow, Model):
    """One patrol of one month."""

    __tablename__ = "joint_patrols"

    name: Mapped[str | None] = field(
        "巡查", Text(80), listed=True, searched=True, pinyin=True, help="不用填，由小区和月份组成"
    )
    compound = link("巡查的小区", "residential_compounds", filtered=True, required=True, synonyms=("小区",))
    area = place("所属社区", help="以小区所在社区为准")
    planned_on: Mapped[date] = field("应巡日期", Date, listed=True, required=True)
    held_on: Mapped[date | None] = field("实际巡查日期", Date, listed=True)
    party_side: Mapped[str | None] = field("党组织参加人", Text(80), group="参加的人")
    owners_side: Mapped[str | None] = field("业委会参加人", Text(80), group="参加的人")
    property_side: Mapped[str | None] = field("物业参加人", Text(80), group="参加的人")
    findings = lines("发现的问题", PatrolFinding, group="发现的问题")
    why_missed: Mapped[str | None] = field("没巡的原因", Text(120), group="发现的问题")
    state = computed(
        "状态", lambda row, today: rules.state_of(row.planned_on, row.held_on, today), Text(3), listed=True,
        tones={rules.DONE: "green", rules.WAITING: "grey", rules.MISSED: "red"},
    )  # fmt: skip
    note: Mapped[str | None] = field("备注", LongText, group="发现的问题")


PLAN_REGISTER = Register(
    PatrolPlan,
    name=PLANS,
    title="联合巡查安排",
    noun="巡查安排",
    keys=(("compound", "day"),),
    group="property",
    icon="clock",
    checks=(rules.check_plan,),
    prepare=(lies_with("compound"), _later("name_plan")),
    about="哪个小区每月几日联合巡查。定好以后每个月自动生成，到期没巡的会提醒。",
)
REGISTER = Register(
    JointPatrol,
    name=PATROLS,
    title="联合巡查台账",
    noun="联合巡查",
    keys=(("compound", "planned_on"),),
    group="property",
    icon="check",
    checks=(rules.check_patrol,),
    prepare=(lies_with("compound"), _later("name_patrol")),
    about="支部、业委会、物业每月固定一天一起走小区，发现的问题逐条写明谁来改、什么时候改好。",
)
