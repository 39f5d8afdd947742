"""The pages of the report centre as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, Progress
from app.report_center.checking.page_models import RemarkLine


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """Papers of one kind, in the left column."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Choices under a heading of a select."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class StateCell:
    """Where one paper stands; a door to its page."""

    chip: Chip
    url: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """One community and its papers."""

    label: str
    cells: tuple[StateCell, ...]


@dataclass(frozen=True, slots=True)
class GridView:
    """Communities × papers of one period, and what to paste where somebody is late."""

    title: str
    counts: tuple[Chip, ...]
    deadline_text: str
    heads: tuple[str, ...]
    rows: tuple[GridRow, ...]
    months: tuple[Link, ...]
    reminder: str = ""
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class PrintAll:
    """The form of 全部打印."""

    submit_url: str
    area_label: str
    hidden: tuple[tuple[str, str], ...]
    papers: tuple[Option, ...]
    containers: tuple[Option, ...]
    formats: tuple[Option, ...]
    count_text: str


@dataclass(frozen=True, slots=True)
class PrintLine:
    """One print record as a line."""

    when: str
    what: str
    who: str
    formats: str
    digest: str
    is_draft: bool
    url: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """/reports/: papers at the left, the choice in the middle, the preview at the right, the grid below."""

    title: str
    groups: tuple[PaperGroup, ...]
    paper_title: str
    choose_url: str
    choose_hidden: tuple[tuple[str, str], ...]
    areas: tuple[Option, ...]
    periods: tuple[OptionGroup, ...]
    subjects: tuple[Option, ...] = ()
    subject_label: str = ""
    subject_empty: str = ""
    preview_url: str = ""
    preview_title: str = ""
    state: Chip | None = None
    state_link: Link | None = None
    file_url: str = ""
    file_hidden: tuple[tuple[str, str], ...] = ()
    formats: tuple[Option, ...] = ()
    print_all: PrintAll | None = None
    grid: GridView | None = None
    prints: tuple[PrintLine, ...] = ()
    jobs: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """The paper itself, alone in its frame."""

    title: str
    sheets: str
    """HTML of the paper, escaped by its renderer."""
    styles: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One cell that has changed since the paper was handed in."""

    table: str
    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version: when, by whom, and the way to print it."""

    label: str
    note: str
    digest: str
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StepLine:
    """One sentence of the history."""

    text: str
    when: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPage:
    """One paper of one community and period."""

    title: str
    chip: Chip
    notes: tuple[Note, ...] = ()
    actions: tuple[Action, ...] = ()
    fields: tuple[FieldView, ...] = ()
    fill_url: str = ""
    return_url: str = ""
    check: Link | None = None
    remarks: tuple[RemarkLine, ...] = ()
    preview_url: str = ""
    differences: tuple[DifferenceLine, ...] = ()
    differences_text: str = ""
    versions: tuple[VersionLine, ...] = ()
    file_url: str = ""
    steps: tuple[StepLine, ...] = ()
    back: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePage:
    """One 全部打印 while it works, and its file when it is done."""

    title: str
    notes: tuple[Note, ...] = ()
    progress: Progress | None = None
    actions: tuple[Action, ...] = ()
    text: str = ""
