"""单位名册: 共建单位, 职能部门 and all others that give, lead or help."""

from __future__ import annotations

from datetime import date

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.database.scope import below_and_above
from app.fields.types import Code, CreditCode, Date, Flag, Integer, LongText, PersonName, Phone, Text
from app.lowcode.column import field, place
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow


class Unit(RosterRow, Model):
    """One unit outside the street's own tree."""

    __tablename__ = "units"
    # Departments are registered with the street or district; communities choose among them.
    __scope__ = (below_and_above("units"),)

    name: Mapped[str] = field(
        "单位名称",
        Text(80),
        listed=True,
        searched=True,
        required=True,
        pinyin=True,
        synonyms=(
            "单位",
            "名称",
            "单位全称",
            "共建单位名称",
            "企业名称",
            "商户名称",
            "单位（企业）名称",
            "机构名称",
            "驻区单位",
            "驻区单位名称",
        ),
    )
    short_name: Mapped[str | None] = field("简称", Text(40), searched=True)
    kind: Mapped[str | None] = field(
        "单位类别",
        Code("unit_kind"),
        listed=True,
        filtered=True,
        synonyms=("类别", "单位类型", "单位性质", "类型", "性质", "企业类型", "行业类别"),
    )
    line: Mapped[str | None] = field("条线", Code("unit_line"), listed=True, filtered=True, synonyms=("所属条线",))
    credit_code: Mapped[str | None] = field(
        "统一社会信用代码", CreditCode, searched=True, synonyms=("信用代码", "社会信用代码")
    )
    area = place("所在区域", synonyms=("所属社区", "社区", "所在社区", "所属区域"), help="街道、区的部门选街道或区")
    address: Mapped[str | None] = field(
        "地址", Text(120), searched=True, synonyms=("单位地址", "详细地址", "经营地址", "办公地址")
    )
    is_partner: Mapped[bool | None] = field(
        "共建单位",
        Flag,
        listed=True,
        filtered=True,
        group="共建",
        synonyms=("是否共建单位", "是否共建", "是否签约", "是否签订共建协议", "联盟成员"),
    )
    joined_on: Mapped[date | None] = field(
        "签约日期", Date, group="共建", synonyms=("共建协议日期", "加入日期", "签约时间", "协议签订时间", "签订时间")
    )
    agreement_ends_on: Mapped[date | None] = field(
        "协议到期", Date, group="共建", synonyms=("协议到期日", "协议到期时间", "协议截止日期")
    )
    reporting_members: Mapped[int | None] = field(
        "报到党员数", Integer(minimum=0), group="共建", synonyms=("在职报到党员数", "在职党员数")
    )
    party_organization: Mapped[str | None] = field("单位党组织", Text(80), group="共建", synonyms=("党组织名称",))
    head: Mapped[str | None] = field(
        "负责人",
        PersonName,
        searched=True,
        group="联系",
        synonyms=(
            "单位负责人",
            "法定代表人",
            "单位负责人姓名",
            "主要负责人",
            "法人",
            "法人代表",
            "经营者",
            "店主",
            "负责人姓名",
        ),
    )
    contact: Mapped[str | None] = field(
        "联系人", PersonName, listed=True, searched=True, group="联系", synonyms=("联系人姓名", "联络人", "联络员")
    )
    phone: Mapped[str | None] = field(
        "联系电话",
        Phone,
        mask="phone",
        listed=True,
        searched=True,
        group="联系",
        synonyms=("电话", "联系方式", "联系人电话", "联系人联系方式", "联系人手机", "负责人电话", "单位电话"),
    )
    note: Mapped[str | None] = field("备注", LongText, group="联系")


REGISTER = Register(
    Unit,
    name="units",
    title="单位名册",
    keys=(("credit_code",), ("area", "name")),
    group="residents",
    icon="building",
    about="共建单位、职能部门、学校、企业等都登记在这里；资源、项目、会议、任务的责任单位从这里选。",
)
