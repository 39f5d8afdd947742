"""Papers register here by name: what a paper is called, for which periods and subjects it exists, how it is built.

A feature's `papers.py` says `register_paper(Paper(...))`; the report centre, the command line and finalising know no
paper by name. A paper asks `queries.py` for plain rows and hands them to `reports/contents`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from app.periods.rules import Period, PeriodKind
from app.security.actor import Actor
from reports.document import Document

Format = Literal["pdf", "xlsx", "docx", "html"]
ALL_FORMATS: tuple[Format, ...] = ("pdf", "xlsx", "docx", "html")


Numbering = Literal["letter", "minutes", "record", "period", "print"]
"""`letter` 文号 of office, kind and year; `minutes` 第N期 of the issuing body and year; `record` by the record's own name
and day; `period` 第N期 by the period in its year; `print` not at all: each print is traced by its short code."""

Signing = Literal["signature", "signature_lines", "foot_line", "head", "nobody"]
"""`signature` 署名 and date; `signature_lines` to sign by hand; `foot_line` 填表人、审核人、负责人; `head` the body that
issues stands in the 版头 (纪要 carry no 署名, GB/T 9704 10.3); `nobody` a sheet for the desk or a form to fill."""


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """What is to be printed: where, of which period, about whom (`subject` is a uid or id as text), by whom."""

    area_code: str
    period: Period
    today: date
    actor: Actor
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """One of many things a paper can be about: this meeting, this worker."""

    id: str
    title: str
    area_code: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One kind of paper. `subject` names what it is about (meeting, worker) and is '' where the area is the subject."""

    name: str
    title: str
    group: str
    """Menu group: party grid residents property lists meetings points reports."""
    resource: str
    """Whose read permission it takes; it is printed under `export`."""
    build: Callable[[PaperRequest], Document]
    periods: tuple[PeriodKind, ...] = ("month",)
    formats: tuple[Format, ...] = ALL_FORMATS
    subject: str = ""
    subjects: Callable[[PaperRequest], Sequence[Subject]] | None = None
    """All subjects of a period within an area; for papers that have subjects."""
    build_each: Callable[[PaperRequest, Sequence[Subject]], Iterator[Document]] | None = None
    """The papers of many subjects in their order, read together; where there is none they are built one by one."""
    is_submitted: bool = False
    """Whether communities hand it in (报送) and the street passes it."""
    levels: tuple[str, ...] = ()
    """Levels of areas it exists for; () is every level."""
    is_frozen: bool = True
    """Whether 定稿 keeps it for ever. False where it shows each reader something else (rosters) or is a form to fill."""
    numbered_by: Numbering = "print"
    """What tells one from the next; `letter` and `minutes` count in series of app.numbering per office and year."""
    signed_by: Signing = "foot_line"
    """Where it is signed."""

    def issue(self, period: Period) -> str:
        """第10期 of a paper that counts by its periods: the number of month, week … within the year; "" for a year."""
        return f"第{period.number}期" if self.numbered_by == "period" and period.kind != "year" else ""


def build_subjects(of: Paper, request: PaperRequest, subjects: Sequence[Subject]) -> Iterator[Document]:
    """The paper of each subject in their order; `request` says of which period and by whom."""
    if of.build_each is not None:
        return of.build_each(request, subjects)
    return (of.build(replace(request, area_code=each.area_code, subject=each.id)) for each in subjects)


_PAPERS: dict[str, Paper] = {}


def register_paper(paper: Paper) -> Paper:
    """Make a paper known. Raises ValueError when its name is taken by another."""
    if _PAPERS.get(paper.name, paper) != paper:
        raise ValueError(f"Two papers are called {paper.name!r}.")
    _PAPERS[paper.name] = paper
    return paper


def paper(name: str) -> Paper:
    """The paper of that key or Chinese title. Raises KeyError."""
    if name in _PAPERS:
        return _PAPERS[name]
    for known in _PAPERS.values():
        if known.title == name:
            return known
    raise KeyError(name)


def papers() -> tuple[Paper, ...]:
    """All papers in the order they were registered."""
    return tuple(_PAPERS.values())
