"""What a part of a workbook or letter would call when it is opened: links outside, functions and fields that fetch.

The XML is parsed, as Excel and Word will: letters written as &#72; or cut over several runs are the same letters.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

Unreadable = etree.XMLSyntaxError
"""Raised for a part that is no XML."""

_FORMULAS = frozenset({"f", "formula", "formula1", "formula2", "definedName", "oldFormula", "xmFormula"})
"""Elements of a sheet whose text Excel computes; xm:f of extensions is `f` as well."""
_FIELD_PARTS = frozenset({"instrText", "delInstrText"})
_CALLS = re.compile(
    r"\b(HYPERLINK|WEBSERVICE|FILTERXML|IMPORTXML|IMPORTDATA|IMAGE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|DDE|DDEAUTO|"
    r"INCLUDETEXT|INCLUDEPICTURE|SQL\.REQUEST)\b\s*(?:\(|\||\\|\"|'|http|[A-Za-z]:|\s|$)",
    re.IGNORECASE,
)
_DDE = re.compile(r"[\w.\"']+\|\s*['\"]", re.IGNORECASE)
_FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|HYPERLINK(?!\s+\\l\b)|MACROBUTTON|DATABASE|RD)\b", re.IGNORECASE
)
"""A table of contents links to places of its own letter: HYPERLINK with the switch l."""
_OUTSIDE = re.compile(r"^\s*(?:https?:|ftp:|file:|\\\\)", re.IGNORECASE)
_SOURCES = frozenset({"src", "href", "althref"})


@dataclass(frozen=True, slots=True)
class Call:
    """One call outside, in words."""

    text: str
    is_field: bool = False


def found_in(xml: bytes, kind: str, *, is_relations: bool) -> Call | None:
    """The first call outside of a part; None where there is none. Raises Unreadable."""
    field = ""
    for element in _elements(xml):
        name = etree.QName(element).localname
        if is_relations:
            if element.get("TargetMode", "").strip().lower() == "external":
                return Call("模板里有指向外部的链接或图片")
            continue
        if any(
            etree.QName(key).localname in _SOURCES and _OUTSIDE.match(value) for key, value in element.attrib.items()
        ):
            return Call("模板里有指向外部的链接或图片")
        if kind == "xlsx":
            if name in _FORMULAS and (call := _in_formula("".join(element.itertext()))):
                return Call(f"公式里有会连到外面的 {call}")
            continue
        if name in _FIELD_PARTS:
            field += "".join(element.itertext())
        elif name == "fldSimple":
            field += " " + next((value for key, value in element.attrib.items() if key.endswith("instr")), "")
        elif name == "p" and field:
            # Word puts a field together from the runs of its paragraph.
            if hit := _FIELDS.search(field):
                return _field_call(hit)
            field = ""
    found = _FIELDS.search(field)
    return _field_call(found) if found else None


def _field_call(found: re.Match[str]) -> Call:
    return Call(f"文稿的域里有会连到外面的 {found[1].upper()}", is_field=True)


def _in_formula(text: str) -> str:
    call = _CALLS.search(text)
    if call:
        return call[1].upper()
    return "DDE" if _DDE.search(text) else ""


def _elements(xml: bytes) -> Iterator[Any]:
    """Elements as they end; each is emptied behind us, so that a large sheet needs little memory."""
    for _event, element in etree.iterparse(
        io.BytesIO(xml), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
        remove_comments=True, remove_pis=True,
    ):  # fmt: skip
        if not isinstance(element.tag, str):
            continue
        yield element
        if etree.QName(element).localname in ("row", "p", "si"):
            element.clear()
