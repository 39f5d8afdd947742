"""Small cuts in XML as bytes: finding tags and elements by local name without reading the rest or writing it anew.

A parser that builds a tree and writes it out again changes prefixes, quotes and order. Here a part is only cut where
something changes. Parts must be UTF-8 without a DOCTYPE, which `package` sees to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

TAG = re.compile(rb"<(/?)((?:[\w.\-]+:)?)([\w.\-]+)((?:[^<>\"'/]++|/(?!>)|\"[^\"]*+\"|'[^']*+')*+)(/?)>")
"""Any start, end or empty tag: slash, prefix with colon, local name, attributes, slash."""
_ATTRIBUTE = re.compile(rb"([\w.:\-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ENTITY = re.compile(r"&(#x[0-9A-Fa-f]+|#\d+|\w+);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Element:
    """Where an element lies in its part: from `start` to `end`, its content from `inner` to `close`."""

    prefix: bytes
    name: bytes
    attributes: bytes
    start: int
    inner: int
    close: int
    end: int

    def whole(self, xml: bytes) -> bytes:
        """The element with its tags."""
        return xml[self.start : self.end]

    def content(self, xml: bytes) -> bytes:
        """What stands between its tags."""
        return xml[self.inner : self.close]

    def get(self, name: str) -> str | None:
        """An attribute, by its name as written (with the prefix, if it has one)."""
        return attribute(self.attributes, name)


def attributes(raw: bytes) -> dict[str, str]:
    """Attributes of a tag by name as written."""
    return {
        match[1].decode(): unescape((match[2] if match[2] is not None else match[3]).decode("utf-8"))
        for match in _ATTRIBUTE.finditer(raw)
    }


@lru_cache(maxsize=256)
def _one_attribute(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w.:\-])" + re.escape(name.encode()) + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def attribute(raw: bytes, name: str) -> str | None:
    """One attribute of a tag."""
    match = _one_attribute(name).search(raw)
    if match is None:
        return None
    return unescape((match[1] if match[1] is not None else match[2]).decode("utf-8"))


def with_attribute(raw: bytes, name: str, value: str | None) -> bytes:
    """Attributes of a tag with one set or (None) taken away; everything else of them stays as written."""
    match = _one_attribute(name).search(raw)
    written = b"" if value is None else name.encode() + b'="' + escape(value) + b'"'
    if match is not None:
        before = raw[: match.start()] if value is not None else raw[: match.start()].rstrip()
        return before + written + raw[match.end() :]
    return raw if value is None else raw.rstrip() + b" " + written


def elements(xml: bytes, name: str, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """Elements of a local name, whatever their prefix, outermost ones only, in order."""
    wanted = name.encode()
    depth, opened = 0, None
    for match in TAG.finditer(xml, start, len(xml) if end is None else end):
        if match[3] != wanted:
            continue
        if match[1]:
            depth -= 1
            if depth == 0 and opened is not None:
                yield _element(opened, match.start(), match.end())
        elif match[5]:
            if depth == 0:
                yield _element(match, match.end(), match.end())
        else:
            if depth == 0:
                opened = match
            depth += 1


def first(xml: bytes, name: str, start: int = 0) -> Element | None:
    """The first element of a local name."""
    return next(elements(xml, name, start), None)


def children(xml: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """Elements at the top of a stretch of XML, in order."""
    depth, opened = 0, None
    for match in TAG.finditer(xml, start, len(xml) if end is None else end):
        if match[1]:
            depth -= 1
            if depth == 0 and opened is not None:
                yield _element(opened, match.start(), match.end())
            if depth < 0:
                return
        elif match[5]:
            if depth == 0:
                yield _element(match, match.end(), match.end())
        else:
            if depth == 0:
                opened = match
            depth += 1


def _element(opened: re.Match[bytes], close: int, end: int) -> Element:
    return Element(opened[2], opened[3], opened[4], opened.start(), opened.end(), close, end)


def root_of(xml: bytes) -> Element:
    """The outermost element. Raises ValueError where there is none."""
    for match in TAG.finditer(xml):
        if not match[1]:
            end = xml.rfind(b"</")
            return _element(match, max(end, match.end()) if not match[5] else match.end(), len(xml))
    raise ValueError("no element")


def with_content(xml: bytes, element: Element, content: bytes, **changed: str | None) -> bytes:
    """The part with new content and attributes in one element."""
    tag = element.prefix + element.name
    raw = element.attributes
    for name, value in changed.items():
        raw = with_attribute(raw, name, value)
    return xml[: element.start] + b"<" + tag + raw + b">" + content + b"</" + tag + b">" + xml[element.end :]


def escape(text: str) -> bytes:
    """Text for content and attributes; characters XML cannot hold are left out."""
    kept = _ILLEGAL.sub("", text)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;")):
        kept = kept.replace(char, entity)
    return kept.encode("utf-8")


def unescape(text: str) -> str:
    """Entities as the characters they stand for; unknown ones stay."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    word = match[1]
    if not word.startswith("#"):
        return _NAMED.get(word, match[0])
    number = int("0" + word[1:], 0) if word[1] in "xX" else int(word[1:])
    return chr(number) if number < 0x110000 else match[0]


def text_in(xml: bytes) -> str:
    """The characters of a stretch of XML without its tags."""
    return unescape(TAG.sub(b"", xml).decode("utf-8"))
