"""Pages and REST of cases: the form of a step, the list by state and lamp, and what a channel may call."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, flash, jsonify, redirect, request
from flask_appbuilder import AppBuilder, BaseView, expose
from flask_appbuilder.api import BaseApi

from app.clock import today, utc_now
from app.files.kinds import FileRefused
from app.language import gettext as _
from app.lowcode import list_page, show_page
from app.lowcode import service as rows
from app.lowcode.api import authenticated
from app.lowcode.beside import stands_beside
from app.lowcode.flow import asking, closing, dates, on_lists, pages, service, sweeping, todos
from app.lowcode.flow.queries import Asked, Running, person_of, role_names, running, steps
from app.lowcode.flow.rules import Action
from app.lowcode.flow.versions import flow_of
from app.lowcode.importing import publishing
from app.lowcode.openapi import ID, NUMBER, TEXT, answers, describe, list_of, thing
from app.lowcode.openapi import sent as sent_body
from app.lowcode.queries import get
from app.lowcode.register import Register, register
from app.lowcode.sent import sent_number
from app.lowcode.viewing import viewer_of
from app.periods.service import register_closing_check
from app.security.actor import NotPermitted, current_actor
from app.security.permissions import FROM_ROUTE, permitted
from app.settings.working_calendar import working_time

PHOTO = "photo:"
MOST_VERSION = 1_000_000


class FlowView(BaseView):  # type: ignore[misc]
    """Everything under /flow."""

    route_base = "/flow"
    default_view = "index"

    @expose("/of/<register:register_name>/")
    @permitted(FROM_ROUTE, "read")
    def cases(self, register_name: str) -> Any:
        """Rows on their way."""
        reg = register(register_name)
        if flow_of(reg) is None:
            abort(404)
        asked = Asked(request.args.get("state", "")[:40], request.args.get("lamp", "")[:10])
        return self.render_template("register/list.html", page=pages.cases_page(reg, current_actor(), asked))

    @expose("/of/<register:register_name>/<int:row_id>/<key>", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "read")
    def step(self, register_name: str, row_id: int, key: str) -> Any:
        """One step: fill in, take it."""
        reg = register(register_name)
        row, at, action = _case(reg, row_id, key)
        if request.method == "GET":
            refusal = asking.why_not(
                at.flow, at.case, action, person_of(current_actor()), utc_now(), working_time(), role_names()
            )
            if refusal:
                flash(_(refusal), "red")
                return redirect(pages.home_url(reg, row.id))
            return self._form(reg, row, at, action, service.known_values(reg, row, action), {})
        typed = {name: ",".join(request.form.getlist(name)) for name in request.form}
        # A row that is linked to comes as its id, or by name where scripts are off.
        typed |= {name: typed.get(name) or typed.get(f"{name}-text", "") for name in (f.name for f in action.fields)}
        photos = tuple(
            service.Photo(name.removeprefix(PHOTO), file.filename or "", file.read())
            for name, file in request.files.items(multi=True)
            if name.startswith(PHOTO) and file.filename
        )
        sent = service.Sent(sent_number(typed.get("version"), most=MOST_VERSION), typed, typed.get("note", ""), photos)
        try:
            step = service.act(reg, row, key, sent, by=current_actor(), now=utc_now())
        except service.StepRefused as refused:
            return self._form(reg, row, at, action, typed, refused.errors), 422
        except (NotPermitted, FileRefused) as refused:
            return self._form(reg, row, at, action, typed, {"": str(refused)}), 422
        except service.CaseMoved as moved:
            flash(_(moved.args[0]), "red")
            return redirect(pages.home_url(reg, row_id))
        flash(_(pages.moved_words(step)), "green")
        return redirect(pages.home_url(reg, row_id))

    def _form(
        self, reg: Register, row: Any, at: Running, action: Action, typed: dict[str, str], errors: dict[str, str]
    ) -> Any:  # fmt: skip
        viewer = viewer_of(reg, current_actor(), today=today())
        page = pages.step_form(reg, row, at, action, typed=typed, errors=errors, viewer=viewer)
        return self.render_template("register/form.html", page=page)


def _case(reg: Register, row_id: int, key: str) -> tuple[Any, Running, Action]:
    row = get(reg, row_id)
    at = running(reg, row, utc_now()) if row is not None else None
    if at is None or key not in {action.key for action in at.flow.actions}:
        abort(404)
    return row, at, at.flow.action(key)


class FlowApi(BaseApi):  # type: ignore[misc]
    """GET /api/v1/<register>/<id>/case   where it stands, what one may do and why not the rest, every step
    POST /api/v1/<register>/<id>/case/<action>   take a step: {"version", "values", "note"}"""

    route_base = "/api/v1"

    @expose("/<register:register_name>/<int:row_id>/case", methods=["GET"])
    @authenticated("read")
    def case(self, register_name: str, row_id: int) -> Any:
        reg = register(register_name)
        row = get(reg, row_id)
        at = running(reg, row, utc_now()) if row is not None else None
        if at is None:
            return jsonify({"message": "没有这条记录，或它不走流程。"}), 404
        return jsonify(case_json(at))

    @expose("/<register:register_name>/<int:row_id>/case/<key>", methods=["POST"])
    @authenticated("read")
    def act(self, register_name: str, row_id: int, key: str) -> Any:
        reg, body = register(register_name), request.get_json(silent=True)
        row = get(reg, row_id)
        if row is None or flow_of(reg) is None:
            return jsonify({"message": "没有这条记录，或它不走流程。"}), 404
        if not isinstance(body, dict) or not isinstance(body.get("values", {}), dict):
            return jsonify({"message": "请求体应是一个 JSON 对象。"}), 400
        values = {str(name): "" if value is None else str(value) for name, value in body.get("values", {}).items()}
        sent = service.Sent(
            sent_number(str(body.get("version", 0)), most=MOST_VERSION), values, str(body.get("note", ""))
        )
        try:
            service.act(reg, row, key, sent, by=current_actor(), now=utc_now())
        except service.StepRefused as refused:
            return jsonify({"message": refused.errors}), 422
        except service.CaseMoved as moved:
            return jsonify({"message": str(moved)}), 409
        except NotPermitted as refusal:
            return jsonify({"message": str(refusal)}), 403
        fresh = running(reg, get(reg, row_id), utc_now())
        return jsonify(case_json(fresh)) if fresh is not None else ("", 204)


def case_json(at: Running) -> dict[str, Any]:
    """A case as the API gives it."""
    now, on, person = utc_now(), working_time(), person_of(current_actor())
    due = at.case.due(on)
    actions = [
        {
            "key": each.key,
            "name": each.name,
            "why_not": str(asking.why_not(at.flow, at.case, each, person, now, on, role_names())),
        }
        for each in at.flow.actions
    ]
    return {
        "flow": at.flow.key, "flow_version": at.number, "version": at.version, "state": at.case.state,
        "state_name": at.flow.state(at.case.state).name, "due_at": due.at.isoformat() if due else None,
        "is_provisional": bool(due and due.is_provisional), "lamp": at.lamp(now, on), "actions": actions,
        "steps": [
            {"seq": each.seq, "action": each.action, "from": each.from_state, "to": each.to_state, "at": each.at.isoformat(),
             "by": each.by_name, "for": each.for_name, "note": each.note, "filled": each.filled, "files": each.files}
            for each in reversed(steps(at.row))
        ],
    }  # fmt: skip


def _describe() -> None:
    """Both addresses, for programs that read descriptions; which registers run on a flow is a setting."""
    register_ = {"name": "register", "in": "path", "required": True, "schema": TEXT, "description": "名册，如 events"}
    action = {"name": "action", "in": "path", "required": True, "schema": TEXT, "description": "动作，如 confirm"}
    tag: dict[str, Any] = {"tags": ["办理（流程）"]}
    step = thing({
        "seq": NUMBER, "action": TEXT, "from": TEXT, "to": TEXT, "at": TEXT, "by": TEXT, "for": TEXT, "note": TEXT,
    })  # fmt: skip
    case = thing({
        "flow": TEXT, "flow_version": NUMBER, "version": NUMBER, "state": TEXT, "state_name": TEXT, "lamp": TEXT,
        "due_at": TEXT | {"nullable": True}, "is_provisional": {"type": "boolean"},
        "actions": list_of(thing({"key": TEXT, "name": TEXT, "why_not": TEXT})), "steps": list_of(step),
    })  # fmt: skip
    body = thing({
        "version": NUMBER | {"title": "看到的版本"}, "note": TEXT | {"title": "说明"},
        "values": {"type": "object", "additionalProperties": TEXT, "title": "要填的各项"},
    }, required=("version",))  # fmt: skip
    base = "/api/v1/{register}/{id}/case"
    describe(base, {"parameters": [register_, ID], "get": {
        **tag, "operationId": "case_get", "summary": "办到哪一步，谁能做什么，为什么不能", "responses": answers(401, 403, 404, content=case),
    }})  # fmt: skip
    describe(f"{base}/{{action}}", {"parameters": [register_, ID, action], "post": {
        **tag, "operationId": "case_act", "summary": "办一步", "requestBody": sent_body(body),
        "responses": answers(400, 401, 403, 404, 409, 422, content=case),
    }})  # fmt: skip


def install(app: Flask, appbuilder: AppBuilder) -> None:
    """Pages, REST, the box beside records, to-dos, and what happens at every save."""
    assert todos.SOURCE
    assert dates.SOURCE
    appbuilder.add_view_no_menu(FlowView)
    app.extensions["csrf"].exempt(appbuilder.add_api(FlowApi).blueprint)
    _describe()
    show_page.add_panel(pages.panel)
    list_page.add_doors(pages.doors)
    stands_beside(on_lists.SIDE)
    rows.add_guard_of_hand(service.refuse_state_by_hand)
    register_closing_check("flow_limits", closing.provisional_limits)
    rows.add_follower(sweeping.follow_saved)
    publishing.add_follower(sweeping.follow_published)
