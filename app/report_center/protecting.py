"""What is done to a finished PDF for the one who takes it away: a watermark under each page, a password (AES-256)."""

from __future__ import annotations

import io
import secrets
from datetime import date

import pikepdf

from app.report_center.rules import SubmissionRefused
from app.security.actor import Actor
from reports.renderers.pdf_watermark import LONGEST, SIZE, outlines, placed

SHORTEST_PASSWORD = 6
LONGEST_PASSWORD = 64


def watermark_of(actor: Actor, place: str, day: date) -> str:
    """桂花社区 王敏 2026-11-22: who took the paper away, and when."""
    return f"{place} {actor.name} {day.isoformat()}"[:LONGEST]


def check_password(text: str) -> str:
    """A password for a PDF; '' is none. Raises SubmissionRefused for one that is too short or cannot be typed."""
    if not text:
        return ""
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        raise SubmissionRefused(f"打开密码要 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 位。")
    if not text.isprintable() or not text.isascii():
        raise SubmissionRefused("打开密码只能用字母、数字和键盘上的符号，别的电脑才打得开。")
    return text


def protected(data: bytes, *, watermark: str = "", password: str = "") -> bytes:
    """The PDF with a watermark under its pages and, with a password, encrypted (AES-256); as it is without either."""
    if not watermark and not password:
        return data
    with pikepdf.open(io.BytesIO(data)) as document:
        if watermark:
            _mark(document, watermark)
        out = io.BytesIO()
        if password:
            # Whoever has the password may read and print; the owner's is thrown away, so that nobody lifts the rest.
            allow = pikepdf.Permissions(extract=False, modify_annotation=False, modify_other=False)
            encryption = pikepdf.Encryption(user=password, owner=secrets.token_urlsafe(24), R=6, allow=allow)
            document.save(out, encryption=encryption)
        else:
            document.save(out)
    return out.getvalue()


def _mark(document: pikepdf.Pdf, text: str) -> None:
    path, width = outlines(text)
    form = document.make_stream(
        path, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[-SIZE, -SIZE, width + SIZE, SIZE * 2]
    )
    form = document.make_indirect(form)
    for page in document.pages:
        left, bottom, right, top = (float(number) for number in page.mediabox)
        name = page.add_resource(form, pikepdf.Name.XObject)
        page.contents_add(placed(str(name), right - left, top - bottom, width), prepend=True)
