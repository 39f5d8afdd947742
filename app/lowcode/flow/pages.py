"""Cases as plain values for the templates of registers: the box beside a record, the form of a step, the list."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from app.clock import local, utc_now
from app.fields.limits import LAMP_WORDS, Due, limit_text
from app.fields.sentence import Sentence
from app.files.queries import attachments_of
from app.files.records import is_logged
from app.language import gettext as _
from app.lowcode.flow import asking, service
from app.lowcode.flow.models import FlowStep
from app.lowcode.flow.moving import unit_ids
from app.lowcode.flow.queries import Asked, Running, listed, person_of, role_names, row_limit, running, steps
from app.lowcode.flow.rules import Action, FormField
from app.lowcode.flow.versions import flow_of, flows_of
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, FilterView, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action as Button
from app.lowcode.page_models.parts import Chip, Note, Option, PanelItem, Picture
from app.lowcode.page_models.records import Panel
from app.lowcode.queries import area_names, row_titles
from app.lowcode.register import Register
from app.lowcode.sent import sent_id
from app.lowcode.viewing import Viewer
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.settings.working_calendar import working_time

WIDGETS: Mapping[str, Any] = {
    "long": "textarea", "choice": "choice", "date": "date", "number": "number", "units": "choices",
}  # fmt: skip


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """办理: where the row stands, what this person may do, and every step so far as a sentence."""
    now = utc_now()
    at = running(reg, row, now)
    if at is None:
        return None
    doors = [
        PanelItem(_("办：%(action)s", action=action.name), _step_url(reg, row, action))
        for action in asking.may(at.flow, at.case, person_of(viewer.actor), now, working_time())
    ]
    taken = steps(at.row)
    photos = _photos(reg, row) if any(step.files for step in taken) else {}
    history = [
        PanelItem(sentence(step), note=step_note(step, photos), pictures=_pictures(step, photos)) for step in taken
    ]
    items = (_present(at, now), *_joint(at), *doors, *history)
    return Panel(_("办理（%(flow)s）", flow=at.flow.name), items, "history")


def _photos(reg: Register, row: Any) -> dict[str, int]:
    """Digest → attachment of the photos that may stand on the page; none where each look is written down."""
    if is_logged(reg.name):
        return {}
    return {item.digest: item.id for item in attachments_of(reg.name, row.uid) if item.is_image}


def _pictures(step: FlowStep, photos: Mapping[str, int]) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            url_for("FileView.picture", attachment_id=photos[digest]), shows or name,
            url_for("FileView.download", attachment_id=photos[digest]),
        )
        for shows, name, digest in step.files
        if digest in photos
    )  # fmt: skip


def _joint(at: Running) -> tuple[PanelItem, ...]:
    """Which of several units did the joint step already, and which are still to do it (会签)."""
    action = next((each for each in at.flow.actions_from(at.case.state) if each.joint), None)
    if action is None or len(at.case.unit_ids) < 2:
        return ()
    with beyond_scope():
        names = row_titles("units", set(at.case.unit_ids))
    done = "、".join(names.get(id_, "") for id_ in at.case.unit_ids if id_ in at.case.signed)
    left = "、".join(names.get(id_, "") for id_ in at.case.unit_ids if id_ not in at.case.signed)
    note = _("已做：%(units)s", units=done) if done else ""
    return (PanelItem(_("“%(action)s”要每个单位都做，还差：%(units)s", action=action.name, units=left), note=note),)


def _present(at: Running, now: datetime) -> PanelItem:
    return PanelItem(
        _("现在：%(state)s", state=at.flow.state(at.case.state).name), note=due_words(at.case.due(working_time())),
        chip=lamp_chip(at, now),
    )  # fmt: skip


def lamp_chip(at: Running, now: datetime) -> Chip:
    """The lamp with its word."""
    lamp = at.lamp(now, working_time())
    return Chip(_(LAMP_WORDS[lamp]), lamp)


def due_words(due: Due | None) -> str:
    """期限 2026-11-24 17:30（暂定）."""
    if due is None:
        return ""
    text = _("期限 %(moment)s", moment=f"{local(due.at):%Y-%m-%d %H:%M}")
    return text + _("（暂定）") if due.is_provisional else text


def sentence(step: FlowStep) -> str:
    """王敏 办理：待办理 → 待确认."""
    way = f"{step.from_name} → {step.to_name}" if step.from_state != step.to_state else step.to_name
    who = _("%(name)s（代 %(absent)s）", name=step.by_name, absent=step.for_name) if step.for_name else step.by_name
    text = _("%(name)s %(action)s：%(way)s", name=who, action=step.action_name, way=way)
    return text + _("（同人办理）") if step.is_same_person else text


def step_note(step: FlowStep, shown: Container[str] = ()) -> str:
    """Moment, what was filled in, the note, and the names of the files that are not `shown` (digests)."""
    filled = [f"{label}：{value}" for label, value in step.filled]
    files = [f"{shows or _('附件')}：{name}" for shows, name, digest in step.files if digest not in shown]
    parts = [f"{local(step.at):%Y-%m-%d %H:%M}", *filled, step.note, *files]
    return " · ".join(part for part in parts if part)


def _step_url(reg: Register, row: Any, action: Action) -> str:
    return url_for("FlowView.step", register_name=reg.name, row_id=row.id, key=action.key)


_HOMES: dict[str, Callable[[int], str]] = {}


def set_home(register_name: str, url: Callable[[int], str]) -> None:
    """Let the rows of a register be worked on at a page of their own (id → address): steps lead back to it."""
    _HOMES[register_name] = url


def home_url(reg: Register, row_id: int) -> str:
    """The page of a row a step is taken from."""
    own = _HOMES.get(reg.name)
    return own(row_id) if own else url_for("RegisterView.show", register_name=reg.name, row_id=row_id)


Adviser = Callable[[Register, Any, Running, Action, Viewer], tuple[Note, ...]]
"""(register, row, where it stands, action, viewer) → what helps with filling in a step (an approved answer)."""
_ADVISERS: list[Adviser] = []


def add_adviser(adviser: Adviser) -> None:
    """Let a room say something above the form of a step."""
    if adviser not in _ADVISERS:
        _ADVISERS.append(adviser)


def step_form(
    reg: Register, row: Any, at: Running, action: Action, *, typed: Mapping[str, str], errors: Mapping[str, str],
    viewer: Viewer,
) -> FormPage:  # fmt: skip
    """The form of one step; `typed` is what was filled in before."""
    units = service.askable_units(row, action, service.known_values(reg, row, action))
    fields = [_field(reg, each, typed, errors, units) for each in action.fields]
    fields += [
        FieldView(
            name=f"photo:{need.name}", label=_("%(name)s照片", name=need.name), widget="file", accept="image/*",
            is_required=True, error=_(errors.get(f"photo:{need.name}", "")), help=need.reason, width="full",
        )
        for need in action.photos
    ]  # fmt: skip
    if action.note != "none":
        fields.append(
            FieldView(
                name="note", label=_("说明"), widget="textarea", value=typed.get("note", ""), width="full", max_length=1000,
                is_required=action.note == "required", error=_(errors.get("note", "")),
            )
        )  # fmt: skip
    title = reg.title_of(row, viewer.today)
    to = at.flow.state(action.to)
    lead = _("从“%(here)s”到“%(there)s”。", here=at.flow.state(at.case.state).name, there=to.name)
    limit = row_limit(row, action.to) or to.limit
    if limit is not None and not to.is_end and action.to != at.case.state and not action.keeps_clock:
        lead += _("下一步期限 %(limit)s。", limit=limit_text(limit))
    whole = errors.get("", "")
    return FormPage(
        title=f"{action.name}：{title}",
        submit_url=_step_url(reg, row, action),
        cancel_url=home_url(reg, row.id),
        groups=(FieldGroup(lead, tuple(fields)),),
        hidden=(("version", typed.get("version") or str(at.version)),),
        errors=(_(whole),) if whole else (),
        error_count=sum(bool(text) for name, text in errors.items() if name),
        submit_label=action.name,
        may_continue=False,
        notes=tuple(note for adviser in _ADVISERS for note in adviser(reg, row, at, action, viewer)),
    )


def _field(
    reg: Register, each: FormField, typed: Mapping[str, str], errors: Mapping[str, str], units: Mapping[int, str]
) -> FieldView:  # fmt: skip
    target = service.target_of(reg, each)
    if target:
        return _link_field(target, each, typed, errors)
    value, hint = typed.get(each.name, ""), ""
    options: tuple[Option, ...] = ()
    if each.kind == "choice":
        options = (Option("", _("请选择"), not value), *(Option(one, one, one == value) for one in each.choices))
    elif each.kind == "units":
        ticked = unit_ids(value)
        options = tuple(Option(str(id_), name, id_ in ticked) for id_, name in units.items())
        hint = _("可以选几个") if options else _("还没有单位开通账号。请管理员在“账号”里给单位的人加一个带单位的岗位。")
    elif each.kind == "limit":
        hint = _("例如 3工作日、4工作时、24小时")
    return FieldView(
        name=each.name, label=each.label, widget=WIDGETS.get(each.kind, "text"), value=value, is_required=each.is_required,
        options=options, help=hint, error=_(errors.get(each.name, "")),
        width="full" if each.kind in ("long", "units") else "half", max_length=_longest(reg, each),
    )  # fmt: skip


def _longest(reg: Register, each: FormField) -> int:
    """As its column has it, else as a step keeps it."""
    column = next((column for column in reg.columns if column.name == each.column), None)
    return (getattr(column.type, "length", None) if column is not None else None) or service.LONGEST_VALUE


def _link_field(target: str, each: FormField, typed: Mapping[str, str], errors: Mapping[str, str]) -> FieldView:
    """A row of another register, chosen from those one may see; or its name typed where scripts are off."""
    value = typed.get(each.name, "")
    id_ = sent_id(value)
    title = row_titles(target, {id_}).get(id_, "") if id_ else ""
    return FieldView(
        name=each.name, label=each.label, widget="link", value=value if title else "", selected_label=title,
        is_required=each.is_required, choices_url=url_for("RegisterView.choices", register_name=target),
        error=_(errors.get(each.name, "")), placeholder=_("输入名称或编号"),
    )  # fmt: skip


def cases_page(reg: Register, actor: Actor, asked: Asked) -> ListPage:
    """Rows on their way, those due first, by state and lamp."""
    now = utc_now()
    found = listed(reg, actor, now, asked)
    names = area_names({row.area_code for row, _at in found})
    states = {each.key: each for flow in reversed(flows_of(reg)) for each in flow.states}.values()
    heads = [("name", _(reg.noun_text)), ("area", _("所在区域")), ("state", _("状态")), ("lamp", _("灯")),
             ("due", _("期限")), ("who", _("谁能办"))]  # fmt: skip
    return ListPage(
        title=_("%(title)s办理情况", title=_(reg.title)),
        list_url=url_for("FlowView.cases", register_name=reg.name),
        count_text=_("%(n)s 件", n=len(found)),
        columns=tuple(HeadColumn(name, label) for name, label in heads),
        rows=tuple(_case_row(reg, row, at, names, now) for row, at in found),
        filters=(
            FilterView(
                name="state", label=_("状态"), value=asked.state, is_primary=True,
                options=(Option("", _("没有办完的"), not asked.state),
                         *(Option(each.key, each.name, each.key == asked.state) for each in states)),
            ),
            FilterView(
                name="lamp", label=_("灯"), value=asked.lamp, is_primary=True,
                options=(Option("", _("不限"), not asked.lamp),
                         *(Option(key, _(LAMP_WORDS[key]), key == asked.lamp) for key in ("amber", "red"))),
            ),
        ),
        toolbar=(Button(_("返回名册"), url_for("RegisterView.list", register_name=reg.name)),),
        empty=None if found else EmptyState(_("没有符合条件的事")),
        notes=(Note(_("最多列 100 件，期限早的在前。")),) if len(found) >= 100 else (),
    )  # fmt: skip


def _case_row(reg: Register, row: Any, at: Running, names: Mapping[str, str], now: datetime) -> RowView:
    url = url_for("RegisterView.show", register_name=reg.name, row_id=row.id)
    lamp = at.lamp(now, working_time())
    due = None if at.flow.state(at.case.state).is_end else at.case.due(working_time())
    roles = role_names()
    who = dict.fromkeys(
        roles.get(role, "") for each in at.flow.actions_from(at.case.state) for role in each.roles if role in roles
    )
    cells = (
        CellView(reg.title_of(row, local(now).date()), url=url),
        CellView(names.get(row.area_code, "")),
        CellView(at.flow.state(at.case.state).name),
        CellView(_(LAMP_WORDS[lamp]), "chip", tone=lamp),
        CellView(
            f"{local(due.at):%Y-%m-%d %H:%M}" + (_("（暂定）") if due.is_provisional else "") if due else "", "date"
        ),
        CellView("、".join(who)),
    )
    return RowView(str(row.id), cells, url)


def moved_words(step: FlowStep) -> Sentence:
    """What is said after a step: 已办理，现在是“待确认”."""
    return Sentence("已%(action)s，现在是“%(state)s”。", action=step.action_name, state=step.to_name)


def doors(reg: Register, actor: Actor) -> tuple[Button, ...]:  # noqa: ARG001
    """The way from a register's list to how its rows get on."""
    if flow_of(reg) is None:
        return ()
    return (Button(_("办理情况"), url_for("FlowView.cases", register_name=reg.name), icon="clock"),)
