"""上传: is it the whole roster or only what changed, which file, and where rows go that name no area."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for
from sqlalchemy import select

from app.clock import local
from app.extensions import db
from app.language import gettext as _
from app.lowcode.frame import area_choices, chosen_area
from app.lowcode.importing.continuing import is_shown_alone
from app.lowcode.importing.models import CHECKED, PUBLISHED, UNDONE, UPLOADED, ImportBatch
from app.lowcode.importing.pages.addresses import current_url, frame_of
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.importing import ImportPage, KindChoice
from app.lowcode.page_models.parts import Chip, Link, Note, Option, PanelItem
from app.lowcode.register import Register
from app.security.actor import Actor

ACCEPTED = ".xlsx,.xlsm,.xls,.csv,.tsv,.txt"
BATCHES_SHOWN = 6
STATES = {
    UPLOADED: ("还没核对", "amber"), CHECKED: ("还没写入", "amber"), PUBLISHED: ("已写入", "green"),
    UNDONE: ("已撤销", "grey"),
}  # fmt: skip


def upload_page(reg: Register, actor: Actor, typed: Mapping[str, str], *, error: str = "") -> ImportPage:
    """The first step; `typed` is what stood in the form when a file was refused."""
    return ImportPage(
        **frame_of(reg),
        step="upload",
        submit_url=url_for("ImportView.upload", register_name=reg.name),
        notes=(Note(error, "red"),) if error else (),
        kinds=_kinds(reg, typed.get("kind", "additions")),
        upload_fields=(FieldView(name="file", label=_("表格文件"), widget="file", accept=ACCEPTED, error=error),),
        more_fields=_more_fields(reg, actor, typed),
        template=Link(_("下载模板"), url_for("ImportView.template", register_name=reg.name)),
        batches=recent_batches(reg, actor),
        all_batches_url=url_for("ImportBatchView.batches", register=reg.name),
    )


def _kinds(reg: Register, chosen: str) -> tuple[KindChoice, ...]:
    noun = _(reg.noun_text)
    return (
        KindChoice(
            "additions", _("只有新增和变动的"), _("表里有谁就处理谁，名册里的其他人一概不动。"),
            _("例：这个月新来和变动的 3 名%(noun)s", noun=noun), chosen != "whole",
        ),
        KindChoice(
            "whole", _("全量名单"), _("表里应当是所有人。名册里有、表里没有的会单独列出来，由您勾选要不要迁出，不会自动删除。"),
            _("例：社区报来的全部%(noun)s", noun=noun), chosen == "whole",
        ),
    )  # fmt: skip


def _more_fields(reg: Register, actor: Actor, typed: Mapping[str, str]) -> tuple[FieldView, ...]:
    fields = []
    areas = [area for area in area_choices(actor) if actor.covers(reg.name, "import", area.code)]
    if len(areas) > 1:
        chosen = typed.get("area") or chosen_area(actor)
        options = tuple(Option(area.code, area.label, area.code == chosen) for area in areas)
        fields.append(FieldView(name="area", label=_("没写区域的行归到"), widget="choice", options=options))
    for name, proposed in reg.asked_on_import:
        column, chosen = reg.column(name), typed.get(f"given-{name}", proposed)
        choices = (Option(code, _(label), code == chosen) for code, label in column.type.choices())
        fields.append(
            FieldView(
                name=f"given-{name}", label=_("整张表的%(column)s", column=_(column.label)), widget="choice", value=chosen,
                options=(Option("", _("表里各行写的"), not chosen), *choices), help=_("表里没有这一列，或有空格时用它"),
            )
        )  # fmt: skip
    fields.append(
        FieldView(
            name="clears_blanks", label=_("表里空着的格子，把名册里原有的内容也清空"), widget="flag",
            value=typed.get("clears_blanks", ""), width="full",
            help=_("一般不勾：空着的格子不动原有内容。只有表里每一格都核实过、空着就是没有时才勾。"),
        )
    )  # fmt: skip
    return tuple(fields)


def recent_batches(reg: Register, actor: Actor) -> tuple[PanelItem, ...]:
    """The latest batches of a register within the person's areas."""
    found = db.session.execute(
        select(ImportBatch)
        .where(ImportBatch.register == reg.name, is_shown_alone())
        .order_by(ImportBatch.id.desc())
        .limit(50)
    ).scalars()
    shown = [batch for batch in found if may_see(batch, actor)][:BATCHES_SHOWN]
    return tuple(
        PanelItem(
            batch.file_name, current_url(batch), f"{batch.user_name} {local(batch.created_at):%Y-%m-%d %H:%M}",
            state_chip(batch),
        )
        for batch in shown
    )  # fmt: skip


def may_see(batch: ImportBatch, actor: Actor) -> bool:
    """Whether a person may open a batch: one that is not written yet only by who brought it."""
    is_open = batch.state in (UPLOADED, CHECKED)
    if is_open and batch.user_id != actor.user_id:
        return False
    return actor.covers(batch.register, "import", batch.area_code)


def state_chip(batch: ImportBatch) -> Chip:
    """还没写入, 已写入, 已撤销."""
    label, tone = STATES[batch.state]
    return Chip(_(label), tone)  # type: ignore[arg-type]
