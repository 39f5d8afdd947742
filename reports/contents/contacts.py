"""通讯录 of an area: one table for each register, in the order offices look for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import Block, Document, FootLine, Page, Paragraph, Table, TableColumn, long_date


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to call; the telephone as the reader may see it."""

    name: str
    post: str
    unit: str
    area: str
    phone: str


def build(
    groups: Sequence[tuple[str, Sequence[Person]]], *, area: str, as_of: date, foot_line: FootLine | None = None,
    created_at: datetime | None = None,
) -> Document:  # fmt: skip
    """Groups without anybody are left out; where nobody is left the paper says so."""
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("姓名", 1.1, align="center"),
        TableColumn("职务", 1.2),
        TableColumn("单位", 2.8),
        TableColumn("所属", 2.0),
        TableColumn("电话", 1.6, "id"),
    )
    blocks: list[Block] = []
    for title, people in groups:
        if not people:
            continue
        rows = tuple(
            (number, each.name, each.post, each.unit, each.area if each.area != each.unit else "", each.phone)
            for number, each in enumerate(people, 1)
        )
        blocks.append(Table(columns, rows, caption=f"{title}（{len(people)}人）"))
    return Document(
        title=f"{area}通讯录",
        blocks=tuple(blocks) or (Paragraph("名册里还没有可以联系的人。"),),
        page=Page("A4", "portrait"),
        subtitle=f"由各名册生成，截至{long_date(as_of)}　　请勿外传",
        foot_line=foot_line,
        created_at=created_at,
    )
