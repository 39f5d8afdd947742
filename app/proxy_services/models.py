"""代办事项 and 代办台账."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.database.scope import below_and_above
from app.fields.types import Code, Date, LongText, PersonName, Phone, Text
from app.lowcode.column import computed, field, link, place
from app.lowcode.register import Register, steps_of
from app.lowcode.roster import RosterRow
from app.proxy_services import rules

ITEMS, ORDERS = "proxy_items", "proxy_orders"
_later = steps_of("app.proxy_services.steps")


class ProxyItem(RosterRow, Model):
    """One matter that may be done for somebody."""

    __tablename__ = "proxy_items"
    # What the street offers, its communities offer too.
    __scope__ = (below_and_above(ITEMS),)

    name: Mapped[str] = field(
        "事项", Text(80), listed=True, searched=True, required=True, pinyin=True, synonyms=("代办事项",)
    )
    area = place("适用区域")
    office: Mapped[str | None] = field("办理窗口", Text(80), listed=True, synonyms=("窗口",))
    materials: Mapped[str | None] = field("要带的材料", LongText, synonyms=("材料清单",), help="一行一件，一次告知")
    person_a = link("A岗", "community_workers", listed=True, help="平时谁办")
    person_b = link("B岗", "community_workers", listed=True, help="A岗不在时谁办")
    note: Mapped[str | None] = field("备注", LongText)


class ProxyOrder(RosterRow, Model):
    """One matter done for one person."""

    __tablename__ = "proxy_orders"

    name: Mapped[str | None] = field(
        "代办单", Text(120), listed=True, searched=True, pinyin=True, help="不用填，由姓名和事项组成"
    )
    number: Mapped[str | None] = field("编号", Text(40), listed=True, searched=True, help="不填时自动编号")
    resident = link("居民", "residents", help="从居民名册里选，姓名、电话不用再填")
    person: Mapped[str | None] = field("姓名", PersonName, searched=True, synonyms=("申请人", "服务对象"))
    phone: Mapped[str | None] = field("联系电话", Phone, mask="phone", searched=True, synonyms=("电话",))
    address: Mapped[str | None] = field("上门地址", Text(120), mask="address", synonyms=("住址", "地址"))
    area = place("所属网格", help="选了居民的，以居民所在网格为准")
    item = link("代办事项", ITEMS, listed=True, filtered=True, required=True, synonyms=("事项",))
    state: Mapped[str | None] = field(
        "状态", Code("proxy_state"), listed=True, filtered=True, default="asked", synonyms=("办理状态",)
    )
    asked_on: Mapped[date | None] = field("申请日期", Date, listed=True, synonyms=("受理日期",), help="不填时是今天")
    worker = link("承办人", "community_workers", listed=True, filtered=True, help="不填时按事项的A岗，A岗不在时是B岗")

    letter: Mapped[str | None] = field("委托书编号", Text(40), group="材料和期限")
    items_in: Mapped[str | None] = field("收到的材料", LongText, group="材料和期限", help="一行一件")
    items_out: Mapped[str | None] = field(
        "交回的材料", LongText, group="材料和期限", help="收了什么都要交回，办好的证件另起一行"
    )
    sealed_on: Mapped[date | None] = field("封口日期", Date, group="材料和期限", help="上门封口时自动填")
    due_on: Mapped[date | None] = field(
        "送回期限", Date, listed=True, group="材料和期限", help="封口后一个工作日，自动填"
    )
    delivered_on: Mapped[date | None] = field("送回日期", Date, group="材料和期限", help="送回签收时自动填")
    timing = computed(
        "时限", lambda row, today: rules.standing(row.state, row.due_on, row.delivered_on, today) or None, Text(8),
        listed=True, group="材料和期限",
        tones={"按时": "green", "超时": "red", "已超期": "red", "今天到期": "amber"},
    )  # fmt: skip
    first_received = computed(
        "首问责任人",
        lambda row, _today: row.first_by or None,
        Text(64),
        group="材料和期限",
        help="最先受理的人，转给别人也不变",
    )
    note: Mapped[str | None] = field("备注", LongText, group="材料和期限")

    first_by: Mapped[str] = mapped_column(String(64), default="")
    entitlement: Mapped[str] = mapped_column(String(40), default="", index=True)
    """Key of the rule of the profile by which people come to the item, whether he was found or asked himself; '' for
    items without one."""


ITEM_REGISTER = Register(
    ProxyItem,
    name=ITEMS,
    title="代办事项清单",
    noun="代办事项",
    keys=(("area", "name"),),
    group="residents",
    icon="list",
    checks=(rules.check_item,),
    about="哪些事可以上门代办，要带什么材料，谁是A岗、谁是B岗。",
)
REGISTER = Register(
    ProxyOrder,
    name=ORDERS,
    title="代办台账",
    noun="代办单",
    keys=(("area", "number"),),
    group="residents",
    icon="hands",
    checks=(rules.check,),
    prepare=(_later("fill"),),
    about="老人、行动不便的居民在家申请，工作人员上门收材料，封口、开封、重新封口各拍一张照片，一个工作日送回。",
)
