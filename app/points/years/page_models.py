"""Plain values of a worker's year (points/year.html)."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.home import ChartView
from app.lowcode.page_models.lists import HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Link, Note
from app.points.page_models import Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPage:
    """One worker's year: the months as a line, how the result follows step by step, marks and notes with reasons."""

    title: str
    subtitle: str
    year_title: str
    previous: Link
    following: Link | None
    amounts: tuple[Amount, ...]
    chart: ChartView
    steps: tuple[str, ...]
    note_heads: tuple[HeadColumn, ...]
    note_rows: tuple[RowView, ...]
    empty_text: str
    notes: tuple[Note, ...] = ()
    actions: tuple[Action, ...] = ()
    main_action: Action | None = None
