"""The four steps of an import (register/import.html)."""

from dataclasses import dataclass
from typing import Literal

from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.lists import Pager
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem, Progress, Tone
from app.lowcode.page_models.records import FactView


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the picture. `number` as Excel shows it; `why` in words for rows that are not data."""

    number: int
    kind: Literal["title", "header", "data", "note", "total", "blank", "skipped"]
    cells: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class SheetView:
    """A picture of the sheet: `letters` are Excel's column letters; `sheets` the tabs of the workbook."""

    letters: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    sheets: tuple[Link, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """Their column and ours. The select `name` posts the chosen option; certainty is told in words and a lamp."""

    letter: str
    header: str
    samples: tuple[str, ...]
    name: str
    options: tuple[Option, ...]
    certainty: Chip


@dataclass(frozen=True, slots=True)
class CountTab:
    """新增 12 · 变更 3 · …: one kind of rows, with its own address."""

    label: str
    count_text: str
    url: str
    tone: Tone = "grey"
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of an incoming row; `old` is None where nothing is overwritten."""

    label: str
    new: str
    old: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One row of the workbook as it would be written: `place` is "第 7 行", `messages` say what to mend."""

    place: str
    title: str
    changes: tuple[ValueChange, ...] = ()
    messages: tuple[Note, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """Four steps on one page. Each step fills its own part; the others stay None.

    upload: `upload_fields` post to `submit_url` (multipart), with `template` and `batches` beside. layout: `sheet` and
    `pairs` post to `submit_url`. check: `tabs`, `incoming`, `problems_action` (their workbook with red cells),
    `write_fields`. write: `progress`, later `result` with `undo`.
    """

    title: str
    step: Literal["upload", "layout", "check", "write"]
    cancel_url: str
    submit_url: str = ""
    submit_label: str = ""
    back_url: str = ""
    file_name: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()
    upload_fields: tuple[FieldView, ...] = ()
    template: Link | None = None
    batches: tuple[PanelItem, ...] = ()
    sheet: SheetView | None = None
    pairs: tuple[ColumnPair, ...] = ()
    tabs: tuple[CountTab, ...] = ()
    incoming: tuple[IncomingRow, ...] = ()
    pager: Pager | None = None
    problems_action: Action | None = None
    write_fields: tuple[FieldView, ...] = ()
    progress: Progress | None = None
    result: Note | None = None
    result_facts: tuple[FactView, ...] = ()
    result_actions: tuple[Action, ...] = ()
    undo: Action | None = None
