"""What somebody chose in the report centre: paper, area, period, subject; each checked against what he may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import abort
from sqlalchemy import func, or_, select

from app.areas.models import Area
from app.areas.queries import in_area, live
from app.extensions import db
from app.lowcode.frame import chosen_area
from app.lowcode.papers import Paper, PaperRequest, Subject, papers
from app.periods.rules import Period, PeriodIsWrong, PeriodKind, parse
from app.report_center.documents import DIGEST, may_print
from app.report_center.queries import submission_level
from app.security.actor import Actor

HOW_MANY: dict[PeriodKind, int] = {"month": 14, "quarter": 5, "half": 4, "year": 3, "week": 9}
MOST_AREAS = 400
MOST_SUBJECTS = 300


@dataclass(frozen=True, slots=True)
class Choice:
    """A paper of an area and period, and what it is about, where it is about one thing."""

    paper: Paper
    request: PaperRequest
    subjects: tuple[Subject, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether there is something to print."""
        return not self.paper.subject or bool(self.request.subject)


def visible_papers(actor: Actor) -> tuple[Paper, ...]:
    """Papers whose resource the actor may read anywhere."""
    return tuple(each for each in papers() if actor.allows(each.resource, "read"))


def choose(arguments: Mapping[str, str], actor: Actor, *, today: date) -> Choice:
    """The choice in an address or form. 404 for what is not there or not within the actor's areas."""
    visible = visible_papers(actor)
    name = arguments.get("paper", "") or (DIGEST if any(each.name == DIGEST for each in visible) else "")
    paper = next((each for each in visible if each.name == name), None)
    if paper is None:
        if arguments.get("paper") or not visible:
            abort(404)
        paper = visible[0]
    area = arguments.get("area", "") or _default_area(actor, paper)
    if not may_print(actor, paper, area, permission="read") or not area:
        abort(404)
    request = PaperRequest(area, _period(arguments.get("period", ""), paper, today), today, actor)
    return _with_subject(Choice(paper, request), arguments.get("subject", ""))


def _default_area(actor: Actor, paper: Paper) -> str:
    chosen = chosen_area(actor)
    if may_print(actor, paper, chosen, permission="read"):
        return chosen
    prefixes = actor.prefixes(paper.resource, "read")
    return prefixes[0] if prefixes else ""


def _period(text: str, paper: Paper, today: date) -> Period:
    """The period named; one of another kind becomes the one of the paper's kind it ends in. Default: the last one."""
    kind = paper.periods[0]
    if not text:
        return Period.of(kind, today).previous()
    try:
        period = parse(text)
    except PeriodIsWrong:
        abort(404)
    return period if period.kind in paper.periods else Period.of(kind, period.last)


def _with_subject(choice: Choice, wanted: str) -> Choice:
    if choice.paper.subjects is None:
        return choice
    subjects = tuple(choice.paper.subjects(choice.request))
    # Where another area or period was chosen, what the paper was about is not there any more.
    known = next((each for each in subjects if each.id == wanted), subjects[0] if subjects else None)
    offered = subjects[:MOST_SUBJECTS]
    if known is not None and known not in offered:
        offered = (known, *offered)  # come to by its own address, from a record
    chosen = known.id if known is not None else ""
    return replace(choice, request=replace(choice.request, subject=chosen), subjects=offered)


def area_choices(actor: Actor, paper: Paper, *, today: date) -> Sequence[tuple[str, str, int]]:
    """(code, name, depth) of areas the paper may be printed for, down to those that hand papers in."""
    prefixes = actor.prefixes(paper.resource, "read")
    if not prefixes:
        return []
    widest = submission_level().digits
    query = (
        select(Area.code, Area.name)
        .where(
            live(today),
            or_(*(in_area(prefix) for prefix in prefixes)),
            or_(func.length(Area.code) <= widest, Area.code.in_(prefixes)),
        )
        .order_by(Area.code)
        .limit(MOST_AREAS)
    )
    rows = db.session.execute(query).all()
    lengths = sorted({len(code) for code, _name in rows})
    return [(code, name, lengths.index(len(code))) for code, name in rows]


def period_choices(paper: Paper, *, today: date) -> list[tuple[PeriodKind, list[Period]]]:
    """The running period of each kind and those before it, newest first."""
    found = []
    for kind in paper.periods:
        period = Period.of(kind, today)
        rows = [period]
        while len(rows) < HOW_MANY[kind]:
            period = period.previous()
            rows.append(period)
        found.append((kind, rows))
    return found
