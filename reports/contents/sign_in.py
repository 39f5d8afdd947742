"""签到表: a numbered sheet to sign by hand, with blank rows for those nobody expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.document import Block, Document, Facts, Table, TableColumn, Value, long_date

ROW_HEIGHT = 9.5
"""Millimetres: room for a signature in pen; 9 is the least."""


@dataclass(frozen=True, slots=True)
class Guest:
    """One who is expected."""

    name: str
    office: str = ""
    phone: str = ""


def build(
    guests: Sequence[Guest],
    *,
    meeting: str,
    begins_at: datetime,
    place: str,
    host: str = "",
    sessions: Sequence[str] = (),
    blank_rows: int = 5,
    title: str = "会议签到表",
    created_at: datetime | None = None,
) -> Document:
    """The sheet; `sessions` (上午, 下午) split the signature into columns under one head; blank rows are numbered."""
    columns = [
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("姓名", 1.2, align="center"),
        TableColumn("单位及职务", 2.6),
        TableColumn("联系电话", 1.7, "id"),
    ]
    columns += [TableColumn(session, 1.5, group="签名") for session in sessions] or [TableColumn("签名", 1.8)]
    columns.append(TableColumn("备注", 0.9))
    blanks = ("",) * (len(columns) - 4)
    rows: list[tuple[Value, ...]] = [
        (number, guest.name, guest.office, guest.phone, *blanks) for number, guest in enumerate(guests, 1)
    ]
    rows += [(len(guests) + number, "", "", "", *blanks) for number in range(1, blank_rows + 1)]
    facts: list[tuple[str, Value]] = [
        ("会议名称", meeting),
        ("时间", f"{long_date(begins_at.date())} {begins_at:%H:%M}"),
        ("地点", place),
    ]
    if host:
        facts.append(("主持人", host))
    blocks: tuple[Block, ...] = (Facts(tuple(facts)), Table(tuple(columns), tuple(rows), row_height=ROW_HEIGHT))
    return Document(title=title, blocks=blocks, created_at=created_at)
