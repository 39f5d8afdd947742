"""The file of one case: items kept and taken out, and the whole bound as one PDF with cover, list and page numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pikepdf

from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.files import store
from app.files.models import Attachment, StoredFile
from app.files.service import attach, remove
from app.lowcode.papers import PaperRequest
from app.lowcode.service import SaveRefused
from app.mediations import queries, rules
from app.mediations.models import CASES, DossierFile, MediationCase
from app.mediations.page_numbers import number_pages
from app.mediations.papers import OF_ITEM, SHEETS, case_of
from app.periods.rules import Period
from app.security import audit
from app.security.actor import Actor, acting_as
from app.security.beyond import beyond_scope
from reports.contents import mediation
from reports.contents.mediation import Listed
from reports.document import Document, Picture
from reports.rendering import render

PICTURE_MM = 150.0
APART, UNREADABLE = "原件另附", "文件打不开，原件另附"


def keep(row: MediationCase, item: str, name: str, data: bytes, *, by: Actor) -> DossierFile:
    """Keep a file as one item of the dossier; its name begins with the item's. Raises SaveRefused, FileRefused,
    NotPermitted; a file in the cabinet takes nothing more.
    """
    if item not in rules.ITEM_NAMES:
        raise SaveRefused({"item": Sentence("请先选这是卷宗里的哪一项。")})
    with acting_as(by), writing() as session:
        _refuse_archived(row)
        title = rules.ITEM_NAMES[item]
        attachment = attach(CASES, row.uid, row.area_code, name if name.startswith(title) else f"{title}_{name}", data)
        session.flush()
        kept = DossierFile(case_id=row.id, area_code=row.area_code, item=item, attachment_id=attachment.id)
        session.add(kept)
        session.flush()
    return kept


def take_out(row: MediationCase, file_id: int, *, by: Actor) -> None:
    """Take a file out again; content and history stay. Raises SaveRefused, NotPermitted."""
    with acting_as(by), writing() as session:
        _refuse_archived(row)
        kept = session.get(DossierFile, file_id)
        if kept is None or kept.case_id != row.id:
            raise SaveRefused({"": Sentence("这份材料已不在，可能刚被拿掉。")})
        attachment_id = kept.attachment_id
        session.delete(kept)
        session.flush()
        remove(attachment_id)


def _refuse_archived(row: MediationCase) -> None:
    if row.state == "archived":
        raise SaveRefused({"": Sentence("已经归档，卷宗不能再改。")})


@dataclass(frozen=True, slots=True)
class Bound:
    """One item as it is bound: its PDFs, how many files it has, and what is kept apart."""

    item: rules.Item
    parts: tuple[bytes, ...]
    count: int
    note: str = ""


def bind(row: MediationCase, *, actor: Actor, today: date) -> bytes:
    """The whole file as one PDF: cover with list, the items in their order, back cover; bookmarks for each."""
    request = PaperRequest(row.area_code, Period.of("month", today), today, actor, subject=row.uid)
    with acting_as(actor):
        case = case_of(row, request)
        bound = [_bound(each, row, case) for each in rules.ITEMS if each.key != "back"]
        audit_note = f"{row.number}卷宗"
        with writing():
            audit.record("printed", CASES, area_code=row.area_code, row_uid=row.uid, note=audit_note)
    counts = [sum(_page_count(part) for part in each.parts) for each in bound]
    # The cover's own length depends on nothing but its rows, so that it is laid out twice: for its pages, then for good.
    first = _page_count(_pdf(mediation.cover(case, _listed(bound, counts, 0), made_on=today))) + 1
    cover = _pdf(mediation.cover(case, _listed(bound, counts, first), made_on=today))
    pages = first - 1 + sum(counts) + 1
    back = _pdf(mediation.back(case, pages=pages, made_on=today))
    return _merged([("封面和目录", (cover,)), *((each.item.name, each.parts) for each in bound), ("封底", (back,))])


def _listed(bound: Sequence[Bound], counts: Sequence[int], first: int) -> list[Listed]:
    found, page = [], first
    for each, count in zip(bound, counts, strict=True):
        found.append(Listed(each.item.name, each.count, page if count and first else None, each.note))
        page += count
    return [*found, Listed("封底", 1, page if first else None)]


def _bound(item: rules.Item, row: MediationCase, case: mediation.Case) -> Bound:
    files = [attachment for kept, attachment in queries.files_of(row.id) if kept.item == item.key]
    parts, notes = [], []
    for attachment in files:
        part, note = _as_pdf(attachment)
        if part is not None:
            parts.append(part)
        if note:
            notes.append(note)
    if not files and item.key in OF_ITEM and item.key in rules.required(queries.facts_of(row)):
        _title, build = SHEETS[OF_ITEM[item.key]]
        return Bound(item, (_pdf(build(case)),), 1, "待签字")
    return Bound(item, tuple(parts), len(files), "、".join(dict.fromkeys(notes)))


def _as_pdf(attachment: Attachment) -> tuple[bytes | None, str]:
    """A kept file as PDF pages; None and a remark where it is none that can be bound (Word, Excel, damaged)."""
    with beyond_scope():
        stored = db.session.get(StoredFile, attachment.digest)
    media_type = stored.media_type if stored is not None else ""
    if media_type != "application/pdf" and not media_type.startswith("image/"):
        return None, APART
    data = store.read(attachment.digest)
    try:
        if media_type == "application/pdf":
            _page_count(data)
            return data, ""
        return _pdf(Document("", (Picture(data, PICTURE_MM, attachment.title),))), ""
    except (pikepdf.PdfError, ValueError, OSError):
        return None, UNREADABLE


def _pdf(document: Document) -> bytes:
    return render(document, "pdf")


def _page_count(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as document:
        return len(document.pages)


def _merged(parts: Sequence[tuple[str, Sequence[bytes]]]) -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as whole:
        with whole.open_outline() as outline:
            for title, pieces in parts:
                if pieces:
                    outline.root.append(pikepdf.OutlineItem(title, len(whole.pages)))
                for piece in pieces:
                    with pikepdf.open(io.BytesIO(piece)) as part:
                        whole.pages.extend(part.pages)
        number_pages(whole)
        whole.Root.PageMode = pikepdf.Name.UseOutlines
        whole.save(target, deterministic_id=True)
    return target.getvalue()
