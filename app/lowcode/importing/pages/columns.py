"""Their columns beside ours: what each header was taken for, how certain that is, and what stands below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.language import gettext as _
from app.lowcode.importing.layout import HeaderCell
from app.lowcode.importing.matching import GUESS, LIKELY, SURE, Match
from app.lowcode.importing.pages.picture import masked_text
from app.lowcode.importing.posted import header_field
from app.lowcode.importing.recognition import ReadSheet, ReadTable
from app.lowcode.page_models.importing import ColumnPair
from app.lowcode.page_models.parts import Chip, Option
from app.lowcode.parts import file_columns
from app.lowcode.register import Register
from app.workbooks.references import column_letters

LOOKED_AT, SAMPLES, SAMPLE_LETTERS, HEADER_LETTERS = 30, 3, 14, 40
MOST_UNKNOWN = 30
"""Headers that nobody understood and that are shown all the same."""
MOST_OPTIONS = 300
"""Options written out for browsers without scripts, over all headers."""


def our_columns(reg: Register) -> tuple[Option, ...]:
    """What a header may be taken for."""
    return tuple(
        Option(column.name, _(column.label)) for column in file_columns(reg) if column.kind not in ("computed", "lines")
    )


def pairs(reg: Register, sheets: Sequence[ReadSheet], *, chosen: Iterable[str]) -> tuple[ColumnPair, ...]:
    """One pair for each different header of all tables; `chosen` are field names that a person answered before."""
    answered = set(chosen)
    found: dict[str, tuple[ReadSheet, ReadTable, HeaderCell]] = {}
    for sheet in sheets:
        for table in sheet.tables:
            for cell in table.table.columns:
                found.setdefault(header_field(cell.title), (sheet, table, cell))
    matches = [table.matches[cell.index] for _sheet, table, cell in found.values()]
    taken = {name for match in matches for name in (match.column, match.also)}
    free = [option for option in our_columns(reg) if option.value not in taken]
    shown, unknown, budget = [], 0, MOST_OPTIONS
    for name, (sheet, table, cell) in found.items():
        match = table.matches[cell.index]
        unknown += not match.column
        if not match.column and unknown > MOST_UNKNOWN:
            continue
        offered = free if budget > 0 else []
        budget -= len(offered)
        samples = _samples(sheet, table, cell.index)
        shown.append(_pair(reg, cell, match, name, offered, samples, is_chosen=name in answered))
    return tuple(shown)


def _pair(
    reg: Register, cell: HeaderCell, match: Match, name: str, offered: Sequence[Option], samples: tuple[str, ...],
    *, is_chosen: bool,
) -> ColumnPair:  # fmt: skip
    labels = {column.name: column.label for column in file_columns(reg)}
    options = [Option("", _("不导入这一列"), not match.column)]
    if match.column:
        label = _(labels[match.column])
        if match.also:
            label = _("%(first)s和%(second)s（一格拆成两项）", first=label, second=_(labels[match.also]))
        options.append(Option(match.column, label, True))
    header = cell.title.replace("\n", "")
    header = header if len(header) <= HEADER_LETTERS else header[: HEADER_LETTERS - 1] + "…"
    return ColumnPair(
        column_letters(cell.index + 1), header, samples, name, (*options, *offered),
        _certainty(labels, match, is_chosen=is_chosen),
    )  # fmt: skip


def _samples(sheet: ReadSheet, table: ReadTable, index: int) -> tuple[str, ...]:
    """The first different values below a header, masked."""
    found: dict[str, None] = {}
    for row in table.table.rows[:LOOKED_AT]:
        cells = sheet.sheet.rows[row]
        text = masked_text(cells[index], SAMPLE_LETTERS) if index < len(cells) else ""
        if text:
            found.setdefault(text)
        if len(found) == SAMPLES:
            break
    return tuple(found)


def _certainty(labels: dict[str, str], match: Match, *, is_chosen: bool) -> Chip:
    if is_chosen:
        return Chip(_("您选的"), "blue")
    if match.is_remembered:
        return Chip(_("上次这样对应"), "green")
    if match.column and match.certainty >= SURE:
        return Chip(_("肯定"), "green")
    if match.column and match.certainty == LIKELY:
        return Chip(_("猜的，请看一眼"), "amber")
    if match.guess in labels:
        return Chip(_("没认出，可能是%(label)s", label=_(labels[match.guess])), "amber")
    return Chip(_("没认出"), "grey") if match.certainty == GUESS else Chip(_("不用导入"), "grey")
