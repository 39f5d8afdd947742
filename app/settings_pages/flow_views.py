"""The pages under /flows/: read a flow, change names, limits and roles (a new version), enable, download, upload."""

from __future__ import annotations

from typing import Any

import yaml
from flask import Response, abort, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.language import gettext as _
from app.lowcode.flow.checking import Finding, findings
from app.lowcode.flow.editing import changed, typed_of
from app.lowcode.flow.queries import role_names
from app.lowcode.flow.reading import FlowRefused, read_text
from app.lowcode.flow.rules import Flow
from app.lowcode.flow.versions import add_version, attach_flow, columns_of, newest, newest_rows, uses
from app.lowcode.flow.writing import flow_data
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.register import register
from app.security.actor import NotPermitted
from app.security.permissions import permitted
from app.security.roles import ROLES
from app.settings_pages import flow_pages
from app.settings_pages.code_views import may_change_everywhere

LARGEST = 200_000


class FlowSettingsView(BaseView):  # type: ignore[misc]
    """/flows/: read by who may read settings; changed by who may write them for the whole installation."""

    route_base = "/flows"
    default_view = "index"

    @expose("/")
    @permitted("settings", "read")
    def index(self) -> Any:
        page = flow_pages.index_page(newest_rows(), _use_names(), may_change=may_change_everywhere())
        return self.render_template("register/list.html", page=page)

    @expose("/<key>", methods=["GET", "POST"])
    @permitted("settings", "read")
    def show(self, key: str) -> Any:
        flow, number = _known(key)
        if request.method == "GET":
            return self._page(flow, number, typed_of(flow, role_names()), {}, _findings(flow))
        _require_everywhere()
        typed = {name: value for name, value in request.form.items() if isinstance(value, str)}
        if typed.get("number") != str(number):
            flash(_("刚有人改过这个流程，请看最新的一版再改。"), "red")
            return redirect(url_for("FlowSettingsView.show", key=key))
        wanted, errors = changed(flow, typed, role_names())
        found = _findings(wanted) if not errors else ()
        if errors or any(each.kind == "fault" for each in found):
            return self._page(flow, number, typed, dict(errors), found), 422
        made = add_version(wanted)
        if made == number:
            flash(_("和原来一样，没有改动。"), "green")
        else:
            flash(_("已存为第 %(n)s 版。以后登记的按新版走，正在办的按原来那一版走完。", n=made), "green")
        return redirect(url_for("FlowSettingsView.show", key=key))

    def _page(
        self, flow: Flow, number: int, typed: dict[str, str], errors: dict[str, Any], found: tuple[Finding, ...]
    ) -> Any:  # fmt: skip
        is_used = flow.key in uses()
        may_change = may_change_everywhere()
        may_attach = may_change and not is_used and columns_of(flow.register) is not None
        page = flow_pages.flow_page(
            flow, number, _use_names().get(flow.key, ""), typed, errors=errors, findings=found, may_change=may_change,
            may_attach=may_attach,
        )  # fmt: skip
        return self.render_template("settings/flow.html", page=page)

    @expose("/<key>/attach", methods=["POST"])
    @permitted("settings", "write")
    def attach(self, key: str) -> Any:
        _require_everywhere()
        flow, _number = _known(key)
        try:
            attach_flow(flow)
            flash(_("已启用“%(flow)s”。", flow=flow.name), "green")
        except (FlowRefused, NotPermitted) as refused:
            flash(str(refused), "red")
        return redirect(url_for("FlowSettingsView.show", key=key))

    @expose("/<key>/download")
    @permitted("settings", "read")
    def download(self, key: str) -> Response:
        flow, _number = _known(key)
        text = yaml.safe_dump(flow_data(flow), allow_unicode=True, sort_keys=False, width=160)
        head = {"Content-Disposition": f'attachment; filename="{flow.key}.yaml"'}
        return Response(text, mimetype="application/yaml", headers=head)

    @expose("/upload", methods=["GET", "POST"])
    @permitted("settings", "write")
    def upload(self) -> Any:
        _require_everywhere()
        if request.method == "GET":
            return self.render_template("register/form.html", page=_upload_form(""))
        file = request.files.get("file")
        data = file.read(LARGEST + 1) if file is not None else b""
        try:
            if not data or len(data) > LARGEST:
                raise FlowRefused("请选一个流程文件（YAML，不超过 200 KB）。")
            flow = read_text(data.decode("utf-8-sig"), source=file.filename or "文件" if file else "文件")
            number = add_version(flow)
        except UnicodeDecodeError:
            return self.render_template("register/form.html", page=_upload_form("不是 UTF-8 文字文件，不能读取。")), 422
        except FlowRefused as refused:
            return self.render_template("register/form.html", page=_upload_form(str(refused))), 422
        flash(_("“%(flow)s”已存为第 %(n)s 版。", flow=flow.name, n=number), "green")
        return redirect(url_for("FlowSettingsView.show", key=flow.key))


def _upload_form(error: str) -> FormPage:
    field = FieldView(
        name="file", label=_("流程文件"), widget="file", accept=".yaml,.yml", is_required=True, error=error, width="full",
        help=_("先下载一个流程照着写。上传后先核对，有走不到、出不来、没有人能做的地方会指出来，不会存下。"),
    )  # fmt: skip
    return FormPage(
        title=_("上传流程文件"), submit_url=url_for("FlowSettingsView.upload"), cancel_url=url_for("FlowSettingsView.index"),
        groups=(FieldGroup("", (field,)),), error_count=1 if error else 0, submit_label=_("核对并存下"), may_continue=False,
    )  # fmt: skip


def _findings(flow: Flow) -> tuple[Finding, ...]:
    return findings(flow, roles=ROLES, columns=columns_of(flow.register))


def _use_names() -> dict[str, str]:
    return {key: _(register(name).title) for key, name in uses().items()}


def _known(key: str) -> tuple[Flow, int]:
    found = newest(key)
    if found is None:
        abort(404)
    return found


def _require_everywhere() -> None:
    if not may_change_everywhere():
        abort(403)
