"""物业整改台账: a red rating opens one rectification, with a deadline on the working calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.types import Date, Flag, LongText, PersonName, Text
from app.lowcode.column import computed, field, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import RosterRow
from app.property_ratings import rules
from app.registers.following import lies_with

RESOURCE = "rectifications"


_later = steps_of("app.property_ratings.rectifying")


class Rectification(RosterRow, Model):
    """What one company has to put right after one red rating."""

    __tablename__ = "rectifications"

    name: Mapped[str | None] = field(
        "整改", Text(160), listed=True, searched=True, pinyin=True, help="不用填，由评价组成"
    )
    rating = link("哪次评价", "property_ratings", filtered=True, required=True)
    area = place("所属社区", help="以评价的社区为准")
    opened_on: Mapped[date] = field("开始日期", Date, listed=True, required=True)
    due_on: Mapped[date | None] = field("整改期限", Date, listed=True, help="不填就是开始后 10 个工作日，按工作日历算")
    is_provisional: Mapped[bool | None] = field("期限暂定", Flag, help="那一年的放假安排还没公布")
    demands: Mapped[str | None] = field("要整改什么", LongText, help="不填就取评价的扣分事项")
    result: Mapped[str | None] = field("整改情况", LongText, group="整改和复查")
    mended_on: Mapped[date | None] = field("改好日期", Date, group="整改和复查")
    checked_by: Mapped[str | None] = field("复查人", PersonName, group="整改和复查")
    checked_on: Mapped[date | None] = field("复查日期", Date, group="整改和复查")
    withdrawn: Mapped[str | None] = field("不再要整改的原因", Text(120), group="整改和复查")
    state = computed(
        "状态", rules.rectification_state, Text(4), listed=True,
        tones={"整改中": "amber", "已超期": "red", "待复查": "blue", "已销号": "green", "已撤销": "grey"},
    )  # fmt: skip


def check(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """Mended before checked, by somebody named; not ahead of today."""
    opened, due, mended, checked = (values.get(name) for name in ("opened_on", "due_on", "mended_on", "checked_on"))
    if opened and due and due < opened:
        yield "due_on", "整改期限早于开始日期，请核对。"
    if mended and mended > today:
        yield "mended_on", "改好日期还没到，请核对。"
    if bool(checked) != bool(values.get("checked_by")):
        yield "checked_by", "复查人和复查日期要一起填。"
    if checked and checked > today:
        yield "checked_on", "复查日期还没到，请核对。"
    if checked and (not mended or checked < mended):
        yield "checked_on", "复查要在改好以后，请先填改好日期。"


REGISTER = Register(
    Rectification,
    name=RESOURCE,
    title="物业整改台账",
    noun="整改",
    keys=(("rating",),),
    group="property",
    icon="warn",
    line="物业",
    checks=(check,),
    prepare=(lies_with("rating"), _later("fill")),
    about="评价为红的物业企业，系统自动开一条整改，期限按工作日历算；改好后由另外的人复查销号。",
)
