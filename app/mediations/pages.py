"""The dossier of a case as plain values, and the box beside it that says what its file lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.clock import local
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.mediations import queries, rules
from app.mediations.models import CASES, MediationCase
from app.mediations.page_models import DossierPage, FileLine, ItemLine
from app.mediations.papers import OF_ITEM
from app.security.actor import Actor


def dossier_page(
    row: MediationCase, *, actor: Actor, errors: Mapping[str, str] | None = None, chosen: str = ""
) -> DossierPage:
    """The thirteen items of a case: which are there, which lack, and why they must be there."""
    errors = dict(errors or {})
    facts = queries.facts_of(row)
    files: dict[str, list[Any]] = {}
    for kept, attachment in queries.files_of(row.id):
        files.setdefault(kept.item, []).append((kept, attachment))
    standing = rules.dossier(facts, set(files))
    may_change = actor.covers(CASES, "write", row.area_code) and row.state != "archived"
    may_print = actor.covers(CASES, "export", row.area_code)
    gaps = [each.item.name for each in standing if each.is_required and not each.is_there]
    return DossierPage(
        title=_("卷宗：%(name)s", name=row.name),
        subtitle=row.number or "",
        chips=(Chip(_("还缺 %(n)s 项", n=len(gaps)), "amber") if gaps else Chip(_("齐了"), "green"),),
        items=tuple(
            _line(n, each, files.get(each.item.key, []), row, may_change=may_change, may_print=may_print)
            for n, each in enumerate(standing, 1)
        ),
        actions=_actions(row, may_print=may_print),
        notes=(Note(_("还缺：%(names)s。", names="、".join(_(name) for name in gaps)), "amber"),) if gaps else (),
        upload_url=url_for("MediationView.keep", case_id=row.id) if may_change else "",
        fields=_fields(chosen or next((each.item.key for each in standing if each.is_required and not each.is_there), ""),
                       errors) if may_change else (),
        errors=tuple(_(text) for name, text in errors.items() if name not in ("item", "file")),
        error_count=len([name for name in errors if name in ("item", "file")]),
    )  # fmt: skip


def _actions(row: MediationCase, *, may_print: bool) -> tuple[Action, ...]:
    back = Action(_("返回案件"), url_for("RegisterView.show", register_name=CASES, row_id=row.id))
    if not may_print:
        return (back,)
    return (
        back,
        Action(_("打印整本卷宗"), url_for("MediationView.whole", case_id=row.id), "primary", icon="print"),
    )


def _line(
    number: int, each: rules.Standing, files: list[Any], row: MediationCase, *, may_change: bool, may_print: bool
) -> ItemLine:  # fmt: skip
    if each.is_there:
        chip = Chip(_("已有"), "green")
    else:
        chip = Chip(_("缺"), "red") if each.is_required else Chip(_("按需"), "grey")
    form = None
    if may_print and each.item.key in OF_ITEM:
        url = url_for("MediationView.sheet", case_id=row.id, item=each.item.key)
        form = Action(_("打印待签"), url, icon="print")
    return ItemLine(
        number, _(each.item.name), chip, _(each.why) if each.why else _("需要时才放"),
        tuple(_file(kept, attachment, row, may_change=may_change) for kept, attachment in files), form,
    )  # fmt: skip


def _file(kept: Any, attachment: Any, row: MediationCase, *, may_change: bool) -> FileLine:
    remove = None
    if may_change:
        remove = Action(
            _("拿掉"), url_for("MediationView.take_out", case_id=row.id, file_id=kept.id), method="post",
            confirm=_("把“%(name)s”从卷宗里拿掉。", name=attachment.title),
        )  # fmt: skip
    note = f"{attachment.uploaded_by_name} {local(attachment.uploaded_at):%Y-%m-%d %H:%M}"
    return FileLine(attachment.title, url_for("FileView.download", attachment_id=attachment.id), note, remove)


def _fields(chosen: str, errors: Mapping[str, str]) -> tuple[FieldView, ...]:
    kept = (item for item in rules.ITEMS if item.key not in rules.UNSIGNED)
    options = (
        Option("", _("请选择"), not chosen), *(Option(item.key, _(item.name), item.key == chosen) for item in kept)
    )  # fmt: skip
    return (
        FieldView(name="item", label=_("这是哪一项"), widget="choice", value=chosen, options=options, is_required=True,
                  error=_(errors.get("item", ""))),
        FieldView(name="file", label=_("扫描件或照片"), widget="file", is_required=True, error=_(errors.get("file", "")),
                  help=_("PDF 和图片会装订进整本卷宗；Word、Excel 另附。")),
    )  # fmt: skip


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:  # noqa: ARG001
    """Beside a case: what its file lacks, and the door to it."""
    if reg.name != CASES:
        return None
    gaps = rules.lacking(queries.facts_of(row), queries.items_there(row.id))
    items = tuple(PanelItem(_(item.name), chip=Chip(_("缺"), "red")) for item in gaps)
    door = Link(_("打开卷宗"), url_for("MediationView.dossier", case_id=row.id))
    return Panel(_("卷宗"), items, empty_text=_("十三项里该有的都有了。"), more=door)
