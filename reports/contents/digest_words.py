"""The sentences of the month's paper, drafted from its figures, and the check that they state no other figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.contents.digest_rows import Section, Topic, Wording, all_topics
from reports.contents.figures import Figure, in_words, shown
from reports.document import Document, Heading, Paragraph, Table, numbered, show


def sentence(figures: Sequence[Figure], wording: Wording) -> str:
    stocks = [in_words(figure) for figure in figures if figure.nature == "stock"]
    flows = [in_words(figure) for figure in figures if figure.nature == "flow"]
    clauses = []
    if stocks:
        clauses.append("现有" + "，".join(stocks))
    if flows:
        clauses.append(wording.this_period + "，".join(flows))
    return "；".join(clauses)


def drafted_problems(sections: Sequence[Section], wording: Wording) -> list[str]:
    found = []
    for topic in all_topics(sections):
        for index, figure in enumerate(topic.figures):
            if not figure.misses_target:
                continue
            target = show(figure.target, "percent", figure.places)
            value = shown(figure, figure.value)
            text = f"{figure.label}未达目标。{wording.this_period}{figure.label}{value}，目标{target}"
            below = _areas_below_target(topic, index)
            found.append(text + (f"；其中未达目标的{wording.area_below}有{below}。" if below else "。"))
    return found


def _areas_below_target(topic: Topic, index: int) -> str:
    figure = topic.figures[index]
    named = []
    for line in topic.lines:
        value = line.values[index]
        if value is not None and figure.target is not None and value < figure.target:
            named.append(f"{line.area}（{shown(figure, value)}）")
    return "、".join(named)


def drafted_steps(sections: Sequence[Section]) -> list[str]:
    missed = [figure for topic in all_topics(sections) for figure in topic.figures if figure.misses_target]
    return [
        f"提高{figure.label}。逐件查明未达目标的原因，明确责任单位和完成时限，列入下期月报对照检查。"
        for figure in missed
    ]


_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_NO_FIGURE = re.compile(r"^\d{1,2}\.(?!\d)|表\d+|\d{4}年|\d{1,2}月\d{1,2}日|\d{1,2}月|〔\d{4}〕\d+号|第\d+期")


def stray_figures(document: Document) -> tuple[str, ...]:
    """Numbers in the text of `document` that stand in none of its tables and their notes, in the order they are met.

    Dates, numbers of tables and paragraphs, and 文号 are no figures. Empty means that text and tables say the same.
    """
    known: set[str] = set()
    for block in document.blocks:
        if isinstance(block, Table):
            known.update(_NUMBER.findall(block.note))
            for row in (*block.rows, *([block.totals] if block.totals else [])):
                for column, value in zip(block.columns, row, strict=False):
                    known.update(_NUMBER.findall(show(value, column.kind, column.places)))
    stray: list[str] = []
    for block, _ in numbered(document):
        if isinstance(block, Heading | Paragraph):
            text = block.text if isinstance(block.text, str) else "".join(run.text for run in block.text)
            stray += [number for number in _NUMBER.findall(_NO_FIGURE.sub("", text)) if number not in known]
    return tuple(dict.fromkeys(stray))
