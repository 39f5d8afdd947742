"""一户一档: one household on one sheet: the home, who lives there, what was done for them. Masked by whoever fills it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import Block, Document, Facts, FootLine, Heading, Table, TableColumn, Value, long_date


@dataclass(frozen=True, slots=True)
class Home:
    """The dwelling and who answers for it."""

    address: str
    area: str
    grid: str = ""
    grid_worker: str = ""
    building_head: str = ""
    kind: str = ""
    """居住类型: 自住, 出租, 空置 …"""
    floor_area: Value = None
    owner: str = ""
    owner_phone: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Resident:
    """One who lives there. `id_number` and `phone` come masked as the reader may see them."""

    name: str
    relation: str = ""
    sex: str = ""
    born_on: date | None = None
    id_number: str = ""
    phone: str = ""
    politics: str = ""
    work: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A visit, a request or a matter of the household."""

    on: date
    kind: str
    text: str
    by: str = ""
    result: str = ""


def build(
    home: Home,
    residents: Sequence[Resident],
    contacts: Sequence[Contact] = (),
    *,
    as_of: date,
    foot_line: FootLine | None = None,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """The sheet. Nobody living there and nothing done are said in words."""
    pairs: list[tuple[str, Value]] = [
        ("所属社区", home.area),
        ("所属网格", home.grid),
        ("网格员", home.grid_worker),
        ("楼栋长", home.building_head),
        ("居住类型", home.kind),
        ("建筑面积（平方米）", home.floor_area),
        ("产权人", home.owner),
        ("产权人电话", home.owner_phone),
    ]
    if home.tags:
        pairs.append(("标签", "、".join(home.tags)))
    if home.note:
        pairs.append(("备注", home.note))
    blocks: list[Block] = [
        Heading("住房情况"),
        Facts(tuple(pairs)),
        Heading("家庭成员"),
        _people(residents),
        Heading("走访和服务"),
        _contacts(contacts),
    ]
    return Document(
        title="一户一档",
        blocks=tuple(blocks),
        subtitle=f"地址：{home.address}　　数据截至：{long_date(as_of)}",
        foot_line=foot_line,
        short_code=short_code,
        created_at=created_at,
    )


def _people(residents: Sequence[Resident]) -> Table:
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("姓名", 1.1),
        TableColumn("与户主关系", 1.0, align="center"),
        TableColumn("性别", 0.6, align="center"),
        TableColumn("出生日期", 1.3, "date"),
        TableColumn("身份证号", 2.2, "id"),
        TableColumn("联系电话", 1.5, "id"),
        TableColumn("政治面貌", 1.0, align="center"),
        TableColumn("工作单位或学校", 1.6),
        TableColumn("标签", 1.3),
    )
    rows = tuple(
        (
            number, one.name, one.relation, one.sex, one.born_on, one.id_number, one.phone, one.politics, one.work,
            "、".join(one.tags),
        )
        for number, one in enumerate(residents, 1)
    )  # fmt: skip
    return Table(columns, rows, empty_text="这户没有登记居住人员")


def _contacts(contacts: Sequence[Contact]) -> Table:
    columns = (
        TableColumn("日期", 1.2, "date"),
        TableColumn("类别", 0.9, align="center"),
        TableColumn("内容", 4.0),
        TableColumn("经办人", 1.0),
        TableColumn("结果", 2.0),
    )
    rows = tuple((one.on, one.kind, one.text, one.by, one.result) for one in contacts)
    return Table(columns, rows, empty_text="还没有走访和服务记录")
