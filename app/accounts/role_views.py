"""The pages under /roles/."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.accounts.pages import role_name
from app.accounts.role_pages import matrix_page, read_form, role_form
from app.language import gettext as _
from app.security.actor import current_actor
from app.security.permissions import permitted
from app.security.role_permissions import PermissionRefused, set_role_permissions
from app.security.roles import ROLES
from app.settings.queries import profile


class RolesView(BaseView):  # type: ignore[misc]
    """/roles/: the matrix, and one role."""

    route_base = "/roles"
    default_view = "index"

    @expose("/")
    @permitted("roles", "read")
    def index(self) -> Any:
        page = matrix_page(may_change=current_actor().allows("roles", "write"))
        return self.render_template("accounts/matrix.html", page=page)

    @expose("/<role>/edit", methods=["GET", "POST"])
    @permitted("roles", "write")
    def edit(self, role: str) -> Any:
        if role not in ROLES:
            abort(404)
        page = role_form(role)
        if request.method == "POST":
            wanted = read_form(request.form)
            try:
                said = set_role_permissions(role, wanted, area_code=profile().top_code)
            except PermissionRefused as refused:
                page = role_form(role, typed=wanted, error=str(refused))
            else:
                flash(_("%(role)s：%(what)s。", role=role_name(role), what="；".join(said) or _("没有变化")), "green")
                return redirect(url_for("RolesView.index"))
        return self.render_template("register/form.html", page=page), 422 if page.errors else 200
