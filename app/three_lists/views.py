"""Pages of the three lists beyond their registers: matching a need, and the desk of a project."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today, utc_now
from app.files.kinds import FileRefused
from app.files.service import attach
from app.language import gettext as _
from app.lowcode import form_page, show_page
from app.lowcode import service as rosters
from app.lowcode.flow import pages as flow_pages
from app.lowcode.flow import queries as flow_queries
from app.lowcode.flow.service import CaseMoved, add_filler, add_follower
from app.lowcode.queries import get, rows_by_id
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.lowcode.service import SaveRefused
from app.lowcode.viewing import viewer_of
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import permitted
from app.three_lists import (
    claiming,
    dates,
    demo,
    gathering,
    indicators,
    match_pages,
    match_panels,
    merging,
    pages,
    papers,
    progress,
    project_flow,
    project_papers,
    proposers,
    service,
    shipped,
    todos,
)
from app.three_lists.models import PROJECTS, Need, Project
from app.three_lists.names import list_name

TOLD = ("month", "percent", "words")
PROJECT_FIELDS = ("name", "lead_unit", "lead_unit-text", "person", "ends_on")


class ThreeListsView(BaseView):  # type: ignore[misc]
    """Everything under /three_lists."""

    route_base = "/three_lists"
    default_view = "match"

    @expose("/needs/<int:need_id>/match", methods=["GET", "POST"])
    @permitted("projects", "write")
    def match(self, need_id: int) -> Any:
        """Choose resources for a need and turn it into a project."""
        actor, need = current_actor(), _need(need_id)
        words = request.values.get("q", "").strip()[:50]
        if request.method == "GET":
            page = match_pages.match_page(need, words=words, actor=actor, today=today())
            return self.render_template("three_lists/match.html", page=page)
        ticked = tuple(text for text in request.form.getlist("id") if sent_id(text))[:50]
        resources = rows_by_id(register("resources"), [int(text) for text in ticked])
        typed = {name: request.form.get(name, "").strip() for name in PROJECT_FIELDS}
        unit = typed.pop("lead_unit-text")
        raw = typed | {"lead_unit": typed["lead_unit"] or unit, "area": need.area_code}
        try:
            project = service.make_project([need], resources, raw, by=actor, today=today())
        except (SaveRefused, NotPermitted) as refused:
            errors = refused.errors if isinstance(refused, SaveRefused) else {"": str(refused)}
            page = match_pages.match_page(
                _need(need_id), words=words, actor=actor, today=today(), typed=typed, ticked=ticked, errors=errors
            )
            return self.render_template("three_lists/match.html", page=page), 422
        if project.lead_unit_id is None:
            flash(_("已列为待立项。定下牵头单位后，在这一页点“立项”。"), "amber")
        else:
            flash(_("已立项：%(name)s", name=project.name), "green")
        return redirect(url_for("ThreeListsView.desk", project_id=project.id))

    @expose("/needs/<int:need_id>/merge", methods=["GET", "POST"])
    @permitted("needs", "write")
    def merge(self, need_id: int) -> Any:
        """Put a need that was told twice into the other."""
        actor, need = current_actor(), _need(need_id, "needs")
        if request.method == "GET":
            return self.render_template("register/form.html", page=match_pages.merge_page(need, today=today()))
        chosen = request.form.get("into", "")
        into = get(register("needs"), id_) if (id_ := sent_id(chosen)) else None
        try:
            if into is None:
                raise SaveRefused({"into": _("请选要并入哪一条。")})
            merging.merge(need, into, by=actor, today=today(), now=utc_now())
        except (SaveRefused, NotPermitted, CaseMoved) as refused:
            error = _(str(refused.args[0]) if refused.args else str(refused))
            page = match_pages.merge_page(_need(need_id, "needs"), today=today(), chosen=chosen, error=error)
            return self.render_template("register/form.html", page=page), 422
        flash(_("已并入“%(name)s”。", name=into.name), "green")
        return redirect(url_for("RegisterView.show", register_name="needs", row_id=into.id))

    @expose("/needs/<int:need_id>/proposer", methods=["GET", "POST"])
    @permitted("needs", "write")
    def proposer(self, need_id: int) -> Any:
        """Tell the proposer of a merged need what became of it, and ask him."""
        actor, need = current_actor(), _need(need_id, "needs")
        main = proposers.main_of(need)
        if main is None:
            abort(404)
        if request.method == "GET":
            return self.render_template(
                "register/form.html", page=match_pages.proposer_page(need, main, actor=actor, today=today())
            )
        typed = {name: request.form[name] for name in ("told_of", "satisfaction") if name in request.form}
        try:
            proposers.tell(need, typed, by=actor, today=today(), version=request.form.get("version", type=int))
        except rosters.RowIsStale:
            fresh = _need(need_id, "needs")
            viewer = viewer_of(register("needs"), actor, today=today())
            conflict = form_page.conflict_of(register("needs"), fresh, typed, viewer)
            page = match_pages.proposer_page(fresh, main, actor=actor, today=today(), typed=typed, conflict=conflict)
            return self.render_template("register/form.html", page=page), 409
        except (SaveRefused, NotPermitted) as refused:
            errors = refused.errors if isinstance(refused, SaveRefused) else {"": str(refused)}
            page = match_pages.proposer_page(need, main, actor=actor, today=today(), typed=typed, errors=errors)
            return self.render_template("register/form.html", page=page), 422
        flash(_("已记下。"), "green")
        return redirect(url_for("RegisterView.show", register_name="needs", row_id=need.id))

    @expose("/projects/<int:project_id>")
    @permitted("projects", "read")
    def desk(self, project_id: int) -> Any:
        """A project with what is joined to it and the next steps."""
        return self._desk(project_id, {}, {})

    def _desk(self, project_id: int, errors: dict[str, str], typed: dict[str, str]) -> Any:
        page = pages.desk_page(
            _project(project_id), actor=current_actor(), today=today(), errors=errors, typed=typed
        )  # fmt: skip
        return self.render_template("three_lists/desk.html", page=page), 422 if errors else 200

    @expose("/projects/<int:project_id>/milestones/<int:milestone_id>", methods=["POST"])
    @permitted("projects", "write")
    def reach(self, project_id: int, milestone_id: int) -> Any:
        """Say that a milestone was reached."""
        try:
            service.reach(_project(project_id), milestone_id, by=current_actor(), today=today())
        except SaveRefused as refused:
            return self._desk(project_id, refused.errors, {})
        except NotPermitted as refusal:
            return self._desk(project_id, {"": str(refusal)}, {})
        return redirect(url_for("ThreeListsView.desk", project_id=project_id))

    @expose("/projects/<int:project_id>/progress", methods=["POST"])
    @permitted("projects", "read")
    def progress(self, project_id: int) -> Any:
        """Tell what a month brought; the service knows who may (the lead unit keeps no project)."""
        typed = {name: request.form.get(name, "").strip() for name in TOLD}
        try:
            line = progress.tell(_project(project_id), typed, by=current_actor(), today=today())
        except SaveRefused as refused:
            return self._desk(project_id, refused.errors, typed)
        except NotPermitted as refusal:
            return self._desk(project_id, {"": str(refusal)}, typed)
        flash(_("已记下 %(month)s 的进展。", month=f"{line.month_on:%Y-%m}"), "green")
        return redirect(url_for("ThreeListsView.desk", project_id=project_id))

    @expose("/projects/<int:project_id>/paper/<any(project_sheet,project_notice):name>.pdf")
    @permitted("projects", "export")
    def paper(self, project_id: int, name: str) -> Any:
        """A paper about one project, to print."""
        project = _project(project_id)
        actor = current_actor()
        if not actor.covers("projects", "export", project.area_code):
            abort(404)
        return project_papers.printed(project, name, actor=actor, today=today())

    @expose("/projects/<int:project_id>/parts/<any(needs,resources,units):kind>", methods=["POST"])
    @permitted("projects", "write")
    def parts(self, project_id: int, kind: str) -> Any:
        """Join a need, resource or supporting unit to a project, or take it out."""
        project, actor = _project(project_id), current_actor()
        target, gone = request.form.get("target", ""), request.form.get("remove", "")
        try:
            if gone_id := sent_id(gone):
                service.part(project, kind, gone_id, by=actor, today=today())
            elif target_id := sent_id(target):
                service.join(project, kind, target_id, by=actor, today=today())
            else:
                noun = _("配合单位") if kind == "units" else list_name(kind)
                return self._desk(project_id, {kind: _("请先从列表里选一个%(noun)s。", noun=noun)}, {})
        except SaveRefused as refused:
            return self._desk(project_id, refused.errors, {})
        except NotPermitted as refusal:
            return self._desk(project_id, {"": str(refusal)}, {})
        return redirect(url_for("ThreeListsView.desk", project_id=project_id))

    @expose("/projects/<int:project_id>/files", methods=["POST"])
    @permitted("projects", "write")
    def upload(self, project_id: int) -> Any:
        """Attach evidence to a project."""
        project = _project(project_id)
        file = request.files.get("evidence")
        if file is None or not file.filename:
            return self._desk(project_id, {"evidence": _("请先选一个文件。")}, {})
        try:
            attach("projects", project.uid, project.area_code, file.filename, file.read())
        except (FileRefused, NotPermitted) as refused:
            return self._desk(project_id, {"evidence": str(refused)}, {})
        return redirect(url_for("ThreeListsView.desk", project_id=project_id))


def _need(need_id: int, resource: str = "projects") -> Need:
    """A need, for somebody who may write that resource where it lies."""
    row = get(register("needs"), need_id)
    if row is None or not current_actor().covers(resource, "write", row.area_code):
        abort(404)
    return row  # type: ignore[no-any-return]


def _project(project_id: int) -> Project:
    row = get(register("projects"), project_id)
    if row is None:
        abort(404)
    return row  # type: ignore[no-any-return]


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001
    """Pages, panels, to-dos, figures, papers and the part of the demonstration."""
    assert papers.PAPERS
    assert indicators.OPEN
    assert todos.MILESTONES
    assert dates.SOURCE
    appbuilder.add_view_no_menu(ThreeListsView)
    for panel in (pages.panel, match_panels.fitting_panel, match_panels.alike_panel):
        show_page.add_panel(panel)
    for part in (claiming, project_flow):
        add_filler(part.known_values)
        add_follower(part.follow)
    rosters.add_guard_of_hand(project_flow.refuse_by_hand)
    flow_pages.set_home(PROJECTS.name, pages.desk_url)
    flow_queries.set_units(PROJECTS.name, project_flow.units)
    project_papers.install()
    gathering.install()
    shipped.install()
    demo.install()
