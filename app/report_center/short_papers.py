"""领导一页纸, 周小结 and 年度总结: the digest's figures told shorter, with what is late, missing and coming."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.areas.queries import full_name, name_of
from app.lowcode.papers import Paper, PaperRequest, paper, register_paper
from app.meetings import queries as meetings
from app.periods.rules import Period
from app.report_center.digest import WORDS, Scope, issuer_of, scope_of, sections_of
from app.report_center.models import RESOURCE
from app.report_center.queries import deadline, is_asked_of, missing, words_for
from app.report_center.rules import paragraphs
from app.security.beyond import beyond_scope
from reports.contents import one_page, week_summary, year_summary
from reports.contents.digest_rows import Section, Topic, Wording, all_topics
from reports.contents.digest_words import drafted_problems
from reports.contents.figures import Figure
from reports.document import Document

MOST_READ = 500
"""Resolutions read for the lists; what is late beyond them is only counted."""
DAYS_AHEAD = 31
WEEK_AHEAD = 7
NAMED = 3


def build_one_page(request: PaperRequest) -> Document:
    """One A4 side for the leaders of an area. Late and missing are as of today, figures as of the period's end."""
    period, scope, today = request.period, scope_of(request), request.today
    sections = sections_of(scope, period)
    this, before, _kind = WORDS[period.kind]
    late, count = late_in(scope.code, period, today)
    return one_page.build(
        area=name_of(scope.code),
        period=period.title,
        figures=leading_figures(sections),
        problems=_problems(scope, period, sections, late, count),
        late=late,
        coming=coming_in(scope.code, today, days=DAYS_AHEAD),
        as_of=today,
        issue=paper("one_page").issue(period),
        counted_until=min(period.last, today),
        late_count=count,
        this_period=this,
        period_before=before,
    )


def build_week(request: PaperRequest) -> Document:
    """周小结: what moved in the week, what is late, what the next seven days bring."""
    period, scope = request.period, scope_of(request)
    last = min(period.last, request.today)
    return week_summary.build(
        area=name_of(scope.code),
        period=period.title,
        sections=sections_of(scope, period),
        late=late_in(scope.code, period, last)[0],
        coming=coming_in(scope.code, last + timedelta(days=1), days=WEEK_AHEAD),
        as_of=last,
        issue=paper("week_summary").issue(period),
    )


def build_year(request: PaperRequest) -> Document:
    """年度总结: the draft that the office writes on from; problems and plans come from missed targets."""
    period, scope = request.period, scope_of(request)
    return year_summary.build(
        area=full_name(scope.code) or name_of(scope.code),
        year=period.year,
        sections=[_on_year(section) for section in sections_of(scope, period)],
        counted_until=min(period.last, request.today),
        area_below=scope.split.name if scope.split else "",
        issuer=issuer_of(scope.code),
        issued_on=request.today,
        is_draft=True,
    )


def _on_year(section: Section) -> Section:
    """Of a year the period before is the year before: one comparison says both."""
    return replace(section, topics=tuple(_topic_on_year(topic) for topic in section.topics))


def _topic_on_year(topic: Topic) -> Topic:
    return replace(
        topic,
        figures=tuple(replace(figure, last_year=None) for figure in topic.figures),
        parts=tuple(_topic_on_year(part) for part in topic.parts),
    )


def leading_figures(sections: Sequence[Section]) -> list[Figure]:
    """Four to six figures that say most, in the order of the digest: rates first, then what happened, then what is."""
    known = [figure for topic in all_topics(sections) for figure in topic.figures if figure.value is not None]
    rates = [figure for figure in known if figure.is_rate][: one_page.MOST_FIGURES // 2]
    moved = [each for each in known if not each.is_rate and each.nature == "flow" and (each.value or each.previous)]
    stocks = [figure for figure in known if not figure.is_rate and figure.nature == "stock"]
    chosen = [*rates, *moved, *stocks][: one_page.MOST_FIGURES]
    return [figure for figure in known if figure in chosen]


def late_in(code: str, period: Period, today: date) -> tuple[list[one_page.Late], int]:
    """Papers not handed in, then resolutions past their limit, the oldest first; and how many there are in all."""
    with beyond_scope():
        rows = meetings.open_resolutions((code,), due_by=today - timedelta(days=1), limit=MOST_READ)
        units = meetings.responsible_names(rows)
        count = meetings.count_overdue((code,), today)
        unsent = missing(code, period) if period.kind == "month" and deadline(period) < today else ()
    late = [
        one_page.Late(f"{period.title}{cell.paper_title}", cell.area, deadline(period), is_missing=True)
        for cell in unsent
    ]
    late += [one_page.Late(row.text, units[row.id], row.due_on) for row in rows]
    return late, count + len(unsent)


def coming_in(code: str, first: date, *, days: int) -> list[one_page.Coming]:
    """Meetings, limits of resolutions and the last day to hand in, from `first` on for so many days."""
    last = first + timedelta(days=days - 1)
    with beyond_scope():
        held = meetings.meetings_between(code, first, last)
        rows = [
            row
            for row in meetings.open_resolutions((code,), due_by=last, limit=MOST_READ)
            if row.due_on is not None and row.due_on >= first
        ]
        units = meetings.responsible_names(rows)
    found = [one_page.Coming(row.held_on, row.name or "会议", name_of(row.area_code)) for row in held]
    found += [one_page.Coming(row.due_on, row.text, units[row.id]) for row in rows if row.due_on is not None]
    asked = Period.of("month", first).previous()
    due = deadline(asked)
    if first <= due <= last:
        who = name_of(code) if is_asked_of(code) else "各社区"
        found.append(one_page.Coming(due, f"报送{asked.title}月报", who))
    return sorted(found, key=lambda item: (item.on, item.what))


def _problems(
    scope: Scope, period: Period, sections: Sequence[Section], late: Sequence[one_page.Late], count: int
) -> list[str]:
    """What the office wrote into its digest; else missed targets, who owes papers, who is late, with their names."""
    written = paragraphs(words_for("digest", scope.code, period).get("problems", ""))
    if written:
        return list(written)
    this, before, _kind = WORDS[period.kind]
    found = drafted_problems(sections, Wording(scope.split.name if scope.split else "", this, before))
    unsent = list(dict.fromkeys(item.unit for item in late if item.is_missing))
    overdue = Counter(item.unit for item in late if not item.is_missing)
    if unsent:
        found.append(f"没有按时报送{period.title}月报的有{len(unsent)}个：{_named(unsent)}。")
    if overdue:
        whole = count - sum(item.is_missing for item in late)
        named = [f"{unit}{number}项" for unit, number in overdue.most_common()]
        found.append(f"超过时限没有办结的会议议定事项{whole}项，其中{_named(named)}。")
    return found


def _named(names: Sequence[str]) -> str:
    return "、".join(names[:NAMED]) + ("等" if len(names) > NAMED else "")


def register_short_papers() -> None:
    """Make the papers known; again changes nothing."""
    common = {"group": "reports", "resource": RESOURCE, "is_frozen": False}
    for name, title, build, periods, signed_by in (
        ("one_page", "领导一页纸", build_one_page, ("month", "quarter", "half", "year"), "nobody"),
        ("week_summary", "周小结", build_week, ("week",), "nobody"),
        ("year_summary", "年度总结", build_year, ("year",), "signature"),
    ):
        register_paper(
            Paper(name, title, build=build, periods=periods, numbered_by="period", signed_by=signed_by, **common)  # type: ignore[arg-type]
        )
