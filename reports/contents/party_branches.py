"""党支部基本情况表: every party organisation with its term, its committee and its members, wide on A3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from reports.contents.tables import totals
from reports.document import Document, FootLine, Page, Table, TableColumn, Value, long_date

FEWEST_TO_FOUND: Final = 3
COMMITTEE_FROM: Final = 7
TOTAL_BRANCH_OVER: Final = 50
COMMITTEE_OVER: Final = 100
"""党支部工作条例: three members found a branch, from seven on it has a 支委会; over 50 总支, over 100 党委 are usual."""
REMIND_DAYS: Final = 183
"""届满前六个月提醒."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One organisation as it stands. `ends_on` is 届满日期; posts are names, '' where nobody holds them."""

    name: str
    kind: str = "党支部"
    above: str = ""
    place: str = ""
    founded_on: date | None = None
    elected_on: date | None = None
    ends_on: date | None = None
    secretary: str = ""
    deputy: str = ""
    organiser: str = ""
    publicist: str = ""
    discipline: str = ""
    full: int = 0
    probationary: int = 0
    floating: int = 0
    retired: int = 0
    groups: int = 0
    activists: int = 0
    room: str = ""
    phone: str = ""
    note: str = ""


def remark(branch: Branch, as_of: date) -> str:
    """What the rules say about the branch: term over or ending, too few members, a committee or a larger form due."""
    found = []
    if branch.ends_on and branch.ends_on < as_of:
        found.append("已届满")
    elif branch.ends_on and (branch.ends_on - as_of).days <= REMIND_DAYS:
        found.append("半年内届满")
    if branch.kind == "党支部":
        if branch.full < FEWEST_TO_FOUND:
            found.append("正式党员不足3人")
        elif branch.full >= COMMITTEE_FROM and not (branch.organiser or branch.publicist or branch.discipline):
            found.append("满7人未设支委会")
        if branch.full > TOTAL_BRANCH_OVER:
            found.append("超过50人" if branch.full <= COMMITTEE_OVER else "超过100人")
    if not branch.secretary:
        found.append("书记空缺")
    return "、".join(found)


COLUMNS: Final = (
    TableColumn("序号", 0.6, "integer", "center"),
    TableColumn("党组织名称", 2.6),
    TableColumn("类别", 1.0, align="center"),
    TableColumn("所属上级", 1.8),
    TableColumn("所在网格或小区", 1.6),
    TableColumn("成立日期", 1.3, "date"),
    TableColumn("换届日期", 1.3, "date"),
    TableColumn("届满日期", 1.3, "date"),
    TableColumn("书记", 1.0, align="center", group="班子"),
    TableColumn("副书记", 1.0, align="center", group="班子"),
    TableColumn("组织委员", 1.0, align="center", group="班子"),
    TableColumn("宣传委员", 1.0, align="center", group="班子"),
    TableColumn("纪检委员", 1.0, align="center", group="班子"),
    TableColumn("正式", 0.8, "integer", group="党员人数", is_summed=True),
    TableColumn("预备", 0.8, "integer", group="党员人数", is_summed=True),
    TableColumn("流动", 0.8, "integer", group="党员人数", is_summed=True),
    TableColumn("离退休", 0.8, "integer", group="党员人数", is_summed=True),
    TableColumn("党小组", 0.8, "integer", is_summed=True),
    TableColumn("积极分子", 0.8, "integer", is_summed=True),
    TableColumn("活动场所", 1.4),
    TableColumn("联系电话", 1.5, "id"),
    TableColumn("备注", 1.8),
)


def build(
    branches: Sequence[Branch],
    *,
    organisation: str,
    as_of: date,
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """The table; the office's own note stands first in the last column, what the rules say behind it."""
    rows = tuple(_row(number, branch, as_of) for number, branch in enumerate(branches, 1))
    note = f"党员人数和届期截至{long_date(as_of)}。正式党员满3人可以成立支部，满7人设支部委员会；届满前六个月起提醒。"
    table = Table(
        COLUMNS, rows, totals=totals(COLUMNS, rows) if rows else None, note=note, empty_text="还没有登记党组织"
    )
    return Document(
        title=f"{organisation}党支部基本情况表",
        blocks=(table,),
        page=Page("A3", "landscape"),
        subtitle=f"填报单位：{organisation}　　数据截至：{as_of.isoformat()}",
        foot_line=foot_line,
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def _row(number: int, branch: Branch, as_of: date) -> tuple[Value, ...]:
    said = "；".join(text for text in (branch.note, remark(branch, as_of)) if text)
    return (
        number, branch.name, branch.kind, branch.above, branch.place,
        branch.founded_on, branch.elected_on, branch.ends_on,
        branch.secretary, branch.deputy, branch.organiser, branch.publicist, branch.discipline,
        branch.full, branch.probationary, branch.floating, branch.retired,
        branch.groups, branch.activists, branch.room, branch.phone, said,
    )  # fmt: skip
