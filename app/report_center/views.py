"""The pages under /reports/: choosing and printing, 报送 step by step, 全部打印."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from flask import Flask, abort, flash, redirect, request, send_file
from flask_appbuilder import AppBuilder, BaseView, expose

import app.report_center.punctuality
import app.report_center.scheduled  # noqa: F401 - both make themselves known
from app.areas.queries import name_of
from app.clock import today, utc_now
from app.jobs.models import DONE, FAILED, Job
from app.jobs.queries import job_of, progress_of
from app.language import gettext as _
from app.lowcode.exporting import download
from app.lowcode.frame import Entry, add_entry
from app.lowcode.page_models.parts import Action, Note, Progress
from app.lowcode.sent import sent_number
from app.notices.sources import register_todo_source
from app.periods.queries import MonthIsClosed
from app.points.why.states import register_state_source
from app.report_center import demo, ledger_states, service, todos, tracing_views
from app.report_center.asking import asked_paper
from app.report_center.checking import views as checking
from app.report_center.choosing import Choice, choose, visible_papers
from app.report_center.documents import may_print, printable, rendered, word_fields
from app.report_center.kept_prints import coded, record_print
from app.report_center.models import RESOURCE
from app.report_center.page_models import BundlePage
from app.report_center.pages import file_name, preview_page, report_page
from app.report_center.papers import register_rosters
from app.report_center.printing import is_bundle, order, result_of
from app.report_center.protecting import check_password, protected, watermark_of
from app.report_center.rules import SubmissionRefused
from app.report_center.submission_pages import submission_page
from app.security.actor import current_actor, require
from app.security.permissions import permitted


class ReportView(BaseView):  # type: ignore[misc]
    """/reports/."""

    route_base = "/reports"
    default_view = "index"

    @expose("/")
    @permitted(RESOURCE, "read")
    def index(self) -> Any:
        """Papers, choice, preview, and who has handed in."""
        actor = current_actor()
        choice = choose(request.args, actor, today=today())
        return self.render_template("report_center/index.html", page=report_page(choice, actor, today=today()))

    @expose("/preview")
    @permitted(RESOURCE, "read")
    def preview(self) -> Any:
        """The paper alone, for the frame at the right."""
        choice = choose(request.args, current_actor(), today=today())
        if not choice.is_complete:
            abort(404)
        try:
            page = preview_page(choice, number=sent_number(request.args.get("number")))
        except LookupError:
            abort(404)
        return self.render_template("report_center/preview.html", page=page)

    @expose("/file", methods=["POST"])
    @permitted(RESOURCE, "export")
    def file(self) -> Any:
        """One paper in one format, or in several as a ZIP; each leaves a print record."""
        choice = choose(request.form, current_actor(), today=today())
        require(choice.paper.resource, "export", choice.request.area_code)
        if not choice.is_complete:
            abort(404)
        try:
            plain = printable(choice.paper, choice.request, number=sent_number(request.form.get("number")))
        except LookupError:
            abort(404)
        made, code = coded(choice.paper, plain)
        formats = tuple(each for each in choice.paper.formats if each in request.form.getlist("format")) or ("pdf",)
        try:
            password = check_password(request.form.get("password", "").strip())
            if password and formats != ("pdf",):
                raise SubmissionRefused(_("打开密码只能加在 PDF 上，请只勾选 PDF。"))
        except SubmissionRefused as refusal:
            flash(str(refusal), "red")
            return redirect(_home(choice))
        mark = (
            watermark_of(current_actor(), name_of(choice.request.area_code), today()) if "mark" in request.form else ""
        )
        files = {each: rendered(made, each) for each in formats}
        if "pdf" in files:
            files["pdf"] = protected(files["pdf"], watermark=mark, password=password)
        record_print(choice.paper, choice.request, made, formats=formats, short_code=code)
        if len(files) == 1:
            return download(files[formats[0]], file_name(choice, formats[0]))
        return download(
            _zipped({file_name(choice, each): data for each, data in files.items()}), file_name(choice, "zip")
        )

    @expose("/submissions/<area>/<paper>/<period>")
    @permitted(RESOURCE, "read")
    def submission(self, area: str, paper: str, period: str) -> Any:
        """One paper of one community."""
        choice = asked_paper(area, paper, period)
        page = submission_page(choice, current_actor(), today=today())
        return self.render_template("report_center/submission.html", page=page)

    @expose("/submissions/<area>/<paper>/<period>/fill", methods=["POST"])
    @permitted(RESOURCE, "fill")
    def fill(self, area: str, paper: str, period: str) -> Any:
        """Keep the words."""
        choice = asked_paper(area, paper, period)
        words = {name: request.form.get(name, "") for name, _label in word_fields(choice.paper)}
        of = choice.request
        return _act(
            choice, lambda: service.fill(choice.paper, area, of.period, words, today=today()), _("文字已保存。")
        )

    @expose("/submissions/<area>/<paper>/<period>/submit", methods=["POST"])
    @permitted(RESOURCE, "submit")
    def submit(self, area: str, paper: str, period: str) -> Any:
        """Hand it in."""
        choice = asked_paper(area, paper, period)
        of = choice.request
        return _act(
            choice,
            lambda: service.submit(choice.paper, area, of.period, today=today()),
            _("已提交给街道，内容已锁定。"),
        )

    @expose("/submissions/<area>/<paper>/<period>/nil", methods=["POST"])
    @permitted(RESOURCE, "submit")
    def submit_nil(self, area: str, paper: str, period: str) -> Any:
        """零报告 in one click."""
        choice = asked_paper(area, paper, period)
        of = choice.request
        return _act(
            choice,
            lambda: service.submit_nil(choice.paper, area, of.period, today=today()),
            _("零报告已提交给街道。"),
        )

    @expose("/submissions/<area>/<paper>/<period>/return", methods=["POST"])
    @permitted(RESOURCE, "review")
    def give_back(self, area: str, paper: str, period: str) -> Any:
        """Give it back with a reason."""
        choice = asked_paper(area, paper, period)
        reason, of = request.form.get("reason", ""), choice.request
        return _act(
            choice,
            lambda: service.give_back(choice.paper, area, of.period, reason=reason),
            _("已退回，社区会看到原因。"),
        )

    @expose("/submissions/<area>/<paper>/<period>/pass", methods=["POST"])
    @permitted(RESOURCE, "review")
    def approve(self, area: str, paper: str, period: str) -> Any:
        """Pass it."""
        choice = asked_paper(area, paper, period)
        of = choice.request
        return _act(choice, lambda: service.pass_paper(choice.paper, area, of.period), _("已审核通过。"))

    @expose("/all", methods=["POST"])
    @permitted(RESOURCE, "export")
    def everything(self) -> Any:
        """全部打印: ask for the bundle and show how far it is."""
        actor = current_actor()
        choice = choose({key: request.form.get(key, "") for key in ("area", "period")}, actor, today=today())
        area = choice.request.area_code
        names = request.form.getlist("papers")
        chosen = [
            each
            for each in visible_papers(actor)
            if each.name in names and may_print(actor, each, area, permission="export")
        ]
        try:
            job = order(
                chosen, area, choice.request.period, container=request.form.get("container", "pdf"),
                formats=request.form.getlist("format"), by=actor, is_marked="mark" in request.form,
            )  # fmt: skip
        except SubmissionRefused as refusal:
            flash(str(refusal), "red")
            return redirect(_home(choice))
        return redirect(f"/reports/jobs/{job.id}")

    @expose("/jobs/<int:job_id>")
    @permitted(RESOURCE, "export")
    def bundle(self, job_id: int) -> Any:
        """How far a bundle is, and its file."""
        return self.render_template("report_center/bundle.html", page=_bundle_page(_own_job(job_id)))

    @expose("/jobs/<int:job_id>/file")
    @permitted(RESOURCE, "export")
    def bundle_file(self, job_id: int) -> Any:
        """The finished file, to the one who asked for it."""
        job = _own_job(job_id)
        path = result_of(job)
        if path is None:
            abort(404)
        answer = send_file(path, as_attachment=True, download_name=str(job.result["file"]), max_age=0)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


def _act(choice: Choice, act: Callable[[], object], done: str) -> Any:
    of = choice.request
    try:
        act()
    except (SubmissionRefused, MonthIsClosed) as refusal:
        flash(str(refusal), "red")
    else:
        flash(done, "green")
    return redirect(todos.address(of.area_code, choice.paper.name, of.period.key))


def _home(choice: Choice) -> str:
    return f"/reports/?area={choice.request.area_code}&period={choice.request.period.key}"


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("/", "_"), data)
    return buffer.getvalue()


def _own_job(job_id: int) -> Job:
    """A bundle the person asked for himself; 404 for all others."""
    job, actor = job_of(job_id), current_actor()
    if job is None or not is_bundle(job) or actor.user_id is None or job.user_id != actor.user_id:
        abort(404)
    return job


def _bundle_page(job: Job) -> BundlePage:
    shown = progress_of(job, now=utc_now())
    back = Action(_("返回报表中心"), f"/reports/?area={job.payload['area']}&period={job.payload['period']}")
    here = (("next", f"/reports/jobs/{job.id}"),)
    if not shown.is_finished:
        cancel = Action(
            _("取消"), f"/jobs/{job.id}/cancel", "danger", "post", hidden=here,
            confirm=_("停止打印%(area)s的报表，已经印好的不保留。", area=name_of(job.payload["area"])),
        )  # fmt: skip
        progress = Progress(
            shown.done, shown.total, shown.text or shown.state_text, shown.left_text, f"/jobs/{job.id}/progress", cancel
        )
        return BundlePage(title=job.title, progress=progress, actions=(back,))
    if job.state == DONE:
        return _finished(job, back)
    again = Action(_("重新开始"), f"/jobs/{job.id}/again", "primary", "post", hidden=here)
    tone: Any = "red" if job.state == FAILED else "amber"
    text = shown.text if job.state == FAILED and shown.text else _("打印已取消。")
    return BundlePage(title=job.title, notes=(Note(text, tone),), actions=(again, back))


def _finished(job: Job, back: Action) -> BundlePage:
    if result_of(job) is None:
        text = _("文件已过期清理。报表还在，再点一次全部打印就能得到。")
        return BundlePage(title=job.title, notes=(Note(text, "grey"),), actions=(back,))
    count, pages = job.result.get("count", 0), job.result.get("pages", 0)
    text = _("共 %(n)s 份，%(pages)s 页。", n=count, pages=pages) if pages else _("共 %(n)s 份。", n=count)
    fetch = Action(_("下载文件"), f"/reports/jobs/{job.id}/file", "primary", icon="export")
    return BundlePage(title=job.title, text=text, actions=(fetch, back))


def install(app: Flask, appbuilder: AppBuilder) -> None:
    """Pages, papers of every register, to-dos, the demonstration."""
    register_rosters()
    register_todo_source("report_center", todos.find)
    register_state_source("final_months", ledger_states.final_months)
    register_state_source("prints", ledger_states.prints)
    demo.install()
    appbuilder.add_view_no_menu(ReportView)
    checking.install(app, appbuilder)
    tracing_views.install(app, appbuilder)
    add_entry(Entry("reports", "报表中心", "ReportView.index", RESOURCE, icon="paper", is_first=True))
