"""领导一页纸, 周小结 and 年度总结: the digest's figures told shorter, with what is late, missing and coming."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from app.areas.queries import full_name, name_of
from app.lowcode.papers import Paper, PaperRequest, paper, register_paper
from app.periods.rules import Period
from app.report_center.comparison import counting_period
from app.report_center.dates import LateGroup, coming_in, in_one_list, late_groups
from app.report_center.digest import WORDS, issuer_of, scope_of, sections_of
from app.report_center.documents import DIGEST
from app.report_center.models import RESOURCE
from app.report_center.queries import words_for
from app.report_center.rules import paragraphs
from reports.contents import one_page, week_summary, year_summary
from reports.contents.digest_rows import Section, Topic, all_topics
from reports.contents.figures import Figure
from reports.document import Document

DAYS_AHEAD = 31
WEEK_AHEAD = 7
NAMED = 3


def build_one_page(request: PaperRequest) -> Document:
    """One A4 side for the leaders of an area. Late and missing are as of today, figures as of the period's end."""
    period, scope, today = request.period, scope_of(request), request.today
    counted = counting_period(DIGEST, period)
    sections = sections_of(scope, counted)
    this, before, _kind = WORDS[period.kind]
    late = late_groups(scope.code, period, today)
    return one_page.build(
        area=name_of(scope.code),
        period=period.title,
        figures=leading_figures(sections),
        problems=_problems(scope.code, period, sections, late),
        late=_late(late),
        coming=_coming(scope.code, today, days=DAYS_AHEAD),
        as_of=today,
        issue=paper("one_page").issue(period),
        counted_until=min(counted.last, today),
        late_counts=[one_page.LateCount(group.noun, group.found.count, group.is_missing) for group in late],
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
        sections=[_compared_once(section) for section in sections_of(scope, period)],
        late=_late(late_groups(scope.code, period, last)),
        coming=_coming(scope.code, last + timedelta(days=1), days=WEEK_AHEAD),
        as_of=last,
        issue=paper("week_summary").issue(period),
    )


def build_year(request: PaperRequest) -> Document:
    """年度总结: the draft that the office writes on from; problems and plans come from missed targets."""
    period, scope = counting_period(DIGEST, request.period), scope_of(request)
    return year_summary.build(
        area=full_name(scope.code) or name_of(scope.code),
        year=period.year,
        sections=[_compared_once(section) for section in sections_of(scope, period)],
        counted_until=min(period.last, request.today),
        area_below=scope.split.name if scope.split else "",
        issuer=issuer_of(scope.code),
        issued_on=request.today,
        is_draft=True,
    )


def _compared_once(section: Section) -> Section:
    """Of a year the period before is the year before; a week's table has no room for a second comparison."""
    return replace(section, topics=tuple(_topic_compared_once(topic) for topic in section.topics))


def _topic_compared_once(topic: Topic) -> Topic:
    return replace(
        topic,
        figures=tuple(replace(figure, last_year=None) for figure in topic.figures),
        parts=tuple(_topic_compared_once(part) for part in topic.parts),
    )


def leading_figures(sections: Sequence[Section]) -> list[Figure]:
    """Four to six figures that say most, in the order of the digest.

    Those that miss their target come before other rates, then what happened, then what is.
    """
    known = [figure for topic in all_topics(sections) for figure in topic.figures if figure.value is not None]
    missed = [figure for figure in known if figure.misses_target]
    rates = [figure for figure in known if figure.is_rate and not figure.misses_target]
    rates = [*missed, *rates[: max(0, one_page.MOST_FIGURES // 2 - len(missed))]]
    moved = [each for each in known if not each.is_rate and each.nature == "flow" and (each.value or each.previous)]
    stocks = [figure for figure in known if not figure.is_rate and figure.nature == "stock"]
    chosen = [*rates, *moved, *stocks][: one_page.MOST_FIGURES]
    return [figure for figure in known if figure in chosen]


def _late(groups: Sequence[LateGroup]) -> list[one_page.Late]:
    return [one_page.Late(row.what, row.unit, row.on, row.is_missing) for row in in_one_list(groups)]


def _coming(code: str, first: date, *, days: int) -> list[one_page.Coming]:
    return [one_page.Coming(row.on, row.what, row.unit) for row in coming_in(code, first, days=days)]


def _problems(code: str, period: Period, sections: Sequence[Section], late: Sequence[LateGroup]) -> list[str]:
    """What the office wrote into its digest; else missed targets, who owes papers, who is late, with their names."""
    written = paragraphs(words_for(DIGEST, code, period).get("problems", ""))
    if written:
        return list(written)
    found = list(_missed_targets(sections))
    for group in late:
        units = [unit for unit, _number in Counter(row.unit for row in group.found.rows).most_common()]
        what = f"没有按时报送的{period.title}{group.noun}" if group.is_missing else f"超过时限没有办结的{group.noun}"
        found.append(f"{what}{group.found.count}项，涉及{_named(units)}。")
    return found


def _missed_targets(sections: Sequence[Section]) -> Iterator[str]:
    """What misses its target, and where; the values stand in the table above."""
    for topic in all_topics(sections):
        for place, figure in enumerate(topic.figures):
            if figure.misses_target:
                below = [line.area for line in topic.lines if _is_below(line.values[place], figure)]
                yield f"{figure.label}没有达到目标" + (f"，涉及{_named(below)}。" if below else "。")


def _is_below(value: int | Decimal | None, figure: Figure) -> bool:
    return value is not None and figure.target is not None and value < figure.target


def _named(names: Sequence[str]) -> str:
    return "、".join(names[:NAMED]) + ("等" if len(names) > NAMED else "")


def register_short_papers() -> None:
    """Make the papers known; again changes nothing."""
    common = {"group": "reports", "resource": RESOURCE}
    for name, title, build, periods, signed_by in (
        ("one_page", "领导一页纸", build_one_page, ("month", "quarter", "half", "year"), "nobody"),
        ("week_summary", "周小结", build_week, ("week",), "nobody"),
        ("year_summary", "年度总结", build_year, ("year",), "signature"),
    ):
        register_paper(
            Paper(name, title, build=build, periods=periods, numbered_by="period", signed_by=signed_by, **common)  # type: ignore[arg-type]
        )
