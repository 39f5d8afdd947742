"""党费台账: one line for each member and month."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.types import Date, Flag, Month, Text
from app.lowcode.column import field, link
from app.lowcode.register import Register, RowAction
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with
from app.registers.party_dues import rules, service


class PartyDues(RosterRow, Model):
    """One month of one member."""

    __tablename__ = "party_dues"

    name: Mapped[str | None] = field(
        "摘要", Text(60), listed=True, searched=True, pinyin=True, help="由姓名和月份自动组成"
    )  # fmt: skip
    member = link("党员", "party_members", listed=True, filtered=True, required=True, synonyms=("姓名", "党员姓名"))
    month: Mapped[date] = field("月份", Month, listed=True, filtered=True, required=True, synonyms=("所属月份", "年月"))
    is_due: Mapped[bool | None] = field("应交", Flag, listed=True, filtered=True, default=True, synonyms=("是否应交",))
    is_paid: Mapped[bool | None] = field(
        "已交", Flag, listed=True, filtered=True, default=False, synonyms=("是否已交",)
    )
    paid_on: Mapped[date | None] = field("交纳日期", Date, listed=True, synonyms=("交费日期",))
    reason: Mapped[str | None] = field("未交或免交原因", Text(80))


REGISTER = Register(
    PartyDues,
    name="party_dues",
    title="党费台账",
    noun="党费记录",
    keys=(("member", "month"),),
    group="party",
    icon="list",
    line="党建",
    checks=(rules.check,),
    prepare=(lies_with("member"), service.name_it),
    on_saved=(service.write_paid_to,),
    actions=(
        RowAction("mark_paid", "标为已交", "把选中的 {count} 条标为今天已交。", service.mark_paid),
    ),
    about="每名在册党员每月一条，只记应交和已交，不收钱。在党员名册里勾选党员，可以一次登记本月应交。",
)  # fmt: skip
