"""Plain values of the points pages: the month calendar of one worker and the summary of an area."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.lists import EmptyState, HeadColumn, Pager, RowView
from app.lowcode.page_models.parts import Action, Link, Note, Tone


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One entry within a day of the calendar."""

    text: str
    points_text: str
    tone: Tone
    url: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day; `sum_text` is '' on a day without entries. Days of other months are empty."""

    number: int
    label: str
    is_in_month: bool
    is_today: bool = False
    is_rest: bool = False
    sum_text: str = ""
    tone: Tone = "grey"
    entries: tuple[DayEntry, ...] = ()
    more_text: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure above the calendar, with how it is counted."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "grey"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPage:
    """A worker's month (points/calendar.html)."""

    title: str
    subtitle: str
    month_title: str
    previous: Link
    following: Link | None
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Day, ...], ...]
    amounts: tuple[Amount, ...]
    rule_heads: tuple[HeadColumn, ...]
    rule_rows: tuple[RowView, ...]
    heads: tuple[HeadColumn, ...]
    rows: tuple[RowView, ...]
    actions: tuple[Action, ...] = ()
    main_action: Action | None = None
    notes: tuple[Note, ...] = ()
    empty_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPage:
    """An area's period (points/summary.html, points/ranking.html); where nobody is ranked, only what `empty` says."""

    title: str
    subtitle: str
    lead_text: str = ""
    tabs: tuple[Link, ...] = ()
    period_title: str = ""
    previous: Link | None = None
    following: Link | None = None
    amounts: tuple[Amount, ...] = ()
    heads: tuple[HeadColumn, ...] = ()
    rows: tuple[RowView, ...] = ()
    pager: Pager | None = None
    actions: tuple[Action, ...] = ()
    main_action: Action | None = None
    empty: EmptyState | None = None
    notes: tuple[Note, ...] = ()
