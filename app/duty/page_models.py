"""Plain values of the month page and the form of an exchange."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.lists import EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option


@dataclass(frozen=True, slots=True)
class DutyDayView:
    """One day of the month; `number` 0 is a day of another month. `people` are (带班, name) pairs."""

    number: int = 0
    label: str = ""
    is_rest: bool = False
    is_today: bool = False
    kind: str = ""
    people: tuple[tuple[str, str], ...] = ()
    chip: Chip | None = None
    url: str = ""
    swap_url: str = ""


@dataclass(frozen=True, slots=True)
class MissingView:
    """A shift without a record: what it is, where nothing is reported in one click, where something is written down."""

    label: str
    people: str
    zero: Action
    write: Link


@dataclass(frozen=True, slots=True)
class SwapView:
    """An exchange that waits; the actions are empty for whoever may not decide."""

    label: str
    reason: str
    url: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPage:
    """A month of one office (duty/month.html)."""

    title: str
    subtitle: str
    offices: tuple[Link, ...]
    month_title: str
    previous: Link
    following: Link
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[DutyDayView, ...], ...]
    missing: tuple[MissingView, ...]
    swaps: tuple[SwapView, ...]
    heads: tuple[HeadColumn, ...]
    rows: tuple[RowView, ...]
    plan_url: str
    plan_days: tuple[Option, ...]
    plan_hidden: tuple[tuple[str, str], ...]
    actions: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
    empty: EmptyState | None = None
