"""The list of all batches that a person may see."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_appbuilder import BaseView, expose

from app.lowcode.importing.pages.batches import batches_page
from app.security.actor import current_actor
from app.security.permissions import signed_in_only

_OWN = "只列出本人可以导入的名册里、本人范围内的批次，由导入权限和数据范围把关"


class ImportBatchView(BaseView):  # type: ignore[misc]
    """导入记录."""

    route_base = "/imports"
    default_view = "batches"

    @expose("/")
    @signed_in_only(_OWN)
    def batches(self) -> Any:
        """Newest first, of one register or of all."""
        page = batches_page(
            current_actor(), chosen=request.args.get("register", ""), page=request.args.get("page", 1, type=int)
        )
        return self.render_template("register/import_batches.html", page=page)
