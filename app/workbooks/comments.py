"""Comments of a sheet: the text in its comments part, and the box that shows it in the old drawing language (VML)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.workbooks import markup
from app.workbooks.package import Package
from app.workbooks.references import Place, name_of, place_of

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_EMPTY = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}"><authors/><commentList/></comments>'
).encode()
_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_SHAPE = re.compile(rb"<v:shape\s.*?</v:shape>", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)"), re.compile(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_ANCHOR = re.compile(rb"(<x:Anchor>\s*)([\d,\s]+?)(\s*</x:Anchor>)")
_IDS_A_BLOCK = 1_024
_LINE_LETTERS = 17
"""Chinese characters in a line of the box."""

Removed = Callable[[str], str | None]
"""Text of a comment → what of it stays, None for nothing."""


class Comments:
    """Comments of one sheet of a package. Existing ones stay; `written` puts the parts back and may make them."""

    def __init__(self, package: Package, sheet: str, author: str) -> None:
        self.package, self.sheet, self.author = package, sheet, author
        relations = package.relations(sheet)
        self.part = next((target for kind, target in relations.values() if kind == "comments"), "")
        self.drawing = next((target for kind, target in relations.values() if kind == "vmlDrawing"), "")
        self.xml = package.xml(self.part) if self.part else _EMPTY
        self.vml = package.read(self.drawing) if self.drawing else _VML

    def places(self) -> dict[Place, str]:
        """Texts of the comments there are."""
        found = {}
        for each in markup.elements(self.xml, "comment"):
            place = place_of(each.get("ref") or "")
            if place is not None:
                found[place] = _text_of(each.content(self.xml))
        return found

    def withdraw(self, stays: Removed) -> bool:
        """Shorten or remove comments; `stays` says what is left of each text. Whether anything changed."""
        pieces, copied, gone = [], 0, set()
        for each in markup.elements(self.xml, "comment"):
            before = _text_of(each.content(self.xml))
            after = stays(before)
            if after == before:
                continue
            pieces.append(self.xml[copied : each.start])
            copied = each.end
            place = place_of(each.get("ref") or "")
            if after:
                pieces.append(_shortened(each, self.xml, after))
            elif place is not None:
                gone.add(place)
        if copied:
            self.xml = b"".join(pieces) + self.xml[copied:]
            self.vml = _SHAPE.sub(lambda shape: b"" if _shape_place(shape[0]) in gone else shape[0], self.vml)
        return bool(copied)

    def move(self, moved: Callable[[int], int | None]) -> None:
        """Follow rows that come and go; comments of deleted rows go with them."""
        pieces, copied = [], 0
        for each in markup.elements(self.xml, "comment"):
            place = place_of(each.get("ref") or "")
            if place is None or (row := moved(place[0])) == place[0]:
                continue
            pieces.append(self.xml[copied : each.start])
            copied = each.end
            if row is not None:
                raw = markup.with_attribute(each.attributes, "ref", name_of((row, place[1])))
                tag = each.prefix + each.name
                pieces.append(b"<" + tag + raw + b">" + each.content(self.xml) + b"</" + tag + b">")
        self.xml = b"".join(pieces) + self.xml[copied:]
        self.vml = _SHAPE.sub(lambda shape: _moved_shape(shape[0], moved), self.vml)

    def add(self, texts: Mapping[Place, str]) -> None:
        """Put texts to cells; where one has a comment already, behind it."""
        known = {place_of(each.get("ref") or ""): each for each in markup.elements(self.xml, "comment")}
        xml, p = self.xml, markup.root_of(self.xml).prefix
        for place in sorted((place for place in texts if place in known), key=lambda place: -known[place].start):  # type: ignore[index]
            text = next(markup.elements(xml, "text", known[place].inner, known[place].close), None)
            if text is not None:
                run = _run(p, "\n" + texts[place])
                bare = text.content(xml)
                if b"<" + p + b"r>" not in bare and b"<" + p + b"r " not in bare:
                    bare = _run(p, markup.text_in(bare))
                xml = markup.with_content(xml, text, bare + run)
        self.xml = xml
        fresh = sorted(place for place in texts if place not in known)
        if fresh:
            number = self._author_number()
            self._insert(p, number, {place: texts[place] for place in fresh})
            self._draw({place: texts[place] for place in fresh})

    def _author_number(self) -> int:
        authors = markup.first(self.xml, "authors")
        if authors is None:
            root = markup.root_of(self.xml)
            made = b"<" + root.prefix + b"authors/>"
            self.xml = self.xml[: root.inner] + made + self.xml[root.inner :]
            authors = markup.first(self.xml, "authors")
        assert authors is not None
        names = [markup.text_in(each.content(self.xml)) for each in markup.elements(
            self.xml, "author", authors.inner, authors.close)]  # fmt: skip
        if self.author not in names:
            p = authors.prefix
            new = b"<" + p + b"author>" + markup.escape(self.author) + b"</" + p + b"author>"
            self.xml = markup.with_content(self.xml, authors, authors.content(self.xml) + new)
            return len(names)
        return names.index(self.author)

    def _insert(self, p: bytes, author: int, texts: Mapping[Place, str]) -> None:
        listed = markup.first(self.xml, "commentList")
        made = b"".join(
            b"<" + p + b'comment ref="' + name_of(place).encode() + b'" authorId="%d"><' % author + p + b"text>"
            + _run(p, text) + b"</" + p + b"text></" + p + b"comment>"
            for place, text in texts.items()
        )  # fmt: skip
        if listed is None:
            root = markup.root_of(self.xml)
            self.xml = self.xml[: root.close] + b"<" + p + b"commentList>" + made + b"</" + p + b"commentList>" + (
                self.xml[root.close :]
            )  # fmt: skip
        else:
            self.xml = markup.with_content(self.xml, listed, listed.content(self.xml) + made)

    def _draw(self, texts: Mapping[Place, str]) -> None:
        taken = max([_IDS_A_BLOCK, *(int(number) for number in _SHAPE_ID.findall(self.vml))])
        shapes = [] if b'id="_x0000_t202"' in self.vml else [_SHAPE_TYPE]
        for number, (place, text) in enumerate(texts.items(), taken + 1):
            shapes.append(_box(number, place, text))
        last = taken + len(texts)
        blocks = ",".join(str(number) for number in range(1, last // _IDS_A_BLOCK + 1))
        self.vml = re.sub(
            rb"(<o:idmap[^>]*\bdata=\")([\d,]*)(\")",
            lambda match: match[1] + _joined(match[2].decode(), blocks).encode() + match[3], self.vml, count=1,
        )  # fmt: skip
        end = self.vml.rfind(b"</xml>")
        self.vml = self.vml[:end] + b"".join(shapes) + self.vml[end:]

    def written(self) -> str:
        """Put the parts into the package; the relation of a drawing the sheet does not name yet, or ""."""
        if not self.part:
            self.part = _free_name(self.package, "xl/comments{}.xml")
            self.package.add_type(self.part, _COMMENTS_TYPE)
            self.package.relate(self.sheet, f"{_OFFICE}/comments", self.part)
        self.package.put(self.part, self.xml)
        relation = ""
        if not self.drawing:
            self.drawing = _free_name(self.package, "xl/drawings/vmlDrawing{}.vml")
            self.package.add_type(self.drawing, _VML_TYPE)
            relation = self.package.relate(self.sheet, f"{_OFFICE}/vmlDrawing", self.drawing)
        self.package.put(self.drawing, self.vml)
        return relation


def _joined(before: str, after: str) -> str:
    numbers = {*filter(None, before.split(",")), *filter(None, after.split(","))}
    return ",".join(sorted(numbers, key=int))


def _free_name(package: Package, form: str) -> str:
    return next(name for number in range(1, 100_000) if not package.has(name := form.format(number)))


def _text_of(content: bytes) -> str:
    """What a comment says; phonetic readings are left out."""
    return "".join(markup.text_in(each.content(content)) for each in markup.elements(content, "t"))


def _run(p: bytes, text: str) -> bytes:
    return (
        b"<" + p + b"r><" + p + b'rPr><' + p + b'sz val="9"/><' + p + b'color indexed="81"/><' + p
        + 'rFont val="宋体"/><'.encode() + p + b'family val="3"/><' + p + b'charset val="134"/></' + p + b"rPr><" + p
        + b't xml:space="preserve">' + markup.escape(text) + b"</" + p + b"t></" + p + b"r>"
    )  # fmt: skip


def _shortened(each: markup.Element, xml: bytes, kept: str) -> bytes:
    """A comment cut to the first characters it had; the look of what stays is kept run by run."""
    whole, left = each.whole(xml), len(kept)
    pieces, copied = [], 0
    for text in markup.elements(whole, "t"):
        said = markup.text_in(text.content(whole))
        pieces.append(whole[copied : text.inner])
        pieces.append(markup.escape(said[:left]))
        left = max(0, left - len(said))
        copied = text.close
    return b"".join(pieces) + whole[copied:]


def _shape_place(shape: bytes) -> Place | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[2]) + 1, int(column[1]) + 1) if row and column else None


def _moved_shape(shape: bytes, moved: Callable[[int], int | None]) -> bytes:
    place = _shape_place(shape)
    if place is None:
        return shape
    row = moved(place[0])
    if row is None:
        return b""
    if row == place[0]:
        return shape
    by = row - place[0]
    shape = _ROW.sub(lambda match: match[1] + b"%d" % (row - 1) + match[3], shape, count=1)

    def move_anchor(match: re.Match[bytes]) -> bytes:
        parts = [int(part) for part in match[2].split(b",")]
        if len(parts) == 8:
            parts[2], parts[6] = max(0, parts[2] + by), max(0, parts[6] + by)
        return match[1] + ", ".join(str(part) for part in parts).encode() + match[3]

    return _ANCHOR.sub(move_anchor, shape, count=1)


def _box(number: int, place: Place, text: str) -> bytes:
    lines = sum(1 + max(0, len(line) - 1) // _LINE_LETTERS for line in text.split("\n"))
    row, column = place[0] - 1, place[1] - 1
    top = max(0, row - 1)
    anchor = f"{column + 1}, 15, {top}, 2, {column + 4}, 31, {top + max(3, lines + 1)}, 9"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
        f'width:170pt;height:{max(40, 15 * lines + 8)}pt;z-index:{number % _IDS_A_BLOCK + 1};visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        f'</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()
