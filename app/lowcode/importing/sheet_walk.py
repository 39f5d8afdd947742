"""One walk over the XML of each sheet of an .xlsx workbook tells what the fast reader does not: how far the content
reaches, which rows are hidden and which are struck through."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.lowcode.importing.containers import MOST_BYTES, FileIsRefused, damaged
from app.lowcode.importing.extent import Extent
from app.lowcode.importing.struck import StruckRows, struck_styles

_CHUNK = 1024 * 1024
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?>")
_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
_HIDDEN = (b'hidden="1"', b'hidden="true"')


@dataclass(frozen=True)
class Told:
    """About one sheet; rows are counted from 0."""

    too_far: str = ""
    """Why it cannot be read: a cell with content stands too far out."""
    hidden: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()


def walk(data: bytes) -> dict[str, Told]:
    """Sheet name → what its XML tells.

    Raises FileIsRefused where a sheet without a name reaches too far, the archive lies about its size, or does not open.
    """
    found: dict[str, Told] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = {part: name for name, part in sheet_parts(package)}
            styles = struck_styles(package)
            for part in package.namelist():
                if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
                    continue
                told = _walk_one(package, part, names.get(part), styles)
                if part in names:
                    found[names[part]] = told
                elif told.too_far:
                    raise FileIsRefused(told.too_far)
    except FileIsRefused:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, KeyError, ValueError) as fault:
        raise damaged() from fault
    return found


def _walk_one(package: zipfile.ZipFile, part: str, name: str | None, styles: frozenset[int]) -> Told:
    extent, struck, hidden = Extent(), StruckRows(styles), set[int]()
    for window in _windows(package, part):
        extent.see(window)
        hidden.update(_hidden_in(window))
        if styles:
            struck.see(window)
    return Told(extent.why_too_far(name), frozenset(hidden), struck.rows())


def _windows(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces of about a megabyte that begin with a cell or a row; where none is near, with a tag."""
    seen, rest = 0, b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            seen += len(chunk)
            if seen > MOST_BYTES:  # the directory of the archive may lie about sizes
                raise FileIsRefused("这个表解开后大得不正常，没有打开。请另存一份再上传。")
            window = rest + chunk
            end = window.rfind(b"<", 0, max(window.rfind(b' r="', len(rest)), 0))
            if end <= 0:
                end = window.rfind(b"<", len(rest))
            if end <= 0:
                rest = b""
                yield window
            else:
                rest = window[end:]
                yield window[:end]
    yield rest


def sheet_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet."""
    targets = {}
    for tag in _RELATION.findall(package.read("xl/_rels/workbook.xml.rels")):
        targets[_attribute(tag, "Id")] = posixpath.normpath(posixpath.join("xl", _attribute(tag, "Target").lstrip("/")))
    parts = frozenset(package.namelist())
    for tag in _SHEET.findall(package.read("xl/workbook.xml")):
        part = targets.get(_attribute(tag, "r:id") or _attribute(tag, "id"), "")
        part = part.removeprefix("xl/") if part.startswith("xl/xl/") else part
        if part in parts:
            yield _unescaped(_attribute(tag, "name")), part


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb"\s" + name.encode() + rb'\s*=\s*"([^"]*)"', tag)
    return found[1].decode("utf-8", "replace") if found else ""


def _unescaped(name: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        name = name.replace(entity, char)
    return name


def _hidden_in(window: bytes) -> Iterator[int]:
    if any(sign in window for sign in _HIDDEN):
        for tag in _ROW.findall(window):
            if any(sign in tag for sign in _HIDDEN) and (found := _NUMBER.search(tag)):
                yield int(found[1]) - 1
