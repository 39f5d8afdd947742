"""网格员积分排名通报: only where the rule book ranks and names the document that asks for it, else it says why not."""

from __future__ import annotations

from dataclasses import replace

from app.areas.queries import full_name, name_of
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.queries import area_names
from app.points.ranking.queries import Standing, standing
from app.points.ranking.rules import NotRanked, Placed, Score, pro_rata_text
from app.security.actor import acting_as
from app.settings.queries import profile
from reports.contents import points_ranking
from reports.document import Document


def build_ranking(request: PaperRequest) -> Document:
    """The workers of an area by their places in the period."""
    with acting_as(request.actor):
        area, period = full_name(request.area_code), request.period
        try:
            found = standing(request.area_code, period, today=request.today)
        except NotRanked as refused:
            return points_ranking.build_none(str(refused), area=area, period=period.title)
        names = area_names({person.area_code for person in found.people.values()})
        body = profile().issuer(request.area_code, name_of(request.area_code))
        terms = found.book.terms
        document = points_ranking.build(
            [_ranked(each, found, names) for each in found.placed],
            area=area,
            period=period.title,
            basis=terms.ranking_basis,
            pro_rata="；".join(
                part
                for part in (terms.pro_rata_note.rstrip("。") or pro_rata_text(terms.pro_rata), terms.floor)
                if part
            ),
            apart=[_apart(each, found, names) for each in found.apart],
            issuer=body.office if body is not None else area,
            issued_on=request.today,
        )
    issue = RANKING.issue(period)
    return replace(document, subtitle=f"（{issue}）") if issue else document


def _ranked(each: Placed, found: Standing, names: dict[str, str]) -> points_ranking.Ranked:
    person, grade = found.people[each.score.worker], found.grades.get(each.score.worker)
    return points_ranking.Ranked(
        each.rank, person.name, names.get(person.area_code, person.area_code), each.score.points, each.score.value,
        grade.name if grade else "", grade.why if grade else "",
    )  # fmt: skip


def _apart(each: Score, found: Standing, names: dict[str, str]) -> points_ranking.Apart:
    person = found.people[each.worker]
    return points_ranking.Apart(person.name, names.get(person.area_code, person.area_code), each.how)


RANKING = register_paper(
    Paper(
        name="points_ranking",
        title="网格员积分排名通报",
        group="points",
        resource="points_entries",
        build=build_ranking,
        periods=("quarter", "month", "half", "year"),
        numbered_by="period",
        signed_by="signature",
    )
)
