"""工作排名通报: the areas of a street or district ordered by the rates the office chose; areas only, never persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.areas.queries import full_name, name_of
from app.lowcode.indicators import Indicator
from app.lowcode.papers import Paper, PaperRequest, paper, register_paper
from app.periods.rules import Period
from app.report_center.comparison import Bases, bases_of, counting_period
from app.report_center.counting import Counted, count, nature_of, with_source
from app.report_center.digest import Scope, figures_of_the_digest, issuer_of, scope_of
from app.report_center.documents import DIGEST
from app.report_center.models import RESOURCE
from app.settings.queries import setting
from reports.contents import area_ranking
from reports.document import Document, Paragraph

RANKED_SETTING = "ranked_figures"
"""Names of the rates areas are ordered by; all rates of the digest where nobody chose."""
NAME = "area_ranking"


def rankable() -> list[Indicator]:
    """Rates of the digest that tell one period from another: what an office may order its areas by."""
    return [each for each in figures_of_the_digest() if each.denominator is not None and nature_of(each) != "now"]


def ranked() -> list[Indicator]:
    """Those the office chose, in the order of the digest."""
    chosen = setting(RANKED_SETTING, None)
    return [each for each in rankable() if not isinstance(chosen, list) or each.name in chosen]


def build_ranking(request: PaperRequest) -> Document:
    """The areas below in the order of each rate, with their places of the period before."""
    period, scope = counting_period(DIGEST, request.period), scope_of(request)
    area = full_name(scope.code) or name_of(scope.code)
    if scope.split is None or len(scope.lines) < 2:
        words = f"{area}下面没有两个以上的单位，不用排名。请选街道或更大的范围。"
        return Document(title=f"{area}{period.title}工作排名通报", blocks=(Paragraph(words),))
    measures = _measures(with_source(ranked(), scope.code), scope, period)
    document = area_ranking.build(
        [name for _code, name in scope.lines],
        measures,
        area=area,
        period=period.title,
        period_before=period.previous().title,
        area_word=scope.split.name,
        counted_until=min(period.last, request.today),
        issuer=issuer_of(scope.code),
        issued_on=request.today,
    )
    issue = paper(NAME).issue(period)
    return replace(document, subtitle=f"（{issue}）") if issue else document


def _measures(chosen: Sequence[Indicator], scope: Scope, period: Period) -> list[area_ranking.Measure]:
    now = count(chosen, scope.code, period, digits=scope.digits)
    bases = bases_of(chosen, scope.code, period, digits=scope.digits)
    found = [_measure(each, now[each.name], bases, scope) for each in chosen if now[each.name].is_split]
    return [each for each in found if any(value is not None for value in each.values)]


def _measure(each: Indicator, counted: Counted, bases: Bases, scope: Scope) -> area_ranking.Measure:
    before = bases.before.get(each.name)
    codes = [code for code, _name in scope.lines]
    return area_ranking.Measure(
        each.title, "%", each.rule, tuple(counted.of(code) for code in codes),
        tuple(before.of(code) for code in codes) if before is not None and before.is_split else (),
        kind="percent", places=each.places, is_high_good=each.is_high_good,
    )  # fmt: skip


def register_ranking() -> None:
    """Make the paper known; again changes nothing."""
    register_paper(
        Paper(
            NAME, "工作排名通报", "reports", RESOURCE, build_ranking, periods=("quarter", "month", "half", "year"),
            numbered_by="period", signed_by="signature",
        )
    )  # fmt: skip
