"""月报 of a community, street or district: sentences and tables made from the same figures, with the rule of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.contents.digest_rows import AreaLine, History, MonthLine, Section, Topic, Wording
from reports.contents.digest_tables import Shelf, area_table, figure_table, history_chart, history_table, rules_table
from reports.contents.digest_words import drafted_problems, drafted_steps, sentence, stray_figures
from reports.document import Block, Document, Heading, OfficialHead, Paragraph, Run, Signature

__all__ = ["AreaLine", "Drafts", "History", "MonthLine", "Section", "Topic", "Wording", "build", "stray_figures"]


@dataclass(frozen=True, slots=True)
class Drafts:
    """Sentences made from the figures: on the situation, problems, next steps; each a paragraph."""

    situation: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


DRAFTED = "（本节文字由数据起草，报送前请核改。）"


def build(
    *,
    area: str,
    period: str,
    sections: Sequence[Section],
    counted_until: date,
    issuer: str = "",
    issued_on: date | None = None,
    title: str = "",
    head: OfficialHead | None = None,
    history: History | None = None,
    problems: Sequence[str] | None = None,
    next_steps: Sequence[str] | None = None,
    wording: Wording | None = None,
    notes: Sequence[str] = (),
    drafts: Drafts | None = None,
    is_draft: bool = False,
    created_at: datetime | None = None,
) -> Document:
    """The month's paper of `area`. `period` is 2026年10月, `counted_until` the day the figures were counted to.

    `problems` and `next_steps` are what the office wrote. None takes `drafts`, or drafts them from figures that miss
    their target (a paper marked as draft says so); an empty sequence leaves them out. Levels differ only in what is given: a community has no
    areas below. `notes` are printed under the rules: how the period was counted, what was compared with what.
    """
    wording = wording or Wording()
    shelf = Shelf(wording)
    body: list[Block] = [_opening(area, period, counted_until, wording)]
    body += _overall(sections, shelf)
    drafted = drafts or Drafts((), tuple(drafted_problems(sections, wording)), tuple(drafted_steps(sections)))
    body += [Paragraph(text) for text in drafted.situation]
    for heading, written, draft in (
        ("存在问题", problems, drafted.problems), ("下步工作", next_steps, drafted.next_steps),
    ):  # fmt: skip
        body += _prose(heading, draft if written is None else written, written is None and is_draft)
    if history and any(value is not None for month in history.months for value in month.values):
        shelf.add(history_table(history), history_chart(history))
    shelf.add(rules_table(sections, notes))
    attached = f"{period}社会治理工作统计表"
    body += shelf.named(attached)
    if issuer and issued_on:
        body.append(Signature(issuer, issued_on))
    return Document(
        title=title or f"{area}{period}社会治理工作月报",
        blocks=(*body, *shelf.blocks(attached)),
        style="official",
        head=head,
        is_draft=is_draft,
        created_at=created_at,
    )


def _opening(area: str, period: str, counted_until: date, wording: Wording) -> Paragraph:
    until = f"{counted_until.year}年{counted_until.month}月{counted_until.day}日"
    return Paragraph(
        f"现将{area}{period}网格化社会治理工作情况通报如下。数据统计截至{until}，"
        f"环比均与{wording.period_before}比较，各项口径见附件。"
    )


def _overall(sections: Sequence[Section], shelf: Shelf) -> list[Block]:
    filled = [(section, [topic for topic in section.topics if _has_content(topic)]) for section in sections]
    filled = [(section, topics) for section, topics in filled if topics]
    if not filled:
        return [Paragraph("本期没有可以统计的数据。")]
    found: list[Block] = [Heading("总体情况", 1)]
    for section, topics in filled:
        found.append(Heading(section.title, 2))
        for topic in topics:
            found += _topic(topic, 3, shelf)
    return found


def _has_content(topic: Topic) -> bool:
    return bool(topic.figures) or any(_has_content(part) for part in topic.parts)


def _topic(topic: Topic, level: int, shelf: Shelf, in_table: int = 0) -> list[Block]:
    """Heading, sentence and the finer topics; all figures of a topic and its parts share one table."""
    number = in_table or shelf.add(figure_table(topic, shelf.wording))
    found: list[Block] = [Heading(topic.title, level)] if level <= 4 else []
    if topic.figures:
        numbers = [number, shelf.add(area_table(topic, shelf.wording))]
        named = "、".join(f"表{number}" for number in numbers if number)
        words = f"{sentence(topic.figures, shelf.wording)}（详见{named}）。"
        # Below the fourth level there are no more numbers: the title leads its paragraph.
        found.append(Paragraph(words if level <= 4 else (Run(f"{topic.title}。", "bold"), Run(words))))
    for part in topic.parts:
        if _has_content(part):
            found += _topic(part, level + 1, shelf, number)
    return found


def _prose(title: str, texts: Sequence[str], is_drafted: bool) -> list[Block]:
    if not texts:
        return []
    found: list[Block] = [Heading(title, 1)]
    marks = "一二三四五六七八九十"
    for index, text in enumerate(texts):
        lead = f"{marks[index]}是" if len(texts) > 1 and index < len(marks) else ""
        found.append(Paragraph(lead + text))
    if is_drafted:
        found.append(Paragraph((Run(DRAFTED, "kai"),)))
    return found
