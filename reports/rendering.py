"""The one door to all formats: a Document and the name of a format in, the bytes of a file out."""

from __future__ import annotations

from importlib import import_module
from typing import Final, Literal, get_args

from reports.document import Document

Format = Literal["pdf", "xlsx", "docx", "html"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

MEDIA_TYPES: Final[dict[Format, str]] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}


class UnknownFormat(ValueError):
    """Nobody prints papers in this format."""


def render(document: Document, format: Format) -> bytes:  # noqa: A002 - the word the contract uses
    """The file's bytes; equal documents give equal bytes. Raises UnknownFormat for a format that is not in FORMATS.

    Renderers are loaded when first asked for: a start that prints nothing pays for none of them.
    """
    if format not in FORMATS:
        raise UnknownFormat(f"没有这种格式：{format}。可选 {'、'.join(FORMATS)}")
    made: bytes = import_module(f"reports.renderers.{format}").render(document)
    return made
