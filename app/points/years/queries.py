"""Reading the year's assessment: everybody of an area in the same few statements, one worker's months, who is proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.database.scope import range_of
from app.extensions import db
from app.periods.rules import Period
from app.points import sum_queries
from app.points.books.queries import book_in_force
from app.points.books.rules import Book
from app.points.models import PointsSum
from app.points.queries import ERASED
from app.points.ranking.queries import QUOTA_DIGITS, Person, grades_of, people_of, points_of, scores_of
from app.points.ranking.rules import Graded, NotRanked, Placed, Score, ranked, refuse_ranking
from app.points.rules import ZERO
from app.points.steps.models import PointsStep, PointsStepText
from app.points.years import rules
from app.points.years.models import PointsYearNote
from app.points.years.rules import DECISION, HONOUR, MARK, WARNING, Plan, Result
from app.security.beyond import beyond_scope

NO_BOOK = Book(key="", name="", valid_from=date.min)


@dataclass(frozen=True, slots=True)
class Note:
    """A mark, honour, warning or decision with its reason and who answers for it."""

    kind: str
    stage: int
    part: str
    value: Decimal | None
    attempt: int
    on: date
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class YearLine:
    """One worker's year. Without a ranking by the book there is neither `placed` nor `grade`."""

    person: Person
    points: Decimal
    result: Result
    notes: tuple[Note, ...] = ()
    placed: Placed | None = None
    grade: Graded | None = None

    def of_kind(self, kind: str) -> tuple[Note, ...]:
        """His notes of one kind, the oldest first; of marks those that were corrected too."""
        return tuple(note for note in self.notes if note.kind == kind)

    @property
    def honours(self) -> tuple[Note, ...]:
        return self.of_kind(HONOUR)

    @property
    def warnings(self) -> tuple[Note, ...]:
        return self.of_kind(WARNING)

    @property
    def decision(self) -> Note | None:
        """What was decided about him; None where nobody has."""
        return next(iter(self.of_kind(DECISION)), None)

    @property
    def proposal(self) -> str:
        """What his grade proposes (劝退调整); '' where nothing is to be decided."""
        return rules.proposal(self.grade.consequence) if self.grade is not None else ""


@dataclass(frozen=True, slots=True)
class YearSheet:
    """An area's year: workers by grid; `why_unranked` says why nobody has a rank or grade, '' where they have."""

    area_code: str
    year: int
    book: Book
    plan: Plan
    lines: tuple[YearLine, ...]
    why_unranked: str = ""

    def of(self, worker_uid: str) -> YearLine | None:
        """One worker's line."""
        return next((line for line in self.lines if line.person.uid == worker_uid), None)


def year_sheet(area_code: str, year: int, *, today: date) -> YearSheet:
    """Everybody who was in post in the year, as far as the actor sees them."""
    whole = Period.numbered("year", year)
    book = book_in_force(area_code, min(whole.last, today)) or NO_BOOK
    plan = rules.plan_of([(each.name, each.parts) for each in book.weights])
    people = people_of(area_code, whole)
    points, notes = points_of(area_code, whole), notes_of(area_code, year)
    results, vetoed = _results(area_code, year, book, plan, people, marks_of(notes), today=today)
    placed, grades, why = _placed(area_code, year, book, people, results, vetoed, today=today)
    lines = tuple(
        YearLine(
            person, points.get(uid, ZERO), results[uid], tuple(notes.get(uid, ())), placed.get(uid), grades.get(uid)
        )
        for uid, person in sorted(people.items(), key=lambda item: (item[1].area_code, item[1].id))
    )
    return YearSheet(area_code, year, book, plan, lines, why)


def _results(
    area_code: str, year: int, book: Book, plan: Plan, people: Mapping[str, Person],
    marks: Mapping[str, Mapping[tuple[int, str], Decimal]], *, today: date,
) -> tuple[dict[str, Result], set[str]]:  # fmt: skip
    """Worker → his result, and who has a veto; one read of the sums for each stage."""
    of_stage: dict[int, dict[str, Score]] = {}
    for stage in plan.stages:
        first, _last = stage.first_and_last(year)
        period = Period.numbered("half", year, stage.number) if stage.number else Period.numbered("year", year)
        if first <= today:
            of_stage[stage.number] = scores_of(area_code, period, book, people, today=today)
    found = {uid: _result(uid, plan, marks.get(uid, {}), of_stage) for uid in people}
    return found, {uid for scores in of_stage.values() for uid, each in scores.items() if each.has_veto}


