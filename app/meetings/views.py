"""The pages of meetings: one meeting, attendance, topics, resolutions, the year of the branches, papers."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.areas.queries import name_of
from app.clock import today
from app.database.transactions import writing
from app.extensions import db
from app.fields.cells import clean
from app.fields.refusal import Refused
from app.fields.types import Date
from app.files.kinds import FileRefused
from app.files.records import behind_the_wall, register_record_kind
from app.language import gettext as _
from app.lowcode import queries as rows
from app.lowcode.exporting import download
from app.lowcode.frame import Entry, add_entry, chosen_area
from app.lowcode.page_models.forms import FieldView
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.meetings import attendance, forms, pages, papers, queries, service, topics
from app.meetings.demo import install_demo
from app.meetings.indicators import install_indicators
from app.meetings.models import Meeting, Resolution
from app.meetings.todos import install_todos
from app.periods.rules import Period
from app.security import audit
from app.security.actor import current_actor
from app.security.permissions import permitted
from reports.rendering import FORMATS, render

MOST_CHOICES = 50
LARGEST_ID = 2**31 - 1


def _possible(id_: int) -> int:
    """The id, where a table can have it; 404 where the database could not even be asked."""
    if id_ > LARGEST_ID:
        abort(404)
    return id_


def _meeting(meeting_id: int, permission: str = "read") -> Meeting:
    row = rows.get(register("meetings"), _possible(meeting_id))
    if row is None:
        abort(404)
    if permission != "read" and not current_actor().covers("meetings", permission, row.area_code):
        abort(403)
    return row  # type: ignore[no-any-return]


def _resolution(resolution_id: int, permission: str = "read") -> Resolution:
    row = rows.get(register("resolutions"), _possible(resolution_id))
    if row is None:
        abort(404)
    if permission != "read" and not current_actor().covers("resolutions", permission, row.area_code):
        abort(403)
    return row  # type: ignore[no-any-return]


def _back(meeting_id: int, anchor: str = "") -> Any:
    return redirect(url_for("MeetingView.show", meeting_id=meeting_id) + anchor)


def _tell(refused: SaveRefused) -> None:
    for sentence in refused.errors.values():
        flash(sentence, "red")


class MeetingView(BaseView):  # type: ignore[misc]
    """One meeting from the list of those expected to its locked minutes."""

    route_base = "/meetings"
    default_view = "show"

    @expose("/show/<int:meeting_id>")
    @permitted("meetings", "read")
    def show(self, meeting_id: int) -> Any:
        record = queries.record_of(_meeting(meeting_id))
        page = pages.meeting_page(record, current_actor(), today=today())
        return self.render_template("meetings/show.html", page=page)

    @expose("/attendance/<int:meeting_id>", methods=["GET", "POST"])
    @permitted("meetings", "write")
    def attendance(self, meeting_id: int) -> Any:
        record = queries.record_of(_meeting(meeting_id, "write"))
        if request.method == "GET":
            return self._attendance(forms.attendance_page(record))
        marks = forms.typed_marks(request.form)
        version = request.form.get("version", type=int)
        try:
            attendance.save_marks(meeting_id, marks, version=version)
        except SaveRefused as refused:
            fresh = queries.record_of(_meeting(meeting_id, "write"))
            return self._attendance(forms.attendance_page(fresh, marks=marks, errors=refused.errors), 422)
        flash(_("点名已保存。"), "green")
        return _back(meeting_id)

    def _attendance(self, page: Any, status: int = 200) -> Any:
        return self.render_template("meetings/attendance.html", page=page), status

    @expose("/refresh/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def refresh(self, meeting_id: int) -> Any:
        _meeting(meeting_id, "write")
        try:
            attendance.refresh(meeting_id)
            flash(_("应到名单已按名册更新，点过名的没有动。"), "green")
        except SaveRefused as refused:
            _tell(refused)
        return _back(meeting_id)

    @expose("/guests/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def add_guest(self, meeting_id: int) -> Any:
        _meeting(meeting_id, "write")
        guest = (clean(request.form.get("guest", "")), clean(request.form.get("office", "")))
        try:
            attendance.add_guest(meeting_id, name=guest[0], office=guest[1])
        except SaveRefused as refused:
            record = queries.record_of(_meeting(meeting_id, "write"))
            return self._attendance(forms.attendance_page(record, errors=refused.errors, guest=guest), 422)
        return redirect(url_for("MeetingView.attendance", meeting_id=meeting_id) + "#guests")

    @expose("/guests/<int:meeting_id>/remove/<int:attendee_id>", methods=["POST"])
    @permitted("meetings", "write")
    def remove_guest(self, meeting_id: int, attendee_id: int) -> Any:
        _meeting(meeting_id, "write")
        try:
            attendance.remove_guest(meeting_id, _possible(attendee_id))
        except SaveRefused as refused:
            _tell(refused)
        return redirect(url_for("MeetingView.attendance", meeting_id=meeting_id) + "#guests")

    @expose("/people/<int:meeting_id>")
    @permitted("meetings", "read")
    def people(self, meeting_id: int) -> Response:
        words = request.args.get("q", "").strip()
        found = [row for row in attendance.attendees_of(_meeting(meeting_id).id) if words in row.name]
        ranked = sorted(found, key=lambda row: row.status not in ("present", "observer"))[:MOST_CHOICES]
        return jsonify({"results": [{"id": row.name, "text": row.name, "hint": row.office} for row in ranked]})

    @expose("/topic/<int:meeting_id>/add", methods=["GET", "POST"])
    @permitted("meetings", "write")
    def add_topic(self, meeting_id: int) -> Any:
        record = queries.record_of(_meeting(meeting_id, "write"))
        return self._topic(record, None, forms.EMPTY_TOPIC)

    @expose("/topic/<int:meeting_id>/<int:topic_id>", methods=["GET", "POST"])
    @permitted("meetings", "write")
    def topic(self, meeting_id: int, topic_id: int) -> Any:
        record = queries.record_of(_meeting(meeting_id, "write"))
        found = next((topic for topic in record.topics if topic.topic.id == topic_id), None)
        if found is None:
            abort(404)
        return self._topic(record, topic_id, forms.stored_topic(found))

    def _topic(self, record: queries.MeetingRecord, topic_id: int | None, typed: forms.TypedTopic) -> Any:
        if request.method == "GET":
            return self.render_template("meetings/topic.html", page=forms.topic_page(record, topic_id, typed))
        typed = forms.typed_topic(request.form)
        if "add-line" in request.form:
            return self.render_template("meetings/topic.html", page=forms.topic_page(record, topic_id, typed))
        meeting_id = record.meeting.id
        try:
            given = forms.read_topic(typed, record.attendees, today=today())
            saved = topics.save_topic(meeting_id, topic_id, given)
        except SaveRefused as refused:
            fresh = queries.record_of(_meeting(meeting_id, "write"))
            page = forms.topic_page(fresh, topic_id, typed, errors=refused.errors)
            return self.render_template("meetings/topic.html", page=page), 422
        flash(_("议题“%(title)s”已保存。", title=saved.title), "green")
        if request.form.get("save") == "stay":
            return redirect(url_for("MeetingView.add_topic", meeting_id=meeting_id))
        return _back(meeting_id, "#topics")

    @expose("/topic/<int:meeting_id>/<int:topic_id>/delete", methods=["POST"])
    @permitted("meetings", "write")
    def delete_topic(self, meeting_id: int, topic_id: int) -> Any:
        _meeting(meeting_id, "write")
        try:
            topics.delete_topic(meeting_id, _possible(topic_id))
            flash(_("议题已删除。"), "green")
        except SaveRefused as refused:
            _tell(refused)
        return _back(meeting_id, "#topics")

    @expose("/lock/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def lock(self, meeting_id: int) -> Any:
        _meeting(meeting_id, "write")
        try:
            service.lock(meeting_id, today=today())
            flash(_("会议记录已定稿。议定事项已列入待办。"), "green")
        except SaveRefused as refused:
            _tell(refused)
        return _back(meeting_id)

    @expose("/reopen/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def reopen(self, meeting_id: int) -> Any:
        _meeting(meeting_id, "write")
        try:
            service.reopen(meeting_id, reason=clean(request.form.get("reason", "")))
            flash(_("会议记录已重新打开，改好后请再定稿。"), "green")
        except SaveRefused as refused:
            _tell(refused)
        return _back(meeting_id)

    @expose("/issue/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def issue(self, meeting_id: int) -> Any:
        _meeting(meeting_id, "write")
        try:
            issued = service.issue(meeting_id, today=today())
            flash(_("会议纪要已编为%(issue)s，可以打印了。", issue=issued.issue), "green")
        except SaveRefused as refused:
            _tell(refused)
        return _back(meeting_id)

    @expose("/upload/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def upload(self, meeting_id: int) -> Any:
        _store(_meeting(meeting_id, "write"), request.form.get("label", ""))
        return _back(meeting_id)

    @expose("/paper/<int:meeting_id>/<name>.<format_>")
    @permitted("meetings", "export")
    def paper(self, meeting_id: int, name: str, format_: str) -> Any:
        meeting = _meeting(meeting_id, "export")
        if name not in ("sign_in", "minutes", "resolutions_note") or format_ not in FORMATS:
            abort(404)
        period = Period.of("month", meeting.held_on)
        made = paper(name).build(
            PaperRequest(meeting.area_code, period, today(), current_actor(), subject=meeting.uid)
        )  # fmt: skip
        title = f"{queries.body_name(meeting)}{meeting.name}_{paper(name).title}"
        return _send(render(made, format_), title, format_, meeting.area_code, meeting.uid)  # type: ignore[arg-type]


class MeetingYearView(BaseView):  # type: ignore[misc]
    """组织生活开展情况: the year of every branch."""

    route_base = "/meeting_years"
    default_view = "matrix"

    @expose("/")
    @permitted("meetings", "read")
    def matrix(self) -> Any:
        actor, day = current_actor(), today()
        year = min(max(request.args.get("year", day.year, type=int), 2000), day.year)
        area = chosen_area(actor)
        found = queries.matrix(
            _prefixes(area), year=year, as_of=Period.numbered("year", year).last if year < day.year else day
        )
        page = pages.matrix_page(
            found, area_label=name_of(area), year=year, today=day, page=max(request.args.get("page", 1, type=int), 1),
            may_print=actor.allows("meetings", "export"),
        )  # fmt: skip
        return self.render_template("meetings/matrix.html", page=page)

    @expose("/<int:year>.<format_>")
    @permitted("meetings", "export")
    def paper(self, year: int, format_: str) -> Any:
        if format_ not in FORMATS or not 2000 <= year <= today().year:
            abort(404)
        area = chosen_area(current_actor())
        if not current_actor().covers("meetings", "export", area):
            abort(403)
        made = paper("meeting_matrix").build(
            PaperRequest(area, Period.numbered("year", year), today(), current_actor())
        )  # fmt: skip
        return _send(render(made, format_), made.title, format_, area, None)  # type: ignore[arg-type]


def _prefixes(area: str) -> tuple[str, ...]:
    held = current_actor().prefixes("meetings", "read")
    if any(area.startswith(prefix) for prefix in held):
        return (area,)
    return tuple(prefix for prefix in held if prefix.startswith(area))


def _send(body: bytes, title: str, format_: str, area_code: str, uid: str | None) -> Response:
    with writing():
        audit.record("printed", "meetings", area_code=area_code, row_uid=uid, note=f"{title} {format_}")
    return download(body, f"{title}.{format_}")


def _store(record: Meeting | Resolution, label: str) -> None:
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        flash(_("请先选择照片或文件。"), "amber")
        return
    kept = label if label in pages.FILE_KINDS or label == "回执" else ""
    for file in sent:
        try:
            service.add_file(record, label=kept, name=file.filename or "", data=file.read())
            flash(_("已上传：%(name)s", name=file.filename), "green")
        except FileRefused as refused:
            flash(f"{file.filename}：{refused}", "red")


class ResolutionView(BaseView):  # type: ignore[misc]
    """One 议定事项 and its receipt."""

    route_base = "/resolutions"
    default_view = "show"

    @expose("/show/<int:resolution_id>")
    @permitted("resolutions", "read")
    def show(self, resolution_id: int) -> Any:
        return self._render(_resolution(resolution_id))

    def _render(self, row: Resolution, errors: dict[str, str] | None = None, status: int = 200) -> Any:
        meeting = db.session.get(Meeting, row.meeting_id)
        page = pages.resolution_page(row, meeting, current_actor(), today=today(), fields=_finish_fields(errors or {}))
        return self.render_template("meetings/resolution.html", page=page), status

    @expose("/finish/<int:resolution_id>", methods=["POST"])
    @permitted("resolutions", "write")
    def finish(self, resolution_id: int) -> Any:
        row = _resolution(resolution_id, "write")
        try:
            done_on = Date().parse(request.form.get("done_on", ""), today=today())
            service.finish(
                row.id, done_on=done_on, receipt=clean(request.form.get("receipt", "")), today=today(),
                version=request.form.get("version", type=int),
            )  # fmt: skip
        except Refused as refusal:
            return self._render(_resolution(resolution_id), {"done_on": refusal.message}, 422)
        except SaveRefused as refused:
            return self._render(_resolution(resolution_id), refused.errors, 422)
        if any(file.filename for file in request.files.getlist("file")):
            _store(_resolution(resolution_id, "write"), "回执")
        flash(_("已办结，待办里不再提醒。"), "green")
        return redirect(url_for("ResolutionView.show", resolution_id=resolution_id))

    @expose("/reopen/<int:resolution_id>", methods=["POST"])
    @permitted("resolutions", "write")
    def reopen(self, resolution_id: int) -> Any:
        _resolution(resolution_id, "write")
        try:
            service.reopen_resolution(resolution_id)
            flash(_("已撤销办结，重新列入待办。"), "green")
        except SaveRefused as refused:
            _tell(refused)
        return redirect(url_for("ResolutionView.show", resolution_id=resolution_id))

    @expose("/upload/<int:resolution_id>", methods=["POST"])
    @permitted("resolutions", "write")
    def upload(self, resolution_id: int) -> Any:
        _store(_resolution(resolution_id, "write"), "回执")
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


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, papers, figures, to-dos and the demonstration of meetings."""
    appbuilder.add_view_no_menu(MeetingView)
    appbuilder.add_view_no_menu(MeetingYearView)
    appbuilder.add_view_no_menu(ResolutionView)
    add_entry(Entry("meetings", "组织生活开展情况", "MeetingYearView.matrix", "meetings", icon="grid"))
    for model in (Meeting, Resolution):
        register_record_kind(behind_the_wall(model))
    papers.install_papers()
    install_indicators()
    install_todos()
    install_demo()
