"""The pages of an office that gathers: its collections, sending one down, who has returned, the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.areas.queries import name_of
from app.clock import local
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView
from app.lowcode.page_models.lists import EmptyState
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option
from app.requested_tables import choosing, queries
from app.requested_tables.filling_pages import ACCEPTED
from app.requested_tables.gathering import Summary
from app.requested_tables.grids import grid
from app.requested_tables.models import RESOURCE, Collection, TableFilling, TableReturn
from app.requested_tables.page_models import (
    AreaGroup,
    ChoosePage,
    CollectionsPage,
    DeskPage,
    FoundLine,
    ListLine,
    SendDownPage,
    StandingLine,
    SummaryPage,
)
from app.requested_tables.rules import DRAFT, GIVEN_BACK, HANDED_IN, OPEN, STATE_NAMES, reminder
from app.security.actor import Actor
from app.settings.queries import profile
from app.settings.working_calendar import working_calendar

TONES: Mapping[str, Any] = {OPEN: "grey", DRAFT: "blue", HANDED_IN: "green", GIVEN_BACK: "amber"}
USUAL_WORKING_DAYS = 5
MOST_FOUND = 100


def collections_page(actor: Actor, *, today: date) -> CollectionsPage:
    """What one has to fill, and what one's office gathers."""
    gathered, mine = queries.collections_of(actor)
    may_send = actor.allows(RESOURCE, "write")
    new = Action(_("下发一张表"), url_for("CollectionView.send_down"), "primary", icon="plus")
    empty = None
    if not gathered and not mine:
        text = _("把上级要的空表发给各社区，系统先填好已有的数据，社区补齐上报，这里自动汇总成上级的格式。")
        waiting = _("街道下发的表会出现在这里，也会进您的待办。")
        empty = EmptyState(_("还没有收表"), text if may_send else waiting, (new,) if may_send else ())
    return CollectionsPage(
        title=_("收表"),
        mine=tuple(_my_line(of, part, today=today) for of, part in mine),
        gathered=tuple(_gathered_line(each, today=today) for each in gathered),
        shows_gathered=may_send,
        main=new if may_send and not empty else None,
        empty=empty,
    )


def due_text(of: Collection) -> str:
    """12月5日截止."""
    return _("%(month)s月%(day)s日截止", month=of.due_on.month, day=of.due_on.day)


def _my_line(of: Collection, part: TableReturn, *, today: date) -> ListLine:
    is_late = part.state != HANDED_IN and today > of.due_on and not of.is_closed
    chip = Chip(_("已过期"), "red") if is_late else Chip(_(STATE_NAMES[part.state]), TONES[part.state])
    url = url_for("PartView.part", collection_id=of.id, area=part.area_code)
    return ListLine(of.title, url, (name_of(part.area_code), due_text(of)), chip)


def _gathered_line(each: queries.Progress, *, today: date) -> ListLine:
    of = each.collection
    facts = (_("已报 %(done)s / %(count)s 家", done=each.done, count=each.count), due_text(of))
    if of.is_closed:
        chip = Chip(_("已结束"), "grey")
    elif each.done == each.count:
        chip = Chip(_("已收齐"), "green")
    else:
        chip = Chip(_("已过期"), "red") if today > of.due_on else Chip(_("收表中"), "blue")
    return ListLine(of.title, url_for("CollectionView.desk", collection_id=of.id), facts, chip)


