"""The first page (home/home.html)."""

from dataclasses import dataclass
from typing import Literal

from app.lowcode.page_models.parts import Action, Chip, Link, Note, Tone


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One thing asked of the user. `due_text` says when in words ("已过 2 天", "今天", "还有 3 天")."""

    text: str
    url: str
    due_text: str = ""
    tone: Tone = "grey"
    kind: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class FigureCard:
    """One figure, a door to its rows. `spark`: its last months, oldest first; `rule`: how it is counted, in words."""

    label: str
    value: str
    url: str
    unit: str = ""
    change_text: str = ""
    change_tone: Tone = "grey"
    spark: tuple[float, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars of a chart; `values` run parallel to the labels, None is a gap."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart with at most five series. `top` is the upper end of the scale, a round number at or above every value;
    `bottom` the lower end, below zero only where lines go there."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    top: float
    kind: Literal["bars", "lines"] = "bars"
    unit: str = ""
    url: str = ""
    bottom: float = 0


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One community and where its papers stand."""

    label: str
    states: tuple[Chip, ...]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The first page."""

    today_text: str
    deadline_text: str = ""
    deadline_tone: Tone = "amber"
    todos: tuple[TodoItem, ...] = ()
    todos_more: Link | None = None
    figures: tuple[FigureCard, ...] = ()
    figures_text: str = ""
    missing_title: str = ""
    missing: tuple[SubmissionRow, ...] = ()
    missing_text: str = ""
    missing_more: Link | None = None
    chart: ChartView | None = None
    doors: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
