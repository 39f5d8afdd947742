"""Custom document properties (docProps/custom.xml): short notes that travel with a workbook through every program."""

from __future__ import annotations

from app.workbooks import markup
from app.workbooks.package import Package

_PART = "docProps/custom.xml"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_CONTENT = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{_SPACE}" xmlns:vt="{_TYPES}"></Properties>'
).encode()


def read_properties(package: Package) -> dict[str, str]:
    """Custom properties by name, as text."""
    part = _part(package)
    if not part:
        return {}
    xml = package.xml(part)
    return {
        each.get("name") or "": markup.text_in(each.content(xml)).strip() for each in markup.elements(xml, "property")
    }


def set_properties(package: Package, values: dict[str, str]) -> None:
    """Set custom properties, keeping all others."""
    if not values:
        return
    part = _part(package)
    xml = package.xml(part) if part else _EMPTY
    for each in sorted(markup.elements(xml, "property"), key=lambda each: -each.start):
        if each.get("name") in values:
            xml = xml[: each.start] + xml[each.end :]
    numbers = [int(each.get("pid") or 1) for each in markup.elements(xml, "property")]
    root = markup.root_of(xml)
    made = b""
    for number, (name, value) in enumerate(values.items(), max([1, *numbers]) + 1):
        raw = markup.with_attribute(markup.with_attribute(b"", "fmtid", _FORMAT), "pid", str(number))
        raw = markup.with_attribute(raw, "name", name)
        p = root.prefix
        made += b"<" + p + b"property" + raw + b'><vt:lpwstr xmlns:vt="' + _TYPES.encode() + b'">'
        made += markup.escape(value) + b"</vt:lpwstr></" + p + b"property>"
    xml = markup.with_content(xml, root, root.content(xml) + made)
    if not part:
        part = _PART
        package.add_type(part, _CONTENT)
        package.relate("", _RELATION, part)
    package.put(part, xml)


def _part(package: Package) -> str:
    for kind, target in package.relations("").values():
        if kind == "custom-properties" and package.has(target):
            return target
    return ""
