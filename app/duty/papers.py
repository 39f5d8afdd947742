"""值班表 and 值班记录 as papers of the report centre."""

from __future__ import annotations

from app.areas.queries import name_of, names_of
from app.duty import queries, rules
from app.duty.models import MEMBERS, SHIFTS, DutyShift
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.security.actor import acting_as
from app.settings.working_calendar import working_calendar
from reports.contents import duty
from reports.document import Document, FootLine, long_date


def build_month(request: PaperRequest) -> Document:
    """The office's month; telephones as the reader may see them."""
    with acting_as(request.actor):
        shifts = queries.shifts_between(request.area_code, request.period.first, request.period.last)
        names = queries.names_of_members(_ids(shifts))
        standing = {id_ for id_ in _ids(shifts) if id_ is not None}
        reg = register(MEMBERS)
        viewer = viewer_of(reg, request.actor, today=request.today)
        phone = reg.column("phone")
        phones = {
            row.name or "": viewer.show(phone, row)
            for row in queries.members_of(request.area_code)
            if row.id in standing and row.phone
        }
        calendar = working_calendar()
        days = [
            duty.DutyDay(
                row.duty_on, calendar.holiday_name(row.duty_on) or rules.KIND_WORDS.get(row.day_kind or "", ""),
                names.get(row.leader_id, ""), names.get(row.main_id, ""), names.get(row.deputy_id, ""), row.note or "",
            )
            for row in shifts
        ]  # fmt: skip
        return duty.build_month(
            days, office=name_of(request.area_code), month=request.period.title, phones=tuple(phones.items()),
            foot_line=FootLine((("制表", ""), ("审核", ""), ("制表日期", long_date(request.today)))),
        )  # fmt: skip


def build_records(request: PaperRequest) -> Document:
    """What happened in the shifts of an area and all below it."""
    with acting_as(request.actor):
        shifts = queries.shifts_below(request.area_code, request.period.first, min(request.period.last, request.today))
        names = queries.names_of_members(_ids(shifts))
        areas = names_of({row.area_code for row in shifts})
        records = [
            duty.DutyRecord(
                row.duty_on, areas.get(row.area_code, ""), _people(row, names),
                rules.record_state(
                    duty_on=row.duty_on, today=request.today, is_zero=bool(row.is_zero), entry_count=len(row.entry_rows)
                ),
                tuple(duty.Happened(each.at, each.matter, each.handled, each.told or "") for each in row.entry_rows),
            )
            for row in shifts
        ]  # fmt: skip
        return duty.build_records(
            records, area=name_of(request.area_code), period=request.period.title,
            foot_line=FootLine(
                (("填报单位（盖章）", ""), ("填表人", ""), ("负责人", ""), ("填报日期", long_date(request.today)))
            ),
        )  # fmt: skip


def _ids(shifts: list[DutyShift]) -> list[int | None]:
    return [getattr(row, f"{role}_id") for row in shifts for role in rules.ROLES]


def _people(row: DutyShift, names: dict[int, str]) -> str:
    return "、".join(
        f"{names[id_]}（{rules.ROLE_WORDS[role]}）"
        for role in rules.ROLES
        if (id_ := getattr(row, f"{role}_id")) in names
    )


def install() -> None:
    """Make both known; again changes nothing."""
    # Telephones are masked for each reader, hence not frozen.
    register_paper(Paper("duty_month", "值班表", "daily", SHIFTS, build_month, is_frozen=False))
    register_paper(
        Paper("duty_records", "值班记录", "daily", SHIFTS, build_records, periods=("month", "week", "quarter"))
    )
