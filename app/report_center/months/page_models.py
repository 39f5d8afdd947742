"""The pages of closing a month as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of an area: where it stands and, once final, what was kept."""

    label: str
    url: str
    chip: Chip
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthsPage:
    """/months/: the last months of one area."""

    title: str
    area_label: str
    lines: tuple[MonthLine, ...]


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One 定稿: when, by whom, what it holds, and how many of its files are made."""

    label: str
    note: str
    digest: str
    files_text: str


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A figure that is not what it was, with the records that came and went."""

    title: str
    area: str
    before: str
    after: str
    came: tuple[PanelItem, ...]
    left: tuple[PanelItem, ...]
    more_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    """/months/<area>/<month>: its state, what stands in the way, its editions, and what moved between them."""

    title: str
    chip: Chip
    back: Link
    notes: tuple[Note, ...] = ()
    actions: tuple[Action, ...] = ()
    obstacles: tuple[str, ...] = ()
    obstacles_text: str = ""
    reopen_url: str = ""
    persons_text: str = ""
    editions: tuple[EditionLine, ...] = ()
    openings: tuple[PanelItem, ...] = ()
    compare_url: str = ""
    compare: tuple[Option, ...] = ()
    compare_title: str = ""
    moved: tuple[MovedLine, ...] | None = None
    """None where nothing was asked to be compared."""
