"""The three lists' own pages as plain values, and the boxes beside their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.files.queries import attachments_of
from app.language import gettext as _
from app.lowcode.flow import pages as flow_pages
from app.lowcode.list_page import cell, with_unit
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Action, Chip, Link, PanelItem, Tone
from app.lowcode.page_models.records import FactView, Panel
from app.lowcode.queries import labels_of
from app.lowcode.register import Register, register
from app.lowcode.viewing import Viewer, viewer_of
from app.security.actor import Actor
from app.three_lists import desk_forms, progress, queries, rules
from app.three_lists.models import Need, Project
from app.three_lists.names import list_name
from app.three_lists.page_models import DeskPage, Joint, Section

TONES: Mapping[str, Tone] = {
    "collected": "grey", "listed": "blue", "claimed": "blue", "in_project": "blue", "unmet": "amber",
    "returned": "amber", "planned": "grey", "open": "blue", "running": "blue", "paused": "amber",
    "accepting": "amber", "done": "green", "closed": "green", "cancelled": "grey",
}  # fmt: skip
NO_LONGER_MATCHED = (*rules.FINISHED, "cancelled", "merged")
"""States of needs that become no project any more."""
PROJECT_FACTS = (
    "area", "lead_unit", "person", "phone", "money", "funding", "starts_on", "ends_on", "opened_on", "finished_on",
    "evaluator", "satisfaction", "published_from", "published_until", "closed_on", "milestones", "progress",
)  # fmt: skip


def state_chip(reg: Register, row: Any) -> Chip:
    """A row's state as a chip."""
    return Chip(reg.column("state").type.show(row.state) or _("未填"), TONES.get(row.state or "", "grey"))


def facts_of_row(reg: Register, row: Any, names: Sequence[str], viewer: Viewer) -> tuple[FactView, ...]:
    columns = [reg.column(name) for name in names]
    labels = labels_of([column for column in columns if column.kind in ("place", "link")], [row])
    url = url_for("RegisterView.show", register_name=reg.name, row_id=row.id)
    views = [(column, with_unit(column, cell(reg, column, row, viewer, labels, url=url))) for column in columns]
    return tuple(
        FactView(_(column.label), view, is_wide=column.type.widget == "textarea") for column, view in views if view.text
    )


