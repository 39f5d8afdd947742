"""党费欠交名单: who owes which months; months are counted, no money is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import Document, FootLine, Table, TableColumn, Value, long_date


@dataclass(frozen=True, slots=True)
class Owing:
    """One member with the months he owes, oldest first. `is_serious` from six in a row on (党章第九条)."""

    name: str
    organisation: str
    months: tuple[date, ...]
    is_serious: bool = False


def build(
    members: Sequence[Owing],
    *,
    area: str,
    as_of: date,
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """One line a member, those who owe most first, as they are given."""
    columns = (
        TableColumn("序号", 0.6, "integer", "center"),
        TableColumn("姓名", 1.1, align="center"),
        TableColumn("所在党组织", 2.6),
        TableColumn("欠交月数", 0.9, "integer", "center", is_summed=True),
        TableColumn("欠交月份", 3.2),
        TableColumn("备注", 1.6),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            number, one.name, one.organisation, len(one.months), spans(one.months),
            "连续六个月以上，请支部谈话" if one.is_serious else "",
        )
        for number, one in enumerate(members, 1)
    )  # fmt: skip
    total = ("合计", f"{len(rows)}人", "", sum(len(one.months) for one in members), "", "") if rows else None
    table = Table(columns, rows, totals=total, empty_text="没有欠交党费的党员")
    return Document(
        title=f"{area}党费欠交名单",
        blocks=(table,),
        subtitle=f"数据截至：{long_date(as_of)}",
        foot_line=foot_line,
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def spans(months: Sequence[date]) -> str:
    """2026年3月—5月、2026年9月: months in a row run together, also over the turn of a year."""
    runs: list[list[date]] = []
    for month in sorted(months):
        if runs and _number(month) == _number(runs[-1][-1]) + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "、".join(_span(run[0], run[-1]) for run in runs)


def _number(month: date) -> int:
    return month.year * 12 + month.month


def _span(first: date, last: date) -> str:
    begin = f"{first.year}年{first.month}月"
    if first == last:
        return begin
    return f"{begin}—{last.month}月" if first.year == last.year else f"{begin}—{last.year}年{last.month}月"
