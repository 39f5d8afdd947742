"""What the month's paper is made from: sections, topics, the areas below, the months of its chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.contents.figures import Figure


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area below in a topic's table: its values in the order of the topic's figures; None has no value."""

    area: str
    values: tuple[int | Decimal | None, ...]
    code: str = ""
    """Code of the area, by which a reader opens the rows behind a value."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One numbered point (1.党建引领): figures, the areas below, and finer topics （1）普通事件.

    A topic whose source is absent is simply not given; a figure whose source is absent is not given either.
    """

    title: str
    figures: tuple[Figure, ...] = ()
    lines: tuple[AreaLine, ...] = ()
    parts: tuple[Topic, ...] = ()
    ranked_by: str = ""
    """Name of the figure the areas below are ordered by, high first, with their place; '' keeps the order given.
    Areas only: persons are never ranked (国办函〔2026〕12号)."""
    own: AreaLine | None = None
    """What lies with the area itself and with none below (街道本级), so that the table adds up; it has no place."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of 一、总体情况: （一）基本情况 and its topics."""

    title: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the chart; None is a gap."""

    label: str
    values: tuple[int | Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A chart of the last months: the names of its lines and one MonthLine a month."""

    title: str
    names: tuple[str, ...]
    months: tuple[MonthLine, ...]
    unit: str = "件"


@dataclass(frozen=True, slots=True)
class Wording:
    """What the office calls things: the areas below (社区, 街道), this period and the one before."""

    area_below: str = "社区"
    this_period: str = "本月"
    period_before: str = "上月"


def walk(topics: Sequence[Topic]) -> list[Topic]:
    """Topics with their parts, each parent before its parts."""
    found: list[Topic] = []
    for topic in topics:
        found += [topic, *walk(topic.parts)]
    return found


def all_topics(sections: Sequence[Section]) -> list[Topic]:
    """Every topic of every section, in the order of the text."""
    return walk([topic for section in sections for topic in section.topics])
