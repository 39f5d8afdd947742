"""物业企业名册: firms, what they look after, until when, and how."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.database.scope import below_and_above
from app.fields.types import Code, CreditCode, Date, Flag, Integer, LongText, Number, PersonName, Phone, Text
from app.lowcode.column import computed, field, place
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers import terms
from app.registers.rules import in_order

CONTRACT_WORDS: dict[str, str] = {
    "in_term": "履行中", "soon": "即将到期", "expired": "已到期", "extended": "已续延", "none": "未填",
}  # fmt: skip


def contract_of(row: Any) -> terms.Term:
    """The service contract, seen as a term: it too is running, running out or over."""
    return terms.Term(row.contract_ends_on)


class PropertyCompany(RosterRow, Model):
    """One firm's service in one area; a firm that serves two communities stands once, with the area of both."""

    __tablename__ = "property_companies"
    # A firm of several communities is registered with the street, and each of them may choose it.
    __scope__ = (below_and_above("property_companies"),)

    name: Mapped[str] = field(
        "企业名称", Text(80), listed=True, searched=True, required=True, pinyin=True,
        synonyms=("物业企业", "物业企业名称", "物业公司", "物业公司名称", "公司名称", "企业全称", "公司全称", "物业服务企业", "物业服务公司", "物业企业全称", "物业名称", "单位名称", "物业服务企业名称", "物业服务单位"),
    )  # fmt: skip
    credit_code: Mapped[str | None] = field(
        "统一社会信用代码", CreditCode, listed=True, searched=True, synonyms=("信用代码", "社会信用代码")
    )
    area = place("所属社区", synonyms=("社区", "所属社区/网格", "所在社区", "服务社区"), help="服务几个社区的选街道")
    legal_representative: Mapped[str | None] = field(
        "法定代表人",
        PersonName,
        searched=True,
        synonyms=("法人", "法定代表人姓名", "法人代表", "法人姓名", "法人代表姓名", "企业法人", "公司法人"),
    )
    manager: Mapped[str | None] = field(
        "项目经理",
        PersonName,
        listed=True,
        searched=True,
        synonyms=("物业负责人", "项目负责人", "项目经理姓名", "物业经理", "物业项目经理", "物业负责人姓名", "经理"),
    )
    manager_phone: Mapped[str | None] = field(
        "项目经理电话",
        Phone,
        mask="phone",
        listed=True,
        searched=True,
        synonyms=(
            "联系电话",
            "电话",
            "经理电话",
            "项目负责人电话",
            "物业负责人电话",
            "负责人电话",
            "物业电话",
            "物业联系电话",
            "项目经理联系电话",
            "联系方式",
        ),
    )
    property_kind: Mapped[str | None] = field("物业类型", Code("property_kind"), filtered=True, group="服务")
    building_count: Mapped[int | None] = field(
        "楼栋数", Integer(minimum=0), group="服务", synonyms=("服务楼栋数", "管理楼栋数", "楼栋")
    )
    household_count: Mapped[int | None] = field(
        "户数", Integer(minimum=0), group="服务", synonyms=("服务户数", "管理户数", "物业服务户数", "总户数", "住户数")
    )
    floor_area: Mapped[Decimal | None] = field(
        "建筑面积",
        Number(12, 2, unit="㎡", minimum=Decimal(0)),
        group="服务",
        synonyms=("服务面积", "管理面积", "服务面积（㎡）", "管理建筑面积", "物业管理面积", "总建筑面积"),
    )
    occupancy: Mapped[Decimal | None] = field(
        "入住率", Number(5, 1, unit="%", minimum=Decimal(0), maximum=Decimal(100)), group="服务"
    )
    fee: Mapped[Decimal | None] = field(
        "收费标准",
        Number(6, 2, unit="元/㎡·月", minimum=Decimal(0)),
        group="服务",
        synonyms=("物业费标准", "物业费", "物业收费标准", "物业服务费标准", "物业费收费标准"),
    )
    fee_collected: Mapped[Decimal | None] = field(
        "收费率",
        Number(5, 1, unit="%", minimum=Decimal(0), maximum=Decimal(100)),
        group="服务",
        synonyms=("物业费收缴率", "收缴率", "物业费收费率"),
    )
    selection: Mapped[str | None] = field(
        "选聘方式", Code("property_selection"), filtered=True, group="合同", synonyms=("选聘", "物业选聘方式")
    )
    contract_starts_on: Mapped[date | None] = field(
        "合同起",
        Date,
        group="合同",
        synonyms=(
            "合同开始",
            "合同起始日期",
            "合同起始时间",
            "合同开始时间",
            "合同开始日期",
            "合同签订日期",
            "合同签订时间",
            "服务开始时间",
            "合同期限",
            "合同起止",
            "合同起止时间",
            "合同起止日期",
            "合同期",
            "合同有效期",
            "服务期限",
            "物业服务期限",
        ),
        span=("contract_starts_on", "contract_ends_on"),
    )
    contract_ends_on: Mapped[date | None] = field(
        "合同止",
        Date,
        listed=True,
        group="合同",
        synonyms=(
            "合同到期",
            "合同终止",
            "合同结束日期",
            "合同到期时间",
            "合同截止日期",
            "合同截止时间",
            "合同终止时间",
            "合同到期日",
            "合同到期日期",
            "服务到期时间",
        ),
    )
    contract_state = computed(
        "合同状态", lambda row, today: CONTRACT_WORDS[terms.state_of(contract_of(row), today)], Text(10),
        listed=True, group="合同",
        tones={"履行中": "green", "即将到期": "amber", "已到期": "red"},
    )  # fmt: skip
    has_party_organization: Mapped[bool | None] = field(
        "有党组织",
        Flag,
        filtered=True,
        group="党建和信用",
        synonyms=("党组织有无", "是否有党组织", "是否成立党组织", "是否建立党组织"),
    )
    staff_count: Mapped[int | None] = field(
        "从业人数",
        Integer(minimum=0),
        group="党建和信用",
        synonyms=("员工数", "从业人员", "从业人员数", "员工人数", "职工人数"),
    )
    party_member_count: Mapped[int | None] = field(
        "党员人数", Integer(minimum=0), group="党建和信用", synonyms=("党员数", "党员")
    )
    is_red_property: Mapped[bool | None] = field(
        "红心物业", Flag, filtered=True, group="党建和信用", synonyms=("红色物业",)
    )
    credit_grade: Mapped[str | None] = field(
        "信用等级", Code("credit_grade"), filtered=True, group="党建和信用", synonyms=("信用评级", "信用评价等级")
    )
    note: Mapped[str | None] = field("备注", LongText, group="党建和信用")


def check(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """The contract ends after it begins."""
    yield from in_order(values, "contract_starts_on", "contract_ends_on", labels=("合同起", "合同止"), same_day=False)
    members, staff = values.get("party_member_count"), values.get("staff_count")
    if members is not None and staff is not None and members > staff:
        yield "party_member_count", f"党员人数（{members}）多于从业人数（{staff}），请核对。"


REGISTER = Register(
    PropertyCompany,
    name="property_companies",
    title="物业企业名册",
    noun="物业企业",
    keys=(("area", "credit_code"), ("area", "name")),
    group="property",
    icon="building",
    line="物业",
    checks=(check,),
    about="物业企业、项目经理、合同起止都登记在这里；合同快到期时首页会提醒。服务哪些小区，在小区名册里选。",
)
