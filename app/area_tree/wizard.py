"""The wizard for 合并, 拆分 and 划转: three steps whose whole state travels in the form."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from app.area_tree import handover_steps
from app.area_tree.wizard_page import BecomesRow, DealtRow, SourceView, WizardPage, page_at, paper_fields, text_field
from app.areas import handover, queries, service
from app.areas.queries import AreaRow
from app.areas.requests import KIND_NAMES, Request
from app.areas.rules import AreaRefused
from app.fields.codes import code_list
from app.fields.dates import read_date
from app.fields.refusal import Refused
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Note, Option
from app.security.actor import current_actor
from app.settings.queries import profile

MOST_PARTS = 6
"""Parts one split may have; who needs more splits again."""

ALL_KINDS = {**KIND_NAMES, handover.KIND: handover.KIND_NAME}
CHOOSE, DETAILS, PREVIEW = "choose", "details", "preview"


def wizard_page(form: MultiDict[str, str], at: AreaRow, *, today: date, is_posted: bool) -> WizardPage | str:
    """The page for what was posted, or the code of the area to show once it is done."""
    if not is_posted or form.get("back") == CHOOSE:
        return _choose(form, at, today)
    if fault := _fault_of_choice(form):
        return _choose(form, at, today, fault)
    if form["kind"] == handover.KIND:
        return _handover(form, at, today)
    step = form.get("step", CHOOSE)
    if step == CHOOSE or form.get("back") == DETAILS:
        return _details(form, at, today)
    try:
        request = _request(form)
        if step == PREVIEW:
            done = service.reorganise(request, today=today, expected=form.get("expected", ""))
            return str(done.area_code)
        return _preview(form, at, request, today)
    except (AreaRefused, Refused) as refused:
        return _details(form, at, today, str(refused))


def _handover(form: MultiDict[str, str], at: AreaRow, today: date) -> WizardPage | str:
    """划转楼栋: its own two steps behind the choice."""
    step = form.get("step", CHOOSE)
    if step == CHOOSE or form.get("back") == DETAILS:
        return handover_steps.details(form, at, today)
    try:
        wanted = handover_steps.wanted_of(form)
        if step == PREVIEW:
            handover.hand_over(wanted, today=today, expected=form.get("expected", ""))
            return wanted.target
        return handover_steps.preview(form, at, wanted, today)
    except (AreaRefused, Refused) as refused:
        return handover_steps.details(form, at, today, str(refused))


def _choose(form: MultiDict[str, str], at: AreaRow, today: date, fault: str = "") -> WizardPage:
    ticked = set(form.getlist("source"))
    of = profile()
    sources = tuple(
        SourceView(row.code, row.name, _size_text(row), row.code in ticked)
        for row in queries.children(at.code, today=today)
    )
    chosen = form.get("kind", "merge")
    kinds = tuple(Option(key, _(label), key == chosen) for key, label in ALL_KINDS.items())
    notes = (Note(fault, "red"),) if fault else ()
    if not sources:
        notes = (Note(_("%(name)s下面没有下级，不能调整。请先在区划页面选它的上级。", name=at.name), "amber"),)
    return page_at(
        at, 0, kinds=kinds, sources=sources, notes=notes, level_name=queries.child_level_name(at.code) or of.name
    )


def _fault_of_choice(form: MultiDict[str, str]) -> str:
    count = len(form.getlist("source"))
    kind = form.get("kind", "")
    if kind not in ALL_KINDS:
        return _("请选择合并、拆分或划转。")
    if kind == "merge" and count < 2:
        return _("合并至少要勾选两个。")
    if kind == "split" and count != 1:
        return _("拆分一次勾选一个。")
    if kind == handover.KIND and count != 1:
        return _("划转楼栋一次勾选一个，就是楼栋现在所在的那个。")
    return "" if count else _("请勾选要划转的区域。")


def _details(form: MultiDict[str, str], at: AreaRow, today: date, fault: str = "") -> WizardPage:
    kind, sources = form["kind"], form.getlist("source")
    fields: tuple[FieldView, ...]
    dealt: tuple[DealtRow, ...] = ()
    if kind == "merge":
        fields = (text_field(form, "name0", _("合并后的名称"), is_required=True),)
    elif kind == "split":
        fields = tuple(
            text_field(form, f"name{place}", _("新区域 %(number)s 的名称", number=place + 1), is_required=place < 2)
            for place in range(MOST_PARTS)
        )
        dealt = _dealt(form, sources[0], today)
    else:
        fields = (_parent_field(form, at, today),)
    fields += paper_fields(form, today)
    names = queries.names_of(sources)
    return page_at(
        at,
        1,
        fields=fields,
        dealt=dealt,
        dealt_title=_("下级和楼栋各归哪一个"),
        summary=f"{KIND_NAMES[kind]}：{'、'.join(names.get(code, code) for code in sources)}",
        hidden=(("kind", kind), *(("source", code) for code in sources)),
        notes=(Note(fault, "red"),) if fault else (),
    )


def _dealt(form: MultiDict[str, str], source: str, today: date) -> tuple[DealtRow, ...]:
    rows = [(f"child-{row.code}", row.name, _size_text(row)) for row in queries.children(source, today=today)]
    rows += [(f"item-{item.uid}", item.label, "") for item in service.items_in(source)]
    found = [DealtRow(name, label, note, _part_options(form.get(name, "0"))) for name, label, note in rows]
    rest = _("其余的人员、单位和未结事项")
    return (*found, DealtRow("rest", rest, "", _part_options(form.get("rest", "0"))))


def _part_options(chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(str(place), _("归新区域 %(number)s", number=place + 1), chosen == str(place))
        for place in range(MOST_PARTS)
    )


def _parent_field(form: MultiDict[str, str], at: AreaRow, today: date) -> FieldView:
    """Other nodes of the parent's level in which the person may change areas."""
    actor = current_actor()
    choices = [
        row
        for row in queries.below(profile().top_code, at.level, today=today)
        if row.code != at.code and actor.covers("areas", "write", row.code)
    ]
    options = tuple(Option(row.code, queries.full_name(row.code), row.code == form.get("parent")) for row in choices)
    help_text = "" if options else _("您负责的范围内没有别的%(level)s可以划去。", level=profile().level_name(at.level))
    return FieldView(
        name="parent", label=_("划到哪里"), widget="choice", is_required=True, help=help_text,
        options=(Option("", _("请选择")), *options), value=form.get("parent", ""),
    )  # fmt: skip


