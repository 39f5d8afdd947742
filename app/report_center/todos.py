"""To-dos of 报送: what a community still has to hand in or mend, what waits for the street to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from app.areas.queries import name_of
from app.areas.rules import lowest_common
from app.fields.sentence import Sentence
from app.lowcode.papers import papers
from app.notices.rules import Todo
from app.periods.rules import Period, PeriodIsWrong, parse
from app.report_center.models import RESOURCE
from app.report_center.queries import (
    Standing,
    deadline,
    may_review,
    owned_areas,
    submission_grid,
    waiting_for_review,
)
from app.report_center.rules import MISSING, RETURNED
from app.security.actor import Actor
from app.settings.queries import profile

KIND = "报送"


def address(area_code: str, paper: str, period: str) -> str:
    """The page of one paper of one area and period."""
    return f"/reports/submissions/{area_code}/{paper}/{period}"


def find(actor: Actor, today: date) -> list[Todo]:
    """What is asked of the actor: last month's papers of his own community, and those given back; or to review."""
    return [*_to_submit(actor, today), *_to_mend(actor, today), *_to_review(actor)]


def _to_submit(actor: Actor, today: date) -> list[Todo]:
    period = Period.of("month", today).previous()
    return [
        Todo(
            Sentence("报送%(period)s%(paper)s", period=period.title, paper=Sentence(cell.paper_title)),
            why=Sentence("%(area)s还没有提交", area=cell.area), due_on=deadline(period), kind=KIND,
            url=address(cell.area_code, cell.paper, period.key),
        )
        for cell in _standing(owned_areas(actor, "submit"), period, MISSING)
    ]  # fmt: skip


def _to_mend(actor: Actor, today: date) -> list[Todo]:
    period = Period.of("month", today).previous()
    areas = {*owned_areas(actor, "submit"), *owned_areas(actor, "fill")}
    return [
        Todo(
            Sentence("%(period)s%(paper)s被退回，改好后重报", period=period.title, paper=Sentence(cell.paper_title)),
            why=cell.reason,
            due_on=deadline(period),
            kind=KIND,
            url=address(cell.area_code, cell.paper, period.key),
        )
        for cell in _standing(areas, period, RETURNED)
    ]


def _standing(codes: Collection[str], period: Period, state: str) -> list[Standing]:
    """Papers of these areas in that state, by area. One statement for all, over what they lie in together."""
    if not codes:
        return []
    cells = submission_grid(lowest_common(codes, profile().levels), period).with_state(state)
    return [cell for cell in cells if cell.area_code in codes]


def _to_review(actor: Actor) -> list[Todo]:
    prefixes = actor.prefixes(RESOURCE, "review")
    if not prefixes or actor.is_system:
        return []
    titles = {each.name: each.title for each in papers()}
    waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
    for area_code, paper, period in waiting_for_review(prefixes):
        if may_review(actor, area_code):
            waiting[period, paper].append(area_code)
    found = []
    for (key, paper), codes in waiting.items():
        try:
            title = parse(key).title
        except PeriodIsWrong:
            continue
        named = "、".join(name_of(code) for code in codes[:3]) + ("等" if len(codes) > 3 else "")
        url = address(codes[0], paper, key) if len(codes) == 1 else f"/reports/?period={key}#submissions"
        name = Sentence(titles.get(paper, paper))
        asked = Sentence("审核 %(n)s 份%(period)s%(paper)s", n=len(codes), period=title, paper=name)
        found.append(Todo(asked, why=named, url=url, kind=KIND))
    return found
