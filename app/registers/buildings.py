"""楼栋名册: buildings; each lies in one grid and belongs to one compound, and is what moves when grids change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.extensions import db
from app.fields.addresses import NOTHING, building_name
from app.fields.types import Code, Flag, Integer, LongText, Text, Year
from app.lowcode.column import field, link, place
from app.lowcode.naming import Naming
from app.lowcode.register import Register, register
from app.lowcode.roster import RosterRow
from app.registers.following import pull_along
from app.registers.homes import split_building


class Building(RosterRow, Model):
    """One building."""

    __tablename__ = "buildings"

    name: Mapped[str | None] = field(
        "楼栋名称", Text(80), listed=True, searched=True, pinyin=True, synonyms=("楼栋全称", "楼栋名", "楼幢名称"),
        help="不填时由小区和楼栋号组成，例：富康新村3幢",
    )  # fmt: skip
    compound = link(
        "所属小区",
        "residential_compounds",
        listed=True,
        filtered=True,
        synonyms=("小区", "小区名称", "所在小区", "小区名"),
    )
    number: Mapped[str] = field(
        "楼栋号", Text(30), required=True, searched=True, synonyms=("楼栋", "楼号", "幢号", "栋号", "楼栋编号", "幢", "栋", "楼幢号", "几幢", "楼栋幢号"),
        help="写成“3幢”，填“3栋”“3号楼”会自动改写", norm=building_name,
    )  # fmt: skip
    area = place("所属网格", synonyms=("网格", "网格名称", "所在网格"))
    kind: Mapped[str | None] = field(
        "楼栋类型", Code("building_kind"), listed=True, filtered=True, synonyms=("楼栋性质", "建筑类型")
    )
    unit_count: Mapped[int | None] = field(
        "单元数", Integer(minimum=0, maximum=60), listed=True, group="规模", synonyms=("单元", "单元个数")
    )
    storey_count: Mapped[int | None] = field(
        "层数",
        Integer(minimum=1, maximum=150),
        listed=True,
        group="规模",
        synonyms=("楼层数", "总层数", "楼层", "地上层数"),
    )
    household_count: Mapped[int | None] = field(
        "户数", Integer(minimum=0), listed=True, group="规模", synonyms=("总户数", "住户数", "总户数（户）", "居民户数")
    )
    has_lift: Mapped[bool | None] = field(
        "有电梯", Flag, filtered=True, group="规模", synonyms=("电梯", "是否有电梯", "电梯有无")
    )
    built_in: Mapped[int | None] = field("建成年代", Year, group="规模", synonyms=("建成年份", "建成时间", "建设年代"))
    party_group = link(
        "楼栋党小组", "party_organizations", filtered=True, group="党建", synonyms=("党小组", "对应党小组")
    )
    address: Mapped[str | None] = field("门牌地址", Text(120), searched=True, synonyms=("地址", "详细地址", "门牌号"))
    note: Mapped[str | None] = field("备注", LongText)


def check(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """The year has come."""
    if values.get("built_in") and values["built_in"] > today.year:
        yield "built_in", "建成年代还没有到，请核对。"


def write_by_norm(row: Any) -> None:
    """楼栋号 as the address norm has it, and a full name out of compound and number where none was typed."""
    if row.number:
        number = building_name(row.number)
        row.number = row.number if number == NOTHING else number
    if not row.name and row.number:
        compound = None
        if row.compound_id is not None:
            with db.session.no_autoflush:
                compound = db.session.get(register("residential_compounds").model, row.compound_id)
        row.name = f"{compound.name if compound is not None else ''}{row.number}"


REGISTER = Register(
    Building,
    name="buildings",
    title="楼栋名册",
    keys=(("compound", "number"), ("area", "name")),
    group="property",
    icon="building",
    is_place=True,
    checks=(check,),
    prepare=(write_by_norm,),
    on_changed=(pull_along,),
    naming=Naming(("compound", "number"), made_from=("compound", "number"), split=split_building),
    about="每幢楼归一个小区，也归一个网格。楼栋换了网格，楼里的房屋、住户跟着换。",
)
