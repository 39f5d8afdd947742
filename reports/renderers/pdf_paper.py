"""The sheet that PDFs are painted on: own embedding of fonts, compressed pages, the same bytes for the same content.

reportlab writes the file; text bypasses its font code for three reasons: its subsets of 256 glyphs switch font inside
a Chinese word, its ToUnicode map is wrong beyond the BMP (reportlab 5.1), and encoding is the costly part of a ledger.
Here every character is one two-byte code of an Identity-H font, mapped back to exactly that character.
"""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime, timedelta, timezone
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from reports.fonts import GETA, chain, is_invisible
from reports.fonts.truetype import TrueTypeFont
from reports.renderers.style import PROPERTIES_DATE
from reports.text import printable

TAB_AS = " "
CHINA = timezone(timedelta(hours=8))


def _one_line(text: str) -> str:
    return printable(text).replace("\n", " ")


def _reference(document: Any, thing: Any, name: str) -> Any:
    return document.Reference(thing, name)


def _stream(data: bytes, **fields: Any) -> Any:
    stream = pdfdoc.PDFStream(dictionary=pdfdoc.PDFDictionary(fields), content=zlib.compress(data, 6) + b"\n")
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    return stream


class EmbeddedFont:
    """One font file inside one PDF: gives two-byte codes on demand, writes the used glyphs at the end."""

    def __init__(self, font: TrueTypeFont, name: str) -> None:
        self.font = font
        self.name = name
        self._glyphs = [0]
        self._texts = [""]

    def code(self, glyph: int, text: str) -> str:
        """Four hexadecimal digits for a glyph that stands for `text` when copied out of the PDF."""
        self._glyphs.append(glyph)
        self._texts.append(text)
        return f"{len(self._glyphs) - 1:04x}"

    def _unicode_map(self) -> bytes:
        lines = [
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def",
            "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange",
        ]
        pairs = [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in enumerate(self._texts) if text]
        for start in range(0, len(pairs), 100):
            part = pairs[start : start + 100]
            lines += [f"{len(part)} beginbfchar", *part, "endbfchar"]
        lines.append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
        return "\n".join(lines).encode("ascii")

    def addObjects(self, document: Any) -> None:  # noqa: N802 - the name reportlab calls on delayed fonts
        """Write font file, descriptor, widths and map into the PDF (reportlab's protocol for delayed fonts)."""
        font = self.font
        letters = "".join(chr(ord("A") + zlib.crc32(struct.pack(">2L", n, len(self._glyphs))) % 26) for n in range(6))
        base = pdfdoc.PDFName(f"{letters}+{font.postscript_name}")
        data = font.subset(self._glyphs)
        file = _reference(document, _stream(data, Length1=len(data)), f"file:{self.name}")
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": base,
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray(list(font.box)),
                "ItalicAngle": 0,
                "Ascent": font.ascent,
                "Descent": font.descent,
                "CapHeight": font.ascent,
                "StemV": 80,
                "FontFile2": file,
            }
        )
        widths = [round(font.advance(glyph)) for glyph in self._glyphs]
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": base,
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
                ),
                "FontDescriptor": _reference(document, descriptor, f"descriptor:{self.name}"),
                "DW": 1000,
                "W": pdfdoc.PDFArray([0, pdfdoc.PDFArray(widths)]),
                "CIDToGIDMap": pdfdoc.PDFName("Identity"),
            }
        )
        whole = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": base,
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([_reference(document, descendant, f"cid:{self.name}")]),
                "ToUnicode": _reference(document, _stream(self._unicode_map()), f"map:{self.name}"),
            }
        )
        fonts = document.idToObject[pdfdoc.BasicFonts].dict
        fonts[self.name] = _reference(document, whole, f"font:{self.name}")


class Face(dict[str, tuple[EmbeddedFont, str, float]]):
    """What a role prints each character with: (font, code, advance in 1/1000 em), found on first use.

    Characters fall through the role's chain of fonts; one that none has prints as 〓 yet copies out as itself.
    `codes` and `advances` hold the characters of the role's own font, for the fast path of tables.
    """

    def __init__(self, role: str, paper: Paper) -> None:
        super().__init__()
        self.role = role
        self._paper = paper
        self._chain = chain(role)
        self.main = paper.embed(self._chain[0])
        self.codes: dict[str, str] = {}
        self.advances = _Advances(self)

    def __missing__(self, character: str) -> tuple[EmbeddedFont, str, float]:
        shown = TAB_AS if character in "\t\u00a0\u2028\u2029" else character
        is_blank = shown == character and is_invisible(character)
        entry = (self.main, "", 0.0) if is_blank else self._find(shown, character)
        self[character] = entry
        if entry[0] is self.main:
            self.codes[character] = entry[1]
        return entry

    def _find(self, shown: str, character: str) -> tuple[EmbeddedFont, str, float]:
        for wanted in (shown, GETA, "?"):
            for font in self._chain:
                glyph = font.glyphs.get(ord(wanted))
                if glyph is not None:
                    embedded = self._paper.embed(font)
                    return embedded, embedded.code(glyph, character), font.advance(glyph)
        return self.main, self.main.code(0, character), self.main.font.advance(0)

    def width(self, text: str, size: float) -> float:
        """Width of `text` in points."""
        return sum(map(self.advances.__getitem__, text)) * size / 1000

    def runs(self, text: str) -> list[tuple[EmbeddedFont, str]]:
        """`text` as pieces of one font each, in hexadecimal codes."""
        try:
            return [(self.main, "".join(map(self.codes.__getitem__, text)))]
        except KeyError:
            pass
        pieces: list[tuple[EmbeddedFont, str]] = []
        for character in text:
            font, code, _advance = self[character]
            if pieces and pieces[-1][0] is font:
                pieces[-1] = (font, pieces[-1][1] + code)
            else:
                pieces.append((font, code))
        return pieces


