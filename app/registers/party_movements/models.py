"""党员变动台账: 转入 转出 发展 流出 失联 去世 and the rest, each dated, with its letter and its receipt."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.types import Code, Date, LongText, PersonName, Text
from app.lowcode.column import computed, field, link
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with
from app.registers.party_members.rules import receipt_state
from app.registers.party_movements import rules, service


class PartyMovement(RosterRow, Model):
    """One movement of one member."""

    __tablename__ = "party_movements"

    name: Mapped[str | None] = field(
        "摘要", Text(80), listed=True, searched=True, pinyin=True, help="不填时由姓名和变动类别组成"
    )
    member = link("党员", "party_members", filtered=True, required=True, synonyms=("姓名", "党员姓名"))
    kind: Mapped[str] = field(
        "变动类别", Code("member_movement"), listed=True, filtered=True, required=True, synonyms=("变动", "变动类型")
    )
    moved_on: Mapped[date] = field(
        "变动日期", Date(is_past=True), listed=True, required=True, synonyms=("日期", "变动时间"),
        help="以支部接收、转出或上级批准的日期为准",
    )  # fmt: skip
    from_organization: Mapped[str | None] = field(
        "从哪里来", Text(80), searched=True, synonyms=("转出单位", "原党组织")
    )
    to_organization: Mapped[str | None] = field("到哪里去", Text(80), searched=True, synonyms=("转入单位", "去向"))
    paper: Mapped[str | None] = field("批准文号", Text(60))

    letter_number: Mapped[str | None] = field(
        "介绍信编号", Text(40), searched=True, group="介绍信和回执", synonyms=("介绍信号",)
    )
    sent_on: Mapped[date | None] = field(
        "介绍信开出日期", Date, group="介绍信和回执", help="转入、转出不填时按变动日期算"
    )
    receipt_due_on: Mapped[date | None] = field("回执期限", Date, group="介绍信和回执", help="不填时为开出后 30 天")
    received_on: Mapped[date | None] = field(
        "回执收到日期", Date(is_past=True), group="介绍信和回执", synonyms=("回执日期",)
    )
    receipt = computed(
        "回执",
        lambda row, today: receipt_state(
            row.kind, row.sent_on or row.moved_on, row.receipt_due_on, row.received_on, today=today
        ) or None,
        Code("receipt_state"), listed=True, group="介绍信和回执",
        tones={"awaited": "amber", "overdue": "red", "received": "green"},
    )  # fmt: skip
    handled_by: Mapped[str | None] = field("经办人", PersonName, group="介绍信和回执")
    note: Mapped[str | None] = field("备注", LongText)


REGISTER = Register(
    PartyMovement,
    name="party_movements",
    title="党员变动台账",
    noun="党员变动",
    keys=(("member", "kind", "moved_on"),),
    group="party",
    icon="list",
    line="党建",
    checks=(rules.check,),
    prepare=(lies_with("member"), service.name_it),
    on_saved=(service.apply_to_member,),
    about="转入、转出、发展、流出、失联、去世等逐笔登记，登记后党员名册自动更新；月报按这里算出上月、增、减、本月。",
)
