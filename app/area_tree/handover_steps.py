"""划转楼栋 in the wizard: tick buildings and say where to, look, confirm."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict

from app.area_tree.wizard_page import HandedRow, SourceView, WizardPage, page_at, paper_fields
from app.areas import handover, queries
from app.areas.handover import Handover
from app.areas.queries import AreaRow
from app.areas.rules import parent_of
from app.fields.dates import read_date
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.parts import Note, Option
from app.security.actor import current_actor
from app.settings.queries import profile


def details(form: MultiDict[str, str], at: AreaRow, today: date, fault: str = "") -> WizardPage:
    """Buildings of the chosen grid to tick, the grid they go to, the day and the paper."""
    source = form.getlist("source")[0]
    ticked = set(form.getlist("item"))
    items = tuple(
        SourceView(item.uid, item.label, "", item.uid in ticked) for item in handover.buildings_in(source)
    )  # fmt: skip
    notes = (Note(fault, "red"),) if fault else ()
    if not items:
        notes = (*notes, Note(_("这个网格里没有登记楼栋，请返回选别的网格。"), "amber"))
    return page_at(
        at,
        1,
        items=items,
        fields=(_target_field(form, source, today), *paper_fields(form, today)),
        summary=_("划转楼栋：从%(name)s划出", name=queries.full_name(source)),
        hidden=(("kind", handover.KIND), ("source", source)),
        notes=notes,
    )


def _target_field(form: MultiDict[str, str], source: str, today: date) -> FieldView:
    """Other grids of the source's level in which the person may change areas, those nearby first."""
    actor, of = current_actor(), profile()
    level = of.level_by_digits[len(source)]
    found = [
        row
        for row in queries.below(of.top_code, level.key, today=today)
        if row.code != source and actor.covers("areas", "write", row.code)
    ]
    near = parent_of(source, of.levels) or source
    found.sort(key=lambda row: (not row.code.startswith(near), row.code))
    options = tuple(Option(row.code, queries.full_name(row.code), row.code == form.get("target")) for row in found)
    help_text = "" if options else _("您负责的范围内没有别的%(level)s可以划去。", level=level.name)
    return FieldView(
        name="target", label=_("划到哪里"), widget="choice", is_required=True, help=help_text,
        options=(Option("", _("请选择")), *options), value=form.get("target", ""),
    )  # fmt: skip


def wanted_of(form: MultiDict[str, str]) -> Handover:
    """What the form asks for. Raises Refused for a day that cannot be read."""
    return Handover(
        source=form.getlist("source")[0], target=form.get("target", ""), items=tuple(form.getlist("item")),
        on=read_date(form.get("on", "")), document=form.get("document", ""),
    )  # fmt: skip


def preview(form: MultiDict[str, str], at: AreaRow, wanted: Handover, today: date) -> WizardPage:
    """The buildings with where they lie and will lie, and what comes along. Raises AreaRefused."""
    found = handover.preview_handover(wanted, today=today)
    old, new = queries.full_name(wanted.source), queries.full_name(wanted.target)
    kept = [(name, value) for name, value in form.items(multi=True) if name not in NOT_KEPT]
    moving = [(_(each.title), f"{each.count:,} {_(each.unit)}") for each in found.coming]
    if found.households:
        moving.append((_("网格户数跟着增减"), _("%(count)s 户", count=f"{found.households:,}")))
    return page_at(
        at,
        2,
        handed=tuple(HandedRow(item.label, old, new) for item in found.items),
        moving=tuple(moving),
        summary=_("划转 %(n)s 幢楼，%(on)s起生效，依据%(document)s", n=len(found.items), on=wanted.on,
                  document=wanted.document.strip()),
        confirm_label=_("确认划转楼栋"),
        moving_help=_("登记在网格、没有连到楼栋的需求、会议和议定事项留在原网格。原来在哪里，每条记录的修改记录里都能查到。"),
        hidden=(*kept, ("expected", found.fingerprint)),
    )  # fmt: skip


NOT_KEPT = ("csrf_token", "step", "back", "expected")
