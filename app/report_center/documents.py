"""Which Document a paper is right now: frozen, the version handed in, or the figures of this moment; and its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.lowcode.papers import Format, Paper, PaperRequest, Subject, build_subjects
from app.lowcode.papers import paper as paper_named
from app.lowcode.register import register
from app.report_center.checking.queries import adjustment_table, adjustments_of
from app.report_center.digest import build_live, work_of
from app.report_center.models import Submission
from app.report_center.months.files import frozen_file
from app.report_center.months.queries import FrozenPrint, closing_month, frozen_print, is_held
from app.report_center.months.queries import mark as opening_mark
from app.report_center.months.rules import beside_final
from app.report_center.queries import (
    StoredPaper,
    is_asked_of,
    is_draft,
    locked_version,
    submission,
    submitted_papers,
    version_of,
)
from app.report_center.queries import words_for as words_of_office
from app.report_center.rules import PASSED, paragraphs, words_of
from app.security.actor import Actor
from reports.document import Block, Document, Heading, Paragraph, Table, long_date
from reports.fonts import unprintable
from reports.rendering import render

DIGEST = "digest"
_LIVE = {DIGEST: build_live}
"""Papers whose registered `build` answers with the version handed in; here is what makes them anew."""

PREVIEW_ROWS = 150


@dataclass(frozen=True, slots=True)
class Printable:
    """A paper ready to print; `number` is the version handed in, 0 for figures; `frozen` where its month is final."""

    document: Document
    number: int = 0
    frozen: FrozenPrint | None = None

    @property
    def is_kept(self) -> bool:
        """Whether it is a paper of another moment, handed in or final."""
        return bool(self.number or self.frozen)


def word_fields(paper: Paper) -> tuple[tuple[str, str], ...]:
    """What an office may write into a paper that goes up: (key, label)."""
    if paper.name == DIGEST:
        return ("problems", "存在问题"), ("next_steps", "下步工作")
    return (("note", "填报说明"),)


def live_document(paper: Paper, request: PaperRequest) -> Document:
    """The paper with the figures of this moment and the words written so far."""
    if paper.name in _LIVE:
        return _LIVE[paper.name](request)
    document = paper.build(request)
    if paper not in submitted_papers(request.period):
        return document
    note = paragraphs(words_of_office(paper.name, request.area_code, request.period).get("note", ""))
    added: tuple[Block, ...] = (Heading("填报说明", 1), *(Paragraph(line) for line in note)) if note else ()
    return replace(
        document,
        blocks=(*document.blocks, *added),
        is_draft=document.is_draft or is_draft(paper.name, request.area_code, request.period),
    )


def work_done(paper: Paper, request: PaperRequest, document: Document) -> tuple[str, ...]:
    """What speaks against 零报告, each in words (会议3场): the month's work, or rows in a paper that has no figures."""
    if paper.name == DIGEST:
        return work_of(request.area_code, request.period)
    tables = [block for block in document.blocks if isinstance(block, Table) and block.rows]
    return tuple(f"“{table.caption or document.title}”{len(table.rows)}行记录" for table in tables)


def printable(paper: Paper, request: PaperRequest, *, number: int = 0) -> Printable:
    """What is printed: the frozen paper of a final month, the version that is locked, or the figures of this moment.

    With `number` it is that version handed in. A version carries 草稿 until it is passed; one that was given back or
    followed by another carries it for ever. Raises LookupError for a version that is not there.
    """
    if number:
        return _version(paper, request, number)
    frozen = frozen_print(paper, request)
    if frozen is not None:
        return Printable(frozen.document, frozen.number, frozen)
    stood = stood_document(paper, request)
    document, locked = stood if stood is not None else (live_document(paper, request), 0)
    return Printable(_noted(document, _note_on_month(paper, request)), locked)


