"""A register's list (register/list.html, also the recycle bin) and the hits of the search box (search/results.html)."""

from dataclasses import dataclass
from typing import Literal

from app.lowcode.page_models.parts import Action, Link, Note, Option, PanelItem, Tone


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """A column head. `sort_url` is empty where the column cannot be ordered by; numbers align "right"."""

    name: str
    label: str
    align: Literal["left", "right", "center"] = "left"
    sort_url: str = ""
    sorted: Literal["asc", "desc"] | None = None
    width: Literal["", "narrow", "wide"] = ""


@dataclass(frozen=True, slots=True)
class CellView:
    """One value as shown. `reveal_url` puts the eye beside a masked value; `tone` is for chips and lamps on dates."""

    text: str
    kind: Literal["text", "number", "date", "masked", "chip"] = "text"
    url: str = ""
    tone: Tone | None = None
    reveal_url: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row; `id` is what bulk actions post as `id`, `url` its show page. `cells` run parallel to the heads."""

    id: str
    cells: tuple[CellView, ...]
    url: str = ""
    is_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterView:
    """One filter of the filter form (GET, parameter `name`).

    "dates" sends `<name>_from` and `<name>_to` and fills them from `value` and `value_to`; "flag" sends 1; "area" takes
    `options` (short) or `choices_url` with `selected_label` (long). The first option of a choice should mean 不限.
    """

    name: str
    label: str
    kind: Literal["choice", "text", "dates", "flag", "area"] = "choice"
    options: tuple[Option, ...] = ()
    value: str = ""
    value_to: str = ""
    choices_url: str = ""
    selected_label: str = ""
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class ChipView:
    """An active filter, with the address of the page without it."""

    label: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Pager:
    """Feet of a list: empty URLs switch a direction off. `sizes` are the page sizes 25/50/100."""

    text: str
    prev_url: str = ""
    next_url: str = ""
    sizes: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Nothing here yet: what belongs here and the ways to begin. Nothing found: `culprits` are the filters to drop."""

    title: str
    text: str = ""
    actions: tuple[Action, ...] = ()
    culprits: tuple[ChipView, ...] = ()
    clear_url: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChooser:
    """列设置: posts `column` once per ticked option to `action_url`; `reset=1` goes back to the default."""

    action_url: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A register's list. Search and filters send GET to `list_url` with `q`, the filters and `kept` (order, page size).

    `empty` set means that it is shown instead of the table.
    """

    title: str
    list_url: str
    count_text: str = ""
    lead_text: str = ""
    columns: tuple[HeadColumn, ...] = ()
    rows: tuple[RowView, ...] = ()
    search_value: str = ""
    search_hint: str = ""
    filters: tuple[FilterView, ...] = ()
    chips: tuple[ChipView, ...] = ()
    clear_url: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    main_action: Action | None = None
    toolbar: tuple[Action, ...] = ()
    column_chooser: ColumnChooser | None = None
    bulk_actions: tuple[Action, ...] = ()
    pager: Pager | None = None
    empty: EmptyState | None = None
    notes: tuple[Note, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """Hits within one register."""

    title: str
    count_text: str
    items: tuple[PanelItem, ...]
    more: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Hits of the search box in the masthead, by register."""

    title: str
    value: str
    search_url: str
    groups: tuple[SearchGroup, ...] = ()
    empty: EmptyState | None = None
    notes: tuple[Note, ...] = ()
