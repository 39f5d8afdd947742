"""A letter as the paper it prints: the signed version as it was, or the draft as it stands now."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from app.areas.queries import name_of
from app.clock import SHANGHAI
from app.letters import rules
from app.letters.models import Letter
from app.letters.queries import version_document
from app.settings.profile import Issuer
from app.settings.queries import has_profile, profile
from reports.contents import letters, whistle_order
from reports.document import Document, Paragraph


def sender_of(area_code: str) -> Issuer | None:
    """Who sends letters for an area, by the district's profile; None where nobody is named."""
    return profile().issuer(area_code, name_of(area_code)) if has_profile() else None


def document_of(letter: Letter, *, today: date) -> Document:
    """The paper: frozen once it is signed; a draft carries 草稿 and, while its text is mended, the number it has."""
    if letter.state != rules.DRAFT:
        stood = version_document(letter.id, letter.issue)
        if stood is not None:
            return stood
    return made(letter, signed_on=today, signatory=letter.signatory, number=letter.number, is_draft=True)


def made(letter: Letter, *, signed_on: date, signatory: str, number: str, is_draft: bool) -> Document:
    """The paper from the letter's own values."""
    if letter.kind == rules.WHISTLE:
        return _whistle(letter, signed_on, signatory, number, is_draft=is_draft)
    sender = _sender(letter, signed_on, number)
    if letter.kind == rules.LIAISON:
        return letters.build_liaison(
            sender, rules.lines_of(letter.body), addressee=letter.addressee, about=letter.name,
            asked=rules.lines_of(letter.asked), reply_by=letter.reply_by,
            attachments=rules.lines_of(letter.attachments), copies_to=rules.names_of(letter.copies_to),
            is_draft=is_draft,
        )  # fmt: skip
    if not letter.matter_rows:
        words = "还没有填督办事项，填好以后在这里预览。"
        return Document(f"关于{letter.name}的督办函", (Paragraph(words),), style="official", is_draft=is_draft)
    return letters.build_supervision(
        sender, [_matter(row, letter) for row in letter.matter_rows], addressee=letter.addressee, about=letter.name,
        urged="".join(rules.lines_of(letter.body)), demands=rules.lines_of(letter.asked), level=letter.level or 1,
        copies_to=rules.names_of(letter.copies_to), is_draft=is_draft,
    )  # fmt: skip


def _sender(letter: Letter, signed_on: date, number: str) -> letters.Sender:
    issuer = sender_of(letter.area_code)
    return letters.Sender(
        mark=issuer.office if issuer is not None else name_of(letter.area_code), number=number, signed_on=signed_on,
        contact=letter.contact or "", phone=letter.phone or "",
    )  # fmt: skip


def _matter(row: Any, letter: Letter) -> letters.Matter:
    return letters.Matter(
        row.number or "", row.problem, row.location or "", row.unit or letter.addressee, row.assigned_on,
        row.was_due_on, row.demand or "", row.due_on,
    )  # fmt: skip


def _whistle(letter: Letter, signed_on: date, signatory: str, number: str, *, is_draft: bool) -> Document:
    issuer = sender_of(letter.area_code)
    office = issuer.office if issuer is not None else name_of(letter.area_code)
    return whistle_order.build(
        whistle_order.Whistle(
            number=number, kind=letter.whistle_kind or "", blown_by=office, signed_by=signatory,
            blown_at=datetime.combine(signed_on, time(9), tzinfo=SHANGHAI), source=letter.source or "",
            place=letter.location or "", problem="\n".join(rules.lines_of(letter.body)), lead=letter.addressee,
            supporting=rules.names_of(letter.copies_to), done_so_far=letter.done_so_far or "",
            report_at=letter.report_at or "", due_on=letter.reply_by, round=2 if letter.follows else 1,
            follows=letter.follows or "",
        ),
        street=name_of(letter.area_code),
        is_draft=is_draft,
    )  # fmt: skip
