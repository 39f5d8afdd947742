"""/reports/prints: a paper traced back by its short code, its record, and the same paper once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose
from markupsafe import Markup

from app.areas.queries import name_of
from app.clock import local
from app.language import gettext as _
from app.lowcode.exporting import download
from app.lowcode.page_models.parts import Action, Note
from app.lowcode.papers import ALL_FORMATS
from app.periods.rules import parse
from app.report_center.documents import shortened
from app.report_center.kept_prints import kept_document, note_reprint, print_record, record_by_code
from app.report_center.models import RESOURCE, PrintRecord
from app.report_center.pages import FORMAT_NAMES
from app.report_center.short_codes import in_fours
from app.report_center.tracing import Traced, register_trace, trace
from app.security.permissions import permitted
from reports.document import Document
from reports.renderers.html import render_fragment, stylesheet
from reports.rendering import render


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRecordPage:
    """/reports/prints/<uid>, and the search where nothing was found."""

    title: str
    aside: str = ""
    code: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()
    notes: tuple[Note, ...] = ()
    sheets: str = ""
    styles: str = ""


class TraceView(BaseView):  # type: ignore[misc]
    """/reports/prints."""

    route_base = "/reports/prints"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """The search box; a code that is found leads on."""
        code = request.args.get("code", "")[:40]
        found = trace(code) if code.strip() else None
        if found is not None:
            return redirect(found.url)
        text = _("没有找到短码“%(code)s”。请核对纸上的字母和数字；别的单位的纸只有那个单位和上级能查。", code=code)
        notes = (Note(text, "amber"),) if code.strip() else ()
        page = PrintRecordPage(title=_("按短码查纸"), code=code, notes=notes)
        return self.render_template("report_center/print_record.html", page=page)

    @expose("/<uid>")
    @permitted(RESOURCE, "read")
    def show(self, uid: str) -> Any:
        """One record: who, when, data as of, hash; and the paper where it is kept."""
        row = _record(uid)
        page = _page(row, kept_document(row))
        return self.render_template("report_center/print_record.html", page=page)

    @expose("/<uid>/file")
    @permitted(RESOURCE, "export")
    def again(self, uid: str) -> Any:
        """The same paper once more, byte for byte."""
        row, format_ = _record(uid), request.args.get("format", "pdf")
        document = kept_document(row)
        if document is None or format_ not in ALL_FORMATS:
            abort(404)
        note_reprint(row, format_)
        return download(render(document, format_), f"{row.title}.{format_}")


def _record(uid: str) -> PrintRecord:
    row = print_record(uid)
    if row is None:
        abort(404)
    return row


def _page(row: PrintRecord, document: Document | None) -> PrintRecordPage:
    facts = [
        (_("单位"), name_of(row.area_code)), (_("统计期"), _(parse(row.period).title)),
        (_("打印"), f"{local(row.at):%Y-%m-%d %H:%M}　{row.user_name}"),
        (_("数据截至"), row.data_on.isoformat() if row.data_on else "—"),
        (_("稿"), _("第 %(n)s 稿", n=row.number) if row.number else _("打印时的数字")),
        (_("校验"), row.digest),
    ]  # fmt: skip
    notes = [] if document else [Note(_("这种报表含个人信息，不留底稿，只留打印记录。"), "grey")]
    if row.is_draft:
        notes.append(Note(_("打印时还没有审核，纸上带“草稿”。"), "amber"))
    actions = tuple(
        Action(_("重印%(format)s", format=_(FORMAT_NAMES[each])),
               url_for("TraceView.again", uid=row.uid, format=each), icon="print")
        for each in row.formats.split(",") if document and each in FORMAT_NAMES
    )  # fmt: skip
    sheets = Markup(render_fragment(shortened(document)[0])) if document else ""  # noqa: S704 (escaped by its renderer)
    styles = Markup(stylesheet()) if document else ""  # noqa: S704 (our own style sheet)
    return PrintRecordPage(
        title=row.title, aside=_("短码 %(code)s", code=in_fours(row.short_code)) if row.short_code else "",
        facts=tuple(facts), actions=actions, notes=tuple(notes), sheets=sheets, styles=styles,
    )  # fmt: skip


def _find(code: str) -> Traced | None:
    row = record_by_code(code)
    return Traced(row.title, url_for("TraceView.show", uid=row.uid)) if row is not None else None


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room installs alike
    """The pages, and how print records are found by code."""
    appbuilder.add_view_no_menu(TraceView)
    register_trace("print_records", _find)
