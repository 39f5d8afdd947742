"""楼栋长名册: 楼栋长, 单元长 and all who answer for a building or a stairwell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.fields.addresses import NOTHING, unit_name
from app.fields.types import Code, Date, IdNumber, Integer, LongText, PersonName, Phone, Text
from app.lowcode.column import field, link, place, sealed
from app.lowcode.register import Register
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with
from app.registers.rules import in_order, not_ahead


class BuildingHead(RosterRow, Model):
    """One person who answers for one building or stairwell."""

    __tablename__ = "building_heads"

    name: Mapped[str] = field(
        "姓名",
        PersonName,
        listed=True,
        searched=True,
        required=True,
        pinyin=True,
        synonyms=("楼栋长", "楼长", "单元长", "楼栋长姓名", "楼长姓名", "单元长姓名", "三长姓名"),
    )
    id_number = sealed("身份证号", IdNumber, synonyms=("身份证号码", "公民身份号码", "证件号码"))
    sex: Mapped[str | None] = field("性别", Code("sex"))
    political_status: Mapped[str | None] = field("政治面貌", Code("political_status"), filtered=True)
    phone: Mapped[str | None] = field(
        "联系电话", Phone, mask="phone", listed=True, searched=True, synonyms=("手机", "手机号", "手机号码", "电话")
    )
    post: Mapped[str] = field(
        "职务",
        Code("building_post"),
        listed=True,
        filtered=True,
        required=True,
        group="岗位",
        synonyms=("楼栋职务", "类别", "三长类别"),
    )
    building = link(
        "负责楼栋",
        "buildings",
        listed=True,
        filtered=True,
        group="岗位",
        synonyms=("楼栋", "楼号", "楼栋名称", "所在楼栋", "楼幢", "幢号", "栋号", "负责楼幢", "楼栋号"),
    )
    unit_number: Mapped[str | None] = field(
        "单元",
        Text(20),
        listed=True,
        group="岗位",
        synonyms=("负责单元", "单元号", "所在单元", "负责的单元"),
        help="单元长必须填写，例：1单元",
    )
    area = place("所属网格", group="岗位", synonyms=("网格", "所在网格"), help="选了楼栋的，以楼栋所在网格为准")
    kind: Mapped[str | None] = field(
        "专/兼职", Code("grid_worker_kind"), filtered=True, group="岗位", synonyms=("专兼职", "日常/兼职")
    )
    household_count: Mapped[int | None] = field(
        "负责户数", Integer(minimum=0), listed=True, group="岗位", synonyms=("户数", "分管户数", "包联户数", "管理户数")
    )
    chat_group: Mapped[str | None] = field(
        "居民微信群", Text(60), group="岗位", synonyms=("微信群", "楼栋微信群", "微信群名称", "群名称")
    )
    since_on: Mapped[date | None] = field(
        "任职日期", Date, group="岗位", synonyms=("上任日期", "任职时间", "上任时间", "聘任时间")
    )
    left_on: Mapped[date | None] = field("卸任日期", Date, group="岗位", synonyms=("离任日期", "卸任时间", "离任时间"))
    note: Mapped[str | None] = field("备注", LongText)


def check(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """A stairwell's head has a stairwell; days in order."""
    if values.get("post") == "unit_head" and not values.get("unit_number"):
        yield "unit_number", "单元长要填负责哪个单元。"
    yield from not_ahead(values, today, since_on="任职日期")
    yield from in_order(values, "since_on", "left_on", labels=("任职日期", "卸任日期"))


def write_by_norm(row: Any) -> None:
    """单元 as the address norm has it."""
    if row.unit_number:
        number = unit_name(row.unit_number)
        row.unit_number = None if number == NOTHING else number


REGISTER = Register(
    BuildingHead,
    name="building_heads",
    title="楼栋长名册",
    noun="楼栋长",
    keys=(("building", "post", "name"), ("name", "phone")),
    group="grid",
    icon="people",
    left_column="left_on",
    checks=(check,),
    prepare=(lies_with("building"), write_by_norm),
    about="楼栋长、单元长、片长、院长都登记在这里，先在楼栋名册里登记楼栋。",
)
