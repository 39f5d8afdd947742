"""Files that hold a whole book: YAML for those who keep it as text, a workbook for everybody else."""

from __future__ import annotations

from app.lowcode.importing.containers import FileIsRefused
from app.points.books.rules import Book, BookRefused
from app.points.books.shipped import read_text
from app.points.books.workbook import read_workbook

LARGEST = 1024 * 1024
"""Bytes; a book of three hundred rules needs a tenth of it."""
ZIP = b"PK\x03\x04"


def read_book_file(data: bytes, *, source: str) -> Book:
    """The book of a file, by what its bytes are and not by its name. Raises BookRefused in words."""
    if len(data) > LARGEST:
        raise BookRefused(f"{source}：文件太大，不像是一本细则。")
    if data.startswith(ZIP):
        try:
            return read_workbook(data, source=source)
        except FileIsRefused as refused:
            raise BookRefused(f"{source}：{refused}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BookRefused(
            f"{source}：既不是 Excel，也不是 UTF-8 文字文件，不能读取。请用细则页面下载的文件来改。"
        ) from None
    return read_text(text, source=source)
