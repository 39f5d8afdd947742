"""逐格核对 as plain values: the tables of a version, what changed against another, remarks and adjustments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.areas.queries import name_of
from app.clock import local
from app.language import gettext as _
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, Tone
from app.periods.queries import state_of
from app.periods.rules import FINAL
from app.report_center import queries
from app.report_center.checking.models import Adjustment, CellRemark
from app.report_center.checking.page_models import AdjustmentLine, CheckedCell, CheckedTable, CheckPage, RemarkLine
from app.report_center.checking.queries import adjustments_of, remarks_of, sent_remarks
from app.report_center.choosing import Choice
from app.report_center.comparing import Place, cells_of, column_names, rows_of, tables_of
from app.report_center.documents import live_document
from app.report_center.models import Submission
from app.report_center.rules import LOCKED, STATE_NAMES
from app.report_center.todos import address
from app.security.actor import Actor
from reports.document import Document, Table

TONES: dict[str, Tone] = {"missing": "amber", "submitted": "blue", "returned": "red", "passed": "green"}


@dataclass(frozen=True, slots=True)
class _Said:
    """What is known of the cells of one version."""

    before: dict[Place, str]
    """Cells of the version it is held against; {} where there is none."""
    remarks: dict[Place, CellRemark]
    adjustments: dict[Place, Adjustment]
    picked: str
    is_checking: bool


def check_page(
    choice: Choice, row: Submission, actor: Actor, *, number: int, against: int, picked: str, today: date
) -> CheckPage:
    """The page of one version; what the actor may not do is not offered. Raises LookupError for a missing version."""
    code, period = choice.request.area_code, choice.request.period
    stored = queries.version_of(row.id, number)
    if stored is None:
        raise LookupError(number)
    other = queries.version_of(row.id, against) if against and against != number else None
    reviews = queries.may_review(actor, code)
    is_checking = _may_check(row, choice, number, reviews=reviews)
    remarks = remarks_of(row.id, number) if reviews else sent_remarks(row.id, number)
    adjustments = adjustments_of(row.id, number)
    where: dict[str, Any] = {"area": code, "paper": choice.paper.name, "period": period.key}
    said = _Said(
        cells_of(other.document) if other else {},
        {each.place: each for each in remarks},
        {each.place: each for each in adjustments},
        picked,
        is_checking,
    )
    tables = _tables(stored.document, said)
    return CheckPage(
        title=_("%(area)s%(period)s%(paper)s　逐格核对", area=name_of(code), period=period.title,
                paper=_(choice.paper.title)),
        chip=Chip(_(STATE_NAMES[row.state]), TONES[row.state]),
        versions=_options(row, number),
        against=(Option("0", _("不比较"), not against), *_options(row, against, without=number)),
        page_url=url_for("CheckingView.check", **where),
        tables=tables,
        notes=_notes(row, number, tables, has_other=other is not None, against=against, is_checking=is_checking),
        remark_url=url_for("CheckingView.remark", **where) if is_checking else "",
        adjust_url=url_for("CheckingView.adjust", **where) if is_checking else "",
        today=today.isoformat(),
        hidden=(("against", str(against)),),
        remarks=_remark_lines(choice, remarks, where, is_checking=is_checking),
        adjustments=tuple(_adjustment_line(each) for each in adjustments),
        back=Link(_("返回报送页"), address(code, choice.paper.name, period.key)),
    )  # fmt: skip


def _may_check(row: Submission, choice: Choice, number: int, *, reviews: bool) -> bool:
    """Only the version that counts is checked, and only until the month is final."""
    is_open = state_of(choice.request.area_code, choice.request.period).state != FINAL
    return reviews and row.state in LOCKED and number == row.number and is_open


def pick_of(table: int, row: int, column: int) -> str:
    """What the radio of a cell sends."""
    return f"{table}.{row}.{column}"


def place_of(document: Document, picked: str) -> Place:
    """The cell that was picked. Raises LookupError where there is none."""
    parts = picked.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 6 for part in parts):
        raise LookupError(picked)
    table, row, column = (int(part) for part in parts)
    name, of = list(tables_of(document).items())[table]
    title, cells = list(rows_of(of).items())[row]
    return Place(name, title, list(cells)[column])


def _tables(document: Document, said: _Said) -> tuple[CheckedTable, ...]:
    found = []
    for place, (name, table) in enumerate(tables_of(document).items()):
        rows = tuple(
            tuple(
                _cell(Place(name, title, label), text, pick_of(place, line, column), table, column, said)
                for column, (label, text) in enumerate(cells.items())
            )
            for line, (title, cells) in enumerate(rows_of(table).items())
        )
        changed = sum(bool(cell.before) for row in rows for cell in row)
        count = _("%(n)s 处不同", n=changed) if changed else ""
        has_figures = any(cell.is_number for row in rows for cell in row)
        heads = tuple(
            CheckedCell(label, column.alignment == "right")
            for label, column in zip(column_names(table), table.columns, strict=True)
        )
        found.append(CheckedTable(name, heads, rows, count, is_open=has_figures or bool(changed)))
    return tuple(found)


def _cell(place: Place, text: str, pick: str, table: Table, column: int, said: _Said) -> CheckedCell:
    is_number = table.columns[column].alignment == "right"
    may_pick = said.is_checking and place.column != table.columns[0].label
    before = said.before.get(place, "—") if said.before else text
    remark, adjusted = said.remarks.get(place), said.adjustments.get(place)
    return CheckedCell(
        text,
        is_number,
        pick if may_pick else "",
        pick == said.picked,
        place.text,
        before if before != text else "",
        remark.remark if remark else "",
        adjusted.adjusted if adjusted else "",
    )


def _options(row: Submission, chosen: int, *, without: int = 0) -> tuple[Option, ...]:
    return tuple(
        Option(str(number), _("第 %(n)s 稿", n=number) + f"（{local(at):%m-%d %H:%M}）", number == chosen)
        for number, at, _by, _digest in queries.version_numbers(row.id)
        if number != without
    )


def _notes(
    row: Submission, number: int, tables: tuple[CheckedTable, ...], *, has_other: bool, against: int, is_checking: bool
) -> tuple[Note, ...]:
    found = []
    if has_other:
        changed = sum(bool(cell.before) for table in tables for line in table.rows for cell in line)
        text = _("和第 %(n)s 稿比，有 %(count)s 处不同，用黄底标出，划去的是原来的数字。", n=against, count=changed)
        same = _("和第 %(n)s 稿比，表里的数字全部相同。", n=against)
        found.append(Note(text if changed else same, "amber" if changed else "green"))
    if number != row.number:
        found.append(Note(_("这是以前的第 %(n)s 稿，现在以第 %(last)s 稿为准。", n=number, last=row.number), "grey"))
    elif is_checking:
        text = _("点选表里的一个数字，再在下面写退回意见或调整说明。社区填报的数字不会被改掉。")
        found.append(Note(text, "blue"))
    return tuple(found)


def _remark_lines(
    choice: Choice, remarks: list[CellRemark], where: dict[str, Any], *, is_checking: bool
) -> tuple[RemarkLine, ...]:
    """With what stands in the cell at this moment, so that the community sees what is mended."""
    if not remarks:
        return ()
    now = cells_of(live_document(choice.paper, choice.request))
    return tuple(
        RemarkLine(
            each.place.text,
            each.reported,
            now.get(each.place, "—"),
            each.remark,
            f"{each.by_name}　{local(each.at):%m-%d %H:%M}",
            Chip(_("已退回"), "red") if each.sent_at else Chip(_("退回时一起发出"), "amber"),
            _take_back(each, where) if is_checking and each.sent_at is None else None,
        )
        for each in remarks
    )


def _take_back(each: CellRemark, where: dict[str, Any]) -> Action:
    place = each.place
    hidden = (("table", place.table), ("row", place.row), ("column", place.column))
    return Action(_("去掉"), url_for("CheckingView.take_back", **where), "plain", "post", hidden=hidden)


def remark_lines(choice: Choice, row: Submission, actor: Actor) -> tuple[RemarkLine, ...]:
    """The remarks on the version of a submission, for its page."""
    reviews = queries.may_review(actor, row.area_code)
    remarks = remarks_of(row.id, row.number) if reviews else sent_remarks(row.id, row.number)
    return _remark_lines(choice, remarks, {}, is_checking=False)


def _adjustment_line(each: Adjustment) -> AdjustmentLine:
    return AdjustmentLine(
        each.place.text, each.reported, each.adjusted, each.adjusted_on.isoformat(), each.reason, each.by_name
    )
