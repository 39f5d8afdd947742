"""走访台账: one row is one visit to one household."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.types import Code, Date, LongText, Text
from app.lowcode.column import computed, field, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with
from app.visits import rules

RESOURCE = "visits"
TONES = {"不用跟进": "grey", "已办结": "green", "待跟进": "amber", "已超期": "red"}


_later = steps_of("app.visits.steps")


class Visit(RosterRow, Model):
    """One visit."""

    __tablename__ = "visits"

    name: Mapped[str | None] = field(
        "走访", Text(160), listed=True, searched=True, pinyin=True, help="不用填，由户名和日期组成"
    )
    visited_on: Mapped[date] = field(
        "走访日期", Date(is_past=True), listed=True, required=True, synonyms=("日期", "走访时间", "入户时间")
    )
    household = link(
        "走访的户", "households", filtered=True, required=True, synonyms=("户", "户名", "走访对象", "住户")
    )
    area = place("所属网格", synonyms=("网格",), help="以户所在网格为准")
    worker = link("走访人", "grid_workers", listed=True, filtered=True, synonyms=("网格员", "走访人员"))
    companions: Mapped[str | None] = field("同去的人", Text(80), synonyms=("参与人员",))
    way: Mapped[str | None] = field("方式", Code("visit_way"), listed=True, filtered=True, default="door")
    found: Mapped[str] = field(
        "了解到的情况", LongText, searched=True, required=True, synonyms=("走访情况", "走访内容", "反映问题")
    )
    follow: Mapped[str | None] = field(
        "怎么跟进", Code("visit_follow"), listed=True, filtered=True, group="跟进", default="none"
    )
    follow_what: Mapped[str | None] = field("跟进什么事", Text(120), group="跟进")
    follow_by: Mapped[date | None] = field("跟进期限", Date, group="跟进")
    followed_on: Mapped[date | None] = field("办结日期", Date, group="跟进")
    result: Mapped[str | None] = field("办理结果", LongText, group="跟进", synonyms=("处理结果", "办理情况"))
    state = computed(
        "跟进情况", lambda row, today: rules.follow_state(row.follow, row.follow_by, row.followed_on, today), Text(4),
        listed=True, group="跟进", tones=TONES,
    )  # fmt: skip


REGISTER = Register(
    Visit,
    name=RESOURCE,
    title="走访台账",
    noun="走访",
    keys=(("household", "visited_on", "worker"),),
    group="residents",
    icon="home",
    checks=(rules.check,),
    prepare=(lies_with("household"), _later("name_it")),
    on_saved=(_later("tell"),),
    about="一户一次走访记一条：什么时候、谁去的、了解到什么、要跟进什么。多久没走访的户，点“久未走访”。",
)
