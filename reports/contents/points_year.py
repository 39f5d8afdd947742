"""网格员年度考核表: one worker's year with its parts, months and notes; and the list of an area's workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.document import (
    Block,
    Chart,
    Document,
    Facts,
    FootLine,
    Heading,
    Page,
    Paragraph,
    Series,
    SignatureLines,
    Table,
    TableColumn,
    Value,
)

MARKS = (
    TableColumn("时段", 1, align="center"),
    TableColumn("评分人", 1.2, align="center"),
    TableColumn("评分", 0.8, "decimal", places=1),
    TableColumn("理由", 4),
    TableColumn("填写人", 1, align="center"),
    TableColumn("日期", 1.2, "date"),
)
NOTES = (
    TableColumn("种类", 1, align="center"),
    TableColumn("内容", 2.4),
    TableColumn("理由", 4),
    TableColumn("填写人", 1, align="center"),
    TableColumn("日期", 1.2, "date"),
)
LIST = (
    TableColumn("序号", 0.6, "integer", "center"),
    TableColumn("姓名", 1.1, align="center"),
    TableColumn("所属网格", 2.2),
    TableColumn("全年积分", 1, "decimal", is_summed=True, places=1),
    TableColumn("考核得分", 1, "decimal", places=1),
    TableColumn("等次", 1, align="center"),
    TableColumn("表彰", 2),
    TableColumn("警示", 2),
    TableColumn("建议", 1.4),
    TableColumn("决定", 2),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark that counts: of which stage (半年), by whom it was given (部门)."""

    stage: str
    part: str
    value: Decimal
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Note:
    """An honour, a warning or a decision."""

    kind: str
    what: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class WorkerYear:
    """One worker's year. `result` is None while marks are missing; `how` tells each step; `grade` '' where not graded."""

    name: str
    grid: str
    points: Decimal
    result: Decimal | None
    how: tuple[str, ...] = ()
    grade: str = ""
    why: str = ""
    proposal: str = ""
    decision: str = ""
    months: tuple[tuple[str, Decimal], ...] = ()
    marks: tuple[Mark, ...] = ()
    notes: tuple[Note, ...] = ()

    def of_kind(self, kind: str) -> str:
        """What was noted of one kind: 县级优秀网格员、…"""
        return "、".join(note.what for note in self.notes if note.kind == kind)


def build(year: int, worker: WorkerYear, *, is_draft: bool = False, created_at: datetime | None = None) -> Document:
    """One worker's sheet with lines to sign."""
    facts: tuple[tuple[str, Value], ...] = (
        ("姓名", worker.name),
        ("所属网格", worker.grid),
        ("全年积分", f"{worker.points:.1f}"),
        ("考核得分", f"{worker.result:.1f}" if worker.result is not None else "评分不全"),
        ("等次", worker.grade or "不评等次"),
        ("建议", worker.proposal or "无"),
        ("决定", worker.decision or "无"),
    )
    blocks: list[Block] = [Facts(facts), Heading("结果的来历")]
    blocks += [Paragraph(f"{step}。") for step in (*worker.how, *((worker.why,) if worker.why else ()))]
    if worker.marks:
        rows: tuple[tuple[Value, ...], ...] = tuple(
            (each.stage, each.part, each.value, each.reason, each.by, each.on) for each in worker.marks
        )
        blocks += [Heading("评分"), Table(MARKS, rows)]
    blocks.append(Heading("表彰、警示和决定"))
    noted = tuple((each.kind, each.what, each.reason, each.by, each.on) for each in worker.notes)
    blocks.append(Table(NOTES, noted, empty_text="本年没有表彰、警示和决定"))
    if worker.months:
        labels, values = zip(*worker.months, strict=True)
        blocks += [Heading("每月积分"), Chart("每月积分", labels, (Series("积分", values),), "line", "分", 50)]
    blocks.append(SignatureLines(("网格员（签字）", "社区负责人（签字）", "街道负责人（签字）", "日期"), 2))
    return Document(
        title=f"{year}年网格员年度考核表",
        blocks=tuple(blocks),
        subtitle=f"{worker.grid}　{worker.name}",
        is_draft=is_draft,
        created_at=created_at,
    )


def build_list(
    year: int, workers: Sequence[WorkerYear], *, area: str, why_unranked: str = "", foot_line: FootLine | None = None,
    is_draft: bool = False, created_at: datetime | None = None,
) -> Document:  # fmt: skip
    """Workers in the order given; nobody has a place here. `why_unranked` says why there are no grades."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            number, each.name, each.grid, each.points, each.result, each.grade, each.of_kind("表彰"),
            each.of_kind("警示"), each.proposal, each.decision,
        )
        for number, each in enumerate(workers, 1)
    )  # fmt: skip
    total = sum((each.points for each in workers), Decimal(0))
    table = Table(
        LIST,
        rows,
        totals=("", "合计", "", total, "", "", "", "", "", "") if rows else None,
        note=why_unranked or "考核得分为“—”的评分不全。建议由街道指定的人写明理由后决定。",
        empty_text="本年没有在岗的网格员",
    )
    return Document(
        title=f"{year}年网格员年度考核汇总表",
        blocks=(table,),
        subtitle=f"填报单位：{area}",
        page=Page("A4", "landscape"),
        foot_line=foot_line,
        is_draft=is_draft,
        created_at=created_at,
    )
