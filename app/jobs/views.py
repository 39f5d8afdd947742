"""What a progress bar asks for, and its two buttons; the page around it belongs to whoever asked for the job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, abort, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import utc_now
from app.jobs import service
from app.jobs.handlers import JobRefused
from app.jobs.models import Job
from app.jobs.queries import job_of, progress_of
from app.security.addresses import safe_next
from app.security.permissions import signed_in_only

_OWN = "每人只看得到、停得了自己安排的任务；管理员另看本辖区的，由数据范围把关"


class JobView(BaseView):  # type: ignore[misc]
    """Progress of one job as JSON, and POST addresses to call it off or start it again."""

    route_base = "/jobs"

    @expose("/<int:job_id>/progress")
    @signed_in_only(_OWN)
    def progress(self, job_id: int) -> ResponseReturnValue:
        """`{"state", "done", "total", "text", "left_text", "is_finished", "next_url"}`; 404 outside one's scope.

        `next_url` is the page the job's result names (`{"url": "/…"}`), once it is done.
        """
        job = job_of(job_id)
        if job is None:
            abort(404)
        shown = progress_of(job, now=utc_now())
        answer: dict[str, Any] = {
            "state": shown.state,
            "done": shown.done,
            "total": shown.total,
            "text": shown.text or shown.state_text,
            "left_text": shown.left_text,
            "is_finished": shown.is_finished,
            "next_url": safe_next(job.result["url"]) if job.result.get("url") else "",
        }
        return jsonify(answer)

    @expose("/<int:job_id>/cancel", methods=["POST"])
    @signed_in_only(_OWN)
    def cancel(self, job_id: int) -> ResponseReturnValue:
        """Call the job off and go back."""
        return _act(service.cancel, job_id, "已通知停止，正在处理的一小段做完就停。")

    @expose("/<int:job_id>/again", methods=["POST"])
    @signed_in_only(_OWN)
    def again(self, job_id: int) -> ResponseReturnValue:
        """Start a failed or cancelled job again and go back."""
        return _act(service.try_again, job_id, "已重新开始，从上次停下的地方接着做。")


def _act(act: Callable[[int], Job], job_id: int, done: str) -> ResponseReturnValue:
    try:
        act(job_id)
    except JobRefused as refusal:
        flash(str(refusal), "warning")
    else:
        flash(done, "info")
    return redirect(safe_next(request.form.get("next", "/")))


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Put the addresses into the application."""
    appbuilder.add_view_no_menu(JobView)
