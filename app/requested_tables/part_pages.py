"""The page of one community's part: filled on the page or by Excel, handed in, given back, its earlier versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.areas.queries import name_of
from app.clock import local
from app.language import gettext as _
from app.lowcode.page_models.parts import Action, Chip, Link, Note, PanelItem
from app.lowcode.viewing import open_reveal
from app.requested_tables import checks, queries
from app.requested_tables.collection_pages import TONES, due_text
from app.requested_tables.contents import Content
from app.requested_tables.grids import grid, page_of
from app.requested_tables.models import RESOURCE, Collection, TableReturn
from app.requested_tables.page_models import PartPage, PastVersion
from app.requested_tables.rules import GIVEN_BACK, HANDED_IN, OPEN, STATE_NAMES, STEP_NAMES, may
from app.security.actor import Actor

MOST_FAULTS = 8


def sees_numbers(wish: queries.Asked, actor: Actor) -> bool:
    """Whether somebody gave a reason for seeing the numbers of these tables, or of the register they come from."""
    names = (RESOURCE, *(each.register for each in wish.choices if each.register))
    return actor.is_system or any(open_reveal(name, actor) is not None for name in names)


def part_page(
    of: Collection, part: TableReturn, wish: queries.Asked, actor: Actor, wanted: Mapping[str, int], *, today: date,
    preview: Content, error: str = "",
) -> PartPage:  # fmt: skip
    """The page; what the actor may not do is not offered. `preview` is what the registers know, before it is begun."""
    where: dict[str, Any] = {"collection_id": of.id, "area": part.area_code}
    number = min(max(wanted.get("t", 0), 0), len(wish.tables) - 1)
    begun = part.state != OPEN
    content = queries.draft_of(part) if begun else preview
    fills = queries.may_fill(actor, part) and not of.is_closed and may(part.state, "save")
    edits = fills and begun
    reviews = queries.may_review(actor, part) and not of.is_closed
    found = checks.faults(wish.tables, wish.choices, content, today=today) if edits else []
    # Numbers with stars are said once, and stay amber: nobody typed them wrongly.
    wrong = [each for each in found if each.text != checks.MASKED]
    here = url_for("PartView.part", t=number, **where)

    def address(**more: Any) -> str:
        return url_for("PartView.part", **where, **more)

    view = None
    rows_count = 0
    page = 1
    if number < len(content):
        rows_count = len(content[number].cells)
        page = page_of(wanted.get("page", 1), rows_count)
        table = wish.tables[number]
        fixed = {table.serial, *table.label_columns}
        view = grid(
            wish.tables, number, content[number], address, page=page, sees_numbers=sees_numbers(wish, actor),
            sees_phones=queries.may_fill(actor, part), may_remove=edits,
            names=(lambda line, place: "" if place in fixed else f"c-{line}-{place}") if edits else _unnamed,
            faults={(each.row, each.position): each.text for each in wrong if each.table == number},
        )  # fmt: skip
    return PartPage(
        title=f"{name_of(part.area_code)}　{of.title}",
        subtitle=due_text(of),
        chip=Chip(_(STATE_NAMES[part.state]), TONES[part.state]),
        grid=view,
        submit_url=url_for("PartView.part", t=number, page=page, **where) if edits else "",
        hidden=(("version", str(part.version)),),
        may_add=edits and number < len(content) and not wish.tables[number].is_statistics,
        actions=_actions(of, part, wish, actor, where, fills=fills, begun=begun),
        upload_url=url_for("PartView.upload", **where) if fills else "",
        return_url=url_for("PartView.give_back", **where) if reviews and may(part.state, "give_back") else "",
        faults=_fault_lines(wish, wrong),
        versions=_versions(part, where, may_go_back=reviews),
        steps=_steps(part),
        notes=_notes(of, part, content, wish, actor, here, error, fills=fills, begun=begun),
        back=Link(_("返回收表"), url_for("CollectionView.desk", collection_id=of.id))
        if queries.may_gather(actor, of)
        else Link(_("返回收表"), url_for("CollectionView.index")),
        empty_text=_("还没有开始填。"),
    )


def _unnamed(_line: int, _position: int) -> str:
    return ""


def _actions(
    of: Collection, part: TableReturn, wish: queries.Asked, actor: Actor, where: Mapping[str, Any], *, fills: bool,
    begun: bool,
) -> tuple[Action, ...]:  # fmt: skip
    found = []
    version = (("version", str(part.version)),)
    begin = url_for("PartView.begin", **where)
    if fills and not begun:
        found.append(Action(_("开始填报"), begin, "primary", "post", icon="edit"))
    if fills and begun and any(choice.register for choice in wish.choices):
        confirm = _("从名册重新取数，名册里有的列以名册为准；您补填的列和自己加的行都保留。")
        found.append(Action(_("重新取数"), begin, "plain", "post", confirm=confirm, icon="undo"))
    if queries.may_fill(actor, part) or queries.may_gather(actor, of):
        found.append(Action(_("下载 Excel"), url_for("PartView.file", **where), "plain", "post", icon="export"))
    if fills and begun and queries.may_hand_in(actor, part):
        found.append(Action(_("上报"), url_for("PartView.hand_in", **where), "primary", "post", icon="send",
                            confirm=_("上报后内容锁定，要改须请街道退回。"), hidden=version))  # fmt: skip
    return tuple(found)


def _notes(
    of: Collection, part: TableReturn, content: Content, wish: queries.Asked, actor: Actor, here: str, error: str, *,
    fills: bool, begun: bool,
) -> tuple[Note, ...]:  # fmt: skip
    notes = [Note(error, "red")] if error else []
    if part.state == GIVEN_BACK:
        notes.append(Note(_("街道退回：%(reason)s", reason=part.reason), "amber"))
    if of.note and part.state != HANDED_IN:
        notes.append(Note(_("填表要求：%(text)s", text=of.note), "blue"))
    if fills and not begun:
        notes.append(
            Note(_("下面是系统里已有的数据。点“开始填报”，把缺的补上；也可以下载 Excel 填好再传上来。"), "blue")
        )
    if fills and begun and not queries.may_hand_in(actor, part):
        notes.append(Note(_("填好后请社区书记打开这张表上报。内容会自动保存。"), "grey"))
    if (
        any("*" in cell for rows in content for cells in rows.cells for cell in cells if isinstance(cell, str))
        and fills
    ):
        notes.append(_stars_note(wish, actor, here, begun=begun))
    elif part.state != OPEN and not sees_numbers(wish, actor):
        reveal = url_for("CollectionView.reveal", next=here)
        notes.append(Note(_("证件号码打着星号显示。"), "grey", (Link(_("需要完整号码"), reveal),)))
    return tuple(notes)


def _stars_note(wish: queries.Asked, actor: Actor, here: str, *, begun: bool) -> Note:
    """Numbers that came from a register with stars: give a reason, then fetch them again."""
    name = next((each.register for each in wish.choices if each.register), "")
    if name and open_reveal(name, actor) is not None:
        text = _("现在点“重新取数”，就能填入完整号码。") if begun else _("现在点“开始填报”，就能填入完整号码。")
        return Note(text, "green")
    text = _("有号码打着星号，上报前要填完整。")
    if not name or not actor.allows(name, "read"):
        return Note(text, "amber")
    return Note(
        text, "amber", (Link(_("需要完整号码"), url_for("RegisterView.reveal", register_name=name, next=here)),)
    )


def _fault_lines(wish: queries.Asked, wrong: Sequence[checks.CellFault]) -> tuple[str, ...]:
    found = []
    for each in wrong[:MOST_FAULTS]:
        heading = wish.tables[each.table].columns[each.position].last
        found.append(_("第 %(row)s 行 %(column)s：%(text)s", row=each.row + 1, column=heading, text=each.text))
    if len(wrong) > MOST_FAULTS:
        found.append(_("另有 %(n)s 处，已在表里标红。", n=len(wrong) - MOST_FAULTS))
    return tuple(found)


def _versions(part: TableReturn, where: Mapping[str, Any], *, may_go_back: bool) -> tuple[PastVersion, ...]:
    found = []
    for each in queries.versions_of(part):
        is_current = each.number == part.number and part.state == HANDED_IN
        action = None
        if may_go_back and not is_current and may(part.state, "go_back"):
            action = Action(_("恢复这一稿"), url_for("PartView.go_back", **where), "plain", "post",
                            hidden=(("number", str(each.number)),))  # fmt: skip
        label = _("第 %(n)s 稿", n=each.number) + (_("（现用）") if is_current else "")
        note = f"{local(each.at):%Y-%m-%d %H:%M}　{each.by_name}　" + _("%(n)s 行", n=each.row_count)
        found.append(PastVersion(label, f"{note}　{each.source or _('网上填报')}", action))
    return tuple(found)


def _steps(part: TableReturn) -> tuple[PanelItem, ...]:
    return tuple(
        PanelItem(
            _("%(who)s %(what)s", who=each.by_name, what=_(STEP_NAMES.get(each.action, each.action))),
            "",
            f"{local(each.at):%Y-%m-%d %H:%M}　{each.reason}".strip(),
        )
        for each in queries.steps_of(part)[:12]
    )
