"""Builds what whistles show beyond their registers: the box of calls, the box beside an event, a draft from an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.areas.rules import STREET_DIGITS
from app.clock import local
from app.events import rules as event_rules
from app.language import gettext as _
from app.lowcode import form_page
from app.lowcode.flow.versions import flow_of
from app.lowcode.page_models.forms import FormPage
from app.lowcode.page_models.parts import Action, Chip, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.queries import row_titles
from app.lowcode.register import Register, register
from app.lowcode.viewing import Viewer
from app.security.actor import Actor
from app.whistles import queries, rules
from app.whistles.models import CALLS, GRADES, KINDS, WHISTLES

SOURCES: Mapping[str, str] = {"hotline": "hotline", "patrol": "patrol", "petition": "petition", "superior": "superior"}
"""Source of an event → 哨源; others come from the public."""


def calls_panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside a whistle: each department with where it stands."""
    if reg.name != WHISTLES or not row.round or not viewer.actor.allows(CALLS, "read"):
        return None
    calls = queries.calls_of(row.id)
    states, units = (
        queries.states_of([call.id for call in calls]),
        row_titles("units", {call.unit_id for call in calls}),
    )
    current = flow_of(register(CALLS))
    names = {state.key: state.name for state in current[0].states} if current is not None else {}
    items = []
    for call in calls:
        state = states.get(call.id, "")
        tone = "red" if state in rules.FAILED else "green" if state in rules.OVER else "blue"
        note = _("得分 %(score)s", score=call.score) if call.score is not None else ""
        items.append(PanelItem(
            f"{units.get(call.unit_id, '')}（{_(call.duty)}）",
            url_for("RegisterView.show", register_name=CALLS, row_id=call.id), note,
            Chip(names.get(state, ""), tone),  # type: ignore[arg-type]
        ))  # fmt: skip
    if viewer.actor.allows("letters", "read"):
        items += [
            PanelItem(_("吹哨单 %(number)s", number=number), url_for("LettersView.desk", letter_id=letter_id))
            for number, letter_id in ((row.number, row.letter_id), (row.second_number, row.second_letter_id))
            if letter_id is not None
        ]
    items.append(PanelItem(_("打印吹哨报到单"), sheet_address(row)))
    return Panel(_("部门报到"), tuple(items))


def sheet_address(row: Any) -> str:
    """The paper of a whistle in the report centre, in the month it was blown."""
    period = f"{local(row.blown_at):%Y-%m}"
    return url_for(
        "ReportView.index", paper="whistle_sheet", area=row.area_code[:STREET_DIGITS], period=period, subject=row.uid
    )


def call_panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:  # noqa: ARG001
    """Beside a call: the whistle and, while the department is let in, the event."""
    if reg.name != CALLS:
        return None
    whistles = row_titles(WHISTLES, {row.whistle_id})
    items = [
        PanelItem(title, url_for("RegisterView.show", register_name=WHISTLES, row_id=id_))
        for id_, title in whistles.items()
    ]
    if whistles:
        whistle = queries.whistle(row.whistle_id)
        events = row_titles("events", {whistle.event_id}) if whistle is not None and whistle.event_id else {}
        items += [
            PanelItem(
                _("事件：%(title)s", title=title), url_for("RegisterView.show", register_name="events", row_id=id_)
            )
            for id_, title in events.items()
        ]
    return Panel(_("吹哨"), tuple(items), empty_text=_("评分以后，吹哨和事件不再开放给部门。"))


def event_panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside an event: its whistles, and the door to draft one."""
    if reg.name != "events" or not viewer.actor.allows(WHISTLES, "read"):
        return None
    items = [
        PanelItem(each.name, url_for("RegisterView.show", register_name=WHISTLES, row_id=each.id), each.number or "")
        for each in queries.of_event(row.id)
    ]
    is_open = row.state not in (*event_rules.DONE, *event_rules.GONE)
    if is_open and viewer.actor.covers(WHISTLES, "write", row.area_code[:STREET_DIGITS]):
        items.append(PanelItem(_("起草吹哨"), url_for("WhistleView.draft", event_id=row.id)))
    return Panel(_("吹哨"), tuple(items)) if items else None


def proposed(event: Any) -> dict[str, str]:
    """What a draft begins with: all that the event says already."""
    return {
        "name": event.name[:80], "source": SOURCES.get(event.source, "public"), "event": str(event.id),
        "area": event.area_code[:STREET_DIGITS], "location": (event.location or "")[:80], "problem": event.content or event.name,
    }  # fmt: skip


def draft_page(
    event: Any, viewer: Viewer, *, typed: Mapping[str, Any], errors: Mapping[str, str] | None = None
) -> FormPage:  # fmt: skip
    """The form of a whistle for an event."""
    page = form_page.build(register(WHISTLES), None, viewer, typed=typed, errors=errors)
    return FormPage(
        title=_("起草吹哨：%(title)s", title=event.name), submit_url=url_for("WhistleView.draft", event_id=event.id),
        cancel_url=url_for("RegisterView.show", register_name="events", row_id=event.id), groups=page.groups,
        errors=page.errors, error_count=page.error_count, may_continue=False,
    )  # fmt: skip


def doors(reg: Register, actor: Actor) -> tuple[Action, ...]:
    """From the list of whistles to their kinds, from the calls to the district's grades."""
    if reg.name == WHISTLES and actor.allows(KINDS, "read"):
        return (Action(_("哨型和时限"), url_for("RegisterView.list", register_name=KINDS), icon="gear"),)
    if reg.name == CALLS and actor.allows(GRADES, "read"):
        return (Action(_("区级考评"), url_for("RegisterView.list", register_name=GRADES), icon="star"),)
    return ()
