"""What the page behind a figure shows (home/figure.html)."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.importing import CountTab
from app.lowcode.page_models.lists import EmptyState, HeadColumn, Pager, RowView
from app.lowcode.page_models.parts import Action, Note, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePage:
    """One figure in one area and period: how it is counted, and the rows that count or are missing."""

    title: str
    rule: str
    value: str
    unit: str
    made_of: str
    """Numerator and denominator of a percentage in words; '' for a plain count."""
    scope_text: str
    page_url: str
    periods: tuple[Option, ...]
    hidden: tuple[tuple[str, str], ...]
    tabs: tuple[CountTab, ...] = ()
    columns: tuple[HeadColumn, ...] = ()
    rows: tuple[RowView, ...] = ()
    pager: Pager | None = None
    empty: EmptyState | None = None
    register_door: Action | None = None
    notes: tuple[Note, ...] = ()
