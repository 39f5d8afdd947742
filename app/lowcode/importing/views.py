"""Pages of an import: upload, layout, check, write; batches and their undoing; the template workbook."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask_appbuilder import AppBuilder, BaseView, expose

from app.lowcode.importing import pages
from app.lowcode.register import register
from app.security.actor import current_actor
from app.security.permissions import FROM_ROUTE, permitted


class ImportView(BaseView):  # type: ignore[misc]
    """One view for all registers; the address names the register, and so does the permission."""

    route_base = ""
    default_view = "upload"

    @expose("/<register:register_name>/import/", methods=["GET", "POST"])
    @permitted(FROM_ROUTE, "import")
    def upload(self, register_name: str) -> Any:
        reg, actor = register(register_name), current_actor()
        return self.render_template("register/import.html", page=pages.upload_page(reg, actor, request.form))


def install(app: Flask, appbuilder: AppBuilder) -> None:  # noqa: ARG001 - every room has the same signature
    """Routes of imports; their number does not grow with the registers."""
    appbuilder.add_view_no_menu(ImportView)
