"""Pages of a case's dossier, and what mediation adds to other rooms."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.database.transactions import writing
from app.files.kinds import FileRefused
from app.files.records import behind_the_wall, register_record_kind
from app.language import gettext as _
from app.lowcode import show_page
from app.lowcode.exporting import download
from app.lowcode.flow.service import add_follower
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.queries import get
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.mediations import demo, dossier, indicators, pages, papers, shipped, steps
from app.mediations.models import CASES, MediationCase
from app.periods.rules import Period
from app.security import audit
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted
from reports.rendering import render


class MediationView(BaseView):  # type: ignore[misc]
    """Everything under /mediations beside the register's own pages."""

    route_base = "/mediations"
    default_view = "dossier"

    @expose("/<int:case_id>/dossier")
    @permitted(CASES, "read")
    def dossier(self, case_id: int) -> Any:
        """The thirteen items."""
        return self._page(_case(case_id), {}, "")

    def _page(self, row: MediationCase, errors: dict[str, str], chosen: str) -> Any:
        page = pages.dossier_page(row, actor=current_actor(), errors=errors, chosen=chosen)
        return self.render_template("mediations/dossier.html", page=page), 422 if errors else 200

    @expose("/<int:case_id>/dossier", methods=["POST"])
    @permitted(CASES, "write")
    def keep(self, case_id: int) -> Any:
        """Keep a file as one item."""
        row, item, file = _case(case_id, "write"), request.form.get("item", ""), request.files.get("file")
        if file is None or not file.filename:
            return self._page(row, {"file": _("请先选一个文件。")}, item)
        try:
            dossier.keep(row, item, file.filename, file.read(), by=current_actor())
        except SaveRefused as refused:
            return self._page(row, refused.errors, item)
        except (FileRefused, NotPermitted) as refused:
            return self._page(row, {"file": str(refused)}, item)
        flash(_("已放进卷宗：%(name)s", name=file.filename), "green")
        return redirect(url_for("MediationView.dossier", case_id=case_id))

    @expose("/<int:case_id>/dossier/<int:file_id>/take-out", methods=["POST"])
    @permitted(CASES, "write")
    def take_out(self, case_id: int, file_id: int) -> Any:
        """Take a file out of the dossier."""
        row = _case(case_id, "write")
        try:
            dossier.take_out(row, file_id, by=current_actor())
        except SaveRefused as refused:
            return self._page(row, refused.errors, "")
        except NotPermitted as refusal:
            return self._page(row, {"": str(refusal)}, "")
        return redirect(url_for("MediationView.dossier", case_id=case_id))

    @expose("/<int:case_id>/dossier.pdf")
    @permitted(CASES, "export")
    def whole(self, case_id: int) -> Any:
        """The whole file as one PDF."""
        row = _case(case_id, "export")
        return download(dossier.bind(row, actor=current_actor(), today=today()), f"{row.number}卷宗.pdf")

    @expose("/<int:case_id>/sheet/<any(application,rights,agreement,visit):item>.pdf")
    @permitted(CASES, "export")
    def sheet(self, case_id: int, item: str) -> Any:
        """One sheet to be signed."""
        row = _case(case_id, "export")
        of = paper(papers.OF_ITEM[item])
        made = of.build(
            PaperRequest(row.area_code, Period.of("month", today()), today(), current_actor(), subject=row.uid)
        )
        title = f"{row.number}{of.title}"
        with writing():
            audit.record("printed", CASES, area_code=row.area_code, row_uid=row.uid, note=title)
        return download(render(made, "pdf"), f"{title}.pdf")


def _case(case_id: int, permission: str = "read") -> MediationCase:
    """The case, where the person sees it and holds the permission there; else 404."""
    row = get(register(CASES), case_id)
    if row is None or not current_actor().covers(CASES, permission, row.area_code):
        abort(404)
    return row  # type: ignore[no-any-return]


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Page, box, papers, figures, the steps of its flow and the part of the demonstration; again changes nothing."""
    appbuilder.add_view_no_menu(MediationView)
    register_record_kind(behind_the_wall(MediationCase, is_logged=True))
    show_page.add_panel(pages.panel)
    add_follower(steps.follow)
    papers.install()
    indicators.install()
    shipped.install()
    demo.install()