def desk_page(
    project: Project, *, actor: Actor, today: date, errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> DeskPage:  # fmt: skip
    """A project with how it stands and what is joined to it."""
    reg = register("projects")
    errors, typed = dict(errors or {}), typed or {}
    may_write = actor.covers("projects", "write", project.area_code)
    joined = queries.joined([project.id])
    monthly = desk_forms.monthly(project, typed, errors, today, may_tell=progress.may_tell(project, actor))
    shown = {field.name for field in monthly.form.fields} if monthly is not None and monthly.form is not None else set()
    viewer = viewer_of(reg, actor, today=today)
    return DeskPage(
        title=project.name,
        subtitle=project.number or "",
        chips=(state_chip(reg, project),),
        facts=facts_of_row(reg, project, PROJECT_FACTS, viewer),
        standing=flow_pages.panel(reg, project, viewer),
        sections=tuple(
            _section(project, key, rows.get(project.id, []), may_write=may_write, error=errors.get(key, ""))
            for key, rows in (("needs", joined.needs), ("resources", joined.resources), ("units", joined.units))
        ),
        files=tuple(
            PanelItem(item.title, url_for("FileView.download", attachment_id=item.id), item.note)
            for item in attachments_of("projects", project.uid)
        ),
        upload_url=url_for("ThreeListsView.upload", project_id=project.id) if may_write else "",
        progress=monthly,
        milestones=desk_forms.milestones(project, today, may_write=may_write and project.state in rules.UNDER_WAY),
        actions=(
            Action(_("登记表"), url_for("RegisterView.show", register_name="projects", row_id=project.id)),
            *desk_forms.papers(project, actor),
        )
        + (
            (Action(_("修改"), url_for("RegisterView.edit", register_name="projects", row_id=project.id), icon="edit"),)
            if may_write
            else ()
        ),
        errors=tuple(text for name, text in errors.items() if name not in shown),
        error_count=len([name for name in errors if name in shown]),
    )


def desk_url(project_id: int) -> str:
    """Where a project is worked on."""
    return url_for("ThreeListsView.desk", project_id=project_id)


def _section(project: Project, key: str, rows: Sequence[Any], *, may_write: bool, error: str) -> Section:
    noun = _("配合单位") if key == "units" else list_name(key)
    titles = {
        "needs": _("对应的%(noun)s", noun=noun), "resources": _("使用的%(noun)s", noun=noun), "units": noun,
    }  # fmt: skip
    url = url_for("ThreeListsView.parts", project_id=project.id, kind=key)
    return Section(
        key,
        titles[key],
        tuple(_joint(key, row, url, may_write=may_write) for row in rows),
        _("还没有%(noun)s。", noun=noun),
        url,
        FieldView(
            name="target", label=_("加上%(noun)s", noun=noun), widget="link", error=error, width="full",
            choices_url=url_for("RegisterView.choices", register_name=key),
            placeholder=_("输入名称或编号"),
        )
        if may_write
        else None,
    )  # fmt: skip


def _joint(key: str, row: Any, url: str, *, may_write: bool) -> Joint:
    reg = register(key)
    chip = state_chip(reg, row) if key == "needs" else None
    item = PanelItem(
        row.name,
        url_for("RegisterView.show", register_name=key, row_id=row.id),
        getattr(row, "number", "") or "",
        chip,
    )
    remove = Action(_("去掉"), url, method="post", hidden=(("remove", str(row.id)),)) if may_write else None
    return Joint(item, remove)


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside a need, a resource or a project: what it is joined to, and the door to doing something about it."""
    if reg.name == "needs":
        return _need_panel(row, viewer.actor)
    if reg.name == "resources":
        return Panel(
            _("用到它的%(noun)s", noun=list_name("projects")),
            _project_items(queries.projects_of_resource(row.id)),
            empty_text=_("还没有被认领。"),
        )
    if reg.name == "projects":
        return _project_panel(row)
    return None


def _need_panel(row: Need, actor: Actor) -> Panel:
    more = None
    if actor.covers("projects", "write", row.area_code) and row.state not in NO_LONGER_MATCHED:
        label = _(
            "匹配%(resources)s，转成%(projects)s", resources=list_name("resources"), projects=list_name("projects")
        )
        more = Link(label, url_for("ThreeListsView.match", need_id=row.id))
    items = _project_items(queries.projects_of_need(row.id))
    nothing = _("已并入另一条，随那一条立项。") if row.state == "merged" else _("还没有立项。")
    return Panel(list_name("projects"), items, empty_text=nothing, more=more)


def _project_items(projects: Sequence[Project]) -> tuple[PanelItem, ...]:
    reg = register("projects")
    return tuple(
        PanelItem(
            each.name, url_for("ThreeListsView.desk", project_id=each.id), each.number or "", state_chip(reg, each)
        )
        for each in projects
    )


def _project_panel(row: Project) -> Panel:
    joined = queries.joined([row.id])
    items = [
        PanelItem(f"{label}：{each.name}", url_for("RegisterView.show", register_name=key, row_id=each.id))
        for key, label, rows in (
            ("needs", list_name("needs"), joined.needs),
            ("resources", list_name("resources"), joined.resources),
            ("units", _("配合单位"), joined.units),
        )
        for each in rows.get(row.id, [])
    ]
    return Panel(
        _("对应和进展"),
        tuple(items),
        empty_text=_("还没有对应的%(noun)s。", noun=list_name("needs")),
        more=Link(_("打开办理页：需求、资源、进展、佐证"), url_for("ThreeListsView.desk", project_id=row.id)),
    )