def printables(paper: Paper, request: PaperRequest, subjects: Sequence[Subject]) -> Iterator[Printable]:
    """What is printed about each of many subjects, in their order; papers of this moment are read together."""
    asked = [replace(request, area_code=each.area_code, subject=each.id) for each in subjects]
    if paper.build_each is None:
        yield from (printable(paper, each) for each in asked)
        return
    kept = [frozen_print(paper, each) for each in asked]
    live = build_subjects(paper, request, [each for each, frozen in zip(subjects, kept, strict=True) if frozen is None])
    said = {code: _note_on_month(paper, each) for code, each in {each.area_code: each for each in asked}.items()}
    for each, frozen in zip(asked, kept, strict=True):
        if frozen is not None:
            yield Printable(frozen.document, frozen.number, frozen)
        else:
            yield Printable(_noted(next(live), said[each.area_code]))


def _version(paper: Paper, request: PaperRequest, number: int) -> Printable:
    row = _submission_of(paper, request)
    stored = version_of(row.id, number) if row is not None else None
    if row is None or stored is None:
        raise LookupError(number)
    is_passed = row.state == PASSED and stored.number == row.number
    return Printable(replace(_with_adjustments(row, stored), is_draft=not is_passed), stored.number)


def _submission_of(paper: Paper, request: PaperRequest) -> Submission | None:
    if paper not in submitted_papers(request.period) or not is_asked_of(request.area_code):
        return None
    return submission(request.area_code, paper.name, request.period)


def stood_document(paper: Paper, request: PaperRequest) -> tuple[Document, int] | None:
    """The version handed in that counts now, with its number; None where the paper does not go up or is being filled."""
    row = _submission_of(paper, request)
    stored = locked_version(paper.name, request.area_code, request.period) if row is not None else None
    if row is None or stored is None:
        return None
    return replace(_with_adjustments(row, stored), is_draft=row.state != PASSED), stored.number


def _with_adjustments(row: Submission, stored: StoredPaper) -> Document:
    """The version as handed in, and after it what the street puts beside its figures."""
    table = adjustment_table(adjustments_of(row.id, stored.number), with_area=False)
    return replace(stored.document, blocks=(*stored.document.blocks, table)) if table else stored.document


def _note_on_month(paper: Paper, request: PaperRequest) -> str:
    """What a paper made anew says on every print: that its month was opened again, or is final without this paper."""
    if not paper.is_frozen:
        return ""
    month = closing_month(request.period)
    if is_held(request.area_code, month):
        return beside_final(month.title, long_date(request.today))
    return opening_mark(request.area_code, month, is_final=False)


def _noted(document: Document, note: str) -> Document:
    return replace(document, blocks=(*document.blocks, Paragraph(note))) if note else document


def build_digest(request: PaperRequest) -> Document:
    """月报 as it is printed by whoever asks: a community's version handed in stands, else it is made anew."""
    stood = stood_document(paper_named(DIGEST), request)
    return stood[0] if stood is not None else build_live(request)


def rendered(made: Printable, format_: Format) -> bytes:
    """The file: of a frozen paper always the same bytes, kept when it is first made."""
    return frozen_file(made.frozen, format_) if made.frozen is not None else render(made.document, format_)


def unprintable_characters(document: Document) -> list[str]:
    """Characters no font of ours has, each once; they print as 〓 and are named beforehand."""
    return unprintable("".join(words_of(document)))


def shortened(document: Document) -> tuple[Document, bool]:
    """The paper with long tables cut, for the preview; whether anything was cut."""
    is_cut = False
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Table) and len(block.rows) > PREVIEW_ROWS:
            is_cut = True
            more = f"预览只显示前 {PREVIEW_ROWS} 行，打印时全部 {len(block.rows)} 行都在。"
            blocks.append(replace(block, rows=block.rows[:PREVIEW_ROWS], totals=None, note=more))
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks)), is_cut


def title_of(paper: Paper) -> str:
    """What the district calls the paper: a roster's is that of its register, which settings may rename."""
    try:
        return register(paper.name).title
    except KeyError:
        return paper.title


def may_print(actor: Actor, paper: Paper, area_code: str, *, permission: str) -> bool:
    """Whether the actor may see (`read`) or take away (`export`) that paper of that area."""
    return actor.covers(paper.resource, permission, area_code)
