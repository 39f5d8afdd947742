"""组织生活开展情况表: a year of branches × kinds of meeting, what was held and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.document import Document, FootLine, Page, Table, TableColumn, Value


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """One kind and how often it must be held: by the day of the table, and in the whole year; 0 is not required."""

    name: str
    due_by_now: int
    due_in_year: int


@dataclass(frozen=True, slots=True)
class BranchYear:
    """One branch: how often each kind was held this year, by the name of the kind.

    A kind that does not apply to the branch (no 支委会 below seven members) is absent from `held`.
    """

    name: str
    held: Mapping[str, int]


def build(
    kinds: Sequence[MeetingKind],
    branches: Sequence[BranchYear],
    *,
    organisation: str,
    year: int,
    as_of: date,
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """Two columns a kind: times held, and 已开, 差n次 or 未开 against what is due by `as_of`."""
    columns = [TableColumn("序号", 0.6, "integer", "center"), TableColumn("党组织", 3.0)]
    for kind in kinds:
        group = f"{kind.name}（全年{kind.due_in_year}次）" if kind.due_in_year else kind.name
        columns += [
            TableColumn("已开", 0.8, "integer", "center", group, is_summed=True),
            TableColumn("情况", 1.1, align="center", group=group),
        ]
    columns.append(TableColumn("未开项数", 1.0, "integer", "center", is_summed=True))
    rows = tuple(_row(number, branch, kinds) for number, branch in enumerate(branches, 1))
    table = Table(
        tuple(columns),
        rows,
        totals=_totals(kinds, branches, rows) if rows else None,
        note=_note(kinds, as_of),
        empty_text="还没有党组织",
    )
    return Document(
        title=f"{organisation}{year}年组织生活开展情况表",
        blocks=(table,),
        subtitle=f"填报单位：{organisation}　数据截至：{as_of.isoformat()}",
        page=Page("A4", "landscape"),
        foot_line=foot_line,
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def standing(held: int, due: int) -> str:
    """已开 where enough was held, 差n次 where some, 未开 where none; — where nothing is due and nothing was held."""
    if held >= due:
        return "已开" if held or due else "—"
    return f"差{due - held}次" if held else "未开"


def _row(number: int, branch: BranchYear, kinds: Sequence[MeetingKind]) -> tuple[Value, ...]:
    cells: list[Value] = []
    missing = 0
    for kind in kinds:
        if kind.name not in branch.held:
            cells += ["", "不适用"]
            continue
        held = branch.held[kind.name]
        cells += [held, standing(held, kind.due_by_now)]
        missing += held < kind.due_by_now
    return (number, branch.name, *cells, missing)


def _totals(
    kinds: Sequence[MeetingKind], branches: Sequence[BranchYear], rows: Sequence[tuple[Value, ...]]
) -> tuple[Value, ...]:
    cells: list[Value] = []
    for kind in kinds:
        counts = [branch.held[kind.name] for branch in branches if kind.name in branch.held]
        enough = sum(count >= kind.due_by_now for count in counts)
        cells += [sum(counts), f"{enough}/{len(counts)}"]
    missing = sum(row[-1] for row in rows if isinstance(row[-1], int))
    return ("", "合计", *cells, missing)


def _note(kinds: Sequence[MeetingKind], as_of: date) -> str:
    due = "，".join(f"{kind.name}{kind.due_by_now}次" for kind in kinds if kind.due_by_now)
    lead = f"截至{as_of.isoformat()}应开：{due}。" if due else ""
    return f"{lead}已开次数不到应开次数的注明差几次；合计行的情况为达到应开次数的党组织数/适用的党组织数。"
