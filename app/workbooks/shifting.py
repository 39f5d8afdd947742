"""What else follows when rows come and go: merges, validations, conditional formats, names, tables, pictures, charts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.workbooks import markup
from app.workbooks.markup import TAG
from app.workbooks.package import Package
from app.workbooks.references import RowPlan, area_name, area_of, shifted_areas, shifted_formula

Shift = Callable[[str], str]
"""A formula before → afterwards."""

_FORMULAS = frozenset({b"formula", b"formula1", b"formula2", b"f"})
_LISTED = {
    b"mergeCells": b"mergeCell", b"dataValidations": b"dataValidation", b"hyperlinks": b"hyperlink",
    b"ignoredErrors": b"ignoredError", b"protectedRanges": b"protectedRange", b"cellWatches": b"cellWatch",
    b"rowBreaks": b"brk",
}  # fmt: skip
"""Lists of a sheet whose members go with their cells."""
_ROW = re.compile(rb"<((?:\w+:)?)row>\s*(\d+)\s*</(?:\w+:)?row>")
_ANCHOR = re.compile(rb"<((?:\w+:)?)(twoCellAnchor|oneCellAnchor|anchor)\b.*?</\1\2>", re.DOTALL)
_FROM = re.compile(rb"<(?:\w+:)?from>.*?</(?:\w+:)?from>", re.DOTALL)
_TO = re.compile(rb"<(?:\w+:)?to>.*?</(?:\w+:)?to>", re.DOTALL)


def shift_tail(tail: bytes, plan: RowPlan, shift: Shift) -> bytes:
    """What stands behind the rows of a sheet (from </sheetData> on), afterwards."""
    pieces, copied = [], 0
    start = tail.find(b">") + 1
    for each in markup.children(tail, start):
        whole = each.whole(tail)
        new = _shifted(each, whole, plan, shift)
        if new != whole:
            pieces += [tail[copied : each.start], new]
            copied = each.end
    return b"".join(pieces) + tail[copied:]


def _shifted(each: markup.Element, whole: bytes, plan: RowPlan, shift: Shift) -> bytes:
    if each.name in _LISTED:
        return _shifted_list(each, whole, plan, shift)
    if each.name == b"conditionalFormatting":
        areas = shifted_areas(each.get("sqref") or "", plan)
        return _within(whole, plan, shift) if areas else b""
    if each.name == b"autoFilter" and not shifted_areas(each.get("ref") or "", plan):
        return b""
    return _within(whole, plan, shift)


def _shifted_list(each: markup.Element, whole: bytes, plan: RowPlan, shift: Shift) -> bytes:
    content = each.content(whole) if each.start == 0 else whole[each.inner - each.start : each.close - each.start]
    members = []
    for member in markup.children(content):
        before = member.whole(content)
        if each.name == b"mergeCells":
            members += _merges(member, before, plan)
        elif each.name == b"rowBreaks":
            row = plan.moved(int(member.get("id") or 0))
            if row:
                members.append(_tag(member, markup.with_attribute(member.attributes, "id", str(row))))
        else:
            key = next((key for key in ("sqref", "ref", "r") if member.get(key) is not None), "")
            if not key or shifted_areas(member.get(key) or "", plan, widens=each.name != b"hyperlinks"):
                members.append(_within(before, plan, shift, widens=each.name != b"hyperlinks"))
    if not members:
        return b""
    raw = each.attributes
    for key in ("count", "manualBreakCount"):
        if each.get(key) is not None:
            raw = markup.with_attribute(raw, key, str(len(members)))
    tag = each.prefix + each.name
    return b"<" + tag + raw + b">" + b"".join(members) + b"</" + tag + b">"


def _merges(member: markup.Element, before: bytes, plan: RowPlan) -> list[bytes]:
    """A merge afterwards, and its copies in rows that are made like the one it lies in."""
    area = area_of(member.get("ref") or "")
    if area is None:
        return [before]
    found = []
    new = plan.area(area, widens=False)
    if new is not None and new[:2] != new[2:]:
        raw = markup.with_attribute(member.attributes, "ref", area_name(new))
        found.append(before if new == area else _tag(member, raw))
    if area[0] == area[2]:
        for each in plan.inserted:
            if each.like == area[0] and each.count > 0:
                first = plan.first_of(each)
                found += [
                    _tag(member, markup.with_attribute(b"", "ref", area_name((row, area[1], row, area[3]))))
                    for row in range(first, first + each.count)
                ]
    return found


def _tag(member: markup.Element, raw: bytes) -> bytes:
    return b"<" + member.prefix + member.name + raw + b"/>"


def _within(xml: bytes, plan: RowPlan, shift: Shift, *, widens: bool = True) -> bytes:
    """References in attributes and formulas of any element."""
    pieces, copied = [], 0
    for match in TAG.finditer(xml):
        if match[1]:
            continue
        raw = match[4]
        for key in ("sqref", "ref"):
            areas = markup.attribute(raw, key)
            if areas and (new := shifted_areas(areas, plan, widens=widens)) != areas and new:
                raw = markup.with_attribute(raw, key, new)
        is_formula, is_areas = match[3] in _FORMULAS, match[3] == b"sqref"
        if raw != match[4]:
            pieces += [xml[copied : match.start(4)], raw]
            copied = match.end(4)
        if (is_formula or is_areas) and not match[5]:
            end = xml.find(b"<", match.end())
            text = markup.unescape(xml[match.end() : end].decode("utf-8"))
            new = shift(text) if is_formula else shifted_areas(text, plan, widens=widens) or text
            if new != text:
                pieces += [xml[copied : match.end()], markup.escape(new)]
                copied = end
    return move_anchors(b"".join(pieces) + xml[copied:], plan)


def move_anchors(xml: bytes, plan: RowPlan) -> bytes:
    """Pictures, charts and buttons follow the row they begin in and keep their height where they may."""
    if b"Anchor" not in xml and b"anchor" not in xml:
        return xml
    return _ANCHOR.sub(lambda match: _moved_anchor(match[0], plan), xml)


def _moved_anchor(anchor: bytes, plan: RowPlan) -> bytes:
    start, end = _FROM.search(anchor), _TO.search(anchor)
    row = _ROW.search(start[0]) if start else None
    if start is None or row is None:
        return anchor
    before = int(row[2])
    after = plan.settled(before + 1) - 1
    moved = anchor
    last = _ROW.search(end[0]) if end else None
    if end is not None and last is not None:
        foot = int(last[2])
        new_foot = plan.settled(foot + 1) - 1
        if b'editAs="oneCell"' in anchor[:200] or new_foot <= after:
            new_foot = foot + after - before
        moved = moved[: end.start()] + _with_row(end[0], new_foot) + moved[end.end() :]
    return moved[: start.start()] + _with_row(start[0], after) + moved[start.end() :]


def _with_row(xml: bytes, row: int) -> bytes:
    return _ROW.sub(lambda match: b"<" + match[1] + b"row>%d</" % row + match[1] + b"row>", xml, count=1)


def shift_formula_texts(xml: bytes, names: frozenset[bytes], shift: Shift) -> bytes:
    """Formulas in elements of these names: defined names of the workbook, series of charts."""
    pieces, copied = [], 0
    for match in TAG.finditer(xml):
        if match[1] or match[5] or match[3] not in names:
            continue
        end = xml.find(b"<", match.end())
        text = markup.unescape(xml[match.end() : end].decode("utf-8"))
        new = shift(text)
        if new != text:
            pieces += [xml[copied : match.end()], markup.escape(new)]
            copied = end
    return b"".join(pieces) + xml[copied:]


def shift_elsewhere(package: Package, workbook: str, sheets: Mapping[str, str], plans: Mapping[str, RowPlan]) -> None:
    """Names, tables, drawings, charts and pivot tables after the plans. `sheets` are part names by sheet name."""
    _put(package, workbook, shift_formula_texts(
        package.xml(workbook), frozenset({b"definedName"}), lambda text: shifted_formula(text, plans, "")
    ))  # fmt: skip
    for name, plan in plans.items():
        for kind, target in package.relations(sheets[name]).values():
            if kind == "table":
                _put(package, target, _within(package.xml(target), plan, lambda text, name=name: shifted_formula(
                    text, plans, name)))  # type: ignore[misc]  # fmt: skip
            elif kind == "drawing":
                _put(package, target, move_anchors(package.xml(target), plan))
            elif kind == "pivotTable":
                _put(package, target, _shift_attribute(package.xml(target), "location", plan))
    for part in package.names():
        if re.match(r"xl/charts/[^/]+\.xml$", part, re.IGNORECASE):
            _put(package, part, shift_formula_texts(
                package.xml(part), frozenset({b"f"}), lambda text: shifted_formula(text, plans, "")
            ))  # fmt: skip
        elif re.match(r"xl/pivotCache/pivotCacheDefinition[^/]*\.xml$", part, re.IGNORECASE):
            _shift_pivot_source(package, part, plans)


def _put(package: Package, part: str, xml: bytes) -> None:
    if xml != package.xml(part):
        package.put(part, xml)


def _shift_attribute(xml: bytes, element: str, plan: RowPlan) -> bytes:
    found = markup.first(xml, element)
    reference = found.get("ref") if found is not None else None
    if found is None or not reference:
        return xml
    raw = markup.with_attribute(found.attributes, "ref", shifted_areas(reference, plan) or reference)
    at = found.start + 1 + len(found.prefix) + len(found.name)
    return xml[:at] + raw + xml[at + len(found.attributes) :]


def _shift_pivot_source(package: Package, part: str, plans: Mapping[str, RowPlan]) -> None:
    xml = package.xml(part)
    source = markup.first(xml, "worksheetSource")
    plan = plans.get(source.get("sheet") or "") if source is not None else None
    if plan:
        _put(package, part, _shift_attribute(xml, "worksheetSource", plan))
