"""The working calendar and office hours as plain values for their pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import url_for

from app.fields.calendar import FIXED_HOLIDAYS, WEEKDAYS, MakeupDay, WorkingCalendar, calendar_lines, makeup_days
from app.fields.limits import OfficeDay
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView
from app.lowcode.page_models.parts import Action, Chip, Note, PanelItem
from app.lowcode.page_models.records import FactGroup, FactView, Panel, ShowPage

LEGAL_HOLIDAYS = 13
"""Days off of a year by 全国年节及纪念日放假办法 (in force since 2025): fewer means that a line was forgotten."""
SPAN_FIELDS = ("morning_from", "morning_to", "afternoon_from", "afternoon_to")


def year_page(
    year: int, calendar: WorkingCalendar, day: OfficeDay, *, years: list[int], may_change: bool
) -> ShowPage:  # fmt: skip
    """One year: what is a holiday, what is worked, the office hours, and the other years beside it."""
    is_announced = year in calendar.announced_years
    lines = calendar_lines(calendar, year)
    off = [line for line in lines if not line.endswith(" 班")]
    made_up = tuple(
        FactView(f"{each.day} {weekday_name(each.day)}", CellView(_makeup_words(each)))
        for each in makeup_days(calendar, year)
    )
    edit = Action(_("修改这一年"), url_for("WorkingCalendarView.edit", year=year), "primary", icon="edit")
    hours = Action(_("修改上下班时间"), url_for("WorkingCalendarView.hours"), icon="clock")
    return ShowPage(
        title=_("%(year)s年工作日历", year=year),
        chips=(Chip(_("已公布") if is_announced else _("暂定"), "green" if is_announced else "amber"),),
        main_action=edit if may_change else None,
        actions=(hours,) if may_change else (),
        notes=() if is_announced else (_provisional_note(year),),
        groups=(
            FactGroup(_("放假"), _facts(off or _fixed(year))),
            FactGroup(_("调休上班"), made_up or (FactView("", CellView(_("没有"))),)),
            FactGroup(
                _("一年合计"),
                (
                    FactView(_("工作日"), CellView(str(_working_days(calendar, year)), "number")),
                    FactView(_("上下班时间"), CellView(hours_text(day))),
                ),
            ),
        ),
        panels=(Panel(_("其他年份"), tuple(_year_item(each, calendar) for each in years if each != year)),),
    )


def _provisional_note(year: int) -> Note:
    return Note(
        _("%(year)s年的放假安排还没有录入，现在只按双休日和法定日期固定的节日推算，期限都标“暂定”。"
          "国务院办公厅公布后，请点“修改这一年”录入，没有办完的事会重新计算期限，每一件都有记录。", year=year),
        "amber",
    )  # fmt: skip


def _facts(lines: list[str]) -> tuple[FactView, ...]:
    parts = [line.partition(" ") for line in lines]
    return tuple(
        FactView(mark.removeprefix("休 ") or "", CellView(days.replace("至", " — "), "date"))
        for days, _space, mark in parts
    )


def _makeup_words(each: MakeupDay) -> str:
    """班，补 2026-10-07 星期三（国庆节）."""
    if each.replaces is None:
        return _("班（%(holiday)s）", holiday=each.holiday)
    return _(
        "班，补 %(day)s %(weekday)s（%(holiday)s）",
        day=each.replaces,
        weekday=weekday_name(each.replaces),
        holiday=each.holiday,
    )


def weekday_name(day: date) -> str:
    """星期三."""
    return _(WEEKDAYS[day.weekday()])


def _fixed(year: int) -> list[str]:
    return [f"{date(year, month, day)} 休 {name}" for (month, day), name in FIXED_HOLIDAYS.items()]


def _working_days(calendar: WorkingCalendar, year: int) -> int:
    return calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31))


def _year_item(year: int, calendar: WorkingCalendar) -> PanelItem:
    url = url_for("WorkingCalendarView.index", year=year)
    note = "" if year in calendar.announced_years else _("暂定")
    return PanelItem(_("%(year)s年", year=year), url, note)


def hours_text(day: OfficeDay) -> str:
    """08:30—12:00，14:00—17:30."""
    return "，".join(f"{begin:%H:%M}—{end:%H:%M}" for begin, end in day.spans)


def year_form(year: int, text: str, error: str = "") -> FormPage:
    """The days of a year, one stretch a line."""
    lines = FieldView(
        name="days", label=_("放假和调休"), widget="textarea", value=text, width="full", error=error,
        placeholder="2027-02-05至2027-02-11 休 春节",
        help=_("一行写一段：日期，空格，“休”和节日名；周末要上班的写“班”。例如：%(off)s；%(on)s。"
               "全部删掉，这一年就回到暂定（已随软件带来的年份恢复原样）。",
               off="2027-10-01至2027-10-07 休 国庆节", on="2027-10-09 班"),
    )  # fmt: skip
    return FormPage(
        title=_("修改%(year)s年工作日历", year=year),
        submit_url=url_for("WorkingCalendarView.edit", year=year),
        cancel_url=url_for("WorkingCalendarView.index", year=year),
        groups=(FieldGroup(_("照国务院办公厅的通知填写"), (lines,)),),
        error_count=1 if error else 0,
        may_continue=False,
    )


def hours_form(typed: Mapping[str, str], error: str = "") -> FormPage:
    """Office hours of morning and afternoon."""
    labels = (_("上午上班"), _("上午下班"), _("下午上班"), _("下午下班"))
    fields = tuple(
        FieldView(name=name, label=label, value=typed.get(name, ""), width="short", is_required=True, max_length=5,
                  error=error if name == SPAN_FIELDS[0] else "")
        for name, label in zip(SPAN_FIELDS, labels, strict=True)
    )  # fmt: skip
    return FormPage(
        title=_("修改上下班时间"),
        submit_url=url_for("WorkingCalendarView.hours"),
        cancel_url=url_for("WorkingCalendarView.index"),
        groups=(FieldGroup(_("工作日的办公时间"), fields, help=_("按“工作时”计的期限只算这些时间，按“工作日”计的到下班为止。")),),
        error_count=1 if error else 0,
        may_continue=False,
    )  # fmt: skip


def stored_hours(day: OfficeDay) -> dict[str, str]:
    """The office hours as the form shows them."""
    flat = [f"{moment:%H:%M}" for span in day.spans for moment in span]
    return dict(zip(SPAN_FIELDS, flat, strict=False))
