"""数字为什么变了: two states of a month side by side, who changed, and the entries that made the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for

from app.areas.queries import full_name
from app.clock import local, today
from app.language import gettext as _
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Link, Note, Option
from app.points.page_models import Amount
from app.points.pages import tone_of
from app.points.rules import signed
from app.points.why.queries import Between, between, total_at
from app.points.why.states import NOW, State, Subject, states_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage:
    """points/why.html. `hidden` are the values that the choice of states carries along."""

    title: str
    subtitle: str
    month_title: str
    previous: Link
    following: Link | None
    lead_text: str
    first: tuple[Option, ...]
    last: tuple[Option, ...]
    hidden: tuple[tuple[str, str], ...]
    address: str
    amounts: tuple[Amount, ...]
    heads: tuple[HeadColumn, ...]
    rows: tuple[RowView, ...]
    notes: tuple[Note, ...] = ()
    empty: EmptyState | None = None


def why_page(subject: Subject, name: str, *, first: str, last: str) -> WhyPage:
    """The page of an area's month, or of one worker's (`name`). States that are not known become the first and now."""
    states = states_of(subject)
    begin = next((state for state in states if state.key == first), states[0])
    end = next((state for state in states if state.key == last), states[-1])
    if _later(begin, end):
        begin, end = end, begin
    before, after = total_at(subject, begin.at), total_at(subject, end.at)
    found = between(subject, begin.at, end.at)
    following = subject.month.following()
    return WhyPage(
        title=_("积分为什么变了"),
        subtitle=f"{full_name(subject.area_code)} {name}".strip(),
        month_title=str(subject.month.title),
        previous=Link(_("上个月"), address(subject, subject.month.previous().key)),
        following=Link(_("下个月"), address(subject, following.key)) if following.first <= today() else None,
        lead_text=_("选两次公示、定稿、打印或现在，下面列出中间记入的每一条，加起来就是差额。"),
        first=_options(states[:-1] or states, begin),
        last=_options(states, end),
        hidden=_hidden(subject),
        address=url_for("PointsWhyView.index"),
        amounts=(
            Amount(begin.title, _plain(begin.said, before)),
            Amount(end.title, _plain(end.said, after)),
            Amount(_("差额"), signed(after - before), _("%(n)s 条记录", n=len(found)), tone_of(after - before)),
        ),
        heads=(
            HeadColumn("matter", _("事项")),
            HeadColumn("name", _("姓名")),
            HeadColumn("points", _("分值"), "right"),
            HeadColumn("note", _("说明")),
            HeadColumn("on", _("日期")),
            HeadColumn("rule", _("规则")),
            HeadColumn("seq", _("流水号"), "right"),
            HeadColumn("by", _("记录人")),
            HeadColumn("at", _("记入时间")),
        ),
        rows=tuple(_row(each) for each in found),
        notes=_notes(states, ((begin, before), (end, after))),
        empty=None if found else EmptyState(_("这两次之间没有记入过"), _("合计没有变。")),
    )  # fmt: skip


def address(subject: Subject, month: str = "") -> str:
    """The page of that month."""
    return url_for(
        "PointsWhyView.index", area=subject.area_code, month=month or subject.month.key,
        worker=subject.worker_uid or None,
    )  # fmt: skip


def _later(one: State, other: State) -> bool:
    if one.at is None or other.at is None:
        return one.at is None and other.at is not None
    return one.at > other.at


def _options(states: Sequence[State], chosen: State) -> tuple[Option, ...]:
    return tuple(Option(each.key, each.title, each == chosen) for each in states)


def _hidden(subject: Subject) -> tuple[tuple[str, str], ...]:
    found = (("area", subject.area_code), ("month", subject.month.key), ("worker", subject.worker_uid))
    return tuple(pair for pair in found if pair[1])


def _plain(said: Decimal | None, counted: Decimal) -> str:
    return signed(counted if said is None else said)


def _row(each: Between) -> RowView:
    cells = (
        CellView(each.matter),
        CellView(each.worker_name),
        CellView(signed(each.points), "number", tone=tone_of(each.points)),
        CellView(each.note),
        CellView(each.on.isoformat(), "date"),
        CellView(each.rule_code),
        CellView(str(each.seq), "number"),
        CellView(each.recorded_by),
        CellView(f"{local(each.created_at):%Y-%m-%d %H:%M}", "date"),
    )
    return RowView(str(each.entry_id), cells, url_for("PointsView.entry", entry_id=each.entry_id))


def _notes(states: Sequence[State], ends: Sequence[tuple[State, Decimal]]) -> tuple[Note, ...]:
    notes = []
    if all(state.key == NOW for state in states):
        notes.append(Note(_("这个月还没有公示、定稿或打印过，没有可以比较的。"), "blue"))
    notes += [
        Note(
            _(
                "“%(title)s”写的是 %(said)s，台账到那时是 %(counted)s，对不上。请联系系统管理员核验台账。",
                title=state.title, said=signed(state.said), counted=signed(counted),
            ),
            "amber",
        )
        for state, counted in ends
        if state.said is not None and state.said != counted
    ]  # fmt: skip
    return tuple(notes)
