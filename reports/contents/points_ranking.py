"""网格员积分排名通报: who stands where in a period, as a 公文, only where the rule book asks for it by a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.document import Block, Document, Heading, OfficialHead, Paragraph, Signature, Table, TableColumn, Value

NAMED = 3

COLUMNS = (
    TableColumn("名次", 0.7, "integer", "center"),
    TableColumn("姓名", 1.1, align="center"),
    TableColumn("所属网格", 2.6),
    TableColumn("记录合计", 1.2, "decimal", places=1),
    TableColumn("得分", 1, "decimal", places=1),
    TableColumn("等次", 1.1, align="center"),
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One worker in his place; `grade` is '' where the book has no grades, `why` what moved him to another one."""

    rank: int
    name: str
    grid: str
    points: Decimal
    score: Decimal
    grade: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Apart:
    """One who was in post too short to be ranked; `how` tells his points and days in words."""

    name: str
    grid: str
    how: str


def build(
    people: Sequence[Ranked],
    *,
    apart: Sequence[Apart] = (),
    area: str,
    period: str,
    basis: str,
    pro_rata: str,
    issuer: str = "",
    issued_on: date | None = None,
    head: OfficialHead | None = None,
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The paper; `people` stand in the order of their places. `basis` is the document that asks for the ranking."""
    blocks: list[Block] = [
        Paragraph(
            f"根据{basis}，现将{area}{period}网格员积分排名通报如下。{pro_rata}；得分相同的名次并列。每一分的来历"
            "可在本人积分台账中查看，有异议的按规定提出。"
        ),
        Heading("总体情况"),
        Paragraph(_overview(people)),
        Heading("排名"),
        Table(COLUMNS, tuple(_row(each) for each in people), empty_text="本期没有可排名的网格员"),
    ]
    moved = [each for each in people if each.why]
    if moved:
        blocks.append(Heading("等次说明"))
        blocks += [Paragraph(f"{each.name}（{each.grid}）：{each.why}。") for each in moved]
    if apart:
        blocks.append(Heading("不排名的"))
        blocks += [Paragraph(f"{each.name}（{each.grid}）：{each.how}。") for each in apart]
    return _paper(blocks, area, period, issuer, issued_on, head, is_draft=is_draft, created_at=created_at)


def build_none(why: str, *, area: str, period: str) -> Document:
    """The paper where nobody is ranked: it says why."""
    return _paper([Paragraph(why)], area, period, "", None, None)


def _paper(
    blocks: list[Block], area: str, period: str, issuer: str, issued_on: date | None, head: OfficialHead | None, *,
    is_draft: bool = False, created_at: datetime | None = None,
) -> Document:  # fmt: skip
    if issuer and issued_on:
        blocks.append(Signature(issuer, issued_on))
    return Document(
        title=f"{area}{period}网格员积分排名通报",
        blocks=tuple(blocks),
        style="official",
        head=head,
        is_draft=is_draft,
        created_at=created_at,
    )


def _overview(people: Sequence[Ranked]) -> str:
    if not people:
        return "本期没有可排名的网格员。"
    first = "、".join(f"{each.name}（{each.score:.1f}分）" for each in people[:NAMED])
    text = f"参加排名的网格员{len(people)}名，名次靠前的是{first}。"
    grades = Counter(each.grade for each in people if each.grade)
    if grades:
        text += "等次为：" + "、".join(f"{name}{count}名" for name, count in grades.items()) + "。"
    return text


def _row(each: Ranked) -> tuple[Value, ...]:
    return each.rank, each.name, each.grid, each.points, each.score, each.grade
