"""What must not be in an uploaded template, each named in words: macros, links to elsewhere, bombs, entities, calls."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from app.office_templates import calls
from app.office_templates.rules import TemplateRefused

MOST_UPLOAD = 10 * 1024 * 1024
MOST_PARTS = 2_000
MOST_UNPACKED = 120 * 1024 * 1024
MOST_RATIO = 200
"""Unpacked by packed of one part above a megabyte; text of offices stays far below."""
_BIG_PART = 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PARTS_READ = (".xml", ".rels", ".vml")
_PARTS: tuple[tuple[str, str], ...] = (
    (r"vbaproject|vbadata|/macrosheets/|/dialogsheets/", "宏（程序）"),
    (r"externallinks/", "指向别的工作簿的链接"),
    (r"activex/|ctrlprops/", "控件"),
    (r"embeddings/|oleobject", "嵌入的文件"),
    (r"connections\.xml|querytables/|/model/item", "连到外部数据的查询"),
    (r"afchunk|\.mht|\.html?$", "嵌入的网页"),
    (r"customui|webextensions", "加载项"),
)
_HOW = "请在 Excel、WPS 或 Word 里删掉它，另存为普通的 .xlsx 或 .docx 再上传。"


def check(data: bytes) -> str:
    """ "xlsx" or "docx" for a template that may be taken. Raises TemplateRefused naming what is in it and where."""
    if len(data) > MOST_UPLOAD:
        raise TemplateRefused(f"模板有 {len(data) // 1024 // 1024} 兆，超过 10 兆。请去掉大图片再上传。")
    if data.startswith(_OLE):
        raise TemplateRefused("这是加了密码或旧格式（.xls、.doc）的文件。请去掉密码，另存为 .xlsx 或 .docx 再上传。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = package.infolist()
            _refuse_bombs(infos)
            kind = _kind({info.filename for info in infos})
            for name, what in _named_parts(infos):
                raise TemplateRefused(f"模板里有{what}（{name}），不能使用。{_HOW}")
            for info in infos:
                if info.filename.lower().endswith(_PARTS_READ) or "/" not in info.filename:
                    _check_part(info.filename, package.read(info), kind)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        calls.Unreadable,
    ) as fault:
        if isinstance(fault, TemplateRefused):
            raise
        raise TemplateRefused("这个文件打不开，可能已经损坏，或不是 .xlsx、.docx。请重新保存后再上传。") from fault
    return kind


def _refuse_bombs(infos: list[zipfile.ZipInfo]) -> None:
    total = sum(info.file_size for info in infos)
    swollen = [
        info for info in infos
        if info.file_size > _BIG_PART and info.file_size > MOST_RATIO * max(info.compress_size, 1)
    ]  # fmt: skip
    names = [info.filename for info in infos]
    if len(infos) > MOST_PARTS or total > MOST_UNPACKED or swollen:
        raise TemplateRefused("这个文件解开以后大得不正常，像是压缩炸弹，没有打开。请用原来的软件重新另存一份。")
    if len(set(names)) != len(names) or any(name.startswith(("/", "..")) or "../" in name for name in names):
        raise TemplateRefused("这个文件里部件的名字重复或指向外面，没有打开。请用原来的软件重新另存一份。")
    if any(info.flag_bits & 1 for info in infos):
        raise TemplateRefused("这个文件加了密码。请去掉密码再上传。")


def _kind(names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    raise TemplateRefused("这不是 Excel（.xlsx）或 Word（.docx）文件。请上传办公室自己的表格或文稿。")


def _named_parts(infos: list[zipfile.ZipInfo]) -> Iterator[tuple[str, str]]:
    for info in infos:
        for form, what in _PARTS:
            if re.search(form, info.filename.lower()):
                yield info.filename, what


def _check_part(name: str, xml: bytes, kind: str) -> None:
    if not xml.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" in xml[:200]:
        raise TemplateRefused(f"{name} 的编码认不出来。{_HOW}")
    if _ENTITIES.search(xml):
        raise TemplateRefused(f"{name} 里有文档类型或实体定义，可能夹带别的文件，没有打开。{_HOW}")
    if b"macroEnabled" in xml and name == "[Content_Types].xml":
        raise TemplateRefused(f"这是带宏的文件。{_HOW}")
    if not name.lower().endswith(_PARTS_READ):
        return
    found = calls.found_in(xml, kind, is_relations=name.lower().endswith(".rels"))
    if found is not None:
        where = "" if found.is_field else f"（{name}）"
        raise TemplateRefused(f"{found.text}{where}。{_HOW}")
