"""Builds the month page of an office and the form of an exchange."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for

from app.areas.queries import full_name, names_of
from app.duty import queries, rules
from app.duty.models import MEMBERS, SHIFTS, STATE_TONES, SWAPS, DutyMember, DutyShift, DutySwap
from app.duty.page_models import DutyDayView, DutyPage, MissingView, SwapView
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Chip, Link, Option
from app.periods.rules import Period
from app.security.actor import Actor
from app.settings.working_calendar import working_calendar

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
MISSING_DAYS, MOST_MISSING = 31, 10


def office_of(wanted: str, chosen: str, codes: Sequence[str]) -> str:
    """The office to show: the one asked for, else the chosen area's, else the first there is."""
    for code in (wanted, chosen):
        if code in codes:
            return code
    return codes[0] if codes else ""


def month_page(area_code: str, month: Period, *, codes: Sequence[str], actor: Actor, today: date) -> DutyPage:
    """One office's month."""
    members = queries.members_of(area_code)
    since = queries.counted_since(month.last)
    shifts = queries.shifts_between(area_code, since, month.last)
    names = {row.id: row.name or "" for row in members}
    shown = {row.duty_on: row for row in shifts if row.duty_on >= month.first}
    may_write = actor.covers(SHIFTS, "write", area_code)
    actions = [
        Action(_("值班人员"), url_for("RegisterView.list", register_name=MEMBERS, area=area_code), icon="people")
    ]
    if actor.covers(SHIFTS, "export", area_code):
        paper = url_for("ReportView.index", paper="duty_month", area=area_code, period=month.key)
        actions.append(Action(_("打印"), paper, "primary", icon="print"))
    place = {"area": area_code, "month": month.key}
    areas = names_of(codes)
    return DutyPage(
        title=_("值班表"),
        subtitle=full_name(area_code),
        offices=tuple(
            Link(areas.get(code, code), url_for("DutyView.index", area=code, month=month.key), code == area_code)
            for code in codes
        )
        if len(codes) > 1
        else (),
        month_title=month.title,
        previous=Link(_("上个月"), url_for("DutyView.index", area=area_code, month=month.previous().key)),
        following=Link(_("下个月"), url_for("DutyView.index", area=area_code, month=month.following().key)),
        weekdays=tuple(_(name) for name in WEEKDAYS),
        weeks=_weeks(month, shown, names, today, may_write=may_write),
        missing=_missing(area_code, names, today) if may_write else (),
        swaps=_swaps(area_code, actor),
        heads=(
            HeadColumn("name", _("值班人员")),
            HeadColumn("role", _("岗位")),
            HeadColumn("workday", _("工作日"), "right"),
            HeadColumn("weekend", _("双休日"), "right"),
            HeadColumn("holiday", _("节假日"), "right"),
            HeadColumn("total", _("合计"), "right"),
        ),
        rows=_balance_rows(members, shifts),
        plan_url=url_for("DutyView.plan") if may_write and month.last >= today and members else "",
        plan_days=(
            Option("all", _("每天都排")),
            Option("rest", _("只排双休日和节假日")),
            Option("work", _("只排工作日")),
        ),
        plan_hidden=tuple(place.items()),
        actions=tuple(actions),
    )


def empty_page(actor: Actor, month: Period) -> DutyPage:
    """Nobody is on duty anywhere yet: how to begin."""
    ways = [
        Action(_("选值班人员"), url_for("RegisterView.add", register_name=MEMBERS), "primary", icon="plus")
    ] if actor.allows(MEMBERS, "write") else []  # fmt: skip
    return DutyPage(
        title=_("值班表"), subtitle="", offices=(), month_title=month.title, previous=Link(""), following=Link(""),
        weekdays=(), weeks=(), missing=(), swaps=(), heads=(), rows=(), plan_url="", plan_days=(), plan_hidden=(),
        empty=EmptyState(_("还没有值班人员"), _("先从名册里选谁参加值班，再一次排好一个月。"), tuple(ways)),
    )  # fmt: skip


def _weeks(
    month: Period, shown: Mapping[date, DutyShift], names: Mapping[int, str], today: date, *, may_write: bool
) -> tuple[tuple[DutyDayView, ...], ...]:
    working = working_calendar()
    return tuple(
        tuple(
            _day(day, shown.get(day), names, today, working, may_write=may_write)
            if month.first <= day <= month.last
            else DutyDayView()
            for day in week
        )
        for week in calendar.Calendar().monthdatescalendar(month.first.year, month.first.month)
    )


def _day(
    day: date, row: DutyShift | None, names: Mapping[int, str], today: date, working: Any, *, may_write: bool
) -> DutyDayView:
    kind = rules.day_kind(day, working)
    view: dict[str, Any] = {
        "number": day.day, "label": _("%(day)s 星期%(name)s", day=f"{day:%m-%d}", name=_(WEEKDAYS[day.weekday()])),
        "is_rest": kind != "workday", "is_today": day == today, "kind": working.holiday_name(day) or "",
    }  # fmt: skip
    if row is None:
        return DutyDayView(**view)
    state = rules.record_state(
        duty_on=day, today=today, is_zero=bool(row.is_zero), entry_count=len(row.entry_rows)
    )  # fmt: skip
    return DutyDayView(
        **view,
        people=tuple(
            (rules.ROLE_WORDS[role], names.get(id_, ""))
            for role in rules.ROLES
            if (id_ := getattr(row, f"{role}_id")) is not None
        ),
        chip=Chip(_(state), STATE_TONES[state]) if state != "未到" else None,  # type: ignore[arg-type]
        url=url_for("RegisterView.show", register_name=SHIFTS, row_id=row.id),
        swap_url=url_for("DutyView.swap", shift_id=row.id) if may_write and day >= today else "",
    )