def _request(form: MultiDict[str, str]) -> Request:
    """What the form asks for. Raises AreaRefused, Refused."""
    kind: Any = form.get("kind", "")
    names = [form.get(f"name{place}", "").strip() for place in range(MOST_PARTS)]
    while names and not names[-1]:
        names.pop()
    places = {
        name: _place(value) for name, value in form.items() if name.startswith(("child-", "item-")) or name == "rest"
    }
    return Request(
        kind=kind,
        sources=tuple(form.getlist("source")),
        names=tuple(names) if kind != "transfer" else (),
        parent=form.get("parent", "") if kind == "transfer" else "",
        children={name[6:]: place for name, place in places.items() if name.startswith("child-")},
        items={name[5:]: place for name, place in places.items() if name.startswith("item-")},
        rest=places.get("rest", 0),
        on=read_date(form.get("on", "")),
        document=form.get("document", ""),
    )


def _place(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise AreaRefused(_("有下级没有指明归到哪一个新区域。"))
    return int(text)


def _preview(form: MultiDict[str, str], at: AreaRow, request: Request, today: date) -> WizardPage:
    preview = service.preview(request, today=today)
    plan = preview.plan
    made = {node.code: node for node in plan.made}
    names = queries.names_of([*plan.closed, *(node.parent_code for node in plan.made)])
    becomes = tuple(
        BecomesRow(
            names.get(old, old), old, made[new].name, new,
            names.get(made[new].parent_code) or made[made[new].parent_code].name,
        )
        for old, new in sorted(plan.successors)
    )  # fmt: skip
    moving = [(item.title, f"{item.count:,} {item.unit}") for item in preview.moving]
    kept = [(name, value) for name, value in form.items(multi=True) if name not in ("csrf_token", "step", "back")]
    kind = KIND_NAMES[request.kind]
    return page_at(
        at,
        2,
        becomes=becomes,
        moving=(
            (_("停用的区域"), _("%(n)s 个", n=len(plan.closed))),
            (_("新设的区域"), _("%(n)s 个", n=len(made))),
            *moving,
        ),
        summary=_("%(kind)s，%(on)s起生效，依据%(document)s", kind=kind, on=request.on, document=plan.moves.document),
        confirm_label=_("确认%(kind)s", kind=kind),
        hidden=(*((name, value) for name, value in kept if name != "expected"), ("expected", plan.fingerprint)),
    )


def _size_text(row: AreaRow) -> str:
    parts = [code_list("grid_kind").label_of(row.kind)] if row.kind and row.kind != "basic" else []
    if row.household_count is not None:
        parts.append(_("%(count)s 户", count=row.household_count))
    if row.responsible_name:
        parts.append(row.responsible_name)
    return " · ".join(parts)
