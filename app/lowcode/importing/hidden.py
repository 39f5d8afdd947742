"""Which rows of an .xlsx workbook are hidden: a small pass over its XML, since the fast reader does not say."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator

_CHUNK = 1024 * 1024
_OVERLAP = 400
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?>")
_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
_HIDDEN = (b'hidden="1"', b'hidden="true"')


def hidden_rows(data: bytes) -> dict[str, frozenset[int]]:
    """Sheet name → its hidden rows, counted from 0. What cannot be read counts as not hidden."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return {name: frozenset(_hidden_in(package, part)) for name, part in sheet_parts(package)}
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        KeyError,
        OSError,
        RuntimeError,
        ValueError,
        EOFError,
        zlib.error,
    ):
        return {}


def sheet_parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet."""
    targets = {}
    for tag in _RELATION.findall(package.read("xl/_rels/workbook.xml.rels")):
        targets[_attribute(tag, "Id")] = posixpath.normpath(posixpath.join("xl", _attribute(tag, "Target").lstrip("/")))
    for tag in _SHEET.findall(package.read("xl/workbook.xml")):
        part = targets.get(_attribute(tag, "r:id") or _attribute(tag, "id"), "")
        part = part.removeprefix("xl/") if part.startswith("xl/xl/") else part
        if part in package.namelist():
            yield _unescaped(_attribute(tag, "name")), part


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb"\s" + name.encode() + rb'\s*=\s*"([^"]*)"', tag)
    return found[1].decode("utf-8", "replace") if found else ""


def _unescaped(name: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        name = name.replace(entity, char)
    return name


def _hidden_in(package: zipfile.ZipFile, part: str) -> Iterator[int]:
    rest = b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            window = rest + chunk
            if any(sign in window for sign in _HIDDEN):
                for tag in _ROW.findall(window):
                    if any(sign in tag for sign in _HIDDEN) and (found := _NUMBER.search(tag)):
                        yield int(found[1]) - 1
            rest = window[-_OVERLAP:]