def send_down_page(
    area_code: str, *, today: date, typed: Mapping[str, Any] | None = None, error: str = "",
    ticked: Sequence[str] = (), brought: TableFilling | None = None,
) -> SendDownPage:  # fmt: skip
    """Title, blank table, day, note, and to whom. `brought` is the blank table where its header was pointed out before."""
    given = typed or {}
    deadline = working_calendar().deadline(today, USUAL_WORKING_DAYS)
    fields = (
        FieldView(
            name="file", label=_("空表"), widget="file", accept=ACCEPTED, width="full", is_required=brought is None,
            help=_("已经选好：%(name)s。要换一张才再选。", name=brought.file_name) if brought else
            _("上级发来的原表就行，不用改。收齐后按这张表的格式汇总。"),
        ),
        FieldView(name="title", label=_("叫什么"), value=given.get("title", ""), is_required=True, max_length=100,
                  placeholder=_("如：11月网格员花名册")),
        FieldView(
            name="due_on", label=_("截止日期"), widget="date", value=given.get("due_on") or deadline.day.isoformat(),
            width="short", is_required=True, help=calendar_text(today, deadline.day, is_provisional=deadline.is_provisional),
        ),
        FieldView(name="note", label=_("填表要求"), widget="textarea", value=given.get("note", ""), width="full",
                  max_length=1000, help=_("社区打开这张表时会看到。可以不写。")),
    )  # fmt: skip
    groups = queries.askable_areas(area_code, today=today)
    return SendDownPage(
        title=_("下发一张表"),
        submit_url=url_for("CollectionView.send_down", filling=brought.id if brought else None),
        cancel_url=url_for("CollectionView.index"),
        groups=(FieldGroup(_("要收的表"), fields),),
        areas=tuple(
            AreaGroup(
                _("发给哪些%(level)s", level=_(level)),
                tuple(
                    Option(row.code, _path(row.code, row.name), row.code in ticked if given else place == 0)
                    for row in rows
                ),
                place == 0,
            )
            for place, (level, rows) in enumerate(groups)
        ),
        errors=(error,) if error else (),
    )


def calendar_text(today: date, day: date, *, is_provisional: bool) -> str:
    """So many working days from today; holidays of a year that is not announced are not known yet."""
    count = working_calendar().working_days_between(today, day)
    text = _("从今天起 %(count)s 个工作日", count=count)
    return text + _("（明年放假安排未公布，暂定）") if is_provisional else text


def _path(code: str, name: str) -> str:
    return f"{name_of(code[:12])} {name}" if len(code) > 12 else name


def desk_page(of: Collection, wish: queries.Asked, *, today: date) -> DeskPage:
    """One collection: who has returned, what to do next."""
    returns = queries.returns_of(of)
    stand = queries.standings(of, returns, today=today)
    done = sum(1 for each in returns if each.state == HANDED_IN)
    late = sum(1 for each in stand if each.is_late and each.state != HANDED_IN)
    office = profile().office_name
    where: dict[str, Any] = {"collection_id": of.id}
    waiting, unread = len(queries.pile_of(of)), len(queries.unread_of(of))
    chips = [
        Chip(_("已报 %(done)s / %(count)s", done=done, count=len(returns)), "green" if done == len(returns) else "blue")
    ]
    if late:
        chips.append(Chip(_("逾期 %(n)s", n=late), "red"))
    if of.is_closed:
        chips.append(Chip(_("已结束"), "grey"))
    counts = {each.id: (version.row_count if version else 0) for each in returns
              for version in [queries.version_of(each, each.number) if each.number else None]}  # fmt: skip
    has_begun = any(each.state != OPEN for each in returns)
    titles = choosing.register_titles(wish.choices)
    return DeskPage(
        title=of.title,
        subtitle=due_text(of) + _days_left(of, today),
        chips=tuple(chips),
        note_text=of.note,
        lines=tuple(_standing(of, each, place, counts[each.id]) for each, place in zip(returns, stand, strict=True)),
        actions=_desk_actions(of, where),
        main=Action(_("汇总"), url_for("CollectionView.summary", **where), "primary", icon="chart") if done else None,
        pile_url="" if of.is_closed else url_for("CollectionView.pile", **where),
        pile_link=_pile_link(waiting, unread, where),
        prefill_text=_("社区打开时先从%(titles)s填好已有的数据。", titles=titles) if titles
        else _("这张表不从名册取数，由社区自己填。"),
        prefill_link=None if has_begun else Link(_("改取数"), url_for("CollectionView.choose", **where)),
        layout_link=None if has_begun or waiting or unread
        else Link(_("看看空表认得对不对"), url_for("BlankLayoutView.collection", **where)),
        reminder="" if of.is_closed else reminder(stand, title=of.title, due_on=of.due_on, today=today, office=office),
    )  # fmt: skip


def _pile_link(waiting: int, unread: int, where: Mapping[str, Any]) -> Link | None:
    if unread:
        text = _("收到的文件里还有 %(n)s 个没有认完", n=unread)
    elif waiting:
        text = _("还有 %(n)s 份收到的文件等您收下", n=waiting)
    else:
        return None
    return Link(text, url_for("CollectionView.pile", **where))


