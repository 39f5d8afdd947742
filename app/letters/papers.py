"""督办函, 工作联系函 and 吹哨单 as papers of the report centre: one for each letter of the period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.areas.queries import name_of
from app.fields.codes import code_list
from app.letters import queries, rules
from app.letters.documents import document_of
from app.letters.models import RESOURCE
from app.lowcode.papers import Paper, PaperRequest, Subject, register_paper
from app.periods.rules import PeriodKind
from app.security.actor import acting_as
from reports.document import Document, Paragraph

PERIODS: tuple[PeriodKind, ...] = ("month", "quarter", "half", "year", "week")
_TITLES = {rules.SUPERVISION: "督办函", rules.LIAISON: "工作联系函", rules.WHISTLE: "吹哨单"}


def build_letter(kind: str, request: PaperRequest) -> Document:
    """One letter; without one, a paper that says so."""
    with acting_as(request.actor):
        letter = queries.letter_by_uid(request.subject)
        if letter is None or letter.kind != kind:
            words = f"{request.period.title}没有{_TITLES[kind]}。"
            return Document(f"{name_of(request.area_code)}{_TITLES[kind]}", (Paragraph(words),))
        return document_of(letter, today=request.today)


def subjects(kind: str, request: PaperRequest) -> Sequence[Subject]:
    """Letters of the kind signed in the period, and drafts begun in it."""
    states = code_list("letter_state")
    with acting_as(request.actor):
        rows = queries.letters_between(request.area_code, kind, request.period.first, request.period.last)
        return [
            Subject(row.uid, f"{row.number or states.label_of(row.state)} {row.name}", row.area_code) for row in rows
        ]


_BUILT: dict[str, tuple[Callable[[PaperRequest], Document], Callable[[PaperRequest], Sequence[Subject]]]] = {
    kind: (partial(build_letter, kind), partial(subjects, kind)) for kind in _TITLES
}


def install() -> None:
    """Make the papers known; again changes nothing."""
    for kind, title in _TITLES.items():
        build, listed = _BUILT[kind]
        register_paper(
            Paper(
                rules.PAPERS[kind], title, "reports", RESOURCE, build, periods=PERIODS, subject="函件",
                subjects=listed, is_frozen=False, numbered_by="letter",
                signed_by="signature_lines" if kind == rules.WHISTLE else "signature",
            )
        )  # fmt: skip
