"""Flows as plain values for their pages: the list, and one flow as a drawing beside a table of names, limits and roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from app.clock import local
from app.language import gettext as _
from app.lowcode.flow.checking import Finding
from app.lowcode.flow.drawing import Drawing, draw
from app.lowcode.flow.editing import limits_of
from app.lowcode.flow.models import FlowVersion
from app.lowcode.flow.rules import RELATIONS, Action, Flow
from app.lowcode.page_models.forms import FieldView, Widget
from app.lowcode.page_models.lists import CellView, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action as Button
from app.lowcode.page_models.parts import Chip, Note
from app.lowcode.register import registers


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One row of the table: its number or '', where it leads, its fields (or texts, where one may not change them)."""

    number: str
    fields: tuple[FieldView, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPage:
    """One flow."""

    title: str
    subtitle: str
    chips: tuple[Chip, ...]
    actions: tuple[Button, ...]
    notes: tuple[Note, ...]
    name: FieldView
    drawing: Drawing
    states: tuple[FlowRow, ...]
    steps: tuple[FlowRow, ...]
    submit_url: str
    number: str
    may_change: bool
    errors: tuple[str, ...] = ()
    error_count: int = 0
    conflict: None = None


def index_page(rows: Sequence[FlowVersion], uses: Mapping[str, str], *, may_change: bool) -> ListPage:
    """All flows in their newest version; `uses` says which register runs on which."""
    heads = (("name", _("流程")), ("number", _("版本")), ("register", _("用在")), ("made", _("最近修改")))
    return ListPage(
        title=_("流程"),
        list_url=url_for("FlowSettingsView.index"),
        count_text=_("共 %(n)s 条", n=len(rows)),
        columns=tuple(HeadColumn(name, label) for name, label in heads),
        rows=tuple(_index_row(row, uses.get(row.key, "")) for row in rows),
        main_action=Button(_("上传流程文件"), url_for("FlowSettingsView.upload"), "primary", icon="import")
        if may_change
        else None,
        notes=(
            Note(
                _(
                    "一件事走哪几步、每一步谁能做、多长时间，都写在流程里。改了以后是新的一版，正在办的事仍按原来那一版走完。"
                )
            ),
        ),
    )


def _index_row(row: FlowVersion, use: str) -> RowView:
    url = url_for("FlowSettingsView.show", key=row.key)
    cells = (
        CellView(row.name, url=url),
        CellView(_("第 %(n)s 版", n=row.number)),
        CellView(use or _("没有启用")),
        CellView(f"{local(row.made_at):%Y-%m-%d} {row.made_by_name}"),
    )
    return RowView(row.key, cells, url)


def flow_page(
    flow: Flow, number: int, use: str, typed: Mapping[str, str], *, errors: Mapping[str, str], findings: Sequence[Finding],
    may_change: bool, may_attach: bool,
) -> FlowPage:  # fmt: skip
    """One flow; `errors` by field stand in the table, `findings` of the checker above it."""
    labels = _labels(flow)
    whole = tuple(_(text) for name, text in errors.items() if not name)
    return FlowPage(
        title=flow.name,
        subtitle=_("第 %(n)s 版", n=number),
        chips=(Chip(_("用在%(register)s", register=use), "green") if use else Chip(_("没有启用"), "grey"),),
        actions=_actions(flow, may_attach=may_attach),
        notes=tuple(Note(_(found.text), "red" if found.kind == "fault" else "amber") for found in findings),
        name=_field("name", _("流程名称"), typed, errors),
        drawing=draw(flow, {name: _("到%(day)s", day=label) for name, label in labels.items()}),
        states=tuple(
            FlowRow(
                "",
                (
                    _field(f"state-{state.key}-name", _("状态"), typed, errors),
                    *((_field(f"state-{state.key}-limit", _("期限"), typed, errors),) if not state.until else ()),
                ),
                (_state_words(flow, state.key, labels),),
            )
            for state in flow.states
        ),
        steps=tuple(_step_row(flow, place, action, typed, errors) for place, action in enumerate(flow.actions, 1)),
        submit_url=url_for("FlowSettingsView.show", key=flow.key),
        number=str(number),
        may_change=may_change,
        errors=whole,
        error_count=sum(bool(name) for name in errors),
    )


def _actions(flow: Flow, *, may_attach: bool) -> tuple[Button, ...]:
    buttons = [Button(_("下载"), url_for("FlowSettingsView.download", key=flow.key), icon="export")]
    if may_attach:
        url = url_for("FlowSettingsView.attach", key=flow.key)
        confirm = _("启用“%(flow)s”：以后登记的按它走，正在办的按原来的走完。", flow=flow.name)
        buttons.append(Button(_("启用"), url, "plain", "post", confirm, "check"))
    return tuple(buttons)


def _labels(flow: Flow) -> dict[str, str]:
    """Columns that states look at → their labels; as their names where that register is not here."""
    known = next((reg for reg in registers() if reg.name == flow.register), None)
    found = {column.name: _(column.label) for column in known.columns} if known is not None else {}
    return {state.until: found.get(state.until, state.until) for state in flow.states if state.until}


def _state_words(flow: Flow, key: str, labels: Mapping[str, str]) -> str:
    state = flow.state(key)
    words = [
        _("开头") if key == flow.start.key else "", _("结束") if state.is_end else "", _("算作办结") if state.is_done else "",
        _("停表") if state.stands else "", _("到“%(day)s”为止", day=labels[state.until]) if state.until else "",
    ]  # fmt: skip
    return "、".join(word for word in words if word)


def _step_row(
    flow: Flow, place: int, action: Action, typed: Mapping[str, str], errors: Mapping[str, str]
) -> FlowRow:  # fmt: skip
    stem = f"action-{action.key}"
    fields = [
        _field(f"{stem}-name", _("动作"), typed, errors), _field(f"{stem}-roles", _("谁能做"), typed, errors, "textarea")
    ]  # fmt: skip
    fields += [
        _field(f"{stem}-{name}", _("延长") if name == "extends" else _("多久以内能做"), typed, errors)
        for name in limits_of(action)
    ]
    if action.most is not None:
        fields.append(_field(f"{stem}-most", _("最多几次"), typed, errors))
    froms = "、".join(flow.state(key).name for key in action.froms)
    return FlowRow(str(place), tuple(fields), (f"{froms} → {flow.state(action.to).name}", _needs(flow, action)))


def _needs(flow: Flow, action: Action) -> str:
    words = [_(RELATIONS[relation]) for relation in action.relations]
    words += [each.label for each in action.fields if each.is_required]
    words += [_("%(name)s照片", name=need.name) for need in action.photos]
    words += [_("要写说明")] if action.note == "required" else []
    words += [_("期限以内")] if action.before_due else []
    words += [_("到期自动")] if action.on_due else []
    words += [_("起算“%(state)s”的期限", state=flow.state(action.starts).name)] if action.starts else []
    words += [_("不算待办")] if action.aside else []
    words += [_("记同人办理")] if action.marks_same else []
    return "、".join(words)


def _field(
    name: str, label: str, typed: Mapping[str, str], errors: Mapping[str, str], widget: Widget = "text"
) -> FieldView:  # fmt: skip
    error = _(errors.get(name, ""))
    return FieldView(name=name, label=label, widget=widget, value=typed.get(name, ""), error=error, max_length=200)
