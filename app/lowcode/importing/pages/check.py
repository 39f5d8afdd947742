"""核对: what each row would do, what is wrong with it, what a person ticks, and how to write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.clock import today
from app.extensions import db
from app.language import gettext as _
from app.lowcode.importing.decisions import DOUBTFUL, LEAVING, of_tab, ticked_count
from app.lowcode.importing.models import ImportBatch, ImportRow
from app.lowcode.importing.pages.addresses import frame_of, step_url
from app.lowcode.importing.pages.missing import missing_part
from app.lowcode.importing.pages.standing import standing_values
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.importing import CountTab, ImportPage, IncomingRow, KindChoice, Picking, ValueChange
from app.lowcode.page_models.lists import Pager
from app.lowcode.page_models.parts import Action, Note
from app.lowcode.parts import file_columns
from app.lowcode.register import Register
from app.security.actor import current_actor

ROWS_A_PAGE = 50
TABS = (
    ("error", "有问题", "red"), ("conflict", "冲突", "red"), (DOUBTFUL, "请确认", "amber"), (LEAVING, "名册有、表里没有", "amber"),
    ("new", "新增", "green"), ("changed", "变更", "blue"), ("same", "没有变化", "grey"),
)  # fmt: skip
_ALWAYS = frozenset({"new", "changed", "same"})
_STANDING = frozenset({"same", LEAVING})
"""Rows of which the register's own values are shown, since the file changes nothing of them."""
_MOST_SHOWN = 12
"""Values of a new row that are shown; the rest is said to be there."""


@dataclass(frozen=True, slots=True)
class RowsWish:
    """Which rows of a batch to show, and what stood in the form."""

    tab: str = ""
    page: int = 1


def seen_print(batch: ImportBatch) -> str:
    """A print of what the page showed: another check in another window changes it."""
    said = [batch.digest, batch.mapping, batch.corrections, batch.summary]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:16]


def rows_page(reg: Register, batch: ImportBatch, wish: RowsWish, *, notes: Sequence[Note] = ()) -> ImportPage:
    """The third step."""
    counts = _counts(batch)
    tab = wish.tab if wish.tab in counts else next((key for key, _label, _tone in TABS if counts[key]), "same")
    good, bad = counts["new"] + counts["changed"], counts["error"] + counts["conflict"]
    can_write = bool(good or counts[LEAVING])
    modes = _modes(good, bad, counts[DOUBTFUL])
    downloads = (
        Action(_("下载标好的原表"), step_url("marked", batch), icon="import"),
        Action(_("只下载有问题的行"), step_url("marked", batch, rows="bad"), icon="import"),
    )  # fmt: skip
    return ImportPage(
        **frame_of(reg),
        step="check",
        submit_url=step_url("rows", batch, show=tab, page=wish.page),
        submit_label=_("写入") if can_write else "",
        back_url=step_url("layout", batch),
        file_name=batch.file_name,
        hidden=(("seen", seen_print(batch)),),
        notes=(*notes, *_notes(batch, can_write=can_write)),
        tabs=tuple(
            CountTab(_(label), f"{counts[key]:,}", step_url("rows", batch, show=key), tone, key == tab)  # type: ignore[arg-type]
            for key, label, tone in TABS
            if counts[key] or key in _ALWAYS
        ),
        incoming=_incoming(reg, batch, tab, wish.page),
        picking=_picking(reg, batch, tab, counts[tab]),
        pager=_pager(batch, tab, wish.page, counts[tab]),
        downloads=downloads if bad else (),
        modes=modes if can_write else (),
        missing=missing_part(batch) if can_write else None,
        write_fields=_write_fields(reg, good=good, missing=counts[LEAVING], has_modes=bool(modes)) if can_write else (),
    )


def _counts(batch: ImportBatch) -> dict[str, int]:
    tally = select(ImportRow.verdict, func.count()).where(ImportRow.batch_id == batch.id).group_by(ImportRow.verdict)
    found = dict.fromkeys((key for key, _label, _tone in TABS), 0) | dict(db.session.execute(tally).all())
    doubtful = select(func.count()).select_from(ImportRow).where(*of_tab(batch, DOUBTFUL))
    return found | {DOUBTFUL: int(db.session.execute(doubtful).scalar_one())}


def _notes(batch: ImportBatch, *, can_write: bool) -> list[Note]:
    notes = [Note(text, "amber") for text in batch.summary.get("warnings", ())]
    if batch.continues is not None:
        notes.insert(
            0, Note(_("接着做第 %(n)s 批：那一批已经写入的不会再写一次，撤销时一起撤销。", n=batch.continues), "grey")
        )
    if not can_write:
        notes.append(Note(_("没有要写入的行：名册里已经都有了，或者每一行都有问题。"), "grey"))
    return notes


def _incoming(reg: Register, batch: ImportBatch, tab: str, page: int) -> tuple[IncomingRow, ...]:
    found = db.session.execute(
        select(ImportRow)
        .where(*of_tab(batch, tab))
        .order_by(ImportRow.id)
        .limit(ROWS_A_PAGE)
        .offset((max(page, 1) - 1) * ROWS_A_PAGE)
    ).scalars().all()  # fmt: skip
    standing_ids = [row.target_id for row in found if row.verdict in _STANDING and row.target_id]
    standing = standing_values(reg, standing_ids, current_actor())
    labels = {column.name: column.label for column in file_columns(reg)}
    has_sheets = batch.summary.get("sheet_count", 1) > 1
    may_pick = tab == DOUBTFUL or (tab == LEAVING and reg.can_be_left)
    return tuple(
        _incoming_row(
            reg, row, labels, standing.get(row.target_id or 0, ()), has_sheets=has_sheets, may_pick=may_pick
        )
        for row in found
    )  # fmt: skip


