"""The page 逐格核对 as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option


@dataclass(frozen=True, slots=True)
class CheckedCell:
    """One cell: what the version prints, what it was in the other version, what is said about it.

    `value` of the radio that picks it; '' where it is no figure.
    """

    text: str
    is_number: bool = False
    pick: str = ""
    is_picked: bool = False
    label: str = ""
    before: str = ""
    """What the other version prints, where it prints something else."""
    remark: str = ""
    adjusted: str = ""


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """One table of the paper."""

    title: str
    heads: tuple[CheckedCell, ...]
    rows: tuple[tuple[CheckedCell, ...], ...]
    count_text: str = ""
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """One remark: the cell, what it printed then, what stands there now."""

    place: str
    reported: str
    now: str
    remark: str
    who: str
    chip: Chip | None = None
    take_back: Action | None = None


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """Both figures, day and reason."""

    place: str
    reported: str
    adjusted: str
    when: str
    reason: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """One version of a handed-in paper, cell by cell."""

    title: str
    chip: Chip
    versions: tuple[Option, ...]
    against: tuple[Option, ...]
    page_url: str
    tables: tuple[CheckedTable, ...]
    notes: tuple[Note, ...] = ()
    remark_url: str = ""
    adjust_url: str = ""
    today: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    remarks: tuple[RemarkLine, ...] = ()
    adjustments: tuple[AdjustmentLine, ...] = ()
    back: Link | None = None
