"""户名册: households; a home may hold several, or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_appbuilder import Model
from sqlalchemy.orm import Mapped

from app.extensions import db
from app.fields.types import Code, Date, Integer, LongText, PersonName, Phone, Text
from app.lowcode.column import field, link, place
from app.lowcode.naming import Naming
from app.lowcode.register import Register, register
from app.lowcode.roster import RosterRow
from app.registers.following import lies_with, pull_along
from app.registers.homes import split_household
from app.registers.rules import in_order


class Household(RosterRow, Model):
    """One household."""

    __tablename__ = "households"

    name: Mapped[str | None] = field(
        "户名",
        Text(120),
        listed=True,
        searched=True,
        synonyms=("住户", "住户名称", "户"),
        help="不填时由房屋和户主组成",
    )
    dwelling = link(
        "房屋",
        "dwellings",
        filtered=True,
        parts_exported=True,
        synonyms=("住址", "房屋地址", "房屋名称", "房屋坐落", "家庭住址", "现住址", "居住地址", "地址"),
    )
    head: Mapped[str] = field(
        "户主", PersonName, listed=True, searched=True, required=True, pinyin=True, synonyms=("户主姓名", "户主名字", "户主（姓名）"),
        help="空房填产权人",
    )  # fmt: skip
    area = place("所属网格", synonyms=("网格", "所属区域", "区域"), help="选了房屋的，以房屋所在网格为准")
    number: Mapped[str | None] = field(
        "户号", Text(30), searched=True, synonyms=("户口簿编号", "户编号", "户编码", "户籍号", "户籍编号")
    )
    kind: Mapped[str | None] = field("户别", Code("household_kind"), filtered=True)
    living_kind: Mapped[str | None] = field(
        "居住类型", Code("living_kind"), listed=True, filtered=True, synonyms=("人户情况", "居住情况")
    )
    resident_count: Mapped[int | None] = field(
        "户内人数", Integer(minimum=0, maximum=200), listed=True, synonyms=("人口数", "家庭人口", "人数", "家庭人口数", "家庭人数", "户内人口", "人口", "户人数", "常住人数"),
    )  # fmt: skip
    phone: Mapped[str | None] = field(
        "联系电话",
        Phone,
        mask="phone",
        listed=True,
        searched=True,
        synonyms=("户主电话", "电话", "手机号", "户主联系电话", "户主手机", "户主手机号", "户主联系方式"),
    )
    registered_address: Mapped[str | None] = field(
        "户籍地", Text(120), mask="address", synonyms=("户籍地址", "户口所在地", "户籍地址（详细）")
    )
    moved_in_on: Mapped[date | None] = field("入住时间", Date, synonyms=("入住日期",))
    left_on: Mapped[date | None] = field("搬离时间", Date, synonyms=("搬离日期", "迁出时间"))
    labels: Mapped[str | None] = field("标签", Text(60), searched=True, synonyms=("住户标签",))
    note: Mapped[str | None] = field("备注", LongText)


def check(values: dict[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001 (every check gets the day)
    """Nobody lives in an empty home; days in order."""
    yield from in_order(values, "moved_in_on", "left_on", labels=("入住时间", "搬离时间"))
    if values.get("living_kind") == "vacant" and values.get("resident_count"):
        yield "resident_count", "居住类型是“空房”，户内人数请填 0 或不填。"


def name_it(row: Any) -> None:
    """富康新村3幢1单元501室 张国安, where nobody typed a name."""
    if row.name or not row.head:
        return
    dwelling = None
    if row.dwelling_id:
        with db.session.no_autoflush:
            dwelling = db.session.get(register("dwellings").model, row.dwelling_id)
    row.name = f"{dwelling.name} {row.head}" if dwelling is not None else f"{row.head}户"


REGISTER = Register(
    Household,
    name="households",
    title="户名册",
    noun="户",
    keys=(("dwelling", "head"),),
    group="residents",
    icon="home",
    left_column="left_on",
    checks=(check,),
    prepare=(lies_with("dwelling"), name_it),
    on_changed=(pull_along,),
    naming=Naming(("dwelling", "head"), made_from=("dwelling", "head"), split=split_household, gap=" "),
    about="一套房里住几户就登记几户；空房也登记一户，居住类型选“空房”。户里的人在居民名册里登记。",
)
