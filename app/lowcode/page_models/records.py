"""One record (register/show.html) and what happened when a page could not be given (errors/error.html)."""

from dataclasses import dataclass
from typing import Literal

from app.lowcode.page_models.lists import CellView, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Link, Note, PanelItem


@dataclass(frozen=True, slots=True)
class FactView:
    """One label with one value. `is_wide` takes both columns; `lines` (heads, rows) prints a child table instead."""

    label: str
    cell: CellView
    is_wide: bool = False
    heads: tuple[HeadColumn, ...] = ()
    rows: tuple[RowView, ...] = ()


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts under a heading."""

    title: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A box at the side. `empty_text` stands where there are no items."""

    title: str
    items: tuple[PanelItem, ...] = ()
    kind: Literal["links", "files", "history"] = "links"
    empty_text: str = ""
    more: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPage:
    """One record."""

    title: str
    subtitle: str = ""
    chips: tuple[Chip, ...] = ()
    main_action: Action | None = None
    actions: tuple[Action, ...] = ()
    groups: tuple[FactGroup, ...] = ()
    panels: tuple[Panel, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What happened, why, and what to do now; `actions` lead out. `frame` may be None with this page."""

    title: str
    text: str
    advice: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    reference: str = ""
