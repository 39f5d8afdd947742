"""季排名通报: areas ordered by each figure that was chosen, with their places of the period before. Never persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from reports.document import (
    Block,
    Chart,
    Document,
    Heading,
    Kind,
    OfficialHead,
    Paragraph,
    Series,
    Signature,
    Table,
    TableColumn,
    Value,
    show,
)

NAMED: Final = 3
"""So many areas at the front and, where there are twice as many, at the end are named in the text."""
MOST_IN_CHART: Final = 20

Number = int | Decimal | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that areas are ordered by. `values` and `before` follow the areas; None is no figure (no place)."""

    label: str
    unit: str
    rule: str
    values: tuple[Number, ...]
    before: tuple[Number, ...] = ()
    kind: Kind = "integer"
    places: int = 1
    is_high_good: bool = True

    def shown(self, value: Number) -> str:
        """The value with its unit: 98.2% or 12件."""
        text = show(value, self.kind, self.places)
        return text if self.kind == "percent" or value is None else f"{text}{self.unit}"


def places_of(values: Sequence[Number], *, is_high_good: bool = True) -> list[int | None]:
    """Place of each value, best first; equal ones share the better place (1, 2, 2, 4); None has none."""
    known = sorted((Decimal(value) for value in values if value is not None), reverse=is_high_good)
    return [None if value is None else known.index(Decimal(value)) + 1 for value in values]


def build(
    areas: Sequence[str],
    measures: Sequence[Measure],
    *,
    area: str,
    period: str,
    period_before: str,
    area_word: str = "社区",
    counted_until: date,
    issuer: str = "",
    issued_on: date | None = None,
    head: OfficialHead | None = None,
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The paper: for each measure a sentence, its table in order of places, and a chart of the first one."""
    until = f"{counted_until.year}年{counted_until.month}月{counted_until.day}日"
    blocks: list[Block] = [
        Paragraph(
            f"现将{area}{period}各{area_word}工作情况排名通报如下。数据统计截至{until}，"
            f"位次变化与{period_before}比较；数值相同的位次并列，没有数据的不排位次。"
        )
    ]
    for measure in measures:
        blocks += [
            Heading(measure.label),
            Paragraph(_in_words(areas, measure, area_word)),
            _table(areas, measure, area_word),
        ]
    if measures and 1 < len(areas) <= MOST_IN_CHART:
        blocks.append(_chart(areas, measures[0]))
    if not measures:
        blocks.append(Paragraph("本期没有可以排名的数据。"))
    if issuer and issued_on:
        blocks.append(Signature(issuer, issued_on))
    return Document(
        title=f"{area}{period}工作排名通报",
        blocks=tuple(blocks),
        style="official",
        head=head,
        is_draft=is_draft,
        created_at=created_at,
    )


def _ordered(areas: Sequence[str], measure: Measure) -> list[tuple[int | None, str, Number, int | None]]:
    """Place, area, value, place before; those without a figure last, in the order given."""
    now = places_of(measure.values, is_high_good=measure.is_high_good)
    before = places_of(measure.before, is_high_good=measure.is_high_good) or [None] * len(areas)
    rows = list(zip(now, areas, measure.values, before, strict=True))
    return sorted(rows, key=lambda row: (row[0] is None, row[0] or 0))


def _in_words(areas: Sequence[str], measure: Measure, area_word: str) -> str:
    rows = [row for row in _ordered(areas, measure) if row[0] is not None]
    if not rows:
        return f"各{area_word}本期都没有{measure.label}的数据。"
    first = "、".join(f"{name}（{measure.shown(value)}）" for _place, name, value, _before in rows[:NAMED])
    text = f"位次靠前的是{first}"
    # Who shares a place with one of the front is not behind.
    behind = [row for row in rows[NAMED:] if row[0] != rows[NAMED - 1][0]]
    if len(rows) >= 2 * NAMED and behind:
        last = "、".join(f"{name}（{measure.shown(value)}）" for _place, name, value, _before in behind[-NAMED:])
        text += f"；位次靠后的是{last}"
    missing = len(areas) - len(rows)
    return text + (f"。另有{missing}个{area_word}没有数据。" if missing else "。")


def _table(areas: Sequence[str], measure: Measure, area_word: str) -> Table:
    value = f"{measure.label}" if measure.kind == "percent" else f"{measure.label}（{measure.unit}）"
    columns = (
        TableColumn("位次", 0.8, "integer", "center"),
        TableColumn(area_word, 2.4),
        TableColumn(value, 1.6, measure.kind, places=measure.places),
        TableColumn("上期位次", 1.0, "integer", "center"),
        TableColumn("变化", 1.0, align="center"),
    )
    rows: list[tuple[Value, ...]] = [
        (place, name, number, before, _step(place, before)) for place, name, number, before in _ordered(areas, measure)
    ]
    return Table(columns, tuple(rows), note=f"口径：{measure.rule.rstrip('。')}。")


def _step(place: int | None, before: int | None) -> str:
    if place is None or before is None:
        return "—"
    if place == before:
        return "不变"
    return f"升{before - place}位" if place < before else f"降{place - before}位"


def _chart(areas: Sequence[str], measure: Measure) -> Chart:
    rows = _ordered(areas, measure)
    return Chart(
        f"各单位{measure.label}",
        tuple(row[1] for row in rows),
        (Series(measure.label, tuple(row[2] for row in rows)),),
        unit="%" if measure.kind == "percent" else measure.unit,
        height=55,
    )
