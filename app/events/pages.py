"""Pages of events as plain values: one screen for a 即办件, which flow where, what a platform's words mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import url_for

from app.approved_answers.queries import offered
from app.areas.queries import children
from app.areas.queries import name_of as area_name
from app.areas.rules import COMMUNITY_DIGITS
from app.events import queries, steps
from app.events.models import Event
from app.events.rules import ORDER, condition_for
from app.fields.codes import code_list
from app.language import gettext as _
from app.lowcode import form_page
from app.lowcode.flow.queries import Running
from app.lowcode.flow.rules import Action as FlowAction
from app.lowcode.flow.versions import choices, flow_of, newest, newest_rows
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.register import Register, register
from app.lowcode.viewing import Viewer
from app.security.actor import Actor
from app.settings.queries import profile

MOST_ANSWERS = 3
ANSWERED_IN = frozenset({"result", "reply"})
WHAT, WHERE, WHO = ("name", "category", "source"), ("area", "location"), ("reporter", "phone")


def at_once_page(
    viewer: Viewer, *, area: str, typed: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> FormPage:  # fmt: skip
    """何事、何地、结果 on one screen."""
    values = {"source": "patrol", "area": area, **(typed or {})}
    page = form_page.build(register("events"), None, viewer, typed=values, errors=errors)
    fields = {each.name: each for each in fields_of(page)}
    alone = FieldView(
        name="alone", label=_("谁来确认"), widget="choice", value=str(values.get("alone", "")),
        options=(
            Option("", _("别人确认办结"), not values.get("alone")),
            Option("1", _("只有我一人值班，自己确认（记为同人办理）"), bool(values.get("alone"))),
        ),
        width="full",
    )  # fmt: skip
    result = replace(fields["result"], help=_("已经办好的写怎么办的；还没办好就空着，保存后继续办"))
    return replace(
        page, title=_("记一件事"), submit_url=url_for("EventDeskView.at_once"),
        groups=(
            FieldGroup(_("一、何事"), tuple(replace(fields[name], help="") for name in WHAT)),
            FieldGroup(_("二、何地"), tuple(fields[name] for name in WHERE)),
            FieldGroup(_("三、结果"), (result, alone)),
            FieldGroup(_("谁反映的（网格员自己发现的不用填）"), tuple(fields[name] for name in WHO)),
        ),
    )  # fmt: skip


def flows_page(today: date) -> FormPage:
    """Which flow events of which area run on."""
    top = profile().top_code
    known = {each["area"]: each["flow"] for each in choices("events") if not each["column"]}
    fitting = [
        (row.key, row.name) for row in newest_rows()
        if (found := newest(row.key)) is not None and found[0].register == "events"
    ]  # fmt: skip
    usual = flow_of(register("events"))
    usual_name = usual[0].name if usual is not None else ""
    areas = [(top, area_name(top)), *((area.code, area.name) for area in children(top, today=today))]
    fields = tuple(
        FieldView(
            name=f"flow-{code}", label=name, widget="choice", value=known.get(code, ""),
            options=(
                Option("", _("照常（%(flow)s）", flow=usual_name), code not in known),
                *(Option(key, label, known.get(code) == key) for key, label in fitting),
            ),
        )
        for code, name in areas
    )  # fmt: skip
    lead = _("有指挥中心的街道走八步，社区默认走三步即办件。改了只管以后的事，正在办的照原来的流程办完。")
    return FormPage(
        title=_("事件走哪个流程"), submit_url=url_for("EventDeskView.flows"), may_continue=False,
        cancel_url=url_for("RegisterView.list", register_name="events"), groups=(FieldGroup(lead, fields),),
    )  # fmt: skip


def words_page() -> FormPage:
    """What states of other platforms mean here; asked once for each word."""
    states, sources = code_list("event_state"), code_list("event_source")
    fields = tuple(
        FieldView(
            name=f"{source}:{word}", label=_("%(source)s“%(word)s”（%(n)s 件）", source=sources.label_of(source), word=word, n=count),
            widget="choice", options=(Option("", _("请选择"), True), *(Option(key, label) for key, label in states.choices())),
        )
        for source, word, count in queries.unknown_words()
    )  # fmt: skip
    lead = _("导入的工单里有这些状态，系统不知道相当于哪一步。选一次，以后导入都照这样认。")
    return FormPage(
        title=_("上级状态对照"), submit_url=url_for("EventDeskView.words"), may_continue=False,
        cancel_url=url_for("RegisterView.list", register_name="events"),
        groups=(FieldGroup(lead, fields),) if fields else (),
        notes=() if fields else (Note(_("没有不认识的状态。"), "green"),),
    )  # fmt: skip


def fields_of(page: FormPage) -> tuple[FieldView, ...]:
    """All fields of a form."""
    return tuple(field for group in page.groups for field in group.fields)


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """同一件事的其他反映: each with its own return visit."""
    if reg.name != "events":
        return None
    others = queries.merged_into(row.id)
    if not others:
        return None
    return Panel(_("并入本件的反映（各自回访）"), tuple(_merged(each, viewer) for each in others), "links")


def paper_panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """The sheet of one event, in the month of its report, for whoever may see its community."""
    if reg.name != "events" or row.registered_on is None or not viewer.actor.covers("events", "read", row.area_code):
        return None
    sheet = url_for(
        "ReportView.index", paper=ORDER, area=row.area_code[:COMMUNITY_DIGITS], period=f"{row.registered_on:%Y-%m}",
        subject=row.uid,
    )  # fmt: skip
    return Panel(_("单据"), (PanelItem(_("打印事件交办（处置）单"), sheet),), "links")


def _merged(row: Event, viewer: Viewer) -> PanelItem:
    reg = register("events")
    sources, opinions = code_list("event_source"), code_list("satisfaction")
    who = viewer.show(reg.column("reporter"), row) or _("没有留名")
    said = opinions.label_of(row.satisfaction) if row.satisfaction else _("待回访")
    return PanelItem(
        f"{row.number} {who}", url_for("RegisterView.show", register_name="events", row_id=row.id),
        note=sources.label_of(row.source), chip=Chip(said, "green" if row.visited_on else "amber"),
    )  # fmt: skip


def doors(reg: Register, actor: Actor) -> tuple[Action, ...]:
    """Ways from the list of events."""
    if reg.name != "events":
        return ()
    found = []
    if actor.allows("events", "write"):
        found.append(Action(_("记一件事"), url_for("EventDeskView.at_once"), icon="plus"))
    if actor.allows("events", "import"):
        found.append(Action(_("上级状态对照"), url_for("EventDeskView.words"), icon="list"))
    if actor.allows("settings", "write"):
        found.append(Action(_("流程选择"), url_for("EventDeskView.flows"), icon="gear"))
    return tuple(found)


def condition_of(reg: Register, row: Any, at: Running, action: FlowAction, viewer: Viewer) -> tuple[Note, ...]:  # noqa: ARG001
    """立案条件 or 结案条件 of the 小类, where a step goes by it."""
    category = steps.category_of(row) if reg.name == "events" else None
    if category is None or action.to == at.case.state:
        return ()
    before, after = (at.flow.state(key).value or key for key in (at.case.state, action.to))
    name = condition_for(before, after)
    text = getattr(category, name) if name else None
    if not text:
        return ()
    label = register("event_categories").column(name).label
    return (Note(_("%(label)s（%(category)s）：%(text)s", label=_(label), category=category.name, text=text), "blue"),)


def answers_to(reg: Register, row: Any, at: Running, action: FlowAction, viewer: Viewer) -> tuple[Note, ...]:  # noqa: ARG001
    """Approved answers (口径) for what was asked, those for its 小类 first, where a result or a reply is written."""
    if (
        reg.name != "events"
        or ANSWERED_IN.isdisjoint(action.writes)
        or not viewer.actor.allows("approved_answers", "read")
    ):
        return ()
    category = steps.category_of(row)
    found = offered(
        category=(category.answers or "") if category is not None else "", words=f"{row.name}{row.content or ''}",
        area_code=row.area_code, today=viewer.today, most=MOST_ANSWERS,
    )  # fmt: skip
    return tuple(
        Note(
            _("参考口径“%(question)s”：%(answer)s（依据：%(basis)s；%(office)s）", question=each.question, answer=each.text,
              basis=each.basis, office=each.office), "blue",
            (Link(_("看口径"), url_for("RegisterView.show", register_name="approved_answers", row_id=each.id)),),
        )
        for each in found
    )  # fmt: skip
