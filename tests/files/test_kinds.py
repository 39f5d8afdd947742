"""Kinds told from the bytes, and names made safe; no database."""

from __future__ import annotations

import io

import docx
import openpyxl
import pytest

from app.files import kinds
from app.files.kinds import CSV, DOC, DOCX, JPG, OFD, PDF, PNG, TXT, XLS, XLSX, FileKind, FileRefused, kind_of
from app.files.rules import safe_name, size_text, suffix_of
from tests.files import contents


def _saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (contents.PDF, "pdf", PDF),
        (contents.picture("PNG"), "png", PNG),
        (contents.picture("JPEG"), "png", JPG),
        (_saved(docx.Document()), "docx", DOCX),
        (_saved(openpyxl.Workbook()), "xlsx", XLSX),
        (contents.ole("WordDocument"), "doc", DOC),
        (contents.ole("Workbook"), "xls", XLS),
        (contents.archive({"OFD.xml": b"<x/>"}), "ofd", OFD),
        ("姓名,电话\n".encode("utf-8-sig"), "csv", CSV),
        ("会议记录\r\n".encode("gb18030"), "txt", TXT),
    ],
)
def test_a_kind_is_told_from_the_bytes(data: bytes, suffix: str, kind: FileKind) -> None:
    assert kind_of(data, suffix=suffix) is kind


@pytest.mark.parametrize(
    ("data", "suffix", "why"),
    [
        (b"", "pdf", "空的"),
        (b"MZ\x90\x00" + b"\0" * 100, "jpg", "认不出"),
        (b"\x7fELF" + b"\0" * 100, "txt", "认不出"),
        (b"<html><script>alert(1)</script></html>", "html", "认不出"),
        (b"\xff\xfe\x00\x81\xff", "txt", "认不出"),
        (contents.PDF[:-8], "pdf", "不完整"),
        (contents.bomb_png(), "png", "尺寸太大"),
        (contents.picture("PNG")[:-30], "png", "打不开"),
        (contents.picture("JPEG", width=800, height=600)[:9000], "jpg", "打不开"),
        (b"\xff\xd8\xff" + b"not a picture", "jpg", "打不开"),
        (contents.archive({"a.exe": b"MZ"}), "zip", "解压后"),
        (contents.archive({"a.exe": b"MZ"})[:60], "docx", "打不开"),
        (contents.document("word/document.xml", **{"word/vbaProject.bin": b"x"}), "docx", "宏"),
        (contents.document("ppt/presentation.xml"), "pptx", "解压后"),
        (contents.ole("PowerPoint Document"), "ppt", "不是 Word 或 Excel"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic", "转成 JPG"),
        (contents.bomb_png(width=9000, height=9000), "png", "9000×9000 像素"),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else value,
)
def test_what_cannot_be_attached_is_refused_in_words(data: bytes, suffix: str, why: str) -> None:
    with pytest.raises(FileRefused, match=why) as refusal:
        kind_of(data, suffix=suffix)
    assert str(refusal.value).endswith("。")


def test_a_document_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    big = contents.document("xl/workbook.xml", big=b"\0" * 3_000_000)
    assert kind_of(big, suffix="xlsx") is XLSX
    monkeypatch.setattr(kinds, "MOST_UNPACKED_BYTES", 2_000_000)
    with pytest.raises(FileRefused, match="大得不正常"):
        kind_of(big, suffix="xlsx")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("会议记录.pdf", "会议记录.pdf"),
        ("会议记录.PDF", "会议记录.pdf"),
        (r"C:\桌面\2026年 名册.xlsx", "2026年 名册.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("照片.jpg", "照片.pdf"),
        ("a\u202efdp.exe", "afdp.pdf"),
        ('报<告>"一".pdf', "报 告 一.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie  x.pdf"),
        ("...", "附件.pdf"),
        ("", "附件.pdf"),
        (".pdf", "pdf.pdf"),
        ("con.pdf", "附件con.pdf"),
        ("2026.10.31会议纪要", "2026.10.31会议纪要.pdf"),
        ("v1.2 说明", "v1.2 说明.pdf"),
    ],
)
def test_names_are_made_safe(name: str, kept: str) -> None:
    assert safe_name(name, suffix="pdf") == kept


def test_a_long_name_is_cut_before_its_suffix_and_as_good_a_suffix_stays() -> None:
    long = safe_name("长" * 300 + ".docx", suffix="docx")
    assert len(long) == 100
    assert long.endswith("长.docx")
    assert safe_name("照片.JPEG", suffix="jpg", also=("jpeg",)) == "照片.jpeg"


def test_suffixes_and_sizes() -> None:
    assert [suffix_of(name) for name in ("a.PDF", "a", ".pdf", "a.b.csv")] == ["pdf", "", "", "csv"]
    assert [size_text(size) for size in (812, 34_900, 2_400_000)] == ["812 字节", "34 KB", "2.3 MB"]
