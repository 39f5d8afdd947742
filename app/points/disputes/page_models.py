"""Plain values of the page of a 公示 (points/show_sheet.html)."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.lists import EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Link, Note
from app.points.page_models import Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """A community's month on show, by grid; nobody is ranked."""

    title: str
    subtitle: str
    chips: tuple[Chip, ...]
    month_title: str
    previous: Link
    following: Link | None
    lead_text: str
    amounts: tuple[Amount, ...]
    heads: tuple[HeadColumn, ...]
    rows: tuple[RowView, ...]
    actions: tuple[Action, ...] = ()
    main_action: Action | None = None
    notes: tuple[Note, ...] = ()
    empty: EmptyState | None = None
    change_heads: tuple[HeadColumn, ...] = ()
    change_rows: tuple[RowView, ...] = ()
    """Entries that came after the list went on show; only for those who keep the ledger."""
