"""The four steps of an import (register/import.html) and the list of all batches (register/import_batches.html)."""

from dataclasses import dataclass
from typing import Literal

from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.lists import Pager
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem, Progress, Tone
from app.lowcode.page_models.records import FactView

RowKind = Literal["title", "note", "header", "data", "total", "signature", "blank", "numbered", "repeated", "skipped", "gap"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One of two ways, as a card: what it does in a sentence, and an example or when it fits."""

    value: str
    label: str
    text: str
    example: str
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the picture, `number` as Excel shows it; `word` says what it was taken for.

    `name` is the select in which a person says otherwise, `options` its choices; "" where nothing can be chosen.
    A "gap" stands for rows that are not drawn: `word` says how many and what they are.
    """

    number: int
    kind: RowKind
    word: str
    cells: tuple[str, ...] = ()
    name: str = ""
    options: tuple[Option, ...] = ()
    is_hidden: bool = False
    is_struck: bool = False
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class SkippedRows:
    """Rows of one kind that hold no record: how many, where, and what stands in the first of them."""

    label: str
    count_text: str
    places: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetTab:
    """One sheet of the workbook, with what is read of it."""

    label: str
    count_text: str
    url: str
    tone: Tone = "grey"
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """A picture of the sheet: `letters` are Excel's column letters; `tabs` the sheets of the workbook.

    `fields` concern the whole sheet (read or not, with header or without, where its rows lie). `reset_label` is set
    where a person has corrected something that may be taken back.
    """

    letters: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    tabs: tuple[SheetTab, ...] = ()
    text: str = ""
    notes: tuple[Note, ...] = ()
    fields: tuple[FieldView, ...] = ()
    skipped: tuple[SkippedRows, ...] = ()
    reset_label: str = ""


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """Their column and ours. The select `name` posts the chosen option; certainty is told in words and a lamp.

    `options` are those that make sense without scripts; with scripts the select offers all of `ImportPage.columns`.
    """

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
    """One row of the workbook as it would be written: `place` is "第 7 行", `messages` say what to mend.

    `pick` is the value of its tick box (迁出, 确认保留); "" where there is nothing to tick.
    """

    place: str
    title: str
    changes: tuple[ValueChange, ...] = ()
    messages: tuple[Note, ...] = ()
    url: str = ""
    pick: str = ""
    is_picked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picking:
    """Tick boxes beside the rows of one tab: what a tick means, and how many are ticked over all its pages."""

    label: str
    help: str
    count_text: str
    fields: tuple[FieldView, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingView:
    """Rows of another register that the workbook names and that are not there: how many, and the first by name."""

    label: str
    count_text: str
    names: tuple[str, ...]
    rest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPart:
    """What is missing in other registers (房屋, 户), and the ways to go on; `choices` post `missing_links`."""

    text: str
    groups: tuple[MissingView, ...]
    choices: tuple[KindChoice, ...]


@dataclass(frozen=True, slots=True)
class BucketView:
    """What became of some rows of a batch that was taken back."""

    title: str
    tone: Tone
    items: tuple[PanelItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """Four steps on one page. Each step fills its own part; the others stay empty.

    upload: `kinds` and `upload_fields` post to `submit_url` (multipart), `more_fields` are tucked away, `template` and
    `batches` stand beside. layout: `sheet` and `pairs` post to `submit_url`, `action` "again" reads the sheet anew.
    check: `tabs`, `incoming`, `picking`, `downloads` (their workbook with red cells), `missing`, `modes` and
    `write_fields`.
    write: `progress`, later `result` with `undo`; after undoing `buckets`.
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
    kinds: tuple[KindChoice, ...] = ()
    upload_fields: tuple[FieldView, ...] = ()
    more_fields: tuple[FieldView, ...] = ()
    template: Link | None = None
    batches: tuple[PanelItem, ...] = ()
    all_batches_url: str = ""
    sheet: SheetView | None = None
    pairs: tuple[ColumnPair, ...] = ()
    columns: tuple[Option, ...] = ()
    tabs: tuple[CountTab, ...] = ()
    incoming: tuple[IncomingRow, ...] = ()
    picking: Picking | None = None
    pager: Pager | None = None
    downloads: tuple[Action, ...] = ()
    modes: tuple[KindChoice, ...] = ()
    missing: MissingPart | None = None
    write_fields: tuple[FieldView, ...] = ()
    progress: Progress | None = None
    result: Note | None = None
    result_facts: tuple[FactView, ...] = ()
    result_actions: tuple[Action, ...] = ()
    undo: Action | None = None
    buckets: tuple[BucketView, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch in the list of all."""

    number: str
    register: str
    file_name: str
    url: str
    who: str
    when: str
    state: Chip
    counts: str
    digest: str
    undo: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchesPage:
    """Batches within the person's areas, newest first, of one register or of all."""

    title: str
    lines: tuple[BatchLine, ...]
    registers: tuple[Option, ...]
    list_url: str
    main_action: Action | None = None
    pager: Pager | None = None
    notes: tuple[Note, ...] = ()
