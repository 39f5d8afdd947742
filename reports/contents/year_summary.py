"""年度总结: the year in sentences and figures beside the year before, its months as a heat table, next year's plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reports.contents.digest_rows import History, Section, Topic, Wording
from reports.contents.digest_tables import Shelf, area_table, figure_table, history_table, rules_table
from reports.contents.digest_words import drafted_problems, drafted_steps, sentence
from reports.document import Block, Chart, Document, Heading, OfficialHead, Paragraph, Run, Series, Signature

WORDING = Wording("社区", "本年", "上年")
DRAFTED = "（本节文字由数据起草，报送前请核改。）"


def build(
    *,
    area: str,
    year: int,
    sections: Sequence[Section],
    counted_until: date,
    months: History | None = None,
    achievements: Sequence[str] = (),
    problems: Sequence[str] | None = None,
    plans: Sequence[str] | None = None,
    area_below: str = "社区",
    issuer: str = "",
    issued_on: date | None = None,
    head: OfficialHead | None = None,
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The year's paper. `achievements` is what the office wrote; problems and plans are drafted from missed targets
    where they are None (and said to be, while the paper is a draft)."""
    wording = Wording(area_below, WORDING.this_period, WORDING.period_before)
    shelf = Shelf(wording)
    blocks: list[Block] = [_opening(area, year, counted_until)]
    blocks += _review(sections, shelf)
    blocks += _prose("主要成效", achievements, is_drafted=False)
    drafted = problems is None
    found = drafted_problems(sections, wording) if problems is None else problems
    blocks += _prose("存在问题", found, is_drafted=drafted and is_draft)
    next_year = drafted_steps(sections) if plans is None else plans
    blocks += _prose(f"{year + 1}年工作安排", next_year, is_drafted=plans is None and is_draft)
    if months and any(value is not None for month in months.months for value in month.values):
        shelf.add(history_table(months), _heat(months))
    shelf.add(rules_table(sections))
    attached = f"{year}年度工作统计表"
    blocks += shelf.named(attached)
    if issuer and issued_on:
        blocks.append(Signature(issuer, issued_on))
    return Document(
        title=f"{area}{year}年度工作总结",
        blocks=(*blocks, *shelf.blocks(attached)),
        style="official",
        head=head,
        is_draft=is_draft,
        created_at=created_at,
    )


def _opening(area: str, year: int, until: date) -> Paragraph:
    day = f"{until.year}年{until.month}月{until.day}日"
    return Paragraph(f"现将{area}{year}年工作情况总结如下。数据统计截至{day}，增减均与{year - 1}年比较，口径见附件。")


def _review(sections: Sequence[Section], shelf: Shelf) -> list[Block]:
    found: list[Block] = []
    for section in sections:
        for topic in section.topics:
            figures = [figure for part in (topic, *topic.parts) for figure in part.figures]
            if figures:
                found += [Heading(topic.title, 2), Paragraph(_said(topic, shelf))]
    heading: list[Block] = [Heading("工作回顾")]
    return heading + (found or [Paragraph("本年没有可以统计的数据。")])


def _said(topic: Topic, shelf: Shelf) -> str:
    numbers = [shelf.add(figure_table(topic, shelf.wording)), shelf.add(area_table(topic, shelf.wording))]
    parts = [sentence(part.figures, shelf.wording) for part in (topic, *topic.parts) if part.figures]
    named = "、".join(f"表{number}" for number in numbers if number)
    return f"{'；'.join(parts)}（详见{named}）。"


def _prose(title: str, texts: Sequence[str], *, is_drafted: bool) -> list[Block]:
    lines = [text.strip() for text in texts if text.strip()]
    if not lines:
        return []
    found: list[Block] = [Heading(title), *(Paragraph(line) for line in lines)]
    return [*found, Paragraph((Run(DRAFTED, "kai"),))] if is_drafted else found


def _heat(months: History) -> Chart:
    """Months across, figures down: the busy months are the dark ones."""
    series = tuple(
        Series(name, tuple(month.values[place] for month in months.months)) for place, name in enumerate(months.names)
    )
    labels = tuple(month.label for month in months.months)
    return Chart(months.title, labels, series, kind="heat", unit=months.unit, height=22.0 + 8 * len(series))
