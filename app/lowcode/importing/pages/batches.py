"""All batches of the person's areas: who brought which file, what came of it, and taking it back."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.clock import local
from app.extensions import db
from app.language import gettext as _
from app.lowcode.importing.continuing import is_shown_alone
from app.lowcode.importing.models import CHECKED, UPLOADED, ImportBatch
from app.lowcode.importing.pages.addresses import current_url
from app.lowcode.importing.pages.upload import may_see, state_chip
from app.lowcode.importing.pages.write import is_undoable, short_digest, undo_action
from app.lowcode.page_models.importing import BatchesPage, BatchLine
from app.lowcode.page_models.lists import Pager
from app.lowcode.page_models.parts import Action, Option
from app.lowcode.register import Register, register, registers
from app.security.actor import Actor

BATCHES_A_PAGE = 25


def batches_page(actor: Actor, *, chosen: str = "", page: int = 1) -> BatchesPage:
    """Newest first; `chosen` is the name of a register, "" for all."""
    known = {reg.name: reg for reg in registers() if actor.allows(reg.name, "import")}
    wanted = [chosen] if chosen in known else list(known)
    found = _read(actor, wanted, page)
    shown = [batch for batch in found[:BATCHES_A_PAGE] if may_see(batch, actor)]
    return BatchesPage(
        title=_("导入记录"),
        lines=tuple(_line(known[batch.register], batch, actor) for batch in shown),
        registers=(
            Option("", _("全部名册"), not chosen),
            *(Option(reg.name, _(reg.title), reg.name == chosen) for reg in known.values()),
        ),
        list_url=url_for("ImportBatchView.batches"),
        main_action=_import_action(chosen) if chosen in known else None,
        pager=_pager(chosen, page, has_more=len(found) > BATCHES_A_PAGE),
    )


def _read(actor: Actor, wanted: list[str], page: int) -> list[ImportBatch]:
    """One batch more than fits on the page, where there is one. The wall cuts to the person's areas."""
    is_own = ImportBatch.user_id.is_not_distinct_from(actor.user_id)
    statement = (
        select(ImportBatch)
        .where(ImportBatch.register.in_(wanted), is_own | ImportBatch.state.not_in((UPLOADED, CHECKED)))
        .where(is_shown_alone())
        .order_by(ImportBatch.id.desc())
        .limit(BATCHES_A_PAGE + 1)
        .offset((max(page, 1) - 1) * BATCHES_A_PAGE)
    )
    return list(db.session.execute(statement).scalars())


def _line(reg: Register, batch: ImportBatch, actor: Actor) -> BatchLine:
    may_undo = is_undoable(batch) and actor.covers(reg.name, "write", batch.area_code)
    return BatchLine(
        _("第 %(n)s 批", n=batch.id), _(reg.title), batch.file_name, current_url(batch), batch.user_name,
        f"{local(batch.published_at or batch.created_at):%Y-%m-%d %H:%M}", state_chip(batch), _counts(batch), short_digest(batch),
        undo_action(batch) if may_undo else None,
    )  # fmt: skip


def _counts(batch: ImportBatch) -> str:
    """新增 12 · 变更 3 · 退回 2."""
    figures: dict[str, Any] = batch.written or {}
    labels = (("new", _("新增")), ("changed", _("变更")), ("gone", _("迁出")), ("left", _("退回")))
    return " · ".join(f"{label} {figures[key]:,}" for key, label in labels if figures.get(key))


def _import_action(chosen: str) -> Action:
    label = _("导入%(title)s", title=_(register(chosen).title))
    return Action(label, url_for("ImportView.upload", register_name=chosen), "primary")


def _pager(chosen: str, page: int, *, has_more: bool) -> Pager | None:
    here = max(page, 1)
    if here == 1 and not has_more:
        return None

    def to(number: int) -> str:
        return url_for("ImportBatchView.batches", register=chosen or None, page=number)

    text = _("第 %(page)s 页", page=here)
    return Pager(text, to(here - 1) if here > 1 else "", to(here + 1) if has_more else "")
