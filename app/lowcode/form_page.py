"""Adding and editing as plain values for the form's template, and what was typed back from the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.areas.models import Area
from app.extensions import db
from app.language import gettext as _
from app.lowcode import lines as child_lines
from app.lowcode.column import Column
from app.lowcode.page_models.forms import Conflict, ConflictLine, FieldGroup, FieldView, FormPage, LineView
from app.lowcode.page_models.parts import Option
from app.lowcode.queries import area_names, asked_area_name, row_titles
from app.lowcode.register import Register
from app.lowcode.sent import sent_id, sent_lines
from app.lowcode.viewing import Viewer
from app.security.actor import current_actor

WIDGETS: Mapping[str, Any] = {
    "text": "text", "textarea": "textarea", "date": "date", "number": "number", "select": "choice",
    "checkbox": "choice", "link": "link",
}  # fmt: skip


def typed_values(reg: Register, form: Any, row: Any | None) -> dict[str, Any]:
    """What the browser sent, by column. A sealed field left empty keeps what is stored."""
    raw: dict[str, Any] = {}
    for column in reg.columns:
        if not column.is_editable:
            continue
        if column.kind == "lines":
            raw[column.name] = _typed_lines(column, form)
            continue
        if column.name not in form and column.name + "-text" not in form:
            continue
        value = form.get(column.name, "")
        if column.kind in ("link", "place") and not value:
            value = form.get(column.name + "-text", "")
        if column.kind == "sealed" and row is not None and not value:
            continue
        raw[column.name] = value
    return raw


def _typed_lines(column: Column, form: Any) -> list[dict[str, str]]:
    return sent_lines(form, column.name, [part.name for part in child_lines.child_columns(column)])


def build(
    reg: Register, row: Any | None, viewer: Viewer, *, typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None, conflict: Conflict | None = None, area: str = "",
) -> FormPage:  # fmt: skip
    """The form: stored values, or what was typed with the sentences about it."""
    errors = dict(errors or {})
    groups: dict[str, list[FieldView]] = {}
    for column in reg.columns:
        if column.is_editable:
            groups.setdefault(reg.group_of(column), []).append(_field(column, row, viewer, typed, errors, area))
    here: dict[str, Any] = {"register_name": reg.name}
    if row is not None:
        here["row_id"] = row.id
    title = reg.title_of(row, viewer.today) if row is not None else ""
    return FormPage(
        title=_("修改 %(title)s", title=title) if row is not None else _("新增%(noun)s", noun=_(reg.noun_text)),
        submit_url=url_for("RegisterView.edit" if row is not None else "RegisterView.add", **here),
        cancel_url=url_for("RegisterView.show" if row is not None else "RegisterView.list", **here),
        groups=tuple(FieldGroup(_(name), tuple(fields)) for name, fields in groups.items()),
        hidden=(("version", str(row.version)),) if row is not None else (),
        errors=(errors[""],) if errors.get("") else (),
        error_count=len(errors),
        conflict=conflict,
    )


def _field(
    column: Column, row: Any | None, viewer: Viewer, typed: Mapping[str, Any] | None,
    errors: Mapping[str, str], area: str,
) -> FieldView:  # fmt: skip
    error = errors.get(column.name, "")
    common: dict[str, Any] = {
        "name": column.name, "label": _(column.label), "is_required": column.is_required, "error": error,
        "help": _(column.help) if column.help else _hint(column),
    }  # fmt: skip
    if column.kind == "lines":
        return _lines_field(column, row, viewer, typed, errors, common)
    if column.kind in ("place", "link"):
        return _link_field(column, row, typed, common, area)
    value = _field_value(column, row, viewer, typed)
    if column.kind == "sealed":
        masked = viewer.show(column, row) if row is not None else ""
        return FieldView(widget="sealed", value=value, masked=masked, **common)
    widget = WIDGETS[column.type.widget]
    if widget == "choice":
        choices = column.type.choices() or (("true", "是"), ("false", "否"))
        options = (Option("", _("（未填）"), not value), *(Option(c, _(t), c == value) for c, t in choices))
        return FieldView(widget="choice", value=value, options=options, width="short", **common)
    if column.type.key == "phone":
        return FieldView(widget="phone", value=value, **common)
    width: Any = "full" if widget == "textarea" else "short" if widget in ("date", "number") else "half"
    return FieldView(
        widget=widget, value=value, width=width, max_length=getattr(column.type, "length", None),
        unit=getattr(column.type, "unit", "") or "", **common,
    )  # fmt: skip


def _hint(column: Column) -> str:
    # Code lists show their entries; the hint of an ID number speaks of Excel.
    if column.type.widget in ("select", "checkbox") or column.kind == "sealed":
        return ""
    return _(column.type.hint) if column.type.hint else ""


def _field_value(column: Column, row: Any | None, viewer: Viewer, typed: Mapping[str, Any] | None) -> str:
    if typed is not None and column.name in typed:
        return str(typed[column.name])
    if row is None or column.kind == "sealed":
        return ""
    value = column.get(row, today=viewer.today)
    if column.type.choices() or column.type.key == "flag":
        json = column.type.json(value)
        return {True: "true", False: "false", None: ""}.get(json, json)  # type: ignore[no-any-return]
    return column.type.show(value)


def _link_field(
    column: Column, row: Any | None, typed: Mapping[str, Any] | None, common: dict[str, Any], area: str
) -> FieldView:
    value: Any = None
    if typed is not None and column.name in typed:
        value = typed[column.name]
    elif row is not None:
        value = row.area_code if column.kind == "place" else getattr(row, column.name + "_id")
    elif column.kind == "place":
        value = area
    text = "" if value is None else str(value)
    if column.kind == "place":
        label = asked_area_name(text, current_actor()) if text.isdigit() else text
        url = url_for("RegisterView.area_choices")
    else:
        label = row_titles(column.target, {id_}).get(id_, "") if (id_ := sent_id(text)) else text
        url = url_for("RegisterView.choices", register_name=column.target)
    return FieldView(widget="link", value=text, selected_label=label, choices_url=url, **common)


def _lines_field(
    column: Column, row: Any | None, viewer: Viewer, typed: Mapping[str, Any] | None, errors: Mapping[str, str],
    common: dict[str, Any],
) -> FieldView:  # fmt: skip
    items: list[tuple[str, dict[str, str]]] = []
    parts = child_lines.child_columns(column)
    if typed is not None and column.name in typed:
        items = [(str(line.get("id") or ""), line) for line in typed[column.name]]
    elif row is not None:
        for child in child_lines.rows_of(column, row.id):
            items.append((str(child.id), {part.name: _field_value(part, child, viewer, None) for part in parts}))
    views = tuple(
        LineView(
            tuple(_line_field(column, str(number), part, values.get(part.name, ""), errors) for part in parts), id_
        )
        for number, (id_, values) in enumerate(items)
    )
    blank = LineView(tuple(_line_field(column, "__n__", part, "", {}) for part in parts))
    return FieldView(widget="lines", lines=views, blank_line=blank, width="full", **common)


def _line_field(column: Column, number: str, part: Column, value: str, errors: Mapping[str, str]) -> FieldView:
    name = f"{column.name}-{number}-{part.name}"
    widget = WIDGETS[part.type.widget]
    options: tuple[Option, ...] = ()
    if widget == "choice":
        choices = part.type.choices() or (("true", "是"), ("false", "否"))
        options = (Option("", _("（未填）"), not value), *(Option(c, _(t), c == value) for c, t in choices))
    return FieldView(
        name=name, label=_(part.label), widget=widget, value=value, options=options, is_required=part.is_required,
        error=errors.get(name, ""),
    )  # fmt: skip


def conflict_of(reg: Register, row: Any, typed: Mapping[str, Any], viewer: Viewer) -> Conflict:
    """What differs between what was typed and what somebody else saved meanwhile."""
    found = []
    for column in reg.columns:
        if column.name not in typed or column.kind in ("lines", "sealed"):
            continue
        theirs = _field_value(column, row, viewer, None) if column.kind not in ("place", "link") else ""
        mine = str(typed[column.name])
        if column.kind in ("place", "link"):
            theirs = str(row.area_code if column.kind == "place" else getattr(row, column.name + "_id") or "")
        if mine != theirs:
            labels = dict(column.type.choices())
            found.append(ConflictLine(_(column.label), labels.get(mine, mine), labels.get(theirs, theirs)))
    return Conflict(
        _("您打开这一页以后，别人已经改过这条记录。请看下面不同的地方，再决定用谁的。"),
        tuple(found),
        url_for("RegisterView.show", register_name=reg.name, row_id=row.id),
    )


def area_choices(words: str, *, limit: int = 20) -> list[tuple[str, str, str]]:
    """(code, name, path) of areas within scope whose name or code holds the words."""
    statement = db.select(Area.code, Area.name, Area.level).where(Area.valid_to.is_(None))
    if words:
        statement = statement.where(
            Area.name.contains(words, autoescape=True) | Area.code.startswith(words, autoescape=True)
        )
    rows = db.session.execute(statement.order_by(Area.code).limit(limit)).all()
    names = area_names({code[:12] for code, _n, _l in rows if len(code) > 12})
    return [(code, name, names.get(code[:12], "") if len(code) > 12 else "") for code, name, _level in rows]
