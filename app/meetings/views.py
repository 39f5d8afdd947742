"""The pages of meetings: one meeting, attendance, topics, resolutions, the year of the branches, papers."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, abort, flash, jsonify, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today
from app.fields.cells import clean
from app.files.records import behind_the_wall, register_record_kind
from app.language import gettext as _
from app.lowcode.frame import Entry, add_entry
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.service import SaveRefused
from app.lowcode.show_page import add_panel
from app.meetings import agenda, attendance, pages, papers, queries, service, topic_form, topics
from app.meetings.asked import flash_reasons, meeting_or_404, possible_id, sent, store_files
from app.meetings.attendance_form import attendance_page, typed_marks
from app.meetings.dates import install_dates
from app.meetings.demo import install_demo
from app.meetings.indicators import install_indicators
from app.meetings.models import Meeting, Resolution
from app.meetings.panels import meetings_of_owners
from app.meetings.resolution_views import ResolutionView
from app.meetings.todos import install_todos
from app.meetings.year_views import MeetingYearView
from app.periods.rules import Period
from app.security.actor import current_actor
from app.security.permissions import permitted
from reports.rendering import FORMATS, render

MOST_CHOICES = 50


def _back(meeting_id: int, anchor: str = "") -> Any:
    return redirect(url_for("MeetingView.show", meeting_id=meeting_id) + anchor)


class MeetingView(BaseView):  # type: ignore[misc]
    """One meeting from the list of those expected to its locked minutes."""

    route_base = "/meetings"
    default_view = "show"

    @expose("/show/<int:meeting_id>")
    @permitted("meetings", "read")
    def show(self, meeting_id: int) -> Any:
        record = queries.record_of(meeting_or_404(meeting_id))
        page = pages.meeting_page(record, current_actor(), today=today())
        return self.render_template("meetings/show.html", page=page)

    @expose("/attendance/<int:meeting_id>", methods=["GET", "POST"])
    @permitted("meetings", "write")
    def attendance(self, meeting_id: int) -> Any:
        record = queries.record_of(meeting_or_404(meeting_id, "write"))
        if request.method == "GET":
            return self._attendance(attendance_page(record))
        marks = typed_marks(request.form)
        version = request.form.get("version", type=int)
        try:
            attendance.save_marks(meeting_id, marks, version=version)
        except SaveRefused as refused:
            fresh = queries.record_of(meeting_or_404(meeting_id, "write"))
            return self._attendance(attendance_page(fresh, marks=marks, errors=refused.errors), 422)
        flash(_("点名已保存。"), "green")
        return _back(meeting_id)

    def _attendance(self, page: Any, status: int = 200) -> Any:
        return self.render_template("meetings/attendance.html", page=page), status

    @expose("/refresh/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def refresh(self, meeting_id: int) -> Any:
        meeting_or_404(meeting_id, "write")
        try:
            attendance.refresh(meeting_id)
            flash(_("应到名单已按名册更新，点过名的没有动。"), "green")
        except SaveRefused as refused:
            flash_reasons(refused)
        return _back(meeting_id)

    @expose("/guests/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def add_guest(self, meeting_id: int) -> Any:
        meeting_or_404(meeting_id, "write")
        guest = (clean(request.form.get("guest", "")), clean(request.form.get("office", "")))
        try:
            attendance.add_guest(meeting_id, name=guest[0], office=guest[1])
        except SaveRefused as refused:
            record = queries.record_of(meeting_or_404(meeting_id, "write"))
            return self._attendance(attendance_page(record, errors=refused.errors, guest=guest), 422)
        return redirect(url_for("MeetingView.attendance", meeting_id=meeting_id) + "#guests")

    @expose("/guests/<int:meeting_id>/remove/<int:attendee_id>", methods=["POST"])
    @permitted("meetings", "write")
    def remove_guest(self, meeting_id: int, attendee_id: int) -> Any:
        meeting_or_404(meeting_id, "write")
        try:
            attendance.remove_guest(meeting_id, possible_id(attendee_id))
        except SaveRefused as refused:
            flash_reasons(refused)
        return redirect(url_for("MeetingView.attendance", meeting_id=meeting_id) + "#guests")

    @expose("/people/<int:meeting_id>")
    @permitted("meetings", "read")
    def people(self, meeting_id: int) -> Response:
        words = request.args.get("q", "").strip()
        found = [row for row in attendance.attendees_of(meeting_or_404(meeting_id).id) if words in row.name]
        ranked = sorted(found, key=lambda row: row.status not in ("present", "observer"))[:MOST_CHOICES]
        return jsonify({"results": [{"id": row.name, "text": row.name, "hint": row.office} for row in ranked]})

    @expose("/topic/<int:meeting_id>/add", methods=["GET", "POST"])
    @permitted("meetings", "write")
    def add_topic(self, meeting_id: int) -> Any:
        record = queries.record_of(meeting_or_404(meeting_id, "write"))
        return self._topic(record, None, topic_form.EMPTY_TOPIC)

    @expose("/topic/<int:meeting_id>/<int:topic_id>", methods=["GET", "POST"])
    @permitted("meetings", "write")
    def topic(self, meeting_id: int, topic_id: int) -> Any:
        record = queries.record_of(meeting_or_404(meeting_id, "write"))
        found = next((topic for topic in record.topics if topic.topic.id == topic_id), None)
        if found is None:
            abort(404)
        return self._topic(record, topic_id, topic_form.stored_topic(found))

    def _topic(self, record: queries.MeetingRecord, topic_id: int | None, typed: topic_form.TypedTopic) -> Any:
        if request.method == "GET":
            return self.render_template("meetings/topic.html", page=topic_form.topic_page(record, topic_id, typed))
        typed = topic_form.typed_topic(request.form)
        if "add-line" in request.form:
            return self.render_template("meetings/topic.html", page=topic_form.topic_page(record, topic_id, typed))
        meeting_id = record.meeting.id
        try:
            given = topic_form.read_topic(typed, record.attendees, today=today())
            saved = topics.save_topic(meeting_id, topic_id, given)
        except SaveRefused as refused:
            fresh = queries.record_of(meeting_or_404(meeting_id, "write"))
            page = topic_form.topic_page(fresh, topic_id, typed, errors=refused.errors)
            return self.render_template("meetings/topic.html", page=page), 422
        flash(_("议题“%(title)s”已保存。", title=saved.title), "green")
        if request.form.get("save") == "stay":
            return redirect(url_for("MeetingView.add_topic", meeting_id=meeting_id))
        return _back(meeting_id, "#topics")

    @expose("/topic/<int:meeting_id>/<int:topic_id>/delete", methods=["POST"])
    @permitted("meetings", "write")
    def delete_topic(self, meeting_id: int, topic_id: int) -> Any:
        meeting_or_404(meeting_id, "write")
        try:
            topics.delete_topic(meeting_id, possible_id(topic_id))
            flash(_("议题已删除。"), "green")
        except SaveRefused as refused:
            flash_reasons(refused)
        return _back(meeting_id, "#topics")

    @expose("/agenda/<int:meeting_id>", methods=["GET", "POST"])
    @permitted("meetings", "write")
    def agenda(self, meeting_id: int) -> Any:
        """Open needs and projects as topics."""
        meeting = meeting_or_404(meeting_id, "write")
        if request.method == "GET":
            return self.render_template("register/form.html", page=agenda.page(meeting, today=today()))
        try:
            count = agenda.put_on(meeting_id, request.form.getlist(agenda.FIELD), today=today())
        except SaveRefused as refused:
            page = agenda.page(meeting, today=today(), error=refused.errors.get("", ""))
            return self.render_template("register/form.html", page=page), 422
        flash(_("已列入 %(n)s 个议题。", n=count), "green")
        return _back(meeting_id, "#topics")

    @expose("/lock/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def lock(self, meeting_id: int) -> Any:
        meeting_or_404(meeting_id, "write")
        try:
            service.lock(meeting_id, today=today())
            flash(_("会议记录已定稿。议定事项已列入待办。"), "green")
        except SaveRefused as refused:
            flash_reasons(refused)
        return _back(meeting_id)

    @expose("/reopen/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def reopen(self, meeting_id: int) -> Any:
        meeting_or_404(meeting_id, "write")
        try:
            service.reopen(meeting_id, reason=clean(request.form.get("reason", "")))
            flash(_("会议记录已重新打开，改好后请再定稿。"), "green")
        except SaveRefused as refused:
            flash_reasons(refused)
        return _back(meeting_id)

    @expose("/issue/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def issue(self, meeting_id: int) -> Any:
        meeting_or_404(meeting_id, "write")
        try:
            issued = service.issue(meeting_id, today=today())
            flash(_("会议纪要已编为%(issue)s，可以打印了。", issue=issued.issue), "green")
        except SaveRefused as refused:
            flash_reasons(refused)
        return _back(meeting_id)

    @expose("/upload/<int:meeting_id>", methods=["POST"])
    @permitted("meetings", "write")
    def upload(self, meeting_id: int) -> Any:
        store_files(meeting_or_404(meeting_id, "write"), request.form.get("label", ""))
        return _back(meeting_id)

    @expose("/paper/<int:meeting_id>/<name>.<format_>")
    @permitted("meetings", "export")
    def paper(self, meeting_id: int, name: str, format_: str) -> Any:
        meeting = meeting_or_404(meeting_id, "export")
        if name not in ("sign_in", "minutes", "resolutions_note") or format_ not in FORMATS:
            abort(404)
        period = Period.of("month", meeting.held_on)
        made = paper(name).build(
            PaperRequest(meeting.area_code, period, today(), current_actor(), subject=meeting.uid)
        )  # fmt: skip
        title = f"{queries.body_name(meeting)}{meeting.name}_{paper(name).title}"
        return sent(render(made, format_), title, format_, meeting.area_code, meeting.uid)  # type: ignore[arg-type]


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
    install_dates()
    install_demo()
    add_panel(meetings_of_owners)