class _Advances(dict[str, float]):
    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, character: str) -> float:
        self[character] = advance = self._face[character][2]
        return advance


def colour_operator(colour: str, *, is_stroke: bool = False) -> str:
    """#rrggbb as a PDF operator: `rg` to fill (text too), `RG` to stroke."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return f"{red:.3f} {green:.3f} {blue:.3f} {'RG' if is_stroke else 'rg'}"


class Paper(Canvas):  # type: ignore[misc]
    """A reportlab canvas with our fonts. Lengths are points from the lower left corner, as PDF counts."""

    def __init__(self, *, title: str, author: str, created_at: datetime | None) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, invariant=1, pageCompression=1, lang="zh-CN", pdfVersion=(1, 5))
        self._fonts: dict[int, EmbeddedFont] = {}
        self._faces: dict[str, Face] = {}
        self._levels: list[int] = []
        self.setTitle(_one_line(title))
        self.setAuthor(_one_line(author))
        self.setSubject("")
        self.setCreator("")
        self.setProducer("GridLedger")
        self.setViewerPreference("DisplayDocTitle", "true")
        local = created_at.astimezone(CHINA) if created_at and created_at.tzinfo else created_at
        moment = local.timetuple()[:6] if local else PROPERTIES_DATE
        stamp = "D:{:04d}{:02d}{:02d}{:02d}{:02d}{:02d}+08'00'".format(*moment)
        self._doc.info._dateFormatter = lambda *_now: stamp
        self._add_page = self._doc.addPage
        self._doc.addPage = self._keep_page

    def _make_preamble(self) -> None:
        # reportlab would name Helvetica, not embedded, on every page.
        self._preamble = "1 0 0 1 0 0 cm"

    def _keep_page(self, page: Any) -> None:
        # Compressed at once: a ledger of 200 pages would otherwise wait in memory as text.
        code = page.stream if isinstance(page.stream, str) else "\n".join(page.stream)
        page.Contents = _stream(code.encode("latin-1"))
        page.stream = None
        self._add_page(page)

    def embed(self, font: TrueTypeFont) -> EmbeddedFont:
        """The font inside this PDF, made on first use."""
        key = id(font)
        if key not in self._fonts:
            self._fonts[key] = EmbeddedFont(font, f"T{len(self._fonts) + 1}")
            self._doc.delayedFonts.append(self._fonts[key])
        return self._fonts[key]

    def face(self, role: str) -> Face:
        """How this PDF prints a role."""
        if role not in self._faces:
            self._faces[role] = Face(role, self)
        return self._faces[role]

    def write(self, *operators: str) -> None:
        """Append PDF operators to the page."""
        self._code.extend(operators)

    def text(self, x: float, y: float, text: str, *, role: str, size: float, colour: str = "#000000") -> None:
        """One line of text with its baseline at y."""
        shows = "".join(f"/{font.name} {size:g} Tf <{code}> Tj " for font, code in self.face(role).runs(text))
        self.write(f"BT {colour_operator(colour)} 0 Tc 1 0 0 1 {x:.2f} {y:.2f} Tm {shows}ET")

    def rule(self, x1: float, y1: float, x2: float, y2: float, *, width: float, colour: str = "#000000") -> None:
        """A straight line, `width` points thick."""
        self.write(
            f"q {colour_operator(colour, is_stroke=True)} {width:.2f} w {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S Q"
        )

    def fill(self, x: float, y: float, width: float, height: float, *, colour: str) -> None:
        """A filled rectangle."""
        self.write(f"q {colour_operator(colour)} {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f Q")

    def bookmark(self, title: str, *, level: int, top: float) -> None:
        """An entry of the PDF's outline that leads to height `top` of the page; a level is never skipped."""
        key = f"mark-{len(self._levels)}"
        depth = min(level, self._levels[-1] + 1 if self._levels else 0)
        self._levels.append(depth)
        self.bookmarkPage(key, fit="XYZ", left=0, top=top, zoom=0)
        self.addOutlineEntry(_one_line(title), key, level=depth)

    def finish(self) -> bytes:
        """Close the file and return it. Fonts without a used glyph are left out."""
        self._doc.delayedFonts = [font for font in self._doc.delayedFonts if len(font._glyphs) > 1]
        self.save()
        return self._bytes.getvalue()
