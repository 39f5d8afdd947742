"""The pages of templates as plain values: list and names, one template with preview, one print and its seal."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from flask import url_for

from app.areas.queries import name_of
from app.clock import local
from app.files import store
from app.language import gettext as _
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, Tone
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import registers
from app.office_templates import queries
from app.office_templates.bundles import ONE_FILE, ZIP
from app.office_templates.checking import look_through
from app.office_templates.models import APPROVED, DRAFT, SEALED, STATE_NAMES, FilledPaper, OfficeTemplate
from app.office_templates.names import FORMS, STRUCTURE, offered
from app.office_templates.page_models import (
    NameGroup,
    PrintedLine,
    PrintPage,
    TemplateLine,
    TemplatePage,
    TemplatesPage,
)
from app.office_templates.pictures import picture_of
from app.office_templates.rules import TemplateRefused
from app.office_templates.service import changed_since, filled_file, may_keep
from app.office_templates.values import contents_for, plain_values
from app.periods.rules import Period, parse
from app.report_center.choosing import area_choices
from app.report_center.models import RESOURCE
from app.report_center.queries import is_asked_of
from app.report_center.short_codes import in_fours
from app.security.actor import Actor

TONES: dict[str, Tone] = {DRAFT: "grey", APPROVED: "blue", SEALED: "green"}
KINDS = {"xlsx": "Excel", "docx": "Word"}
MONTHS = 14


def templates_page(area: str, actor: Actor, *, register_name: str = "") -> TemplatesPage:
    """Templates that may be used in an area, and the names there are; columns of the register that is asked for."""
    return TemplatesPage(
        title=_("自有模板"),
        aside=name_of(area),
        lines=tuple(
            TemplateLine(
                row.name, url_for("TemplateView.show", template_id=row.id, area=area), name_of(row.area_code),
                KINDS[row.kind], _("第 %(n)s 稿", n=row.number),
            )
            for row in queries.templates_for(area)
        ),
        upload_url=url_for("TemplateView.upload") if may_keep(actor, area) else "",
        area=area,
        trace_url=url_for("TraceView.index"),
        names=_names(actor, register_name),
    )  # fmt: skip


def _names(actor: Actor, register_name: str | None = None) -> tuple[NameGroup, ...]:
    """Every name, those of figures and rosters only as far as the actor may see them. Columns of one roster where a
    name is given ('' for none): all of them together are more than the rest of a page that lists them.
    """
    groups = [
        NameGroup(_(title), tuple((f"【{each.name}】", "{{ " + each.technical + " }}", each.says) for each in rows))
        for title, rows in groupby(offered(), key=lambda each: each.group)
    ]
    forms = tuple((f"【在册党员·{title}】", "{{ party_members." + key + " }}", title) for title, key in FORMS if key)
    groups.append(NameGroup(_("数字的别的写法"), forms))
    structure = tuple((f"【{name}】", "{{ " + technical + " }}", says) for name, technical, says in STRUCTURE)
    groups.append(NameGroup(_("重复和条件"), structure))
    for reg in registers():
        if actor.allows(reg.name, "export"):
            is_shown = register_name in (None, reg.name)
            columns = tuple(
                (f"【{column.label}】", "{{ " + column.name + " }}", "") for column in reg.columns if is_shown
            )
            url = "" if is_shown else url_for("TemplateView.index", names=reg.name, _anchor="names")
            groups.append(
                NameGroup(_("%(register)s的栏目", register=reg.title), columns, url, is_open=register_name == reg.name)
            )
    return tuple(groups)


def template_page(row: OfficeTemplate, area: str, period: Period, actor: Actor, *, today: date) -> TemplatePage:
    """One template filled with the data of an area and period, and what may be done with it."""
    last = queries.version(row.id, row.number)
    if last is None:
        raise LookupError(row.number)
    request = PaperRequest(area, period, today, actor)
    notes: list[Note] = []
    values: tuple[tuple[str, str], ...] = ()
    preview: Any = ()
    try:
        contents = contents_for(look_through(last.data), request)
        values = tuple((f"【{name}】", value) for name, value in plain_values(contents).items())
        preview = picture_of(filled_file(last, row.kind, contents, is_draft=False), row.kind)
    except TemplateRefused as refusal:
        notes.append(Note(str(refusal), "red"))
    keeps = may_keep(actor, row.area_code)
    where: dict[str, Any] = {"template_id": row.id}
    can_print = bool(preview) and actor.covers(RESOURCE, "export", area)
    return TemplatePage(
        title=row.name,
        aside=f"{name_of(row.area_code)}　{KINDS[row.kind]}　" + _("第 %(n)s 稿", n=row.number),
        actions=(
            Action(_("停用"), url_for("TemplateView.retire", **where), "danger", "post",
                   confirm=_("停用模板“%(name)s”，以后不能再用它打印；印过的都保留。", name=row.name)),
        ) if keeps else (),
        notes=tuple(notes),
        page_url=url_for("TemplateView.show", **where),
        areas=_areas(row, area, actor, today),
        periods=_periods(period, today),
        values=values,
        preview=preview,
        print_url=url_for("TemplateView.print_it", **where) if can_print else "",
        print_all_url=url_for("TemplateView.print_all", **where) if can_print and not is_asked_of(area) else "",
        containers=(
            Option(ONE_FILE, _("合成一个 Word 文件，打开后一次印完"), is_selected=True),
            Option(ZIP, _("压缩包，一个单位一个文件")),
        ) if row.kind == "docx" else (),
        print_all_hint=_("下面每个社区各印一份。") + (
            _("要 PDF 的，用 Word 或 WPS 打开后另存为 PDF：版面是您单位自己的，系统不改动，也不代转。")
            if row.kind == "docx"
            else _("Excel 各有各的版面，合不成一个文件，装进一个压缩包：解压后全选这些文件，点右键选“打印”，一次印完。")
        ),
        print_hidden=(("area", area), ("period", period.key)),
        template=picture_of(last.data, row.kind) if keeps else (),
        name_url=url_for("TemplateView.put_name", **where) if keeps else "",
        name_title=_("点格子放名称") if row.kind == "xlsx" else _("点一段放名称"),
        name_hint="" if row.kind == "xlsx" else _("放在那一段的横线（____）处；没有横线的，放在段末。"),
        names=_names(actor),
        versions=tuple(
            (_("第 %(n)s 稿", n=each.number), f"{local(each.at):%Y-%m-%d %H:%M}　{each.by_name}　{each.note}",
             url_for("TemplateView.file", number=each.number, **where))
            for each in queries.versions_of(row.id)
        ),
        prints=tuple(_printed(each) for each in queries.prints_of(row.id, area)),
    )  # fmt: skip


def _areas(row: OfficeTemplate, area: str, actor: Actor, today: date) -> tuple[Option, ...]:
    return tuple(
        Option(code, "　" * depth + name, code == area)
        for code, name, depth in area_choices(actor, paper("digest"), today=today)
        if code.startswith(row.area_code)
    )


def _periods(chosen: Period, today: date) -> tuple[Option, ...]:
    rows = [Period.of("month", today)]
    while len(rows) < MONTHS:
        rows.append(rows[-1].previous())
    return tuple(
        Option(each.key, _(each.title), each == chosen) for each in ([] if chosen in rows else [chosen]) + rows
    )


def _printed(each: FilledPaper) -> PrintedLine:
    text = f"{name_of(each.area_code)}　{parse(each.period).title}　{local(each.at):%m-%d %H:%M}　{each.by_name}"
    url = url_for("TemplateView.show_print", uid=each.uid)
    return PrintedLine(in_fours(each.short_code), url, text, Chip(_(STATE_NAMES[each.state]), TONES[each.state]))


def print_page(made: FilledPaper, row: OfficeTemplate, actor: Actor, *, today: date) -> PrintPage:
    """One print: what it holds, how far it is, and whether the data has changed since."""
    where: dict[str, Any] = {"uid": made.uid}
    keeps = may_keep(actor, made.area_code)
    of = queries.version(row.id, made.number)
    changes: list[tuple[str, str, str]] = []
    if of is not None:
        request = PaperRequest(made.area_code, parse(made.period), today, actor)
        try:
            changes = changed_since(made, look_through(of.data), request)
        except TemplateRefused:
            changes = []  # a name of its day that is gone, or one this reader may not see: nothing can be compared
    facts = [
        (_("单位"), name_of(made.area_code)), (_("统计期"), _(parse(made.period).title)),
        (_("模板"), f"{row.name}　" + _("第 %(n)s 稿", n=made.number)),
        (_("打印"), f"{local(made.at):%Y-%m-%d %H:%M}　{made.by_name}"),
    ]  # fmt: skip
    if made.approved_at:
        facts.append((_("批准"), f"{local(made.approved_at):%Y-%m-%d %H:%M}　{made.approved_by}"))
    if made.sealed_at:
        facts.append((_("盖章"), f"{local(made.sealed_at):%Y-%m-%d %H:%M}　{made.sealed_by}　{made.scan_name}"))
    return PrintPage(
        title=row.name,
        chip=Chip(_(STATE_NAMES[made.state]), TONES[made.state]),
        code=in_fours(made.short_code),
        facts=tuple(facts),
        actions=_print_actions(made, where, keeps=keeps),
        notes=_print_notes(made, changes),
        changes=tuple((_(name), old or "—", new or "—") for name, old, new in changes),
        scan_url=url_for("TemplateView.scan", **where) if keeps and made.state == APPROVED else "",
        preview=picture_of(store.read(made.file), row.kind),
        back=Link(_("返回模板"), url_for("TemplateView.show", template_id=row.id, area=made.area_code)),
    )


def _print_actions(made: FilledPaper, where: dict[str, Any], *, keeps: bool) -> tuple[Action, ...]:
    found = [Action(_("下载文件"), url_for("TemplateView.print_file", **where), "plain", icon="export")]
    if made.scan:
        found.append(Action(_("查看扫描件"), url_for("TemplateView.scan_file", **where), "plain", icon="file"))
    if keeps and made.state == DRAFT:
        found.append(
            Action(_("批准"), url_for("TemplateView.approve", **where), "primary", "post", icon="check",
                   confirm=_("批准以后，文件不再带“草稿”，数字还是打印时的数字。"))
        )  # fmt: skip
    return tuple(found)


def _print_notes(made: FilledPaper, changes: list[tuple[str, str, str]]) -> tuple[Note, ...]:
    if not changes:
        return ()
    if made.state == SEALED:
        text = _(
            "盖章报送以后数据又变了，有 %(n)s 处和盖章的这一份不同。确需更正的，请重新打印、盖章报送。", n=len(changes)
        )
        return (Note(text, "red"),)
    return (Note(_("打印以后数据变了，有 %(n)s 处不同。要用新的数字请重新打印。", n=len(changes)), "amber"),)
