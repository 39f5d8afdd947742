"""值班表 of a month on one A4 side, and 值班记录 of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from reports.document import Block, Document, FootLine, Page, Roll, Table, TableColumn, Value

WEEKDAYS: Final = "一二三四五六日"
ROW_HEIGHT: Final = 6.4
"""Millimetres: thirty-one days, head, telephones and foot fill one side."""
LONGEST_NAME: Final = 8
LONGEST_NOTE: Final = 14
LONGEST_PHONES: Final = 220
"""Characters: five lines under the table; more people than that have their telephones in the 通讯录."""


@dataclass(frozen=True, slots=True)
class DutyDay:
    """One day: `kind` is 工作日, 双休日 or the holiday's name; empty names where nobody stands."""

    on: date
    kind: str
    leader: str = ""
    main: str = ""
    deputy: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a shift's record."""

    at: str
    matter: str
    handled: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """A shift with what happened; `state` says 零报告 or 缺记录 where nothing is written down."""

    on: date
    office: str
    people: str
    state: str
    lines: tuple[Happened, ...] = ()


def build_month(
    days: Sequence[DutyDay], *, office: str, month: str, phones: Sequence[tuple[str, str]] = (),
    foot_line: FootLine | None = None, created_at: datetime | None = None,
) -> Document:  # fmt: skip
    """The sheet that hangs on the wall: exactly one A4 side, whatever is given (a test tries)."""
    columns = (
        TableColumn("日期", 1.1, align="center"),
        TableColumn("星期", 0.7, align="center"),
        TableColumn("日别", 1.1, align="center"),
        TableColumn("带班", 1.4, align="center"),
        TableColumn("主班", 1.4, align="center"),
        TableColumn("副班", 1.4, align="center"),
        TableColumn("备注", 2.2),
    )
    rows: list[tuple[Value, ...]] = [
        (
            f"{day.on.month}月{day.on.day}日", WEEKDAYS[day.on.weekday()], _cut(day.kind, LONGEST_NAME),
            _cut(day.leader, LONGEST_NAME), _cut(day.main, LONGEST_NAME), _cut(day.deputy, LONGEST_NAME),
            _cut(day.note, LONGEST_NOTE),
        )
        for day in days[:31]
    ]  # fmt: skip
    table = Table(columns, tuple(rows), row_height=ROW_HEIGHT, empty_text="这个月还没有排班")
    blocks: list[Block] = [table]
    told = tuple(f"{name} {phone}" for name, phone in phones)
    if told:
        blocks.append(Roll("值班电话", told if sum(map(len, told)) <= LONGEST_PHONES else ("见通讯录",)))
    return Document(
        title=f"{_cut(office, 16)}{month}值班表", blocks=tuple(blocks), page=Page("A4", "portrait"),
        foot_line=foot_line, created_at=created_at,
    )  # fmt: skip


def build_records(
    records: Sequence[DutyRecord], *, area: str, period: str, foot_line: FootLine | None = None,
    created_at: datetime | None = None,
) -> Document:  # fmt: skip
    """Shift by shift: who stood, what happened, how it was handled; how many are missing stands below."""
    columns = (
        TableColumn("日期", 1.1, "date"),
        TableColumn("单位", 1.3),
        TableColumn("值班人", 2.0),
        TableColumn("情况", 0.8, align="center"),
        TableColumn("时间", 0.7, align="center"),
        TableColumn("什么事", 3.0),
        TableColumn("怎么处理的", 3.0),
        TableColumn("报告给谁", 1.2),
    )
    rows: list[tuple[Value, ...]] = []
    for record in records:
        head: tuple[Value, ...] = (record.on, record.office, record.people, record.state)
        if not record.lines:
            rows.append((*head, "", "", "", ""))
        for number, line in enumerate(record.lines):
            first = head if number == 0 else ("", "", "", "")
            rows.append((*first, line.at, line.matter, line.handled, line.told))
    zero = sum(record.state == "零报告" for record in records)
    missing = sum(record.state == "缺记录" for record in records)
    written = sum(bool(record.lines) for record in records)
    note = f"共{len(records)}班：有记录{written}班，零报告{zero}班，缺记录{missing}班。" if records else ""
    return Document(
        title=f"{area}{period}值班记录",
        blocks=(Table(columns, tuple(rows), note=note, empty_text="本期没有排班"),),
        page=Page("A4", "landscape"), foot_line=foot_line, created_at=created_at,
    )  # fmt: skip


def _cut(text: str, most: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1] + "…"
