"""The pages of one 议定事项 and its receipt."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.clock import today
from app.extensions import db
from app.fields.cells import clean
from app.fields.refusal import Refused
from app.fields.types import Date
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.service import SaveRefused
from app.meetings import resolution_pages, service
from app.meetings.asked import flash_reasons, resolution_or_404, store_files
from app.meetings.models import Meeting, Resolution
from app.security.actor import current_actor
from app.security.permissions import permitted


class ResolutionView(BaseView):  # type: ignore[misc]
    """One 议定事项 and its receipt."""

    route_base = "/resolutions"
    default_view = "show"

    @expose("/show/<int:resolution_id>")
    @permitted("resolutions", "read")
    def show(self, resolution_id: int) -> Any:
        return self._render(resolution_or_404(resolution_id))

    def _render(self, row: Resolution, errors: dict[str, str] | None = None, status: int = 200) -> Any:
        meeting = db.session.get(Meeting, row.meeting_id)
        page = resolution_pages.resolution_page(
            row, meeting, current_actor(), today=today(), fields=_finish_fields(errors or {})
        )
        return self.render_template("meetings/resolution.html", page=page), status

    @expose("/finish/<int:resolution_id>", methods=["POST"])
    @permitted("resolutions", "write")
    def finish(self, resolution_id: int) -> Any:
        row = resolution_or_404(resolution_id, "write")
        try:
            done_on = Date().parse(request.form.get("done_on", ""), today=today())
            service.finish(
                row.id, done_on=done_on, receipt=clean(request.form.get("receipt", "")), today=today(),
                version=request.form.get("version", type=int),
            )  # fmt: skip
        except Refused as refusal:
            return self._render(resolution_or_404(resolution_id), {"done_on": refusal.message}, 422)
        except SaveRefused as refused:
            return self._render(resolution_or_404(resolution_id), refused.errors, 422)
        if any(file.filename for file in request.files.getlist("file")):
            store_files(resolution_or_404(resolution_id, "write"), "回执")
        flash(_("已办结，待办里不再提醒。"), "green")
        return redirect(url_for("ResolutionView.show", resolution_id=resolution_id))

    @expose("/reopen/<int:resolution_id>", methods=["POST"])
    @permitted("resolutions", "write")
    def reopen(self, resolution_id: int) -> Any:
        resolution_or_404(resolution_id, "write")
        try:
            service.reopen_resolution(resolution_id)
            flash(_("已撤销办结，重新列入待办。"), "green")
        except SaveRefused as refused:
            flash_reasons(refused)
        return redirect(url_for("ResolutionView.show", resolution_id=resolution_id))

    @expose("/upload/<int:resolution_id>", methods=["POST"])
    @permitted("resolutions", "write")
    def upload(self, resolution_id: int) -> Any:
        store_files(resolution_or_404(resolution_id, "write"), "回执")
        return redirect(url_for("ResolutionView.show", resolution_id=resolution_id))


def _finish_fields(errors: dict[str, str]) -> tuple[FieldView, ...]:
    return (
        FieldView(name="done_on", label=_("办结日期"), widget="date", is_required=True, width="short",
                  value=request.form.get("done_on", today().isoformat()), error=errors.get("done_on", "")),
        FieldView(name="receipt", label=_("办理结果"), widget="textarea", is_required=True, width="full",
                  value=request.form.get("receipt", ""), error=errors.get("receipt", errors.get("", "")),
                  help=_("做了什么、效果怎样、谁来验收的")),
        FieldView(name="file", label=_("回执或照片"), widget="file", width="full",
                  help=_("有回执、现场照片的一起上传；没有可以不传")),
    )  # fmt: skip
