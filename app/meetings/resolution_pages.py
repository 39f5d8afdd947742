"""One 议定事项 as plain values for its page, and how it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from app.language import gettext as _
from app.lowcode import show_page
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.lists import CellView
from app.lowcode.page_models.parts import Action, Chip
from app.lowcode.page_models.records import FactGroup, FactView, Panel
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.meetings.models import Meeting, Resolution
from app.meetings.page_models import ResolutionPage, ResolutionView
from app.meetings.queries import responsible_names
from app.meetings.timing import standing_of
from app.security.actor import Actor


def resolution_chip(row: Resolution, today: date) -> Chip:
    """Done, late, near or open; the words say it too."""
    text = standing_of(row.due_on, row.done_on, today)
    if row.done_on is not None:
        return Chip(_(text), "green")
    if row.due_on is None:
        return Chip(_(text), "grey")
    days = (row.due_on - today).days
    return Chip(_(text), "red" if days < 0 else "amber" if days <= 3 else "blue")


def resolution_view(row: Resolution, duty: str, today: date) -> ResolutionView:
    """One 议定事项 in a meeting."""
    who = f"{duty} {row.person}" if row.person else duty
    due = row.due_on.isoformat() if row.due_on else _("未定")
    url = url_for("ResolutionView.show", resolution_id=row.id)
    return ResolutionView(row.text, url, who, due, resolution_chip(row, today))


def resolution_page(
    row: Resolution, meeting: Meeting | None, actor: Actor, *, today: date, fields: tuple[FieldView, ...]
) -> ResolutionPage:
    """One 议定事项; `fields` are those to tick it off with."""
    may_write = actor.covers("resolutions", "write", row.area_code)
    here: dict[str, Any] = {"register_name": "resolutions", "row_id": row.id}
    url = url_for("MeetingView.show", meeting_id=meeting.id) if meeting is not None else ""
    facts = [
        FactView(_("会议"), CellView(meeting.name or "" if meeting else "", url=url)),
        FactView(_("开会日期"), CellView(row.held_on.isoformat() if row.held_on else "", "date")),
        FactView(_("责任单位"), CellView(responsible_names([row])[row.id])),
        FactView(_("责任人"), CellView(row.person or "")),
        FactView(_("完成时限"), CellView(row.due_on.isoformat() if row.due_on else _("未定"), "date")),
    ]
    if row.done_on is not None:
        facts.append(FactView(_("办结日期"), CellView(row.done_on.isoformat(), "date")))
    if row.receipt:
        facts.append(FactView(_("办理结果"), CellView(row.receipt), is_wide=True))
    actions = []
    if may_write:
        actions.append(Action(_("调整责任人和时限"), url_for("RegisterView.edit", **here), icon="edit"))
    if may_write and row.state_code == "done":
        confirm = _("撤销办结后，这件事重新列入待办。原来写的办理结果保留。")
        undo = url_for("ResolutionView.reopen", resolution_id=row.id)
        actions.append(Action(_("撤销办结"), undo, "plain", "post", confirm, "undo"))
    return ResolutionPage(
        title=row.text,
        subtitle=_("议定事项"),
        chips=(resolution_chip(row, today),),
        actions=tuple(actions),
        facts=FactGroup(_("事项"), tuple(facts)),
        finish_url=url_for("ResolutionView.finish", resolution_id=row.id)
        if may_write and row.state_code == "open"
        else "",
        fields=fields,
        hidden=(("version", str(row.version)),),
        upload_url=url_for("ResolutionView.upload", resolution_id=row.id) if may_write else "",
        panels=panels_of(row, actor, today),
    )


def panels_of(record: Meeting | Resolution, actor: Actor, today: date) -> tuple[Panel, ...]:
    """Files, history and whatever other rooms put beside the record."""
    reg = register(record.__tablename__)
    return show_page.build(reg, record, viewer_of(reg, actor, today=today)).panels