def _missing(area_code: str, names: Mapping[int, str], today: date) -> tuple[MissingView, ...]:
    rows = queries.unrecorded(
        (area_code,), since=today - timedelta(days=MISSING_DAYS), before=today + timedelta(days=1), limit=MOST_MISSING
    )
    return tuple(
        MissingView(
            _("今天（%(day)s）", day=row.duty_on.isoformat()) if row.duty_on == today else row.duty_on.isoformat(),
            "、".join(names.get(id_, "") for role in rules.ROLES if (id_ := getattr(row, f"{role}_id")) is not None),
            Action(_("零报告"), url_for("DutyView.zero", shift_id=row.id), method="post", icon="check"),
            Link(_("写记录"), url_for("RegisterView.edit", register_name=SHIFTS, row_id=row.id)),
        )
        for row in rows
        if row.area_code == area_code
    )


def _swaps(area_code: str, actor: Actor) -> tuple[SwapView, ...]:
    may_decide = actor.covers(SWAPS, "review", area_code)

    def actions(row: DutySwap) -> tuple[Action, ...]:
        if not may_decide:
            return ()
        return (
            Action(_("批准"), url_for("DutyView.decide", swap_id=row.id, answer="yes"), "primary", "post"),
            Action(_("不批准"), url_for("DutyView.decide", swap_id=row.id, answer="no"), method="post"),
        )

    return tuple(
        SwapView(
            row.name or "", row.reason, url_for("RegisterView.show", register_name=SWAPS, row_id=row.id), actions(row)
        )
        for row in queries.waiting_swaps((area_code,))
    )


def _balance_rows(members: Sequence[DutyMember], shifts: Sequence[DutyShift]) -> tuple[RowView, ...]:
    return tuple(
        RowView(
            str(each.member.id),
            (
                CellView(each.member.name), CellView(_(rules.ROLE_WORDS[each.member.role])),
                *(CellView(str(count), "number") for count in (each.workday, each.weekend, each.holiday, each.total)),
            ),
            url_for("RegisterView.show", register_name=MEMBERS, row_id=each.member.id),
        )
        for each in rules.balances(queries.as_members(members), queries.served(shifts))
    )  # fmt: skip


def swap_form(shift: DutyShift, typed: Mapping[str, str], *, today: date, errors: Mapping[str, str]) -> FormPage:
    """Who of this shift exchanges with whom: two choices, the shift given back, the reason."""
    members = queries.members_of(shift.area_code)
    by_id = {row.id: row for row in members}
    standing = [
        Option(f"{role}-{id_}", f"{rules.ROLE_WORDS[role]} {by_id[id_].name}", typed.get("giver") == f"{role}-{id_}")
        for role in rules.ROLES
        if (id_ := getattr(shift, f"{role}_id")) in by_id
    ]
    takers = [
        Option(str(row.id), f"{rules.ROLE_WORDS[row.role]} {row.name}", typed.get("taker") == str(row.id))
        for row in members
        if row.id not in {getattr(shift, f"{role}_id") for role in rules.ROLES}
        and (row.ends_on is None or row.ends_on >= today)
    ]
    ahead = queries.shifts_between(shift.area_code, today, today + timedelta(days=62))
    others = [
        Option(str(row.id), _shift_label(row, by_id), typed.get("other_shift") == str(row.id))
        for row in ahead
        if row.id != shift.id
    ]
    fields = (
        FieldView(name="giver", label=_("谁要调出"), widget="choice", options=tuple(standing), is_required=True,
                  error=errors.get("giver", "")),
        FieldView(name="taker", label=_("谁来顶班"), widget="choice", options=(Option("", _("请选择")), *takers),
                  is_required=True, error=errors.get("taker", ""), help=_("要和调出的人是同一个岗位")),
        FieldView(name="other_shift", label=_("换回哪一班"), widget="choice",
                  options=(Option("", _("不换回")), *others), error=errors.get("other_shift", ""),
                  help=_("顶班人的哪一班由调出的人来值")),
        FieldView(name="reason", label=_("原因"), value=typed.get("reason", ""), is_required=True, max_length=120,
                  error=errors.get("reason", ""), width="full"),
    )  # fmt: skip
    return FormPage(
        title=_("调班：%(shift)s", shift=shift.name or ""),
        submit_url=url_for("DutyView.swap", shift_id=shift.id),
        cancel_url=url_for("DutyView.index", area=shift.area_code, month=f"{shift.duty_on:%Y-%m}"),
        groups=(FieldGroup(_("调班"), fields, help=_("负责人批准以后，值班表自动改。")),),
        errors=tuple(text for name, text in errors.items() if name not in {field.name for field in fields}),
        error_count=len(errors),
        submit_label=_("提交"),
        may_continue=False,
    )


def _shift_label(row: DutyShift, by_id: Mapping[int, DutyMember]) -> str:
    people = "、".join(
        f"{rules.ROLE_WORDS[role]}{by_id[id_].name}"
        for role in rules.ROLES
        if (id_ := getattr(row, f"{role}_id")) in by_id
    )
    return f"{row.duty_on.month}月{row.duty_on.day}日 {people}"