def _incoming_row(
    reg: Register, row: ImportRow, labels: Mapping[str, str], standing: tuple[ValueChange, ...], *, has_sheets: bool,
    may_pick: bool,
) -> IncomingRow:  # fmt: skip
    sheet = row.sheet.strip() if has_sheets else ""
    place = _("第 %(row)s 行", row=row.row) if row.row else ""
    messages = [Note(_said(labels, fault), "red") for fault in row.faults]
    messages += [Note(_said(labels, doubt), "amber") for doubt in row.doubts]
    if row.is_waiting and row.verdict in ("new", "changed", "same"):
        messages.append(Note(_("写的房屋或户名册里还没有，见下面。"), "amber"))
    url = url_for("RegisterView.show", register_name=reg.name, row_id=row.target_id) if row.target_id else ""
    shown = row.shown[:_MOST_SHOWN]
    changes = standing or [ValueChange(_(label or ""), new or "", old) for label, old, new in shown]
    return IncomingRow(
        f"{sheet} {place}".strip(), row.title or _("（没有名称）"), tuple(changes), tuple(messages), url,
        str(row.id) if may_pick else "", is_picked=row.is_picked,
    )  # fmt: skip


def _said(labels: Mapping[str, str], fault: Sequence[Any]) -> str:
    name, value, message = fault[0], fault[1], fault[2]
    if name not in labels or not value:
        return message
    # A sentence that names the value itself does not say it twice.
    head = _(labels[name]) if f"“{value}”" in message else f"{_(labels[name])}“{value}”"
    return f"{head}：{message}"


def _picking(reg: Register, batch: ImportBatch, tab: str, count: int) -> Picking | None:
    if not count or tab not in (DOUBTFUL, LEAVING):
        return None
    counted = ticked_text(batch, tab, count)
    if tab == DOUBTFUL:
        return Picking(
            label=_("确认保留"), count_text=counted,
            help=_("这些值不合常规，但也可能是对的。核对过没有错的，勾上“确认保留”才会写入；没勾的不写入，退回给您。"),
        )  # fmt: skip
    if not reg.can_be_left:
        return Picking(
            label="", count_text="",
            help=_("名册里有、这份表里没有的，列在这里供您核对。这本名册没有迁出，要改请点开逐条处理。"),
        )  # fmt: skip
    return Picking(
        label=_("迁出"), count_text=counted,
        help=_("名册里有、这份表里没有的。确实不在的勾上“迁出”，写入时一并办理；没勾的不动。不会删除任何人。"),
    )  # fmt: skip


def ticked_text(batch: ImportBatch, tab: str, count: int | None = None) -> str:
    """已勾 3 行，共 12 行: over all pages of a tab."""
    among = _counts(batch)[tab] if count is None else count
    return _("已勾 %(n)s 行，共 %(all)s 行", n=f"{ticked_count(batch, tab):,}", all=f"{among:,}")


def _pager(batch: ImportBatch, tab: str, page: int, count: int) -> Pager | None:
    if count <= ROWS_A_PAGE:
        return None
    last = -(-count // ROWS_A_PAGE)
    here = min(max(page, 1), last)

    def to(number: int) -> str:
        return step_url("rows", batch, show=tab, page=number) if 1 <= number <= last else ""

    text = _("第 %(page)s 页，共 %(last)s 页", page=here, last=last)
    return Pager(text, to(here - 1), to(here + 1))


def _modes(good: int, bad: int, doubtful: int) -> tuple[KindChoice, ...]:
    """How to write; nothing to choose where every row is good."""
    if not bad and not doubtful:
        return ()
    held = _("没有确认的也退回。") if doubtful else ""
    return (
        KindChoice(
            "good", _("好的先写入，有问题的退回"),
            _("写入没有问题的 %(good)s 行，退回有问题的 %(bad)s 行。", good=f"{good:,}", bad=f"{bad:,}") + held,
            _("退回的改好后拖回来，接着这一批做"), is_selected=True,
        ),
        KindChoice(
            "all", _("全部没有问题才写入"), _("只要有一行有问题，就一行都不写。"), _("适合一次要交齐的名单"),
        ),
    )  # fmt: skip


def _write_fields(reg: Register, *, good: int, missing: int, has_modes: bool) -> tuple[FieldView, ...]:
    fields = []
    if not has_modes:
        text = _("%(n)s 行都没有问题，全部写入。", n=f"{good:,}")
        fields.append(FieldView(name="all", label=_("写入方式"), widget="static", value=text, width="full"))
    if missing and reg.can_be_left:
        fields.append(
            FieldView(
                name="left_on", label=_("迁出日期"), widget="date", value=today().isoformat(), width="short",
                help=_("只用于勾了“迁出”的。"),
            )
        )  # fmt: skip
    return tuple(fields)
