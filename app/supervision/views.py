"""Pages of supervision beyond its registers, and what it adds to other rooms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from flask_appbuilder import AppBuilder, BaseView, expose

from app.clock import today, utc_now
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.fields.sentence import Sentence
from app.files.kinds import FileRefused
from app.language import gettext as _
from app.lowcode import form_page, list_page, show_page
from app.lowcode import service as rows
from app.lowcode.flow import queries as flow_queries
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.service import CaseMoved, Photo, StepRefused
from app.lowcode.frame import Entry, add_entry, asked_area
from app.lowcode.queries import get
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.lowcode.service import SaveRefused
from app.lowcode.viewing import viewer_of
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.permissions import permitted
from app.supervision import (
    dates,
    demo,
    indicators,
    pages,
    papers,
    queries,
    rules,
    service,
    shipped,
    signing,
    sources,
    steps,
)
from app.supervision.models import BATCHES, ITEMS

MOST_EACH = 5


class SupervisionView(BaseView):  # type: ignore[misc]
    """Everything under /supervision."""

    route_base = "/supervision"
    default_view = "proposals"

    @expose("/proposals")
    @permitted(BATCHES, "read")
    def proposals(self) -> Any:
        """What waits for a first, second or third supervision."""
        actor = current_actor()
        page = pages.proposals_page(asked_area(actor, BATCHES), actor, today=today())
        return self.render_template("supervision/proposals.html", page=page)

    @expose("/draft", methods=["POST"])
    @permitted(BATCHES, "read")
    def draft(self) -> Any:
        """A letter for the ticked matters."""
        ids = [id_ for text in request.form.getlist("id") if (id_ := sent_id(text)) is not None]
        try:
            batch = signing.draft(ids, by=current_actor(), now=utc_now())
        except (SaveRefused, NotPermitted) as refused:
            flash(_(_whole(refused)), "red")
            return redirect(url_for("SupervisionView.proposals"))
        flash(_("已起草，核对函件后签发。"), "green")
        return redirect(url_for("SupervisionView.batch", batch_id=batch.id))

    @expose("/batches/<int:batch_id>")
    @permitted(BATCHES, "read")
    def batch(self, batch_id: int) -> Any:
        """A batch with its letter."""
        page = pages.batch_page(_row(BATCHES, batch_id), current_actor(), today=today())
        return self.render_template("supervision/batch.html", page=page)

    @expose("/batches/<int:batch_id>/sign", methods=["POST"])
    @permitted(BATCHES, "read")
    def sign(self, batch_id: int) -> Any:
        """Sign it, or record the leader's signature."""
        batch, typed = _row(BATCHES, batch_id), {name: request.form.get(name, "").strip() for name in request.form}
        try:
            signing.sign(batch.id, _signed(typed), by=current_actor(), now=utc_now())
        except (SaveRefused, StepRefused, NotPermitted, FileRefused, Refused) as refused:
            page = pages.batch_page(batch, current_actor(), today=today(), typed=typed, errors=_errors(refused))
            return self.render_template("supervision/batch.html", page=page), 422
        except CaseMoved as moved:
            flash(_(moved.args[0]), "red")
            return redirect(url_for("SupervisionView.batch", batch_id=batch_id))
        flash(_("已签发，各事项的新期限从今天算起。"), "green")
        return redirect(url_for("SupervisionView.batch", batch_id=batch_id))

    @expose("/batches/<int:batch_id>/withdraw", methods=["POST"])
    @permitted(BATCHES, "read")
    def withdraw(self, batch_id: int) -> Any:
        """Throw a draft away."""
        try:
            signing.withdraw(_row(BATCHES, batch_id).id, by=current_actor())
        except (SaveRefused, NotPermitted) as refused:
            flash(_(_whole(refused)), "red")
            return redirect(url_for("SupervisionView.batch", batch_id=batch_id))
        flash(_("已作废，事项回到待签发。"), "green")
        return redirect(url_for("SupervisionView.proposals"))

    @expose("/take/<register:register_name>/<int:row_id>", methods=["GET", "POST"])
    @permitted(ITEMS, "write")
    def take(self, register_name: str, row_id: int) -> Any:
        """A record onto the ledger."""
        if register_name not in sources.SOURCES:
            abort(404)
        reg, row = register(register_name), _row(register_name, row_id)
        viewer = viewer_of(register(ITEMS), current_actor(), today=today())
        if request.method == "GET":
            page = pages.take_page(reg, row, viewer, typed=sources.proposed(register_name, row, today()))
            return self.render_template("register/form.html", page=page)
        typed = form_page.typed_values(register(ITEMS), request.form, None)
        try:
            item = sources.take_over(register_name, row, typed, by=current_actor(), today=today())
        except (SaveRefused, NotPermitted) as refused:
            page = pages.take_page(reg, row, viewer, typed=typed, errors=_errors(refused))
            return self.render_template("register/form.html", page=page), 422
        flash(_("已列入督办台账：%(number)s", number=item.number), "green")
        return redirect(url_for("RegisterView.show", register_name=ITEMS, row_id=item.id))

    @expose("/items/<int:item_id>/progress", methods=["GET", "POST"])
    @permitted(ITEMS, "read")
    def progress(self, item_id: int) -> Any:
        """This week's line."""
        item = _row(ITEMS, item_id)
        if request.method == "GET":
            return self.render_template("register/form.html", page=pages.progress_page(item, today=today()))
        typed = {name: request.form.get(name, "") for name in ("week_on", "text", "next_step")}
        try:
            week = read_date(typed["week_on"]) if typed["week_on"] else today()
            service.tell(
                item.id, typed["text"], typed["next_step"], week_of=week, by=current_actor(), today=today()
            )  # fmt: skip
        except (SaveRefused, NotPermitted, Refused) as refused:
            page = pages.progress_page(item, today=today(), typed=typed, errors=_errors(refused))
            return self.render_template("register/form.html", page=page), 422
        flash(_("已记下本周进展。"), "green")
        return redirect(url_for("RegisterView.show", register_name=ITEMS, row_id=item.id))


