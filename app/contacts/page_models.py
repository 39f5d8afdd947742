"""Plain values of the 通讯录 page."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.lists import EmptyState, HeadColumn, Pager, RowView
from app.lowcode.page_models.parts import Action, Link


@dataclass(frozen=True, slots=True)
class ContactGroup:
    """Contacts of one register; `title` names it and says how many there are."""

    title: str
    rows: tuple[RowView, ...]
    more: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsPage:
    """The page (contacts/index.html): one register, or the hits of words in all of them."""

    title: str
    subtitle: str
    words: str
    kind: str
    area: str
    search_url: str
    tabs: tuple[Link, ...]
    heads: tuple[HeadColumn, ...]
    groups: tuple[ContactGroup, ...]
    actions: tuple[Action, ...]
    pager: Pager | None = None
    empty: EmptyState | None = None