def _result(
    uid: str, plan: Plan, marks: Mapping[tuple[int, str], Decimal], of_stage: Mapping[int, Mapping[str, Score]]
) -> Result:
    scores = {number: scores.get(uid) for number, scores in of_stage.items()}
    return rules.result(
        plan, marks,
        {number: each.value if each is not None and not each.is_short else None for number, each in scores.items()},
        {number: each.how for number, each in scores.items() if each is not None and each.is_short},
    )  # fmt: skip


def _placed(
    area_code: str, year: int, book: Book, people: Mapping[str, Person], results: Mapping[str, Result],
    vetoed: set[str], *, today: date,
) -> tuple[dict[str, Placed], dict[str, Graded], str]:  # fmt: skip
    """Ranks and grades of whoever has a whole result; nothing, and why, where the book does not rank."""
    try:
        refuse_ranking(is_ranked=book.terms.is_ranked, basis=book.terms.ranking_basis)
    except NotRanked as refused:
        return {}, {}, str(refused)
    scores = [
        Score(uid, each.value, each.value, "；".join(each.how), uid in vetoed)
        for uid, each in results.items()
        if each.value is not None
    ]
    placed = ranked(scores)
    if len(area_code) > (digits := QUOTA_DIGITS[book.terms.quota_per]):
        with beyond_scope():
            whole = year_sheet(area_code[:digits], year, today=today)
        grades = {line.person.uid: line.grade for line in whole.lines if line.grade is not None}
    else:
        # Whoever was in post too short in all of the year is not among those of whom a quota is counted.
        assessed = {uid: each for uid, each in people.items() if results[uid].value is not None or results[uid].missing}
        grades = grades_of(placed, book, assessed)
    return {each.score.worker: each for each in placed}, grades, ""


def notes_of(area_code: str, year: int) -> dict[str, list[Note]]:
    """Worker → his notes of the year, the oldest first."""
    low, high = range_of(area_code)
    return _notes(PointsYearNote.area_code >= low, PointsYearNote.area_code < high, PointsYearNote.year == year)


def notes_about(worker_uid: str, year: int) -> list[Note]:
    """One worker's notes."""
    found = _notes(PointsYearNote.worker_uid == worker_uid, PointsYearNote.year == year)
    return found.get(worker_uid, [])


def _notes(*conditions: Any) -> dict[str, list[Note]]:
    statement = (
        select(PointsYearNote, PointsStep.on, PointsStepText.words, PointsStepText.by_name)
        .join(PointsStep, PointsStep.uid == PointsYearNote.step_uid)
        .outerjoin(PointsStepText, PointsStepText.step_uid == PointsStep.uid)
        .where(*conditions)
        .order_by(PointsStep.id)
    )
    found: dict[str, list[Note]] = {}
    for row, on, words, by in db.session.execute(statement):
        note = Note(row.kind, row.stage, row.part, row.value, row.attempt, on, words or ERASED, by or "")
        found.setdefault(row.worker_uid, []).append(note)
    return found


def marks_of(notes: Mapping[str, Sequence[Note]]) -> dict[str, dict[tuple[int, str], Decimal]]:
    """Worker → (stage, part) → the mark that counts: the last one."""
    return {
        uid: {
            (note.stage, note.part): note.value for note in each if note.kind == MARK and note.value is not None
        }
        for uid, each in notes.items()
    }  # fmt: skip


def months_of(worker_uid: str, year: int, *, today: date) -> list[tuple[int, Decimal]]:
    """(month, his points) of each month of the year up to today, from the sums alone."""
    last = 12 if year < today.year else today.month
    statement = select(PointsSum.month, PointsSum.gained + PointsSum.deducted).where(
        PointsSum.worker_uid == worker_uid, PointsSum.month.between(year * 100 + 1, year * 100 + last)
    )
    found: dict[int, Decimal] = {}
    for number, points in db.session.execute(statement):
        found[number % 100] = found.get(number % 100, ZERO) + sum_queries.exact(points)
    return [(month, found.get(month, ZERO)) for month in range(1, last + 1)]


def undecided(area_code: str, year: int, *, today: date) -> list[YearLine]:
    """Workers whose grade proposes 劝退调整 and about whom nobody has decided."""
    sheet = year_sheet(area_code, year, today=today)
    return [line for line in sheet.lines if line.proposal and line.decision is None]
