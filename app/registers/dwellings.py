"""房屋名册: every home, shop and office of a building."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.extensions import db
from app.fields.addresses import NOTHING, room_name, unit_name
from app.fields.types import Code, Date, Integer, LongText, Number, PersonName, Phone, Text
from app.lowcode.column import field, link, place
from app.lowcode.naming import Naming
from app.lowcode.register import Register, register
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with, pull_along
from app.registers.homes import split_dwelling


class Dwelling(RosterRow, Model):
    """One 房屋."""

    __tablename__ = "dwellings"

    name: Mapped[str | None] = field(
        "房屋名称", Text(100), listed=True, searched=True, pinyin=True, synonyms=("房屋", "房屋地址", "住址", "房屋坐落", "详细地址"),
        help="不填时由楼栋、单元、房号组成，例：富康新村3幢1单元501室",
    )  # fmt: skip
    building = link(
        "楼栋",
        "buildings",
        filtered=True,
        required=True,
        parts_exported=True,
        synonyms=("楼号", "幢号", "所在楼栋", "楼栋名称", "幢", "栋", "楼幢", "楼栋号", "栋号"),
    )
    unit_number: Mapped[str | None] = field(
        "单元", Text(20), listed=True, synonyms=("单元号", "单元（梯）"), help="没有单元的不填", norm=unit_name
    )
    room_number: Mapped[str] = field(
        "房号",
        Text(20),
        listed=True,
        required=True,
        norm=room_name,
        synonyms=("室号", "门牌", "房间号", "室", "房间", "门牌号", "户室号", "室号（房号）"),
    )
    area = place("所属网格", synonyms=("网格", "所属区域", "区域"), help="以楼栋所在网格为准")
    state: Mapped[str | None] = field(
        "房屋状态",
        Code("house_state"),
        listed=True,
        filtered=True,
        synonyms=("状态", "入住状态", "入住情况", "房屋现状"),
    )
    use: Mapped[str | None] = field(
        "房屋用途", Code("house_use"), filtered=True, synonyms=("用途", "房屋性质", "使用性质", "房屋类型")
    )
    storey: Mapped[int | None] = field("楼层", Integer(minimum=-5, maximum=150), group="房屋", synonyms=("所在楼层",))
    floor_area: Mapped[Decimal | None] = field(
        "面积",
        Number(9, 2, unit="㎡", minimum=Decimal(0)),
        group="房屋",
        synonyms=("建筑面积", "房屋面积", "面积（㎡）", "住房面积"),
    )
    orientation: Mapped[str | None] = field("朝向", Code("orientation"), group="房屋")
    layout: Mapped[str | None] = field("户型", Text(20), group="房屋", help="例：两室一厅")
    property_kind: Mapped[str | None] = field("物业类型", Code("property_kind"), group="房屋")
    handed_over_on: Mapped[date | None] = field(
        "交房时间", Date, group="房屋", synonyms=("交付时间", "交房日期", "交付日期")
    )
    right_years: Mapped[int | None] = field(
        "产权年限", Integer(unit="年", minimum=1, maximum=99), group="房屋", synonyms=("产权年数",)
    )
    owner: Mapped[str | None] = field(
        "产权人",
        PersonName,
        listed=True,
        searched=True,
        group="产权人",
        synonyms=("业主", "业主姓名", "房主", "房主姓名", "产权人姓名", "房东", "房东姓名", "产权所有人", "所有权人"),
    )
    owner_phone: Mapped[str | None] = field(
        "产权人电话",
        Phone,
        mask="phone",
        searched=True,
        group="产权人",
        synonyms=("业主电话", "联系电话", "房东电话", "房主电话", "业主联系电话", "房东联系电话", "业主手机"),
    )
    labels: Mapped[str | None] = field("标签", Text(60), searched=True, group="产权人")
    note: Mapped[str | None] = field("备注", LongText, group="产权人")


def check(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """What stands empty or unsold was not handed over in the future."""
    handed_over = values.get("handed_over_on")
    if handed_over and handed_over > today and values.get("state") not in ("undelivered", "unsold", None):
        yield "handed_over_on", "交房时间还没有到，房屋状态请选“未交付”，或核对日期。"


def write_by_norm(row: Any) -> None:
    """单元 and 房号 as the address norm has them, and a full name where none was typed."""
    if row.unit_number:
        number = unit_name(row.unit_number)
        row.unit_number = None if number == NOTHING else number
    if row.room_number:
        room = room_name(row.room_number)
        row.room_number = row.room_number if room == NOTHING else room
    if not row.name and row.room_number and row.building_id:
        with db.session.no_autoflush:
            building = db.session.get(register("buildings").model, row.building_id)
        if building is not None:
            room = row.room_number if row.room_number.endswith("室") else f"{row.room_number}室"
            row.name = f"{building.name}{row.unit_number or ''}{room}"


REGISTER = Register(
    Dwelling,
    name="dwellings",
    title="房屋名册",
    noun="房屋",
    keys=(("building", "unit_number", "room_number"), ("area", "name")),
    group="property",
    icon="building",
    checks=(check,),
    prepare=(lies_with("building"), write_by_norm),
    on_changed=(pull_along,),
    naming=Naming(
        ("building", "unit_number", "room_number"), made_from=("building", "room_number"), split=split_dwelling
    ),
    about="先登记楼栋，再登记房屋。空房、出租房、商铺也登记，用“房屋状态”“房屋用途”区分。",
)
