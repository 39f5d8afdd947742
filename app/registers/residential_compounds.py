"""小区名册: estates and open blocks; one of two groupings over buildings, the other being grids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.types import Code, Flag, Integer, LongText, Number, PersonName, Phone, Text, Year
from app.lowcode.column import field, link, place
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers.rules import not_more_than


class ResidentialCompound(RosterRow, Model):
    """One 小区."""

    __tablename__ = "residential_compounds"

    name: Mapped[str] = field(
        "小区名称",
        Text(60),
        listed=True,
        searched=True,
        required=True,
        pinyin=True,
        synonyms=("小区", "小区名", "住宅小区名称", "小区（院落）名称", "院落名称", "小院名称"),
    )
    kind: Mapped[str | None] = field(
        "小区类型", Code("compound_kind"), listed=True, filtered=True, synonyms=("小区性质", "类型", "住宅类型")
    )
    area = place("所属社区", synonyms=("社区", "所属网格", "所属社区/网格", "所属区域"), help="跨网格的小区选社区")
    address: Mapped[str | None] = field(
        "地址", Text(120), searched=True, synonyms=("坐落", "详细地址", "小区地址", "所在位置", "位置")
    )
    built_in: Mapped[int | None] = field(
        "建成年代", Year, synonyms=("建成年份", "竣工年份", "建成时间", "竣工时间", "建设年代", "建成年")
    )
    building_count: Mapped[int | None] = field(
        "楼栋数",
        Integer(minimum=0),
        listed=True,
        group="规模",
        synonyms=("楼栋数量", "幢数", "楼栋总数", "栋数", "楼数", "楼栋（幢）"),
    )
    unit_count: Mapped[int | None] = field(
        "单元数", Integer(minimum=0), group="规模", synonyms=("单元总数", "单元数量")
    )
    household_count: Mapped[int | None] = field(
        "总户数",
        Integer(minimum=0),
        listed=True,
        group="规模",
        synonyms=("户数", "住户数", "总户数（户）", "居民户数", "住宅户数", "规划户数"),
    )
    occupied_count: Mapped[int | None] = field(
        "入住户数", Integer(minimum=0), group="规模", synonyms=("入住数", "已入住户数", "实际入住户数", "实住户数")
    )
    resident_count: Mapped[int | None] = field(
        "居住人数",
        Integer(minimum=0),
        group="规模",
        synonyms=("人口", "人数", "总人口", "常住人口", "居民人数", "人口数", "居住人口"),
    )
    floor_area: Mapped[Decimal | None] = field(
        "建筑面积", Number(12, 2, unit="㎡", minimum=Decimal(0)), group="规模", synonyms=("总建筑面积",)
    )
    parking_count: Mapped[int | None] = field(
        "车位数", Integer(minimum=0), group="规模", synonyms=("停车位", "停车位数", "车位", "停车位数量")
    )
    management_mode: Mapped[str | None] = field(
        "管理方式",
        Code("property_management_mode"),
        listed=True,
        filtered=True,
        group="管理",
        synonyms=("物业管理方式", "管理模式", "物业管理模式"),
    )
    company = link(
        "物业企业",
        "property_companies",
        listed=True,
        filtered=True,
        group="管理",
        synonyms=("物业公司", "物业服务企业", "物业服务公司", "物业公司名称", "物业企业名称", "物业单位"),
    )
    manager: Mapped[str | None] = field(
        "物业负责人", PersonName, group="管理", synonyms=("项目经理", "物业经理", "物业项目经理", "物业联系人")
    )
    manager_phone: Mapped[str | None] = field(
        "物业电话",
        Phone,
        mask="phone",
        group="管理",
        synonyms=("物业联系电话", "物业负责人电话", "物业经理电话", "项目经理电话"),
    )
    has_owners_committee: Mapped[bool | None] = field(
        "有业委会",
        Flag,
        filtered=True,
        group="管理",
        synonyms=("业委会有无", "是否有业委会", "业委会", "是否成立业委会"),
    )
    has_monitoring: Mapped[bool | None] = field(
        "接入监控", Flag, group="管理", synonyms=("是否接入监控", "是否有监控", "监控")
    )
    note: Mapped[str | None] = field("备注", LongText, group="管理")


def check(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """The year has come; not more live there than there are homes for."""
    if values.get("built_in") and values["built_in"] > today.year:
        yield "built_in", "建成年代还没有到，请核对。"
    yield from not_more_than(values, "occupied_count", "household_count", labels=("入住户数", "总户数"))
    yield from not_more_than(values, "building_count", "unit_count", labels=("楼栋数", "单元数"))


REGISTER = Register(
    ResidentialCompound,
    name="residential_compounds",
    title="小区名册",
    keys=(("area", "name"),),
    group="property",
    icon="building",
    is_place=True,
    checks=(check,),
    about="商品房小区、老旧小区、开放式楼院都登记在这里。楼栋、业委会、物业企业按小区归在一起。",
)
