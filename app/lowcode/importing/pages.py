"""The pages of an import as plain values for register/import.html."""

from __future__ import annotations

from collections.abc import Mapping

from flask import url_for
from flask_babel import gettext as _

from app.lowcode.frame import area_choices, chosen_area
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.importing import ImportPage
from app.lowcode.page_models.parts import Note, Option
from app.lowcode.register import Register
from app.security.actor import Actor

ACCEPTED = ".xlsx,.xlsm,.xls,.csv,.txt"


def upload_page(reg: Register, actor: Actor, typed: Mapping[str, str], *, error: str = "") -> ImportPage:
    """Choose a file; say whether it is the whole roster, and where rows go that name no area."""
    kind = typed.get("kind", "additions")
    fields = [
        FieldView(
            name="file", label=_("表格文件"), widget="file", accept=ACCEPTED, width="full",
            is_required=True, error=error,
        ),
        FieldView(
            name="kind", label=_("这份表是"), widget="choice", width="half",
            options=(
                Option("additions", _("只有新增和变动的人"), kind != "whole"),
                Option("whole", _("全量名单（表里没有的会列出来，不会删除）"), kind == "whole"),
            ),
        ),
    ]  # fmt: skip
    areas = [area for area in area_choices(actor) if actor.covers(reg.name, "import", area.code)]
    if len(areas) > 1:
        chosen = typed.get("area") or chosen_area(actor)
        fields.append(
            FieldView(
                name="area", label=_("没写区域的行归到"), widget="choice", width="half",
                options=tuple(Option(area.code, area.label, area.code == chosen) for area in areas),
            )
        )  # fmt: skip
    return ImportPage(
        title=_("导入%(title)s", title=_(reg.title)),
        step="upload",
        cancel_url=url_for("RegisterView.list", register_name=reg.name),
        submit_url=url_for("ImportView.upload", register_name=reg.name),
        upload_fields=tuple(fields),
        notes=(Note(error, "red"),) if error else (),
    )
