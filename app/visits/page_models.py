"""Plain values of the page of households not visited for long."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.lists import EmptyState, HeadColumn, Pager, RowView
from app.lowcode.page_models.parts import Action, Link, Note


@dataclass(frozen=True, slots=True, kw_only=True)
class UnvisitedPage:
    """The page (visits/unvisited.html). `count_rows` are filled only where the profile counts visits of workers."""

    title: str
    subtitle: str
    lead_text: str
    tabs: tuple[Link, ...]
    heads: tuple[HeadColumn, ...]
    rows: tuple[RowView, ...]
    actions: tuple[Action, ...]
    pager: Pager | None = None
    empty: EmptyState | None = None
    notes: tuple[Note, ...] = ()
    count_title: str = ""
    count_heads: tuple[HeadColumn, ...] = ()
    count_rows: tuple[RowView, ...] = ()
