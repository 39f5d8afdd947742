"""The pages of 一表通 and 收表 as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.forms import FieldGroup, FieldView
from app.lowcode.page_models.importing import SheetView
from app.lowcode.page_models.lists import EmptyState, Pager
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem, Progress


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell. With a `name` it can be typed into; `fault` says what is wrong; `is_lacking` is amber."""

    text: str
    name: str = ""
    fault: str = ""
    is_lacking: bool = False


@dataclass(frozen=True, slots=True)
class GridLine:
    """One row of the table; `number` as the page counts it, `remove` posts its index."""

    number: int
    cells: tuple[GridCell, ...]
    remove: str = ""


@dataclass(frozen=True, slots=True)
class GridHead:
    """One column: its heading, and whether no register has it."""

    label: str
    is_missing: bool = False
    size: int = 8
    """Width of its inputs, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridView:
    """A table on the page. `tabs` are the tables of the workbook."""

    title: str
    heads: tuple[GridHead, ...]
    lines: tuple[GridLine, ...]
    tabs: tuple[Link, ...] = ()
    pager: Pager | None = None
    empty_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """一表通: drop a blank table in; one's own earlier ones."""

    title: str
    submit_url: str
    fields: tuple[FieldView, ...]
    recent: tuple[PanelItem, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadingPair:
    """Their column and ours."""

    heading: str
    name: str
    options: tuple[Option, ...]
    certainty: Chip


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """What is asked about one table: register, which rows, and how its columns are understood."""

    title: str
    text: str
    fields: tuple[FieldView, ...]
    pairs: tuple[HeadingPair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePage:
    """The one question: which register, which rows. `again` reads the page anew for another register."""

    title: str
    subtitle: str
    submit_url: str
    cancel_url: str
    questions: tuple[TableQuestion, ...]
    submit_label: str
    layout_link: Link | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPage:
    """How a blank table was read, to be put right: one sheet of it drawn."""

    title: str
    subtitle: str
    submit_url: str
    sheet: SheetView
    help: str
    back_url: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FillingPage:
    """一表通: the filled table, what is lacking, and its file."""

    title: str
    subtitle: str
    grid: GridView
    submit_url: str
    file_url: str
    file_label: str
    actions: tuple[Action, ...] = ()
    adopt: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    may_type: bool = False


@dataclass(frozen=True, slots=True)
class ListLine:
    """A collection in the list."""

    label: str
    url: str
    facts: tuple[str, ...]
    chip: Chip


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionsPage:
    """收表: what one has to fill, and what one's office gathers."""

    title: str
    mine: tuple[ListLine, ...] = ()
    gathered: tuple[ListLine, ...] = ()
    shows_gathered: bool = False
    main: Action | None = None
    empty: EmptyState | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaGroup:
    """Areas of one level to tick."""

    label: str
    options: tuple[Option, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDownPage:
    """下发: title, blank table, day, note, and to whom."""

    title: str
    submit_url: str
    cancel_url: str
    groups: tuple[FieldGroup, ...]
    areas: tuple[AreaGroup, ...]
    areas_error: str = ""
    errors: tuple[str, ...] = ()
    error_count: int = 0


@dataclass(frozen=True, slots=True)
class StandingLine:
    """One community's part."""

    area: str
    url: str
    chip: Chip
    late: Chip | None
    rows_text: str
    when: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """One collection: who has returned, the pile to drop files on, what to paste for those who are late."""

    title: str
    subtitle: str
    chips: tuple[Chip, ...]
    note_text: str
    lines: tuple[StandingLine, ...]
    actions: tuple[Action, ...]
    main: Action | None = None
    pile_url: str = ""
    pile_link: Link | None = None
    prefill_text: str = ""
    prefill_link: Link | None = None
    layout_link: Link | None = None
    reminder: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class PileLine:
    """A file of the pile. `owner` is the select that says whose it is."""

    id: str
    file_name: str
    facts: str
    owner: FieldView
    findings: tuple[Note, ...]
    is_ticked: bool
    may_tick: bool
    drop: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class PilePage:
    """What was dropped, sorted: to take in, doubled, unknown; and who is still missing.

    While the worker reads, `progress` stands in place of all that; `unread_actions` where it stopped before the end.
    """

    title: str
    subtitle: str
    submit_url: str
    lines: tuple[PileLine, ...]
    doubled: tuple[PileLine, ...]
    strangers: tuple[PileLine, ...]
    missing_text: str
    back: Action
    more_url: str
    notes: tuple[Note, ...] = ()
    progress: Progress | None = None
    unread_actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A version that was handed in; `go_back` makes it count again."""

    label: str
    note: str
    go_back: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPage:
    """One community's table: read, filled on the page, or given back."""

    title: str
    subtitle: str
    chip: Chip
    grid: GridView | None
    submit_url: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    may_add: bool = False
    actions: tuple[Action, ...] = ()
    upload_url: str = ""
    return_url: str = ""
    faults: tuple[str, ...] = ()
    versions: tuple[PastVersion, ...] = ()
    steps: tuple[PanelItem, ...] = ()
    notes: tuple[Note, ...] = ()
    back: Link | None = None
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class FoundLine:
    """What was found wrong: which file, which row."""

    source: str
    place: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPage:
    """汇总: the result, who is in it, and what was found wrong."""

    title: str
    subtitle: str
    grid: GridView
    counts: tuple[tuple[str, str], ...]
    found: tuple[FoundLine, ...]
    found_text: str
    file_url: str
    file_label: str
    actions: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