def _row(name: str, row_id: int) -> Any:
    row = get(register(name), row_id)
    if row is None:
        abort(404)
    return row


def _signed(typed: dict[str, str]) -> signing.Signed:
    """What was posted: a recorded signature where the form asked for one, else one's own of today. Raises Refused."""
    if "signatory" not in typed:
        return signing.Signed(today())
    if not typed["signatory"]:
        raise StepRefused({"signatory": Sentence("请选签发人。")})
    file = request.files.get("sheet")
    sheet = Photo("签发单", file.filename or "", file.read()) if file is not None and file.filename else None
    try:
        signed_on = read_date(typed.get("signed_on", ""))
    except Refused:
        raise StepRefused({"signed_on": Sentence("请填签发日期，例：2026-11-22。")}) from None
    return signing.Signed(signed_on, typed["signatory"], sheet)


def _errors(refused: Exception) -> dict[str, str]:
    if isinstance(refused, SaveRefused | StepRefused):
        return dict(refused.errors)
    return {"": refused.message if isinstance(refused, Refused) else str(refused)}


def _whole(refused: Exception) -> str:
    return "".join(_errors(refused).values())


def weekly(actor: Actor, today: date) -> list[Todo]:
    """Matters one leads without a line for this week yet."""
    week = rules.monday(today)
    return [
        Todo(
            Sentence("报本周进展：%(name)s", name=row.name), why=Sentence("督办事项每周报一条进展"), due_on=week + timedelta(days=4),
            tone="amber", url=f"/supervision/items/{row.id}/progress", kind="supervision",
        )
        for row in queries.without_progress(actor, week, limit=MOST_EACH)
    ]  # fmt: skip


def install(_app: Flask, appbuilder: AppBuilder) -> None:
    """Pages, boxes, papers, steps, dates and to-dos; again changes nothing."""
    appbuilder.add_view_no_menu(SupervisionView)
    add_entry(Entry("supervision", "待签发督办", "SupervisionView.proposals", BATCHES, icon="send", is_first=True))
    for panel in pages.panels():
        show_page.add_panel(panel)
    list_page.add_doors(pages.doors)
    rows.add_guard(steps.refuse_other_limit)
    flow_service.add_follower(steps.follow)
    flow_service.add_follower(signing.follow)
    flow_queries.set_start(ITEMS, steps.start)
    flow_queries.set_units(ITEMS, steps.units)
    register_todo_source("supervision.weekly", weekly)
    assert dates.SOURCE
    assert indicators.ALL
    papers.install()
    shipped.install()
    demo.install()