def _days_left(of: Collection, today: date) -> str:
    if of.is_closed or today >= of.due_on:
        return ""
    count = working_calendar().working_days_between(today, of.due_on)
    return _("，还有 %(n)s 个工作日", n=count)


def _desk_actions(of: Collection, where: Mapping[str, Any]) -> tuple[Action, ...]:
    blank = Action(_("下载空表"), url_for("CollectionView.blank", **where), icon="export")
    close_url = url_for("CollectionView.close", **where)
    if of.is_closed:
        return (blank, Action(_("重新打开"), close_url, method="post", hidden=(("open", "1"),)))
    confirm = _("结束后社区不能再填报，没报的也不再催。可以随时重新打开。")
    return (blank, Action(_("结束收表"), close_url, method="post", confirm=confirm))


def _standing(of: Collection, part: TableReturn, stand: Any, row_count: int) -> StandingLine:
    late = Chip(_("晚报") if part.state == HANDED_IN else _("逾期"), "red") if stand.is_late else None
    when = f"{local(part.handed_in_at):%m-%d %H:%M}　{part.handed_in_by}" if part.handed_in_at else ""
    if part.state == DRAFT and part.changed_at:
        when = f"{local(part.changed_at):%m-%d %H:%M}　{part.changed_by}"
    return StandingLine(
        stand.area,
        url_for("PartView.part", collection_id=of.id, area=part.area_code),
        Chip(_(STATE_NAMES[part.state]), TONES[part.state]),
        late,
        _("%(n)s 行", n=row_count) if part.state == HANDED_IN else "",
        when,
        (part.source or _("网上填报")) if part.state == HANDED_IN else "",
    )


def choose_page(of: Collection, wish: queries.Asked, choices: Sequence[Any], actor: Actor) -> ChoosePage:
    """From which register a community's table is filled beforehand."""
    return ChoosePage(
        title=_("社区的表从哪里先填"),
        subtitle=of.title,
        submit_url=url_for("CollectionView.choose", collection_id=of.id),
        cancel_url=url_for("CollectionView.desk", collection_id=of.id),
        questions=choosing.questions(wish.tables, choices, actor, asks_area=False),
        submit_label=_("保存"),
    )


def summary_page(
    of: Collection, wish: queries.Asked, made: Summary, wanted: Mapping[str, int], *, sees_numbers: bool
) -> SummaryPage:
    """The result as it will be poured, who is in it, and what was found wrong."""
    number = min(max(wanted.get("t", 0), 0), len(wish.tables) - 1)

    def address(**more: Any) -> str:
        return url_for("CollectionView.summary", collection_id=of.id, **more)

    gathered = made.gathered
    view = grid(
        wish.tables, number, gathered.content[number], address, page=max(wanted.get("page", 1), 1),
        sees_numbers=sees_numbers,
    )  # fmt: skip
    notes = []
    if made.missing:
        notes.append(Note(_("还没收到：%(names)s。汇总里没有它们。", names="、".join(made.missing)), "amber"))
    if not sees_numbers:
        reveal = url_for("CollectionView.reveal", next=address(t=number))
        notes.append(Note(_("证件号和电话打着星号，下载的表里也一样。"), "blue", (Link(_("需要完整号码"), reveal),)))
    has_lists = any(not table.is_statistics for table in wish.tables)
    return SummaryPage(
        title=_("汇总：%(title)s", title=of.title),
        subtitle=_("收进 %(n)s 家", n=len(made.included)),
        grid=view,
        counts=tuple((name, _("%(n)s 行", n=count)) for name, count in gathered.counts) if has_lists else (),
        found=tuple(
            FoundLine(each.source, _("第 %(row)s 行", row=each.row) if each.row else "", each.text, each.tone)
            for each in gathered.findings[:MOST_FOUND]
        ),
        found_text=_("核对出 %(n)s 处，请联系社区改正或自己核实。", n=len(gathered.findings)) if gathered.findings
        else _("合计、重复和各栏都核对过，没有发现问题。"),
        file_url=url_for("CollectionView.summary_file", collection_id=of.id),
        file_label=_("下载汇总表"),
        actions=(Action(_("返回"), url_for("CollectionView.desk", collection_id=of.id)),),
        notes=tuple(notes),
    )  # fmt: skip
