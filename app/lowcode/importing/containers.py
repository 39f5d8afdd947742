"""What kind of file the bytes are, whatever its name says, and whether it is safe to open."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Literal

Kind = Literal["xlsx", "xls", "text", "web", "xml"]
XML_SHEETS = b"urn:schemas-microsoft-com:office:spreadsheet"
"""The name space of the XML that Excel 2003 wrote."""

MOST_BYTES = 400 * 1024 * 1024
"""Uncompressed size of all parts of a workbook; 100,000 rows of twenty columns need about 150 MB."""
MOST_RATIO = 400
"""Uncompressed to compressed size of one large part; real sheets reach about 60, a bomb 1,000."""
SMALL_PART = 4 * 1024 * 1024
"""Parts below this may compress as well as they like."""
MOST_PARTS = 5_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")


class FileIsRefused(ValueError):
    """The file cannot be read; the message says why and what to do."""


def kind_of(data: bytes) -> Kind:
    """xlsx (also xlsm), xls (also WPS .et), the XML of Excel 2003, a web page's table, or text. Raises FileIsRefused for what is no table, naming what it seems to be."""
    if not data:
        raise FileIsRefused("这个文件是空的，里面没有内容。请打开原表，确认有数据后保存，再重新上传。")
    if data.startswith(b"PK"):
        _refuse_unsafe_zip(data)
        return "xlsx"
    if data.startswith(_OLE):
        return _ole_kind(data)
    if data.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")):
        raise FileIsRefused("这是很早以前的 Excel 格式。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。")
    if data.startswith(b"%PDF"):
        raise FileIsRefused("这是 PDF 文件，不是表格。请上传原来的 Excel 表；没有的话请下载模板填写。")
    if data.startswith(_PICTURES):
        raise FileIsRefused("这是图片，读不出表格里的字。请上传原来的 Excel 表；没有的话请下载模板填写。")
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise FileIsRefused("这是压缩包。请先解压，再上传里面的 Excel 表。")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<style", b"<head", b"<body", b"<div")):
        return "web"
    if head.startswith((b"<?xml", b"{\\rtf", b"mime-version", b"from: ", b"<!--", b"<xml", b"<workbook")):
        if XML_SHEETS in data[:4096]:
            return "xml"
        if b"<html" in head and b"<table" in data[:200_000].lower():
            return "web"
        raise FileIsRefused(
            "这是从网页或别的系统导出的文件，只是名字像 Excel。请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。"
        )
    return "text"


def _ole_kind(data: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileIsRefused("这个表设了打开密码，读不了。请打开后去掉密码，另存一份再上传。")
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "xls"
    if "WordDocument".encode("utf-16-le") in data:
        raise FileIsRefused("这是 Word 文档，不是表格。请把里面的表复制到 Excel，保存后再上传。")
    raise FileIsRefused("这个文件不是 Excel 表，或者已经损坏。请用 Excel 或 WPS 打开检查，另存一份再上传。")


def _refuse_unsafe_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            _refuse_foreign_package({part.filename for part in parts})
            _refuse_bomb(parts)
    except FileIsRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as fault:
        raise damaged() from fault


def damaged() -> FileIsRefused:
    """The refusal for a workbook that does not open."""
    return FileIsRefused("这个表打不开，文件可能没有传完整或已损坏。请用 Excel 或 WPS 打开检查，另存一份再上传。")


def _refuse_foreign_package(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise FileIsRefused("这是 .xlsb 格式的表。请用 Excel 打开，另存为 .xlsx 后再上传。")
    if "xl/workbook.xml" in names or any(name.endswith("/workbook.xml") for name in names):
        return
    if any(name.startswith("word/") for name in names):
        raise FileIsRefused("这是 Word 文档，不是表格。请把里面的表复制到 Excel，保存后再上传。")
    if any(name.startswith("ppt/") for name in names):
        raise FileIsRefused("这是演示文稿，不是表格。请上传 Excel 表。")
    if "content.xml" in names:
        raise FileIsRefused("这是 .ods 格式的表。请打开后另存为 .xlsx，再上传。")
    raise FileIsRefused("这是压缩包，不是 Excel 表。请先解压，再上传里面的表。")


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    too_big = FileIsRefused("这个表解开后大得不正常，没有打开。请用 Excel 打开，删掉多余的空行和图片，另存一份再上传。")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise too_big
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise too_big
